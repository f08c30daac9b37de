"""`mailbot case wait|reply|resolve|approve …`: what people command by mail, for scripts; the same operations, the same sentences."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from mailbot.claims.command import TEXTS
from mailbot.cli.printing import print_json
from mailbot.cli.setting_up import clock, open_store, settings_of, system_user

if TYPE_CHECKING:
    from mailbot.claims.command import Command
    from mailbot.claims.policy import Person
    from mailbot.jobs.policy_of import Ground


def carry_out(arguments: argparse.Namespace) -> int:
    """One command about one case, or one mail without a case (M-123)."""
    from mailbot.claims.command_words import say_fault
    from mailbot.jobs.desk_keys import keys_for
    from mailbot.jobs.orders import HERE
    from mailbot.jobs.policy_of import lay_ground
    from mailbot.jobs.writing_desk import set_up_desk

    settings, now = settings_of(arguments), clock()
    ground = lay_ground(settings, now)
    person = person_of(arguments.by, ground)
    if person is None:
        return 2
    if arguments.text is not None and arguments.word not in TEXTS:
        print(f"`case {arguments.word}` takes no --text; nothing was done. `case note` keeps words with the case.", file=sys.stderr)
        return 2
    command = _command(arguments)
    if command is None:
        print("A line of the text begins with `!`: one order at a time; nothing was done.", file=sys.stderr)
        return 2
    if not hasattr(command, "word"):
        print(say_fault(command, HERE), file=sys.stderr)  # type: ignore[arg-type]
        return 2
    with open_store(arguments, settings) as db:
        desk = set_up_desk(ground, keys_for(db, settings, now))
        return _done(arguments, db, ground, desk, person, command, now)


def _done(arguments: argparse.Namespace, db: Any, ground: Ground, desk: Any, person: Person, command: Any, now: Any) -> int:
    from mailbot.jobs.carrying_out import carry_out as carry
    from mailbot.jobs.confirm import NotPossible
    from mailbot.jobs.orders import HERE, Errand, Left, NotDone
    from mailbot.store import outbox

    left = Left()
    try:
        with db.write() as conn:
            said = carry(Errand(conn, ground, desk, now, person, None, command, arguments.number, left, HERE))
            outbox.queue(conn, left.letters, now)
    except (NotDone, NotPossible) as refused:
        print(refused, file=sys.stderr)
        return 1
    if arguments.json:
        letters = [{"kind": letter.kind, "to": letter.recipient, "held": letter.held} for letter in left.letters]
        done = {"number": arguments.number, "command": command.word, "by": person.id, "done": said}
        print_json({**done, "letters": letters, "lacking": left.lacking, "to_check": left.kept, "to_agree": left.to_agree})
    else:
        print(said, file=sys.stderr if left.stays else sys.stdout)
    return 1 if left.stays else 0


def person_of(wanted: str | None, ground: Ground) -> Person | None:
    """One of our people by id or address; without a name whoever sits at the machine, as the operator. None, and said, for nobody's."""
    from mailbot.jobs.orders import at_the_machine

    if wanted is None:
        return at_the_machine(system_user())
    found = next((one for one in ground.policy.people if one.id == wanted), None) or ground.policy.person_at(wanted)
    if found is None:
        known = ", ".join(one.id for one in ground.policy.people) or "(no [[person]] is configured)"
        print(f"There is nobody {wanted!r}. Use one of {known}.", file=sys.stderr)
    return found


def _command(arguments: argparse.Namespace) -> Command | Any:
    """The command as the same words in a mail would give it, or what is wrong with them."""
    from mailbot.claims.commands import read_commands

    text = arguments.text if arguments.text is not None else ""
    if text == "-":
        text = sys.stdin.read()
    words = " ".join(arguments.words)
    reading = read_commands(f"!{arguments.word} {words}\n{text}")
    if reading.faults:
        return reading.faults[0]
    return reading.commands[0] if len(reading.commands) == 1 else None
