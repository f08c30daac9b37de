"""`mailbot version`."""

from __future__ import annotations

import argparse

from mailbot import __version__


def version(_arguments: argparse.Namespace) -> int:
    print(f"mailbot {__version__}")
    return 0
