"""Letters become mail: the wording of templates/, the facts of one letter, finished bytes. The same letter gives the same bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import datetime, timedelta, tzinfo
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from mailbot.claims.errors import SetupError
from mailbot.claims.latin import latin
from mailbot.claims.letters import House, Letter, template_of
from mailbot.claims.term_words import explain_date
from mailbot.claims.work_calendar import WorkCalendar
from mailbot.claims.working_time import office_day, working_days_between
from mailbot.mail_out import headers
from mailbot.mail_out.echo import echoed, inside_quotes
from mailbot.mail_out.envelope import Composed, Envelope
from mailbot.mail_out.forbidden import CUSTOMER, not_echoed
from mailbot.mail_out.render import TIED_WORDS, Pages, template_files, wrapped
from mailbot.mail_out.template_check import template_faults
from mailbot.mail_out.wire import as_mail, check, names_of

__all__ = ["Composed", "Composer", "Envelope", "languages", "template_faults"]

FRAME = "frame.html.j2"
_RULE = "\n" + "- " * 30 + "\n\n"
_MONTHS = (
    "январ|феврал|март|апрел|ма[йя]|июн|июл|август|сентябр|октябр|ноябр|декабр"
    "|January|February|March|April|May|June|July|August|September|October|November|December"
)
_TIED = re.compile(  # begins with what is sought: with a look back first it costs thirteen times as much
    r" (?:(?=г\.)(?<=\d{4} )|(?=\d)(?<=\bдень )|(?=\d)(?<=\bday )|(?<=\d )(?=[^\W\d_]{3,9} \d{4}\b)|(?=[—–·] )"
    r"|(?=\d)(?<=\b(?:пн|вт|ср|чт|пт|сб|вс) )|(?=\d)(?<=\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) )|(?=20\d\d\b)(?<=[^\W\d_] )"
    r"|(?=[\w#])(?<=№ )|(?=(?:\d{3}[ \u00a0]){0,3}(?:\d{3}(?:[.,]\d\d)?[ \u00a0])?(?:[₽€$]|руб|RUB|EUR))(?<=\d )"
    r"|(?<=\d )(?=(?:" + _MONTHS + r")[^\W\d_]{0,7}\b|(?:шт|кг|руб|МБ|MB|pcs|день|дня|дней|days?)\b|%"
    r"|[а-яё]{3,})"  # «6 флаконов»; in Latin letters it could be a style
    r"|" + TIED_WORDS + r")"
)
_SAID = re.compile(r">[^-!@<]*[-!@][^<]*")  # words between two tags that may hold such a thing: nothing of a style or a link
_WHOLE = re.compile(  # what a browser parts at a hyphen, a blank or after "!"; longer ones may part: a phone is narrow;
    # a number at the beginning of its line needs nothing
    r"(?<![\w-])(?:\[#[\w-]{1,20}\]|!\w[\w-]{1,19}(?![\w-])"
    r"|(?<!\d, )(?<![>\n])(?<![>\n]№\u00a0)20\d\d-\d{4,8}(?:-\d{1,3})?(?![\w-]|, 20\d\d-))"
    r"|(?<![\w+])(?:\+\d{1,3}|8)[ \u00a0]?\(?\d{3,4}\)?[ \u00a0]\d{2,3}-\d\d-\d\d(?![\w-])"
    r"|(?<![\w.+@-])(?=[^@\s]{1,24}@)(?=[\w.+@-]{3,30}(?![\w.+@-]))[\w.+-]+@[\w.-]*\w"
)
_TAG = re.compile(r"\s*\[#[^\]]*\]\s*\Z")
_EXPLAINED_IN = frozenset({"ru", "en"})  # the sentence of term_words.explain_date exists in these


class Composer:
    """Writes letters in every language that has a folder. Errors: SetupError naming file and line of a template that is wrong."""

    def __init__(
        self,
        templates: Path | None,
        house: House,
        calendar: WorkCalendar,
        office: tzinfo,
        categories: Mapping[str, Mapping[str, str]] = {},
        names: Mapping[str, str] = {},
        proves_senders: bool = True,
        has_lawyer: bool = True,
    ) -> None:
        """`names`: of our people and the company in Latin letters where the configuration gives them; others are transliterated.

        `proves_senders`: False where nothing proves who wrote a mail, so that no letter may promise what a colleague's mail does.
        `has_lawyer`: False where nobody has the role legal, so that no letter may say that the lawyer hears.
        """
        self.templates = templates
        self.house = house
        self.calendar = calendar
        self.office = office
        self.categories = categories
        self.names = names
        self.proves_senders = proves_senders
        self.pages = Pages(template_files(templates), office, self.in_latin, has_lawyer)
        self.not_echoed = tuple(words for language in self.languages for words in not_echoed(language, templates))
        faults = self.pages.compile_all()
        if faults:
            raise SetupError(*faults)

    def compose(self, letter: Letter, language: str, also_in: str | None, envelope: Envelope) -> Composed:
        """The letter in `language`, and below it in `also_in`. Errors: ValueError where the envelope cannot stand in headers."""
        spoken = (language, also_in) if also_in and also_in != language else (language,)
        name = template_of(letter)
        facts = [self._facts(letter, in_, spoken, envelope) for in_ in spoken]
        subject = _joined_subject([self._text(f"{in_}/{name}.subject.j2", each) for in_, each in zip(spoken, facts, strict=True)])
        texts = [self._text(f"{in_}/{name}.txt.j2", each) for in_, each in zip(spoken, facts, strict=True)]
        text, flowing = (_RULE.join(each.strip("\n") + "\n" for each in some) for some in (map(wrapped, texts), texts))
        bodies = [(in_, Markup(_whole(_tied(self._text(f"{in_}/{name}.html.j2", each))))) for in_, each in zip(spoken, facts, strict=True)]  # noqa: S704  # autoescaped
        html = self._text(FRAME, {**facts[0], "bodies": bodies, "subject": subject})
        return Composed(self._bytes(subject, text, html, spoken, envelope), subject, text, html, flowing)

    @property
    def languages(self) -> tuple[str, ...]:
        return _languages_of(self.pages.files)

    def in_latin(self, name: str) -> str:
        """A name for a letter in another language than Russian."""
        return self.names.get(name) or latin(name)

    def house_in(self, language: str) -> House:
        """The company as a letter in this language names it."""
        house = self.house
        if language == "ru":
            return house
        return replace(house, name=house.name_en or latin(house.name), contact_person=self.in_latin(house.contact_person))

    def title(self, category: str | None, language: str) -> str:
        """A category as our people call it; its id where the rules give it no name."""
        titles = self.categories.get(category or "", {})
        return titles.get(language) or titles.get("ru") or next(iter(titles.values()), category or "")

    def _text(self, template: str, facts: Mapping[str, Any]) -> str:
        return self.pages.render(template, facts)

    def _facts(self, letter: Letter, language: str, spoken: tuple[str, ...], envelope: Envelope) -> dict[str, Any]:
        """What a template may use: the letter's own facts, the house, and a few of the envelope."""
        facts = {field.name: getattr(letter, field.name) for field in fields(letter)}
        subject = envelope.original_subject
        if template_of(letter) in CUSTOMER:
            subject = echoed(subject, self.not_echoed)
            facts |= self._quotable(facts, language)
        facts |= {
            "house": self.house_in(language),
            "proves_senders": self.proves_senders,
            "language": language,
            "signature": self.house.signature if language == "ru" else self.house.signature_en,
            "hours": self.house.hours if language == "ru" else self.house.hours_en,
            "claims_address": (envelope.reply_to or envelope.from_).address,
            "original_subject": subject,
            "written_at": envelope.date,
            "below": spoken[1] if len(spoken) > 1 and language == spoken[0] else "",
            "category_title": lambda category: self.title(category, language),
            "how_counted": cache(lambda received_at, answer_by: self._counted(letter, received_at, answer_by, language)),  # text, HTML
        }
        return facts

    def _quotable(self, facts: Mapping[str, Any], language: str) -> dict[str, Any]:
        """Her subject where the letter quotes it: of one case, or of each of many."""

        def quotable(one: str) -> str:
            return inside_quotes(echoed(one, self.not_echoed), language)

        found: dict[str, Any] = {"subject": quotable(facts["subject"])} if "subject" in facts else {}
        if "cases" in facts:
            found["cases"] = tuple(replace(case, subject=quotable(case.subject)) for case in facts["cases"])
        return found

    def _counted(self, letter: Letter, received_at: datetime, answer_by: datetime, language: str) -> str:
        """As the letter itself says, else as working days from the arrival."""
        counted: Mapping[str, str] | None = getattr(letter, "counted", None)
        return self.how_counted(received_at, answer_by, language) if counted is None else counted.get(language, "")

    def how_counted(self, received_at: datetime, answer_by: datetime, language: str) -> str:
        """How the promised date was counted (behaviour.md 11.4), where days off lie on the way or it is provisional; else ""."""
        first, last = office_day(received_at, self.office), office_day(answer_by, self.office)
        days = working_days_between(first + timedelta(days=1), last, self.calendar)
        plain = days == (last - first).days and not self.calendar.is_provisional(last)
        if plain or days < 1 or not self.calendar.is_working_day(last) or language not in _EXPLAINED_IN:
            return ""
        return explain_date(received_at, days, self.calendar, self.office, language)

    def _bytes(self, subject: str, text: str, html: str, spoken: tuple[str, ...], envelope: Envelope) -> bytes:
        by_program = envelope.automatic != "no"
        lines = [
            headers.mailbox("From", envelope.from_),
            headers.mailbox("To", envelope.to),
            *([headers.mailbox("Reply-To", envelope.reply_to)] if envelope.reply_to is not None else []),
            headers.unstructured("Subject", subject),
            f"Date: {format_datetime(envelope.date.astimezone(self.office))}",
            headers.message_id("Message-ID", envelope.message_id),
            *headers.thread_headers(envelope.in_reply_to, envelope.references),
            f"Auto-Submitted: {envelope.automatic}",
            *(["X-Auto-Response-Suppress: All"] if by_program else []),
            headers.token("X-Mailbot-Loop", envelope.loop),
            f"Content-Language: {', '.join(spoken)}",
        ]
        raw = as_mail(lines, text, html, envelope.message_id, envelope.attachments)
        check(raw, [*names_of(lines), "MIME-Version", "Content-Type"], headers.address_spec(envelope.to.address))
        return raw


