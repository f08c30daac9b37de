"""The door: `mailbot …` and `python -m mailbot …`."""

from __future__ import annotations

import sys


def main() -> int:
    from mailbot.cli.main import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
