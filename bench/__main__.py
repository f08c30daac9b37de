"""`python -m bench`: the rates of the whole and of its parts as a table. `--quick` takes sizes for CI."""

from __future__ import annotations

import argparse
import os
import sys

from bench import imap_rate, ingest_rate, reading_rate, stages, starts
from bench.mails import claims

PROMISED_RATIO = 0.25
PROMISED_START = 0.3


def main() -> int:
    """Print the figures; 1 where one of the two promises is broken."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="200 mails and one turn instead of 1000 and three")
    parser.add_argument("--mails", type=int, help="so many mails")
    parser.add_argument("--turns", type=int, help="medians of so many turns")
    arguments = parser.parse_args()
    amount = arguments.mails or (200 if arguments.quick else 1_000)
    turns = arguments.turns or (1 if arguments.quick else 3)
    mails = list(claims(amount))
    print(f"{amount} mails, {sum(map(len, mails)) / amount / 1000:.1f} kB each; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; sending limits set high")
    ratio = _imap(imap_rate.measure(mails, turns))
    _ingest(ingest_rate.measure(mails, turns))
    _stages(stages.measure(mails), amount)
    reading_rate.show(*reading_rate.measure(turns))
    slowest = _starts(starts.measure(max(turns, 3)))
    broken = [text for text, is_broken in ((f"ratio under {PROMISED_RATIO}", ratio < PROMISED_RATIO), (f"start over {PROMISED_START} s", slowest > PROMISED_START)) if is_broken]
    print("\n" + ("BROKEN: " + ", ".join(broken) if broken else f"kept: ratio of {PROMISED_RATIO} and more, start within {PROMISED_START} s"))
    return 1 if broken else 0


def _imap(found: imap_rate.ImapRate) -> float:
    print("\nIMAP, from the mailbox until the last acknowledgement is recorded as sent (SQLite, synchronous=FULL)")
    print(f"  straight line            {found.straight:7.0f} mails/s")
    print(f"  mailbot                  {found.rate:7.0f} mails/s")
    print(f"  ratio                    {found.ratio:7.2f}   ({', '.join(f'{one:.2f}' for one in found.ratios)})")
    print(f"  ms of processor a mail   {found.straight_cpu:7.2f} straight line, {found.parent_cpu:.2f} parent, {found.children_cpu:.2f} children")
    print(f"  daemon until ready       {found.started_in:7.1f} s")
    print(f"  memory after all mails   {found.parent_mb:7.0f} MB parent, {found.child_mb:.0f} MB the largest child")
    return found.ratio


def _ingest(found: list[ingest_rate.IngestRate]) -> None:
    print("\nmailbot ingest (letters held)     cold     without start     start")
    for one in found:
        print(f"  {one.source:<24} {one.cold:7.0f} mails/s {one.warm:7.0f} mails/s {one.start:7.1f} s")


def _stages(found: stages.Stages, amount: int) -> None:
    total = sum(stage.cpu for stage in found.all() if not stage.part_of)
    print("\nstage, alone on one core       mails/s   ms of processor a mail   share of the sum")
    for stage in found.all():
        note = f"   (within {stage.part_of})" if stage.part_of else ""
        print(f"  {stage.name:<24} {amount / stage.seconds:7.0f} {1000 * stage.cpu / amount:18.2f} {stage.cpu / total:21.0%}{note}")
    print(f"  {'sum':<24} {'':7} {1000 * total / amount:18.2f}")


def _starts(found: list[starts.Start]) -> float:
    print("\nstart                             median        best")
    for one in found:
        print(f"  {one.what:<28} {one.median:7.2f} s {one.best:9.2f} s")
    return max(one.best for one in found if one.what.startswith("mailbot"))


if __name__ == "__main__":
    sys.exit(main())