def _tied(html: str) -> str:
    """A day keeps its month or number, a year its «г.», «№» and a unit their number; no line begins with a dash or ends with «в»."""
    return _TIED.sub("\u00a0", html)


def _whole(html: str) -> str:
    """A case number, a command, a telephone and an address of common length stand on one line: half of one is none.

    `nobr` is short, for Gmail cuts a letter off at 102 KB; a program that drops it shows the words as before.
    """
    return _SAID.sub(lambda said: _WHOLE.sub(r"<nobr>\g<0></nobr>", said.group()), html)


def _joined_subject(subjects: list[str]) -> str:
    """One subject for a letter in two languages, its tag once and at the end."""
    first, *others = (" ".join(subject.split()) for subject in subjects)
    found = _TAG.search(first)
    tag = found.group() if found else ""
    heads = dict.fromkeys(_TAG.sub("", subject) for subject in (first, *others))
    most = headers.MOST_LETTERS - len(tag)
    return headers.safe_header(headers.safe_header(" / ".join(heads), most) + tag)


def languages(templates: Path | None) -> tuple[str, ...]:
    """The languages we write in: the folders under templates/, shipped and the operator's."""
    return _languages_of(template_files(templates))


def _languages_of(files: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({name.partition("/")[0] for name in files if "/" in name}))
