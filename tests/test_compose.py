"""Letters as mail: nothing of a stranger's becomes a header, a tag or a template; threads hold; the same letter is the same bytes."""

from __future__ import annotations

import dataclasses
import email
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from email import policy
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.claims.errors import SetupError
from mailbot.claims.letters import Acknowledgement, Collective, House, Letter
from mailbot.claims.message import Address
from mailbot.claims.work_calendar import WorkCalendar
from mailbot.mail_out import headers
from mailbot.mail_out.compose import Composed, Composer, _tied, languages
from mailbot.mail_out.render import lines, mailto, one_line, quoted, without_re, wrapped
from mailbot.mail_out.salutation import greeted
from mailbot.mail_out.sample_letters import CUSTOMERS, ENVELOPE, NEEDS, sample_letters
from mailbot.mail_out.wire import check
from mailbot.rulebook.production_calendar import load_calendar

OFFICE = ZoneInfo("Europe/Moscow")
HOUSE = House(
    "ООО «Мебель»",
    "Отдел по работе с претензиями",
    "Claims department",
    "Анна Петрова",
    "+7 495 123-45-67",
    "пн–пт",
    "Mon–Fri",
    "https://m.example/p",
)
WEDNESDAY = datetime(2026, 11, 18, 7, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
THURSDAY = datetime(2026, 11, 26, 20, 59, 59, tzinfo=UTC)
CLAIM = Acknowledgement("2026-0451", MONDAY, THURSDAY, "damage", ("photo", "act"), "Бой в поставке", "Белова Ольга Ивановна")
PLAIN = ["From", "To", "Subject", "Date", "Message-ID"]
FIXED = ["Auto-Submitted", "X-Auto-Response-Suppress", "X-Mailbot-Loop", "Content-Language", "MIME-Version", "Content-Type"]
THREADED = [*PLAIN, "In-Reply-To", "References", *FIXED]

ATTACKS = (
    "=?utf-8?q?a=0D=0ABcc:_victim=40example.org?=",  # CVE-2024-6923
    "=?utf-8?b?YQ0KQmNjOiB2aWN0aW1AZXhhbXBsZS5vcmc=?=",
    "a\r\nBcc: victim@example.org",
    "a\r\n\r\n<script>alert(1)</script>",
    "a\x00\x0b\x0c\x85\u2028Bcc: victim@example.org",
    "a\ud800\udfff \u202egnp.exe\u200b\ufeff",
    "=\u200b?utf-8?q?=0ABcc:_victim=40example.org?\u200b=",
    'x" <victim@example.org>, "y',
    "victim@example.org, other@example.org",
    "==??utf-8?q?=0D=0ABcc:_v=40example.org?==",
    "длинное " * 400,
    "a" * 3000,
    "\t  \n ",
)


def composer(house: House = HOUSE, calendar: WorkCalendar | None = None, office: tzinfo = OFFICE, **changes: Any) -> Composer:
    return Composer(changes.get("templates"), house, calendar or load_calendar(None, range(2026, 2028)), office, {"damage": {"ru": "Бой"}})


@pytest.fixture(scope="module")
def shipped() -> Composer:
    return composer()


def names_of(raw: bytes) -> list[str]:
    return [name for name, _value in email.message_from_bytes(raw, policy=policy.compat32).items()]


def read(raw: bytes) -> EmailMessage:
    mail = email.message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def parts(raw: bytes) -> dict[str, str]:
    return {part.get_content_type(): part.get_content().replace("\r\n", "\n") for part in read(raw).iter_parts()}  # type: ignore[attr-defined]


# headers: what a stranger writes stays one header


@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_in_every_text_of_the_envelope(shipped: Composer, attack: str) -> None:
    envelope = replace(
        ENVELOPE, from_=Address(attack, "claims@m.example"), to=Address(attack, "olga@customer.example"), original_subject=attack
    )
    raw = shipped.compose(replace(CLAIM, subject=attack, customer_name=attack), "ru", None, envelope).raw
    mail = read(raw)
    assert names_of(raw) == THREADED
    assert [a.addr_spec for a in mail["To"].addresses] == ["olga@customer.example"]
    assert [a.addr_spec for a in mail["From"].addresses] == ["claims@m.example"]
    assert mail["Subject"].endswith("[#2026-0451]")
    assert "\n" not in mail["Subject"]


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300), st.text(max_size=120))
def test_any_subject_and_name(subject: str, name: str) -> None:
    envelope = replace(ENVELOPE, to=Address(name, "olga@customer.example"), original_subject=subject)
    raw = _SHIPPED.compose(CLAIM, "ru", None, envelope).raw
    assert names_of(raw) == THREADED
    assert [a.addr_spec for a in read(raw)["To"].addresses] == ["olga@customer.example"]


