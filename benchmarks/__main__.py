"""`make bench`: every figure beside a floor or a rival measured in the same run."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOM_PREFIX = "bench_"


def main() -> None:
    chosen = set(sys.argv[1:])
    rooms = sorted(m.name for m in pkgutil.iter_modules([str(Path(__file__).parent)]) if m.name.startswith(ROOM_PREFIX))
    unknown = chosen - {name.removeprefix(ROOM_PREFIX) for name in rooms}
    if unknown:
        sys.exit(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(rooms)}")
    console = Console()
    for name in rooms:
        if chosen and name.removeprefix(ROOM_PREFIX) not in chosen:
            continue
        with console.status(f"{name} …"):
            rows = importlib.import_module(f"benchmarks.{name}").run()
        table = Table(title=name.removeprefix(ROOM_PREFIX), title_justify="left", title_style="bold")
        for column in ("figure", "ours", "beside"):
            table.add_column(column)
        for row in rows:
            table.add_row(*row)
        console.print(table)


if __name__ == "__main__":
    main()
