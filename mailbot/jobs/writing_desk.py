"""Letters become outbox rows: addressed, numbered once and for all, finished bytes. Neither reads the clock nor the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from mailbot.claims.letters import House, Letter, template_of
from mailbot.claims.message import Address, IncomingMail
from mailbot.claims.people import with_role
from mailbot.claims.policy import Person
from mailbot.claims.proof import SigningKey, loop_header, make_message_id
from mailbot.claims.ready_replies import ReplyMaker
from mailbot.claims.senders import is_mailable
from mailbot.mail_out.compose import Composed, Composer, Envelope, languages
from mailbot.mail_out.envelope import Enclosure
from mailbot.store.outbox import NewLetter

if TYPE_CHECKING:
    from mailbot.config import Settings
    from mailbot.jobs.policy_of import Ground

_MOST_REFERENCES = 30
_BY_THE_CLOCK = frozenset({"holding", "wait_reminder", "withdrawal_reminder"})  # to customers, in a thread, yet they answer nothing


@dataclass(frozen=True, slots=True)
class Home:
    """The mailbox letters leave from; `name` None where no mailbox is configured and the mail's own addressee stands in."""

    name: str | None
    address: str
    bounce_address: str

    @property
    def domain(self) -> str:
        return a_label(self.address.rpartition("@")[2])


def a_label(domain: str) -> str:
    """A domain as it travels (RFC 5891): lower case, Cyrillic as xn--…; what cannot be converted stays as it is, ASCII only."""
    try:
        return domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return "".join(c for c in domain if c.isascii() and (c.isalnum() or c in ".-")).lower() or "localhost"


@dataclass(frozen=True, slots=True)
class Thread:
    """What a letter answers: nothing, or a mail with its references."""

    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    subject: str = ""  # "" where nothing of the sender's may be echoed (reliability.md R22)


