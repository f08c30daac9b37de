"""What of the set-up lies in files: settings, rules, calendar, templates, secrets. Never says a secret."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from mailbot.claims.errors import Fault, SetupError
from mailbot.claims.people import INSTEAD

if TYPE_CHECKING:
    from mailbot.config import OAuth, Server, Settings
    from mailbot.secret import Secret
    from mailbot.tomlfile import Key


@dataclass(frozen=True, slots=True)
class Attempt:
    """One thing to try. `sentences` says what it found or raises; `set_up`: whatever it raises is a fault of the files.

    A Fault that is said, not raised, is a warning: the daemon starts all the same.
    """

    what: str
    sentences: Callable[[], Iterator[str | Fault]]
    set_up: bool = False
    needs: tuple[str, ...] = ()  # not tried where one of these is at fault: it would only say the same again


def files(settings: Settings, path: Path | None, now: datetime) -> Iterator[Attempt]:
    """Everything that can be judged without asking anybody."""
    yield Attempt("settings", partial(_settings, settings, path))
    yield Attempt("rules", partial(_rules, settings, path), set_up=True)
    yield Attempt("examples", partial(_examples, settings), set_up=True, needs=("rules",))
    yield from _tables(settings)
    yield Attempt("calendar", partial(_calendar, settings, now), set_up=True)
    yield Attempt("templates", partial(_templates, settings, now), set_up=True, needs=("rules", "calendar"))
    for place, secret in _secrets(settings):
        yield Attempt(place, partial(_readable, secret), set_up=True)
    for place, oauth in _oauths(settings):
        if oauth.client_secret_expires_on:
            yield Attempt(f"{place}.client_secret_expires_on", partial(_expiry, oauth, now))


def _settings(settings: Settings, path: Path | None) -> Iterator[str | Fault]:
    where = str(path) if path is not None else "no configuration is named, so the defaults hold"
    boxes, people = len(settings.mailbox), len(settings.person)
    yield f"{where}: mailboxes {boxes}, people {people}, mode {settings.mode}, zone {settings.office.timezone}."
    if settings.mailbox and path is not None:
        yield from _nobody_hears(settings, path)
        yield from _unsigned(settings, path)


def _in(path: Path | None, key: Key, problem: str, mend: str) -> Fault:
    """A fault of the configuration that shows only beside other files, with its line."""
    from mailbot.tomlfile import read_toml

    line = read_toml(path).line(key) if path is not None else 0
    return Fault(str(path or "configuration"), line, ".".join(map(str, key)), problem, mend)


def _nobody_hears(settings: Settings, path: Path) -> Iterator[Fault]:
    """What is allowed and hardly meant: nobody vouches for senders, nobody hears of a deadline, nobody gets the cases."""
    for n, box in enumerate(settings.mailbox):
        if not (box.authserv_id or settings.security.check_dkim):
            problem = (
                "is empty: nobody vouches for senders. A colleague's answer by mail, our address in copy, stops no clock; no command "
                "by mail is carried out, letters offer none, and a department's answer ends no reminder. Mark each with `mailbot case …`."
            )
            mend = "Name your mail server as it signs Authentication-Results, or set check_dkim."
            yield _in(path, ("mailbox", n, "authserv_id"), problem, mend)
    if not any({"head", "director"} & set(person.role) for person in settings.person):
        problem = "nobody is head or director, so the operator hears of late answers."
        yield _in(path, ("person", 0, "role"), problem, 'Give one person role = ["head"].')
    roles = {role for person in settings.person for role in person.role}
    if settings.person and "legal" not in roles:
        instead = next((role for role in INSTEAD["legal"] if role in roles), "nobody")
        who = ", ".join(person.name or person.id for person in settings.person if instead in person.role)
        problem = f"nobody is legal, so threats of a court and what needs a lawyer's yes go to {instead}{f' ({who})' if who else ''}."
        yield _in(path, ("person", 0, "role"), problem, 'Give the lawyer a [[person]] with role = ["legal"].')
    if not any("specialist" in person.role and (person.categories or person.triage) for person in settings.person):
        problem = "no specialist has categories or triage, so every specialist sees every case."
        yield _in(path, ("person", 0), problem, 'Add categories = ["quality", …] or triage = true where it is meant.')
    if not settings.company.domains:
        problem = "is empty: only listed people and those of the mailbox's own domain count as colleagues."
        yield _in(path, ("company", "domains"), problem, "List your own mail domains.")
    addresses = [*(address for person in settings.person for address in person.addresses), *(one.address for one in settings.mailbox)]
    ours, domains = {one.rpartition("@")[2].casefold() for one in addresses}, {one.casefold() for one in settings.company.domains}
    if domains and not ours & domains:
        problem = "no mailbox and no person has an address of these, so a colleague who is not listed would be taken for a customer."
        yield _in(path, ("company", "domains"), problem, "Is there a slip of the pen? List your own mail domains.")


def _unsigned(settings: Settings, path: Path) -> Iterator[Fault]:
    """What every letter to a customer would show of us, and nobody has filled in."""
    from mailbot.config import Company

    company, letters = settings.company, "every letter to a customer"
    if company.name.strip() in {"", Company().name}:
        problem = f"is {company.name!r}, as in the sample: {letters} would be signed so."
        yield _in(path, ("company", "name"), problem, "Write your company's name as it stands in letters.")
    if not company.phone.strip():
        yield _in(path, ("company", "phone"), f"is empty: {letters} names an address to write to and nowhere to call.", "Write the number.")


def _rules(settings: Settings, path: Path | None) -> Iterator[str | Fault]:
    from mailbot.rulebook import load_rules
    from mailbot.rulebook.approval import load_original_defect
    from mailbot.rulebook.deadlines import load_deadlines
    from mailbot.rulebook.guard import load_guard
    from mailbot.rulebook.older_deadlines import what_it_lacks
    from mailbot.rulebook.recurring import load_recurring

    rules, clocks = load_rules(settings.files.rules), load_deadlines(settings.files.rules)
    load_recurring(settings.files.rules)
    load_guard(settings.files.rules)
    load_original_defect(settings.files.rules)
    known = {category.id for category in rules.categories}
    strange = [(n, name) for n, person in enumerate(settings.person) for name in person.categories if name not in known]
    if strange:
        mend = f"Categories are {', '.join(sorted(known))}."
        raise SetupError(*(_in(path, ("person", n, "categories"), f"there is no category {name!r}.", mend) for n, name in strange))
    yield from what_it_lacks(settings.files.rules)
    yield f"{len(rules.files)} files, version {rules.version}; categories {', '.join(sorted(known))}; {len(clocks)} clocks."


def _examples(settings: Settings) -> Iterator[str | Fault]:
    """Rules that contradict each other, and the examples of the rule files that do not come out as written."""
    from mailbot.classify.examples import count_examples, failing_examples
    from mailbot.rulebook import load_rules
    from mailbot.rulebook.contradictions import contradictions
    from mailbot.rulebook.unread import unread

    rules = load_rules(settings.files.rules)
    against, failing = contradictions(rules), list(failing_examples(rules))
    yield from (*unread(rules, settings.files.rules), *against, *failing)
    yield f"{count_examples(rules) - len(failing)} of {count_examples(rules)} examples come out as written; {len(against)} contradictions."


def _tables(settings: Settings) -> Iterator[Attempt]:
    """The files of goods, customers and the model, where there are any."""
    files = settings.files
    if files.catalogue is not None:
        yield Attempt("catalogue", partial(_catalogue, files.catalogue), set_up=True)
    if files.customers is not None:
        yield Attempt("customers", partial(_customers, files.customers, files.rules), set_up=True)
    if files.model is not None and files.model.is_file():
        yield Attempt("model", partial(_model, files.model), set_up=True)


def _catalogue(path: Path) -> Iterator[str]:
    from mailbot.rulebook.catalogue import read_catalogue

    found = read_catalogue(path)
    terms = sum(goods.months is not None for goods in found.articles.values())
    yield f"{path}: {len(found.articles)} articles ({terms} with a warranty term), {len(found.names)} names, {len(found.sold)} items sold."


def _customers(path: Path, rules: Path | None) -> Iterator[str]:
    from mailbot.rulebook import load_rules
    from mailbot.rulebook.customers import read_customers

    found = read_customers(path, load_rules(rules).free_mail_domains)
    yield f"{path}: important are {len(found.addresses)} addresses, {len(found.domains)} domains, {len(found.inn)} ИНН."


def _model(path: Path) -> Iterator[str]:
    from mailbot.classify.model_file import read_model

    model = read_model(path)
    used = ", ".join(f"{language} by {way}" for language, way in model.use.items()) or "nothing"
    yield f"{path}: version {model.version} of {model.made_at or 'unknown date'}, {len(model.taught)} letters; judges {used}."


def _calendar(settings: Settings, now: datetime) -> Iterator[str]:
    from mailbot.rulebook.deadlines import overdue_review
    from mailbot.rulebook.production_calendar import differences, load_calendar

    own, years = settings.files.rules, range(now.year, now.year + 2)
    calendar = load_calendar(own, years)
    confirmed = sorted(calendar.confirmed_years)
    yield f"the years confirmed by decree are {', '.join(map(str, confirmed)) or 'none'} of {years[0]}–{years[-1]}."
    yield from differences(own, years)
    if overdue := overdue_review(own, now.date()):
        yield overdue


def _templates(settings: Settings, now: datetime) -> Iterator[str | Fault]:
    from mailbot.jobs.policy_of import lay_ground
    from mailbot.jobs.writing_desk import set_up_desk
    from mailbot.mail_out.compose import languages, template_faults
    from mailbot.mail_out.own_templates import read_by_nothing

    known = languages(settings.files.templates)
    absent = [language for language in settings.languages.known if language not in known]
    if absent:
        raise ValueError(f"there is no folder of templates for {', '.join(absent)}. Add it, or take the language out of [languages] known.")
    bare = settings.files.model_copy(update={"catalogue": None, "customers": None, "model": None})  # they have lines of their own
    composer = set_up_desk(lay_ground(settings.model_copy(update={"files": bare}), now), {}).composer
    faults = template_faults(composer, settings.languages.known)
    if faults:
        raise SetupError(*faults)
    yield from read_by_nothing(settings.files.templates, settings.languages.known)
    yield f"every letter can be written in {', '.join(known)}."


def _readable(secret: Secret) -> Iterator[str]:
    secret.read()
    yield f"can be read from {secret.source}."


def _expiry(oauth: OAuth, now: datetime) -> Iterator[str]:
    from mailbot.access_token import secret_expires_within

    if (ends := secret_expires_within(oauth, now.date())) is not None:
        raise ValueError(f"the client secret expires on {ends}. Make a new one at the provider now, and change the date here.")
    yield f"the client secret is good until {oauth.client_secret_expires_on}."


def _secrets(settings: Settings) -> Iterator[tuple[str, Secret]]:
    for place, server in _servers(settings):
        if server.password is not None:
            yield f"{place}.password", server.password
    for place, oauth in _oauths(settings):
        for name, secret in (("client_secret", oauth.client_secret), ("refresh_token", oauth.refresh_token)):
            if secret is not None:
                yield f"{place}.{name}", secret
    if settings.security.signing_key is not None:
        yield "security.signing_key", settings.security.signing_key


def _oauths(settings: Settings) -> Iterator[tuple[str, OAuth]]:
    return ((f"{place}.oauth", server.oauth) for place, server in _servers(settings) if server.oauth is not None)


def _servers(settings: Settings) -> Iterator[tuple[str, Server]]:
    """Every server we sign in to, by its place in the settings."""
    if settings.smtp is not None:
        yield "smtp", settings.smtp
    for box in settings.mailbox:
        yield f"mailbox {box.name}", box
        if box.smtp is not None:
            yield f"mailbox {box.name}.smtp", box.smtp