_SHIPPED = composer()


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(), max_size=400))
def test_safe_header_is_one_short_line_that_decodes_to_itself(text: str) -> None:
    safe = headers.safe_header(text)
    assert len(safe) <= 200
    assert "=?" not in safe
    assert safe == " ".join(safe.split())
    line = headers.unstructured("Subject", text)
    assert line.isascii()
    assert all(len(piece) <= 76 for piece in line.split("\r\n"))
    assert str(read(f"{line}\r\n\r\n".encode())["Subject"] or "") == safe


def test_safe_header_keeps_what_is_harmless() -> None:
    assert headers.safe_header("Бой, 5 шт. — «Норд» é 漢字 🙂") == "Бой, 5 шт. — «Норд» é 漢字 🙂"
    assert headers.safe_header("x" * 200) == "x" * 200
    assert headers.safe_header("x" * 201) == "x" * 199 + "…"


@pytest.mark.parametrize("most", range(12, 60))
def test_what_is_cut_ends_with_a_whole_word_and_says_so(most: int) -> None:
    subject = "Претензия по накладной № 5517: стеклопакеты, бой при разгрузке"
    words, cut = subject.split(), headers.safe_header(subject, most)
    assert len(cut) <= most
    assert cut.endswith("…")
    kept = cut[:-1].split()
    assert [word.rstrip(",.;:") for word in kept] == [word.rstrip(",.;:") for word in words[: len(kept)]]


@pytest.mark.parametrize("cut_at_word", [headers.safe_header, one_line])
def test_a_letter_is_not_cut_from_its_marks(cut_at_word: Callable[[str, int], str]) -> None:
    """«й» as Apple writes it, an и and a breve: without the breve it is another letter. A subject is one long word at worst."""
    whole = "и\u0306" * 30
    assert {cut_at_word(whole, most) for most in (20, 21)} == {"и\u0306" * 9 + "…", "и\u0306" * 10 + "…"}
    raw = headers.unstructured("Subject", cut_at_word("🙂" * 300, 200))
    assert str(read(f"{raw}\r\n\r\n".encode())["Subject"]) == "🙂" * 199 + "…"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("olga@почта.рф", "olga@xn--80a1acny.xn--p1ai"),
        ("Olga.B+1@Example.ORG", "Olga.B+1@example.org"),
        ("o..b@example.org", '"o..b"@example.org'),
        ("olga@[192.0.2.1]", "olga@[192.0.2.1]"),
        ("olga@mx_1.example.org.", "olga@mx_1.example.org"),
    ],
)
def test_address_as_it_travels(address: str, expected: str) -> None:
    assert headers.address_spec(address) == expected