@dataclass(frozen=True, slots=True)
class WritingDesk:
    """Composer, keys and addresses. `keys`: the one to sign with first. `rehearsal`: letters wait, only the operator is written to."""

    composer: Composer
    house: House
    keys: Mapping[str, SigningKey]
    instance: str
    homes: Mapping[str, Home]
    languages: tuple[str, ...]
    rehearsal: bool
    takes_commands: bool = False  # False: no server of ours vouches for senders, so no letter offers a ready reply

    @property
    def key(self) -> SigningKey:
        return next(iter(self.keys.values()))

    def home(self, mailbox: str | None, mail: IncomingMail | None = None) -> Home | None:
        """Where a letter leaves from: its case's mailbox, else the first one, else (no configuration) whom the mail was sent to."""
        if mailbox is not None and mailbox in self.homes:
            return self.homes[mailbox]
        if self.homes:
            return next(iter(self.homes.values()))
        addressee = next((to for to in mail.to if is_mailable(to)), None) if mail is not None else None
        return Home(None, addressee.address, addressee.address) if addressee is not None else None

    def write(
        self,
        letter: Letter,
        *,
        home: Home,
        to: Address,
        about: str,
        n: int,
        dedupe_key: str,
        language: str,
        now: datetime,
        also_in: str | None = None,
        thread: Thread | None = None,
        case_id: int | None = None,
        received_id: int | None = None,
        due_by: datetime | None = None,
        automatic: bool = True,
        by_person: bool = False,
        unproven: bool = False,
        held: bool = False,
        numbers: Sequence[str] = (),
        enclosures: Sequence[Enclosure] = (),
    ) -> NewLetter:
        """One letter to one person. `about` and `n` fix its Message-ID: the same letter written again is the same letter (R10).

        `by_person`: somebody of ours writes it, so that it is no automatic letter.
        """
        message_id = make_message_id(self.key, template_of(letter).replace("_", ""), about, n, home.domain)
        asked = (home, to, message_id, now, thread or Thread())
        envelope = self._envelope(*asked, language=language, by_person=by_person, enclosures=enclosures)
        if envelope.automatic == "auto-replied" and template_of(letter) in _BY_THE_CLOCK:  # RFC 3834 5
            envelope = replace(envelope, automatic="auto-generated")
        composed = self.composer.compose(letter, language, also_in, envelope)
        return NewLetter(
            dedupe_key=dedupe_key,
            kind=template_of(letter),
            recipient=to.address,
            envelope_from=home.bounce_address,
            message_id=message_id,
            raw=composed.raw,
            subject=composed.subject,
            language=language,
            case_id=case_id,
            received_id=received_id,
            mailbox=home.name,
            due_by=due_by,
            held=held,
            automatic=automatic and not by_person,
            unproven=unproven,
            numbers=tuple(numbers),
        )

    def show(
        self, letter: Letter, *, home: Home, to: Address, language: str, thread: Thread, enclosures: Sequence[Enclosure], now: datetime
    ) -> Composed:
        """A person's letter as it would leave now; nothing is queued."""
        message_id = make_message_id(self.key, template_of(letter).replace("_", ""), "shown", 1, home.domain)
        envelope = self._envelope(home, to, message_id, now, thread, language=language, by_person=True, enclosures=enclosures)
        return self.composer.compose(letter, language, None, envelope)

    def _envelope(
        self,
        home: Home,
        to: Address,
        message_id: str,
        now: datetime,
        thread: Thread,
        *,
        language: str,
        by_person: bool,
        enclosures: Sequence[Enclosure],
    ) -> Envelope:
        references = tuple(dict.fromkeys((*thread.references, *((thread.in_reply_to,) if thread.in_reply_to else ()))))
        return Envelope(
            from_=Address(self.composer.house_in(language).name, home.address),
            to=to,
            message_id=message_id,
            date=now,
            loop=loop_header(self.key, self.instance, message_id),
            in_reply_to=thread.in_reply_to,
            references=references[:1] + references[1:][-_MOST_REFERENCES:],
            original_subject=thread.subject,
            automatic="no" if by_person else "auto-replied" if thread.in_reply_to else "auto-generated",
            attachments=tuple(enclosures),
        )

    def to_person(
        self,
        letter: Letter,
        person: Person,
        *,
        dedupe_key: str,
        now: datetime,
        case_id: int | None = None,
        numbers: Sequence[str] = (),
        enclosures: Sequence[Enclosure] = (),
    ) -> NewLetter | None:
        """A letter inside the house, in the person's language; None where no mailbox is configured to send from.

        `numbers`: the cases it lists.
        """
        home = self.home(None)
        if home is None:
            return None
        return self.write(
            letter,
            home=home,
            to=Address(person.name, person.addresses[0]),
            about=dedupe_key,
            n=1,
            dedupe_key=dedupe_key,
            language=self.language_of(person),
            now=now,
            case_id=case_id,
            automatic=False,
            numbers=numbers,
            enclosures=enclosures,
            held=self.rehearsal and "operator" not in person.roles,
        )

    def language_of(self, person: Person) -> str:
        return person.language if person.language in self.languages else self.languages[0]

    def replies_for(self, person: Person, now: datetime) -> ReplyMaker | None:
        """Who makes the ready replies of a letter to this person; None where they would be refused."""
        home = self.home(None) if self.takes_commands else None
        return ReplyMaker(self.key, home.address, person, now) if home is not None else None


def set_up_desk(ground: Ground, keys: Mapping[str, SigningKey]) -> WritingDesk:
    """The desk for these settings. Errors: SetupError where a template is wrong."""
    settings = ground.settings
    titles = {category.id: category.title for category in ground.rules.categories}
    vouched = settings.security.check_dkim or any(box.authserv_id for box in settings.mailbox)
    composer = Composer(
        settings.files.templates, ground.house, ground.policy.calendar, ground.policy.office, titles, _names_in_latin(settings), vouched,
        has_lawyer=bool(with_role("legal", ground.policy)),
    )  # fmt: skip
    known = languages(settings.files.templates)
    return WritingDesk(composer, ground.house, keys, settings.instance, _homes(settings), known, ground.policy.rehearsal, vouched)


def _names_in_latin(settings: Settings) -> dict[str, str]:
    company = settings.company
    named = [(company.contact_person, company.contact_person_en), *((person.name, person.name_en) for person in settings.person)]
    return {name: in_latin for name, in_latin in named if name and in_latin}


def _homes(settings: Settings) -> dict[str, Home]:
    return {box.name: Home(box.name, box.address, box.bounce_address or box.address) for box in settings.mailbox}
