"""`python -m bench [NAME ...] [--json FILE] [--quick]`: measure and say what came out."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bench import backup, ballots, bundle, counting, door, growth, live, machine, pages, start, strain, votes
from bench.rows import Comparison, Row, table

BENCHES: dict[str, Callable[..., list[Row] | list[Comparison]]] = {
    "bundle": bundle.measure,
    "start": start.measure,
    "pages": pages.measure,
    "door": door.measure,
    "votes": votes.measure,
    "ballots": ballots.measure,
    "live": live.measure,
    "growth": growth.measure,
    "strain": strain.measure,
    "backup": backup.measure,
    "counting": counting.measure,
}


def main() -> int:
    asked = argparse.ArgumentParser(prog="bench", description=__doc__)
    asked.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHES))
    asked.add_argument("--json", type=Path, help="write the rows there, as a list")
    asked.add_argument("--quick", action="store_true", help="few values: to see whether it runs")
    options = asked.parse_args()
    if unknown := set(options.names) - BENCHES.keys():
        asked.error(f"{', '.join(unknown)}: there is only {', '.join(BENCHES)}")
    print(machine.described(), flush=True)
    begun = time.monotonic()
    rows: list[Row | Comparison] = []
    for name in options.names or BENCHES:
        measured = BENCHES[name](quick=options.quick)
        print(f"\n{table(measured)}", flush=True)
        rows += measured
        if options.json:
            options.json.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"\n{time.monotonic() - begun:.0f} s; {machine.described().rpartition('; ')[2]} at the end")
    return 0


if __name__ == "__main__":
    sys.exit(main())
