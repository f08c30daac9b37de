"""`mailbot replay`: stored mail read by changed rules or a new model, and what would change. Nothing is sent or written."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from mailbot.claims.errors import Fault, SetupError
from mailbot.cli.moments import moment
from mailbot.cli.printing import print_json, printable, progress
from mailbot.cli.setting_up import clock, open_store_to_read, settings_of

if TYPE_CHECKING:
    from mailbot.claims.replayed import Sum
    from mailbot.config import Settings
    from mailbot.jobs.replay import Replayed

_AGE = re.compile(r"(\d{1,4})\s*([hdw])")
_HOURS = {"h": 1, "d": 24, "w": 168}
_SUBJECT = 60


def replay(arguments: argparse.Namespace) -> int:
    """Each mail that would come out otherwise, and the sum. 0 done, 2 where rules or model are wrong."""
    from mailbot.claims.replayed import Sum
    from mailbot.jobs.policy_of import lay_ground
    from mailbot.jobs.reading_child import setup_of
    from mailbot.jobs.reading_room import ReadingRoom, preload
    from mailbot.jobs.replay import Rehearsal
    from mailbot.store import replaying

    settings = settings_of(arguments)
    changed = _changed(arguments, settings)
    since = begin(arguments.since, ZoneInfo(settings.office.timezone), clock())
    before, after = lay_ground(settings, clock()), lay_ground(changed, clock())
    total = Sum()
    preload(setup_of(changed))
    with open_store_to_read(arguments, settings) as db, ReadingRoom(setup_of(changed), settings.reading.children) as room:
        with db.read() as conn:
            count = replaying.count_since(conn, since)
        proofs = {box.name: box.authserv_id for box in settings.mailbox if box.authserv_id}
        found = Rehearsal(db, before.policy, after.policy, proofs).replay(room, since)
        _tell_each(progress(found, "reading", count), total, as_json=arguments.json)
    _tell_sum(total, since, (before.rules.version, after.rules.version), as_json=arguments.json)
    return 0


def _changed(arguments: argparse.Namespace, settings: Settings) -> Settings:
    """The settings with the rules and the model to be tried. Errors: SetupError where they are not there."""
    files: dict[str, Path] = {}
    for name, given in (("rules", arguments.rules), ("model", arguments.model)):
        if given is None:
            continue
        files[name] = Path(given)
        if not files[name].exists():
            raise SetupError(Fault(given, 0, f"--{name}", "does not exist.", "Mend the path."))
    return settings.model_copy(update={"files": settings.files.model_copy(update=files)})


def begin(text: str, office: ZoneInfo, now: datetime) -> datetime:
    """ "30d", "12h", "2w" back from now, or a moment. Errors: SetupError."""
    age = _AGE.fullmatch(text)
    if age is None:
        return moment(text, office, "--since", or_write="30d, 12h or 2w back from now, or ")
    return now - timedelta(hours=int(age[1]) * _HOURS[age[2]])


def _tell_each(mails: Iterable[Replayed], total: Sum, *, as_json: bool) -> None:
    from mailbot.claims.replayed import said

    for one in mails:
        changes = one.changes
        total.add(changes)
        if not changes:
            continue
        if as_json:
            steps = {name: {"before": old, "after": new} for name, (old, new) in changes.items()}
            print_json({"mail": one.mail.id, "case": one.mail.number, "received_at": one.mail.received_at, "changes": steps})
        else:
            where = f"case {one.mail.number}" if one.mail.number else "no case"
            steps_told = "; ".join(f"{name} {said(old)} → {said(new)}" for name, (old, new) in changes.items())
            print(printable(f"mail {one.mail.id} ({where}, {one.mail.subject[:_SUBJECT]}): {steps_told}"))


def _tell_sum(total: Sum, since: datetime, versions: tuple[str, str], *, as_json: bool) -> None:
    if as_json:
        steps: dict[str, Any] = {name: dict(counted) for name, counted in total.by_field.items()}
        print_json({"since": since, "rules": list(versions), "mails": total.mails, "changed": total.changed, "sum": steps})
        return
    told = f"{total.mails} mails since {since:%Y-%m-%d %H:%M}, {total.changed} would come out otherwise"
    print(f"{told} (rules {versions[0]} → {versions[1]}).")
    for name, counted in total.by_field.items():
        print(f"  {name}: " + "; ".join(f"{step} {count}" for step, count in counted.most_common()))
    print("Nothing was written or sent.")
