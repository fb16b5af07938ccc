"""The finance library on one core, beside numpy-financial, which works in floats and rounds nothing.

`python benchmarks/bench_finance.py`
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from timeit import Timer

import numpy as np
import numpy_financial

from commercial_agent.finance import amortise, cat, max_price, prepay, quote, term_needed
from commercial_agent.finance.annuity import factor

PRICE, DOWN, RATE = Decimal("281999.00"), Decimal("56399.80"), Decimal("0.10")
TARGETS = {"quote, 48 months": 100.0, "schedule, 72 rows": 1000.0, "CAT, 72 payments": 2000.0}  # microseconds


def run() -> list[tuple[str, str, str]]:
    """Each figure, ours, and what it stands beside."""
    loan = float(PRICE - DOWN)
    monthly = float(RATE) / 12
    plan = quote(PRICE, DOWN, 72, RATE, commission="0.02")
    payments = [row.payment for row in plan.rows]
    received = plan.loan - plan.commission
    flows = np.array([-float(received), *map(float, payments)])
    months = np.arange(1, 73)
    pairs: list[tuple[str, Callable[[], object], Callable[[], object] | None]] = [
        ("quote, 48 months", lambda: quote(PRICE, DOWN, 48, RATE), lambda: _floats(loan, monthly, 48)),
        ("quote, factor not kept", _first_quote, None),
        (
            "schedule, 72 rows",
            lambda: amortise(plan.loan, RATE, 72, plan.base_payment),
            lambda: (
                numpy_financial.ipmt(monthly, months, 72, -loan),
                numpy_financial.ppmt(monthly, months, 72, -loan),
            ),
        ),
        ("CAT, 72 payments", lambda: cat(received, payments), lambda: (1 + numpy_financial.irr(flows)) ** 12 - 1),
        ("highest price", lambda: max_price(6000, 50_000, 60), lambda: numpy_financial.pv(monthly, 60, -6000)),
        ("shortest term", lambda: term_needed(221_999, 5000), lambda: numpy_financial.nper(monthly, -5000, 221_999)),
        ("extra payment, both ways", lambda: prepay(plan, 12, 50_000), None),
    ]
    rows = [_line(name, ours, theirs) for name, ours, theirs in pairs]
    return [*rows, ("commercial-agent quote, whole process", f"{_process():.0f} ms", "target 500 ms")]


def _line(name: str, ours: Callable[[], object], theirs: Callable[[], object] | None) -> tuple[str, str, str]:
    beside = [] if theirs is None else [f"numpy-financial {_microseconds(theirs):,.1f} us"]
    if name in TARGETS:
        beside.append(f"target {TARGETS[name]:,.0f} us")
    return name, f"{_microseconds(ours):,.1f} us", ", ".join(beside)


def _first_quote() -> object:
    factor.cache_clear()
    return quote(PRICE, DOWN, 48, RATE)


def _floats(loan: float, monthly: float, months: int) -> tuple[float, float]:
    """Payment and total interest, the way a float library gives them."""
    payment = -numpy_financial.pmt(monthly, months, loan)
    return payment, payment * months - loan


def _microseconds(call: Callable[[], object]) -> float:
    """Processor time of a call, the median of seven runs: what a core takes, whoever else is at work."""
    timer = Timer(call, timer=time.process_time)
    number, _ = timer.autorange()
    return sorted(timer.repeat(7, number))[3] / number * 1e6


def _process() -> float:
    script = "from commercial_agent.commands.quote import main; main(['--price', '300000', '--months', '48', '--json'])"
    times = []
    for _ in range(5):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
        times.append(time.perf_counter() - start)
    return sorted(times)[2] * 1000


if __name__ == "__main__":
    for figure, ours, beside in run():
        print(f"{figure:<40} {ours:>14}   {beside}")
