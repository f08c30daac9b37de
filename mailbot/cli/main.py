"""Runs one command and turns faults into a sentence and an exit code."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from mailbot.cli.parser import build_parser

if TYPE_CHECKING:
    import argparse

DONE, FAULT, USAGE = 0, 1, 2
_OF_COMMANDS = ("--config", "--database", "--json")  # argparse would take the file's name for the command


def run(argv: Sequence[str]) -> int:
    """0 done, 1 the work found a fault, 2 usage or set-up (behaviour.md 9)."""
    from mailbot import maillog
    from mailbot.claims.errors import MailboxAway, SetupError, StoreAway

    if argv and argv[0].partition("=")[0] in _OF_COMMANDS:
        print(f"mailbot: {argv[0].partition('=')[0]} goes behind the command: mailbot check --config FILE", file=sys.stderr)
        return USAGE
    try:
        arguments, strange = build_parser().parse_known_args(argv)
        if strange:  # argparse would show the usage of `mailbot` instead of the command's
            arguments.usage_of.error(f"there is no such argument: {' '.join(strange)}")
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else USAGE
    maillog.start(level="WARNING")
    try:
        code = _handler(arguments.handler)(arguments)
        sys.stdout.flush()  # here, and not at the interpreter's end, where a closed pipe is a traceback
        return code
    except SetupError as error:
        for fault in error.faults:
            print(fault, file=sys.stderr)
        return USAGE
    except (StoreAway, MailboxAway) as error:
        print(error, file=sys.stderr)
        return FAULT
    except BrokenPipeError:  # `mailbot case list | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as error:  # a file or folder this user may not read or write; without a name it is a fault of ours
        if error.filename is None:
            raise
        print(f"{os.fsdecode(error.filename)}: {error.strerror}. Check the path and its rights.", file=sys.stderr)
        return FAULT
    except KeyboardInterrupt:
        return 130


def _handler(name: str) -> Callable[[argparse.Namespace], int]:
    module, _, function = name.partition(":")
    handler: Callable[[argparse.Namespace], int] = getattr(importlib.import_module(f"mailbot.cli.{module}"), function)
    return handler
