"""`python -m tests.crash [KILLS] [SEED]`: the campaign, with its figures."""

from __future__ import annotations

import sys
import time
from collections import Counter

from tests.crash.harness import run
from tests.mail_servers import dovecot


def main() -> int:
    kills, seed = (int(sys.argv[n]) if len(sys.argv) > n else default for n, default in ((1, 300), (2, 1)))
    began = time.monotonic()
    with dovecot() as imap:
        results = run(kills, imap, seed=seed)
        reached: Counter[str] = Counter()
        for lane, verdict in results:
            reached.update(lane.reached)
            print(f"{lane.name}: {lane.kills} kills, {verdict.mails} mails, {verdict.cases} cases, {verdict.letters} letters, {verdict.repeated} came twice")
            for fault in verdict.faults:
                print("  FAULT", fault)
    for point, count in sorted(reached.items()):
        print(f"  {count:4} {point}")
    print(f"{sum(lane.kills for lane, _ in results)} kills in {time.monotonic() - began:.0f} s")
    return 1 if any(verdict.faults for _, verdict in results) else 0


if __name__ == "__main__":
    sys.exit(main())
