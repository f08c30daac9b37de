"""`python -m tests.walks [FOLDER]`: walk the five cases and write their pages, by default into docs/walks."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.walks.pages import pages
from tests.walks.script import walk_all
from tests.walks.stage import stage_in_memory

DOCS = Path(__file__).resolve().parent.parent.parent / "docs" / "walks"
BEGINS = "2027-01-18 09:00"


def walked_pages() -> dict[str, str]:
    with stage_in_memory(BEGINS) as stage:
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
