"""`mailbot check`: tries everything the daemon needs, and says of each thing in one sentence whether it is well."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass

from mailbot.claims.errors import Fault, MailboxAway, SetupError, StoreAway
from mailbot.cli.check_files import Attempt, files
from mailbot.cli.check_servers import database, reading_child, record, servers
from mailbot.cli.printing import print_json, printable
from mailbot.cli.setting_up import clock, config_path, database_of, names_database, settings_of


@dataclass(frozen=True, slots=True)
class Finding:
    """One line. `set_up`: a fault of the files, for which the daemon refuses to start (exit 2); `warning`: it starts all the same."""

    what: str
    ok: bool
    sentence: str
    set_up: bool = False
    warning: bool = False


def check(arguments: argparse.Namespace) -> int:
    """0 where all is well, 1 where something does not answer, 2 where the set-up is wrong."""
    findings: list[Finding] = []
    for attempt in _attempts(arguments):
        if any(finding.what in attempt.needs and not finding.ok for finding in findings):
            continue
        for finding in _tried(attempt):
            if finding.set_up and any(one.set_up and one.sentence == finding.sentence for one in findings):
                continue  # the same slip of a rule file, met again by what reads that file too
            findings.append(finding)
            _say(finding, as_json=arguments.json)
    if any(finding.set_up for finding in findings):
        return 2
    return 0 if all(finding.ok for finding in findings) else 1


def _attempts(arguments: argparse.Namespace) -> Iterator[Attempt]:
    """The files first, then whatever answers over the network; each fails alone. Errors: SetupError where the settings are wrong."""
    settings, path = settings_of(arguments, secrets=True), config_path(arguments)
    yield from files(settings, path, clock())
    yield reading_child(settings)
    if arguments.offline:
        return
    yield from servers(settings)
    if path is not None or names_database(arguments):
        url = database_of(arguments, settings)
        yield database(url, clock)
        yield record(url)


def _tried(attempt: Attempt) -> Iterator[Finding]:
    """Its sentences, or the sentences of what is wrong."""
    try:
        yield from [Finding(attempt.what, True, str(said), warning=isinstance(said, Fault)) for said in attempt.sentences()]
    except SetupError as error:
        yield from (Finding(attempt.what, False, str(fault), set_up=True) for fault in error.faults)
    except (MailboxAway, StoreAway, OSError, ValueError, RuntimeError) as error:
        yield Finding(attempt.what, False, str(error) or type(error).__name__, set_up=attempt.set_up)


def _say(finding: Finding, *, as_json: bool) -> None:
    if as_json:
        print_json({"what": finding.what, "ok": finding.ok, "warning": finding.warning, "sentence": finding.sentence})
    else:
        how = "warn " if finding.warning else "ok   " if finding.ok else "FAULT"
        print(f"{how} {finding.what}: {printable(finding.sentence)}", flush=True)