@pytest.mark.parametrize(
    "address",
    ["ольга@example.org", "olga", "olga@", "@example.org", "o@a b.org", "o@e.org>,<v@e.org", "a\n@e.org", "o@e.org\r\nBcc: v@e.org"],
)
def test_an_address_that_cannot_travel(shipped: Composer, address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        shipped.compose(CLAIM, "ru", None, replace(ENVELOPE, to=Address("", address)))


@given(st.emails())
def test_every_ordinary_address_can_travel(address: str) -> None:
    assert headers.address_spec(address).lower() == address.lower()


def test_unusual_local_part_reaches_its_one_recipient(shipped: Composer) -> None:
    raw = shipped.compose(CLAIM, "ru", None, replace(ENVELOPE, to=Address("Ольга", "o..b@example.org"))).raw
    assert read(raw)["To"].addresses[0].domain == "example.org"


def test_reply_to(shipped: Composer) -> None:
    raw = shipped.compose(CLAIM, "ru", None, replace(ENVELOPE, reply_to=Address("", "claims+1@m.example"))).raw
    assert names_of(raw) == [*PLAIN[:2], "Reply-To", *THREADED[2:]]
    assert read(raw)["Reply-To"] == "claims+1@m.example"


def test_headers_of_an_automatic_letter(shipped: Composer) -> None:
    mail = read(shipped.compose(CLAIM, "ru", "en", ENVELOPE).raw)
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["X-Mailbot-Loop"] == ENVELOPE.loop
    assert mail["Content-Language"] == "ru, en"
    assert mail["Message-ID"] == f"<{ENVELOPE.message_id}>"
    assert mail["Date"].datetime == ENVELOPE.date
    assert mail["Date"].datetime.utcoffset() == OFFICE.utcoffset(ENVELOPE.date)


def test_a_bad_loop_value_or_message_id_is_refused(shipped: Composer) -> None:
    for changes in (
        {"loop": "a\r\nBcc: v@e.org"},
        {"loop": "=?utf-8?q?a?="},
        {"message_id": "a b@c"},
        {"message_id": "a@b>\r\nBcc: <v@e.org"},
    ):
        with pytest.raises(ValueError, match=r"X-Mailbot-Loop|Message-ID"):
            shipped.compose(CLAIM, "ru", None, replace(ENVELOPE, **changes))


@pytest.mark.parametrize(
    "raw",
    [
        b"To: a@example.org\r\nBcc: v@example.org\r\n\r\n",
        b"To: a@example.org, v@example.org\r\n\r\n",
        b"To: v@example.org\r\n\r\n",
        b"To: a@example.org\r\nTo: a@example.org\r\n\r\n",
        b"\r\nTo: a@example.org\r\n\r\n",
    ],
)
def test_the_gate_stops(raw: bytes) -> None:
    with pytest.raises(ValueError, match="letter"):
        check(raw, ["To"], "a@example.org")


def test_the_gate_opens() -> None:
    check(b"To: a@example.org\r\n\r\nbody", ["To"], "a@example.org")
    halves = b'To: a@example.org\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b--\r\n'
    check(halves, ["To", "Content-Type"], "a@example.org")


# threads


def reference(n: int) -> str:
    return f"{n:04}".ljust(60, "x") + "@outlook.example.com"  # 80 letters, as Outlook writes them


def test_long_ids_are_never_encoded(shipped: Composer) -> None:
    ids = tuple(reference(n) for n in range(4))
    raw = shipped.compose(CLAIM, "ru", None, replace(ENVELOPE, in_reply_to=ids[-1], references=ids)).raw
    assert f"\r\nIn-Reply-To: <{ids[-1]}>\r\n".encode() in raw
    unfolded = str(email.message_from_bytes(raw)["References"]).replace("\r\n", "").replace("\n", "")
    assert unfolded.split() == [f"<{one}>" for one in ids]


@pytest.mark.parametrize("count", [11, 12, 40])
def test_references_keep_the_first_and_the_last_below_998(shipped: Composer, count: int) -> None:
    ids = tuple(reference(n) for n in range(count))
    raw = shipped.compose(CLAIM, "ru", None, replace(ENVELOPE, in_reply_to=ids[-1], references=ids)).raw
    unfolded = str(email.message_from_bytes(raw)["References"]).replace("\r\n", "")
    kept = unfolded.split()
    assert len(f"References: {' '.join(kept)}") <= 998
    assert kept[0] == f"<{ids[0]}>"
    assert kept[1:] == [f"<{one}>" for one in ids[count - len(kept) + 1 :]]
    assert len(kept) == min(count, 11)


def test_ids_that_cannot_stand_in_a_header_are_left_out(shipped: Composer) -> None:
    odd = ("a b@c", "<ok@c>", "é@c", "a@b>\r\nBcc: <v@e.org", "x" * 901, "", "\x00@c")
    raw = shipped.compose(CLAIM, "ru", None, replace(ENVELOPE, in_reply_to="a b@c", references=odd)).raw
    assert names_of(raw) == [*PLAIN, "References", *FIXED]
    assert read(raw)["References"] == "<ok@c>"


def test_the_mail_answered_is_always_among_the_references(shipped: Composer) -> None:
    raw = shipped.compose(CLAIM, "ru", None, replace(ENVELOPE, in_reply_to="2@c", references=("1@c",))).raw
    assert str(email.message_from_bytes(raw)["References"]).split() == ["<1@c>", "<2@c>"]
    alone = shipped.compose(CLAIM, "ru", None, replace(ENVELOPE, in_reply_to=None, references=())).raw
    assert names_of(alone) == [*PLAIN, *FIXED]


def test_two_ids_too_long_together_keep_the_last() -> None:
    ids = ["a" * 600 + "@c", "b" * 600 + "@c"]
    assert list(headers.thread_headers(None, ids)) == [f"References: <{ids[1]}>"]


# bytes


def everything(by: Composer) -> Iterator[tuple[Letter, str, Composed]]:
    for letter, envelope in sample_letters():
        for language in by.languages:
            yield letter, language, by.compose(letter, language, None, envelope)


def test_ascii_crlf_and_short_lines_for_every_letter(shipped: Composer) -> None:
    for _letter, _language, composed in everything(shipped):
        assert composed.raw.isascii()
        assert composed.raw.count(b"\n") == composed.raw.count(b"\r\n") == composed.raw.count(b"\r")
        assert max(map(len, composed.raw.split(b"\r\n"))) <= 998
        found = parts(composed.raw)
        assert list(found) == ["text/plain", "text/html"]
        assert found["text/plain"].rstrip("\n") == composed.text.rstrip("\n")
        assert found["text/html"].rstrip("\n") == composed.html.rstrip("\n")
        assert str(read(composed.raw)["Subject"]) == composed.subject


def test_same_letter_same_bytes(shipped: Composer) -> None:
    first = shipped.compose(CLAIM, "ru", "en", ENVELOPE)
    assert composer().compose(CLAIM, "ru", "en", ENVELOPE) == first
    other = shipped.compose(CLAIM, "ru", "en", replace(ENVELOPE, message_id="mb1.other@m.example"))
    assert read(other.raw).get_boundary() != read(first.raw).get_boundary()


def test_an_english_letter_is_readable_on_the_wire(shipped: Composer) -> None:
    raw = shipped.compose(replace(CLAIM, subject="Broken", customer_name="John Baker"), "en", None, ENVELOPE).raw
    assert b"Dear John Baker," in raw
    assert b"Content-Transfer-Encoding: base64" not in raw.partition(b"text/html")[0]


# templates are only templates


EVIL = "{{7*7}}{% raw %}<script>alert(1)</script><img src=http://e.example/x onerror=alert(1)> \"'><a href=javascript:alert(1)> \u202e\x00\ud800"


def evil(value: Any) -> Any:
    """The same value with every text a stranger could have written made hostile; ids and numbers stay."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        kept = {
            "number", "needs", "category", "step", "roles", "clock", "what", "id", "person", "language", "state", "marks", "missing", "href",
            "ages", "departments", "bearers",
        }  # fmt: skip
        changes = {f.name: evil(getattr(value, f.name)) for f in dataclasses.fields(value) if f.name not in kept}
        return replace(value, **changes)
    if isinstance(value, tuple):
        return tuple(evil(one) for one in value)
    return EVIL if type(value) is str else value


class Tags(HTMLParser):
    """Every tag with the names of its attributes, and every link."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[tuple[str, tuple[str, ...]]] = set()
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add((tag, tuple(sorted(name for name, _value in attrs))))
        self.links += [value or "" for name, value in attrs if name in {"href", "src", "background", "action"}]


def test_hostile_text_in_every_field_stays_text(shipped: Composer) -> None:
    hostile = composer(replace(HOUSE, name=EVIL, signature=EVIL, contact_person=EVIL))
    tags: dict[type, set[tuple[str, tuple[str, ...]]]] = {}
    for letter, _language, composed in everything(shipped):
        tags.setdefault(type(letter), set()).update(Tags(composed.html).tags)
    for letter, envelope in sample_letters():
        for language in shipped.languages:
            clean = shipped.compose(letter, language, None, envelope)
            dirty = hostile.compose(evil(letter), language, None, replace(envelope, original_subject=EVIL))
            assert Tags(dirty.html).tags <= tags[type(letter)] | _OPTIONAL, type(letter)
            assert all(link.startswith(("mailto:claims@company.example", "https://m.example/p")) for link in Tags(dirty.html).links)
            assert "49" not in dirty.html.replace("2026", "") or "49" in clean.html
            assert "{{7*7}}" in dirty.text
            assert "<script" not in dirty.html
            assert not {"\u202e", "\x00", "\ud800"} & (set(dirty.html) | set(dirty.text) | set(dirty.subject))


_OPTIONAL = {
    ("nobr", ()),
    ("b", ()),
    ("p", ("class", "style")),
    ("br", ()),
    ("td", ("class", "style", "valign", "width")),
    ("td", ("class", "style", "valign")),
    ("b", ("style",)),
}


@settings(max_examples=60, deadline=None)
@given(st.text("<>\"'&/=!-;{}%# \n\tabonerrsciptjv:(1)", max_size=80))
def test_markup_of_any_kind_stays_text(words: str) -> None:
    """The tags of a letter are those of its templates, whatever a stranger wrote (reliability.md O6)."""
    letter, plain = replace(CLAIM, subject=f"x{words}", customer_name=words), replace(CLAIM, subject="x")
    dirty = _SHIPPED.compose(letter, "ru", None, replace(ENVELOPE, original_subject=words))
    clean = _SHIPPED.compose(plain, "ru", None, ENVELOPE)
    assert Tags(dirty.html).tags == Tags(clean.html).tags
    assert Tags(dirty.html).links == Tags(clean.html).links


def test_no_image_no_remote_content_and_only_known_links(shipped: Composer) -> None:
    for _letter, _language, composed in everything(shipped):
        found = Tags(composed.html)
        assert not {tag for tag, _attributes in found.tags} & {"img", "script", "link", "iframe", "object", "form", "svg"}
        assert all(link.startswith(("mailto:", "https://m.example/p")) for link in found.links)
        assert "url(" not in composed.html
        assert "@import" not in composed.html


def test_mailto_takes_nothing_but_an_address() -> None:
    assert mailto("olga@e.example", "claims@m.example", "Re: Бой & бой [#1]").startswith(
        "mailto:olga@e.example?cc=claims@m.example&subject=Re%3A%20"
    )
    assert "&" not in mailto("olga@e.example", subject="a&bcc=v@e.example").partition("?")[2]
    for bad in ("olga@e.example?bcc=v@e.example", "javascript:alert(1)", "a@b,c@d", "", "a b@c"):
        assert mailto(bad) == ""


# what the letters say


def test_acknowledgement_in_russian(shipped: Composer) -> None:
    composed = shipped.compose(CLAIM, "ru", None, replace(ENVELOPE, original_subject="Re: Бой в поставке"))
    assert composed.subject == "Re: Бой в поставке [#2026-0451]"
    text = composed.text
    assert text.startswith("Здравствуйте, Ольга Ивановна!\n\nВаше обращение получено и зарегистрировано.")
    for said in (
        "2026-0451",
        "23 ноября 2026 г., 10:00 (МСК)",
        "не позднее 26 ноября 2026 г.",
        "1. фотографии товара",
        "2. акт",
        "[#2026-0451]",
        "Анна Петрова",
        "+7 495 123-45-67",
        "пн–пт",
        "claims@company.example",
        "https://m.example/p",
        "составлено автоматически",
        "не является решением по существу",
        "Отдел по работе с претензиями",
    ):
        assert said in text, said
        if said != "1. фотографии товара" and said != "2. акт":
            assert said in composed.html.replace("\u00a0", " "), said
    assert "3." not in text
    assert "накладную" not in text
    assert "Как посчитан" not in text


def test_acknowledgement_in_english(shipped: Composer) -> None:
    composed = shipped.compose(
        replace(CLAIM, customer_name="John Baker", subject="Broken"), "en", None, replace(ENVELOPE, original_subject="Broken")
    )
    assert composed.subject == "Re: Broken [#2026-0451]"
    for said in (
        "Dear John Baker,",
        "23 November 2026, 10:00 (UTC+03:00)",
        "You will hear from us by: 26 November 2026",
        "1. photographs",
        "not an admission of liability".replace("not", "neither"),
        "Claims department",
        "Mon–Fri",
    ):
        assert said in composed.text, said


def test_neutral_acknowledgement_echoes_nothing(shipped: Composer) -> None:
    neutral = replace(ENVELOPE, original_subject="", to=Address("", "olga@customer.example"))
    for language, subject in (("ru", "Обращение зарегистрировано [#2026-0451]"), ("en", "Your message has been registered [#2026-0451]")):
        composed = shipped.compose(replace(CLAIM, subject="", customer_name=""), language, None, neutral)
        assert composed.subject == subject
        for part in (composed.text, composed.html):
            assert "Белова" not in part
            assert "Бой в поставке" not in part


def test_nothing_needed_nothing_asked(shipped: Composer) -> None:
    composed = shipped.compose(replace(CLAIM, needs=()), "ru", None, ENVELOPE)
    assert "под рукой" not in composed.text
    assert "под рукой" not in composed.html


@pytest.mark.parametrize("need", NEEDS)
def test_every_need_has_words_in_every_language(shipped: Composer, need: str) -> None:
    without = {language: shipped.compose(replace(CLAIM, needs=()), language, None, ENVELOPE).text for language in shipped.languages}
    for language, text in without.items():
        other = "photo" if need != "photo" else "act"  # a list of one has no numbers
        composed = shipped.compose(replace(CLAIM, needs=(need, other)), language, None, ENVELOPE)
        asked = next(line for line in composed.text.splitlines() if line.startswith("1. "))
        assert len(asked) > 20
        assert asked not in text


def test_a_need_without_words_is_named(shipped: Composer) -> None:
    with pytest.raises(SetupError, match=r"acknowledgement\.txt\.j2:\d+: cannot be filled in: 'hologram'"):
        shipped.compose(replace(CLAIM, needs=("hologram",)), "ru", None, ENVELOPE)


def test_reopened_and_truncated(shipped: Composer) -> None:
    text = shipped.compose(replace(CLAIM, reopened=True, truncated=True), "ru", None, ENVELOPE).text
    assert "добавлено к обращению № 2026-0451" in text
    assert "часть вложений могла до нас не дойти" in " ".join(text.split())
    plain = shipped.compose(CLAIM, "ru", None, ENVELOPE).text
    assert "добавлено к обращению" not in plain
    assert "вложений" not in plain


def test_the_date_explains_itself_over_days_off_only(shipped: Composer) -> None:
    friday = replace(CLAIM, received_at=datetime(2026, 11, 20, 7, 0, tzinfo=UTC), answer_by=datetime(2026, 11, 25, 20, 59, 59, tzinfo=UTC))
    assert "день 3 — ср 25.11" in shipped.compose(friday, "ru", None, ENVELOPE).text
    assert "day\u00a03 Wed\u00a025\u00a0November" in shipped.compose(friday, "en", None, ENVELOPE).html  # the number stays with its day
    assert shipped.how_counted(MONDAY, THURSDAY, "ru") == ""
    assert shipped.how_counted(MONDAY, datetime(2026, 11, 29, 20, 59, 59, tzinfo=UTC), "ru") == ""  # a Sunday: not a date of ours
    assert shipped.how_counted(MONDAY, MONDAY, "ru") == ""
    assert shipped.how_counted(friday.received_at, friday.answer_by, "de") == ""


def test_a_provisional_date_says_so() -> None:
    unsure = composer(calendar=WorkCalendar())
    assert "предварительная" in unsure.compose(CLAIM, "ru", None, ENVELOPE).text


def test_two_languages_one_tag(shipped: Composer) -> None:
    composed = shipped.compose(replace(CLAIM, subject="", customer_name=""), "ru", "en", replace(ENVELOPE, original_subject=""))
    assert composed.subject == "Обращение зарегистрировано / Your message has been registered [#2026-0451]"
    assert composed.text.index("An English version follows below.") < composed.text.index("Здравствуйте") < composed.text.index("Hello,")
    assert composed.html.count("<html") == 1
    assert 'lang="en"' in composed.html
    backwards = shipped.compose(CLAIM, "en", "ru", ENVELOPE)
    assert backwards.text.startswith("Ниже следует текст на русском языке.")
    same = shipped.compose(CLAIM, "ru", "ru", ENVELOPE)
    assert same == shipped.compose(CLAIM, "ru", None, ENVELOPE)
    echoed = shipped.compose(CLAIM, "ru", "en", replace(ENVELOPE, original_subject="Bruch"))
    assert echoed.subject == "Re: Bruch [#2026-0451]"


def test_a_long_subject_keeps_its_tag(shipped: Composer) -> None:
    for also_in in (None, "en"):
        composed = shipped.compose(CLAIM, "ru", also_in, replace(ENVELOPE, original_subject="Бой посуды " * 60))
        assert composed.subject.endswith("… [#2026-0451]")
        assert len(composed.subject) <= 200


def test_collective_names_every_case(shipped: Composer) -> None:
    cases = tuple(replace(CLAIM, number=f"2026-{n:04}") for n in range(500, 503))
    composed = shipped.compose(Collective(cases), "ru", None, ENVELOPE)
    assert composed.subject == "Зарегистрировано Ваших обращений: 3"
    for case in cases:
        assert f"№ {case.number}" in composed.text
        assert case.number in composed.html


def test_other_zone_and_short_house() -> None:
    bare = composer(House("Firma", "Claims", "Claims"), office=ZoneInfo("Asia/Kolkata"))
    text = bare.compose(CLAIM, "ru", None, ENVELOPE).text
    assert "23 ноября 2026 г., 12:30 (UTC+05:30)" in text
    assert "Связаться с нами: claims@company.example" in text
    assert "персональные данные" not in text


# pieces


@pytest.mark.parametrize(
    ("name", "greeting"),
    [
        ("Белова Ольга Ивановна", "Ольга Ивановна"), ("Ольга Ивановна Белова", "Ольга Ивановна"), ("Ольга Белова", "Ольга Белова"),
        ("John Baker", "John Baker"), ("Anna-Maria O'Neill", "Anna-Maria O'Neill"), ("Ольга", ""), ("ООО Ромашка", ""), ("Аптека № 7", ""),
        ("olga belova", ""), ("OLGA BELOVA", ""), ("olga@e.example", ""), ("Белова, Ольга", ""), ("Отдел Закупок", ""), ("", ""),
        ("Победитель Лотереи Жмите Сюда", ""), ("Ольга http://e.example", ""), ("А Б", ""),
        ("Панов Игорь", "Игорь Панов"), ("Кротова Ольга", "Ольга Кротова"), ("Яков Шмидт", "Яков Шмидт"), ("Иаков Белый", "Иаков Белый"), ("Петрова Соколова", "Петрова Соколова"),
    ],
)  # fmt: skip
def test_greeted(name: str, greeting: str) -> None:
    assert greeted(name) == greeting


@pytest.mark.parametrize(
    ("subject", "bare"),
    [
        ("Re: Re[2]: Бой", "Бой"),
        ("RE:Бой", "Бой"),
        ("Отв: Ответ: Бой", "Бой"),
        ("Fwd: Бой", "Fwd: Бой"),
        ("Реклама: бой", "Реклама: бой"),
        ("Re:", ""),
        ("Rebate: 5", "Rebate: 5"),
        (" Бой ", "Бой"),
    ],
)
def test_without_re(subject: str, bare: str) -> None:
    assert without_re(subject) == bare


def test_words_cut_and_quoted() -> None:
    assert one_line("раз  два\r\nтри", 12) == "раз два три"
    assert one_line("раз два три четыре", 13) == "раз два три…"
    assert one_line("x" * 30, 10) == "x" * 9 + "…"
    assert lines("\n a \n\n\n b\n") == ["a", "", "b"]
    assert quoted("a\n!close\n\nb") == "> a\n> !close\n>\n> b"


def test_languages() -> None:
    assert languages(None) == ("en", "ru")


def test_a_language_without_a_folder_is_named(shipped: Composer) -> None:
    with pytest.raises(SetupError, match=r"templates/de/acknowledgement\.subject\.j2: is missing"):
        shipped.compose(CLAIM, "de", None, ENVELOPE)


def test_samples_hold_every_kind_of_letter() -> None:
    assert {type(letter) for letter, _envelope in sample_letters()} == set(get_args(Letter))
    assert set(CUSTOMERS) < set(get_args(Letter))


@pytest.mark.parametrize("said", ["28 декабря", "28 December", "№ 5", "5 шт.", "5 pcs", "1 мая", "4 дня", "12 000 руб.", "1 240 000,00 ₽"])
def test_a_day_and_its_month_stay_on_one_line(said: str) -> None:
    """«28 / декабря» stood on two lines of a phone: only a month with its year was tied."""
    assert said.replace(" ", "\u00a0") in _tied(f"<p>ответить до {said} или {said}</p>")


def test_a_weekday_keeps_its_day_and_a_month_its_year() -> None:
    """«день 1 — пн / 23.11» stood on two lines of a phone, and of a terminal."""
    for said in ("пн 23.11", "Wed 25 November 2026", "ноября 2026 г.", "6 флаконов"):
        assert said.replace(" ", "\u00a0") in _tied(f"<p>получено {said}, затем</p>")
        for before in range(56, 76):
            assert said in wrapped(f"{'х' * before} {said} и ещё несколько слов"), said
    assert _tied('<td style="margin:0 auto 6 px; border:1px solid">') == '<td style="margin:0 auto 6 px; border:1px solid">'
