"""The door: `mailbot …` and `python -m mailbot …`."""

from __future__ import annotations

import io
import sys


def main() -> int:
    from mailbot.cli.main import run

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that does not know a letter shows a question mark
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
