"""Filing from the command line: the desk and the reading room of the daemon, for the length of one command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mailbot.cli.setting_up import clock

if TYPE_CHECKING:
    from mailbot.config import Settings
    from mailbot.jobs.file_mail import MailFiler
    from mailbot.store.database import Database


@contextmanager
def open_filer(settings: Settings, db: Database) -> Iterator[MailFiler]:
    """Somebody who files what is stored. What is claimed and not filed at the end is given back. Errors: SetupError, StoreAway."""
    from mailbot.jobs.desk_keys import keys_for
    from mailbot.jobs.file_mail import MailFiler
    from mailbot.jobs.filing import FilingDesk
    from mailbot.jobs.own_proof import OwnProof
    from mailbot.jobs.owner import name_owner, recover
    from mailbot.jobs.policy_of import lay_ground
    from mailbot.jobs.reading_child import setup_of
    from mailbot.jobs.reading_room import ReadingRoom, preload
    from mailbot.jobs.writing_desk import set_up_desk

    preload(setup_of(settings))
    ground = lay_ground(settings, clock())
    proofs = {box.name: box.authserv_id for box in settings.mailbox if box.authserv_id}
    own = OwnProof(ground.policy) if settings.security.check_dkim else None
    desk = FilingDesk(ground.policy, set_up_desk(ground, keys_for(db, settings, clock())), proofs, ground, own)
    recover(db, clock())
    with ReadingRoom(setup_of(settings), settings.reading.children) as room:
        filer = MailFiler(db, room, desk, name_owner(settings.instance), clock)
        try:
            yield filer
        finally:
            filer.give_up()
