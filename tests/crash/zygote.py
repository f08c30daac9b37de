"""Starts daemons in moments: everything is imported once, each daemon is a fork. The daemon itself is the real one.

The fork server that reading children come from is started once too; a forked daemon uses it, as it would its own.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from datetime import UTC
from multiprocessing import forkserver, resource_tracker
from pathlib import Path

from mailbot.jobs.reading_child import ChildSetup
from mailbot.jobs.reading_room import preload
from mailbot.mail_out.render import Pages, template_files

NO_MODEL = Path("/nowhere/model.json")  # each lane names it: without a name it would be a file in the lane's own folder


class Zygote:
    """Call `warm_up` once, before any thread is started."""

    def warm_up(self) -> None:
        for name in ("alembic.command", "apscheduler.schedulers.asyncio", "mailbot.daemon", "mailbot.store.migrate"):
            importlib.import_module(name)
        Pages(template_files(None), UTC).compile_all()
        preload(ChildSetup(None, "UTC", 1, 1, model=NO_MODEL))  # of the setup only the files count, and they must be those of the lanes

    def start(self, config: Path, log: Path, crash: str) -> int:
        """The pid of a new daemon; `crash` as in claims.crash ("raw.inserted:2"), "" for none."""
        pid = os.fork()
        if pid:
            return pid
        code = 70
        try:
            os.setsid()
            out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            for number in (1, 2):
                os.dup2(out, number)
            code = _run(config, crash)
        finally:
            os._exit(code)

    @staticmethod
    def kill(pid: int) -> None:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return


def _run(config: Path, crash: str) -> int:
    from mailbot import daemon, maillog
    from mailbot.claims import crash as points
    from mailbot.config import load_settings

    points.arm(crash)
    forkserver.ensure_running = lambda: None
    forkserver._forkserver.ensure_running = lambda: None  # type: ignore[attr-defined]  # it is our parent's, and alive
    resource_tracker._resource_tracker.ensure_running = lambda: None  # type: ignore[attr-defined]
    settings = load_settings(config)
    maillog.start("text", "INFO", sys.stderr)
    return daemon.run(settings, settings.database)
