"""`python -m tests.simulate [--short] [--seed N] [--keep FOLDER]`: live through the quarter, check it, print its figures.

`python -m tests.simulate --check FOLDER` looks again at a quarter that was kept. Exit code 1 where a rule is broken.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

from mailbot import maillog
from tests.simulate.checker import check
from tests.simulate.company import Plan, simulate
from tests.simulate.figures import figures
from tests.simulate.record import Record

_SHOWN = 10  # faults of one rule


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulate", description=__doc__)
    parser.add_argument("--short", action="store_true", help="two weeks of February, as CI has it")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="write the mails and the store into this folder")
    parser.add_argument("--check", type=Path, help="check a kept quarter")
    asked = parser.parse_args()
    maillog.start(level="WARNING")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the servers end with us
    record = Record.load(asked.check) if asked.check else _live(asked.short, asked.seed)
    if asked.keep:
        record.save(asked.keep)
    faults = check(record)
    print("\n".join(figures(record)))
    shown: dict[str, int] = {}
    for fault in faults:
        shown[fault.rule] = shown.get(fault.rule, 0) + 1
        if shown[fault.rule] <= _SHOWN:
            print(f"FAULT {fault.rule}: {fault.what}")
    print(f"{len(faults)} faults" + (f": {', '.join(f'{rule} {count}' for rule, count in shown.items())}" if faults else " found by the checker"))
    return 1 if faults else 0


def _live(short: bool, seed: int) -> Record:
    began, plan = time.monotonic(), replace(Plan.short() if short else Plan(), seed=seed)
    in_memory = Path("/dev/shm")  # a database of our own, gone at the end
    with tempfile.TemporaryDirectory(prefix="mailbot-simulate-", dir=in_memory if in_memory.is_dir() else None) as folder:
        record = simulate(plan, Path(folder), _progress)
    print(f"\rlived through in {time.monotonic() - began:.0f} s ({time.process_time():.0f} s of processor in this process){' ' * 20}")
    return record


def _progress(day: date) -> None:
    if sys.stdout.isatty():
        print(f"\r{day} ", end="", flush=True)


if __name__ == "__main__":
    sys.exit(main())
