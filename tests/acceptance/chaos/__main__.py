"""`python -m tests.acceptance.chaos`: the long run, with its figures."""

from __future__ import annotations

import argparse
import asyncio
import logging
import secrets
import sys

from tests.acceptance.chaos.run import Plan, chaos


def main() -> int:
    """Play it; 1 when anything was lost, doubled or out of order."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--customers", type=int, default=500)
    parser.add_argument("--kills", type=int, default=12, help="of each kind: web, worker, PostgreSQL")
    parser.add_argument("--rate", type=float, default=40.0, help="messages a second")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    chosen = parser.parse_args()
    plan = Plan(
        chosen.messages, chosen.customers, chosen.kills, chosen.seed, webs=2, workers=2, rate=chosen.rate, pause=6.0,
        drain_s=600.0,
    )  # fmt: skip
    sys.stdout.write(f"seed {plan.seed}\n")
    sys.stdout.flush()
    logging.getLogger("uvicorn").setLevel(logging.CRITICAL)  # the double breaks off on purpose
    report = asyncio.run(chaos(plan))
    sys.stdout.write("\n".join(report.lines()) + "\n")
    return 1 if report.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
