"""`mailbot demo`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def demo(arguments: argparse.Namespace) -> int:
    """Needs the extra `demo` (pymap and aiosmtpd), which `make demo` installs."""
    try:
        from mailbot.demo.show import show
    except ModuleNotFoundError as absent:
        print(f"mailbot demo needs {absent.name}. Install it with: pip install 'mailbot[demo]'", file=sys.stderr)
        return 2
    return show(Path(arguments.output or "demo-output"), stay=arguments.stay)
