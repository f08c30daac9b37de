"""`mailbot run`."""

from __future__ import annotations

import argparse

from mailbot.cli.setting_up import database_of, needed_settings


def run(arguments: argparse.Namespace) -> int:
    """The daemon; with --once one round of everything."""
    from mailbot import daemon, maillog

    settings = needed_settings(arguments, secrets=True)
    maillog.start(settings.log.format, settings.log.level)
    url = database_of(arguments, settings)
    return daemon.run_once(settings, url) if arguments.once else daemon.run(settings, url)
