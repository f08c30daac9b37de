"""`python -m tests.walks [FOLDER]`: walk the five cases and write their pages, by default into docs/walks."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.walks.pages import pages
from tests.walks.script import walk_all
from tests.walks.stage import open_stage

DOCS = Path(__file__).resolve().parent.parent.parent / "docs" / "walks"
BEGINS = "2027-01-18 09:00"


def walked_pages() -> dict[str, str]:
    in_memory = Path("/dev/shm")  # else the machine's temporary folder: Postfix's user must be able to enter it
    with tempfile.TemporaryDirectory(prefix="mailbot-walks-", dir=in_memory if in_memory.is_dir() else None) as folder, open_stage(Path(folder), BEGINS) as stage:
        return pages(walk_all(stage))


def main() -> int:
    into = Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS
    into.mkdir(parents=True, exist_ok=True)
    for name, page in walked_pages().items():
        (into / name).write_text(page, encoding="utf-8")
        print(f"{into / name}: {len(page.encode()) / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
