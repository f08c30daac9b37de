"""The file for the court: what a case consists of, as a page and as text that need no program of ours. Plain values in, text out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from html import escape
from typing import Literal

from mailbot.claims.day_words import day_words
from mailbot.claims.state_words import EVENT_NAMES, REASON_NAMES, STATE_NAMES
from mailbot.reports.court_words import KINDS, WHAT, WORDS

Direction = Literal["in", "out", "inside"]


@dataclass(frozen=True, slots=True)
class Enclosed:
    """An attachment. `file` is relative, None where it is only inside the mail."""

    name: str
    media_type: str
    size: int
    file: str | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt, or `came_back`: the receiving side's own words."""

    at: datetime
    outcome: str
    reply: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """One mail or letter, numbered by when it came or was written. `file` holds it byte for byte, `text` is what it says."""

    number: int
    at: datetime
    direction: Direction
    kind: str
    who: str  # from whom, or to whom
    subject: str
    file: str
    message_id: str
    text: str
    state: str = ""  # of a letter: sent, held, refused …
    enclosed: tuple[Enclosed, ...] = ()
    deliveries: tuple[Delivery, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """Who did what, when and why; `paper` by which mail or letter, None by none."""

    at: datetime
    who: str
    what: str
    why: str
    paper: int | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """A deadline: by which rule, from when to when, how it was counted, and what became of it."""

    rule: str
    started_at: datetime
    due_by: datetime
    state: str
    how: str


@dataclass(frozen=True, slots=True)
class CourtFile:
    """Everything about one case. `hashes`: (sha256, size, file) of each file written before the index."""

    number: str
    customer: str
    subject: str
    state: str
    close_reason: str
    received_at: datetime
    answer_by: datetime | None
    answered_at: datetime | None
    closed_at: datetime | None
    papers: tuple[Paper, ...]
    steps: tuple[Step, ...]
    terms: tuple[Term, ...]
    hashes: tuple[tuple[str, int, str], ...]
    made_at: datetime
    language: str


def as_text(file: CourtFile, office: tzinfo) -> str:
    """The index for a terminal or any editor."""
    return "\n".join(one_line(line) for line in _lines(file, office)) + "\n"


def as_page(file: CourtFile, office: tzinfo) -> str:
    """The index as one page: no script, nothing from outside, prints on paper."""
    w = WORDS[file.language]
    head = f"<h1>{escape(w['case'].format(file.number))}</h1>{_table([(escape(k), _plain(v)) for k, v in _facts(file, office)])}"
    papers = "".join(_row_of(paper, file, office) for paper in file.papers)
    list_ = f"<h2>{w['papers']}</h2><table class=list><tr>{_heads(w['paper_heads'])}</tr>{papers}</table>"
    steps = "".join(
        f"<tr><td>{_at(s.at, office, file.language)}<td>{_plain(s.who)}<td>{escape(_what(s.what, file.language))}"
        f"<td class=long>{_plain(s.why)}"
        f"<td>{f'<a href=#p{s.paper}>{s.paper}</a>' if s.paper else ''}</tr>"
        for s in file.steps
    )
    done = f"<h2>{w['steps']}</h2><table class=list><tr>{_heads(w['step_heads'])}</tr>{steps}</table>"
    terms = "".join(
        f"<tr><td>{escape(t.rule)}<td>{_at(t.started_at, office, file.language)}<td>{_at(t.due_by, office, file.language)}"
        f"<td>{escape(_what(t.state, file.language))}<td class=long>{_plain(t.how)}</tr>"
        for t in file.terms
    )
    due = f"<h2>{w['terms']}</h2><table class=list><tr>{_heads(w['term_heads'])}</tr>{terms}</table>" if file.terms else ""
    hashes = "".join(f"<tr><td class=long>{_link(name)}<td>{size}<td class='hash long'>{sha}</tr>" for sha, size, name in file.hashes)
    sums = f"<h2>{w['hashes']}</h2><p>{w['check']}</p><table class=list><tr>{_heads(w['hash_heads'])}</tr>{hashes}</table>"
    said = "".join(_section(paper, file, office) for paper in file.papers)
    made = f"<p class=small>{w['made'].format(_at(file.made_at, office, file.language), office)}</p>"
    body = f"{head}{list_}{done}{due}<h2>{w['texts']}</h2>{said}{sums}{made}"
    return _FRAME.format(language=file.language, title=escape(w["case"].format(file.number)), body=body)


def one_line(text: str) -> str:
    """A stranger's words without anything a terminal would obey."""
    return "".join(c if c.isprintable() else " " for c in text)


def _plain(text: str) -> str:
    return escape(one_line(text))


def _facts(file: CourtFile, office: tzinfo) -> Iterator[tuple[str, str]]:
    w = WORDS[file.language]
    yield w["customer"], file.customer
    yield w["subject"], file.subject
    reason = REASON_NAMES[file.language].get(file.close_reason, file.close_reason)
    yield w["state"], STATE_NAMES[file.language].get(file.state, file.state) + (f" ({reason})" if reason else "")
    yield w["received"], _at(file.received_at, office, file.language)
    for name, at in (("answer_by", file.answer_by), ("answered", file.answered_at), ("closed", file.closed_at)):
        if at is not None:
            yield w[name], _at(at, office, file.language)


def _lines(file: CourtFile, office: tzinfo) -> Iterator[str]:
    w = WORDS[file.language]
    yield w["case"].format(file.number)
    yield from (f"{name}: {value}" for name, value in _facts(file, office))
    yield from ("", w["papers"].upper())
    for paper in file.papers:
        yield f"{paper.number:>3}. {_at(paper.at, office, file.language)}  {_kind(paper, file.language)}  {paper.who}  {paper.subject}"
        yield f"     {paper.file}  Message-ID {paper.message_id}"
        for one in paper.enclosed:
            yield f"     + {one.name or w['no_name']}  {one.media_type}  {one.size}  {one.file or w['inside_mail']}"
        yield from (f"     {line}" for line in _fate(paper, file.language, office))
    yield from ("", w["steps"].upper())
    for step in file.steps:
        by = f" [{step.paper}]" if step.paper else ""
        yield f"{_at(step.at, office, file.language)}  {step.who}  {_what(step.what, file.language)}  {step.why}{by}"
    if file.terms:
        yield from ("", w["terms"].upper())
        for t in file.terms:
            began, due = (_at(at, office, file.language) for at in (t.started_at, t.due_by))
            yield f"{t.rule}  {began} – {due}  {_what(t.state, file.language)}  {t.how}"
    yield from ("", w["hashes"].upper(), w["check"])
    yield from (f"{sha}  {size:>10}  {name}" for sha, size, name in file.hashes)
    yield from ("", w["made"].format(_at(file.made_at, office, file.language), office))


def _fate(paper: Paper, language: str, office: tzinfo) -> Iterator[str]:
    """Proof of delivery and of what came back: each answer of the mail server, word for word."""
    w = WORDS[language]
    if paper.direction != "in" and not paper.deliveries:
        yield f"{w['not_sent']}: {_what(paper.state, language)}"
    for one in paper.deliveries:
        yield f"{_at(one.at, office, language)}  {w.get('outcome_' + one.outcome, one.outcome)}" + (f": {one.reply}" if one.reply else "")


def _row_of(paper: Paper, file: CourtFile, office: tzinfo) -> str:
    fate = "<br>".join(escape(line) for line in _fate(paper, file.language, office))
    return (
        f"<tr><td><a href=#p{paper.number}>{paper.number}</a><td>{_at(paper.at, office, file.language)}"
        f"<td>{escape(_kind(paper, file.language))}"
        f"<td class=long>{_plain(paper.who)}<td class=long>{_plain(paper.subject)}<td class=long>{_link(paper.file)}"
        f"<td class=long>{fate}</tr>"
    )


def _section(paper: Paper, file: CourtFile, office: tzinfo) -> str:
    w = WORDS[file.language]
    facts = [
        (w["when"], _at(paper.at, office, file.language)),
        (w["from"] if paper.direction == "in" else w["to"], paper.who), (w["subject"], paper.subject),
        ("Message-ID", paper.message_id),
    ]  # fmt: skip
    rows = [*((escape(name), _plain(value)) for name, value in facts), (w["file"], _link(paper.file))]
    rows += [(w["enclosed"], _enclosed(one, w)) for one in paper.enclosed]
    return (
        f"<section id=p{paper.number}><h3>{paper.number}. {escape(_kind(paper, file.language))}</h3>{_table(rows)}"
        f"<pre>{escape(paper.text.strip()) or w['no_text']}</pre></section>"
    )


def _enclosed(one: Enclosed, w: dict[str, str]) -> str:
    name = escape(one.name or w["no_name"])
    linked = f"<a href='{escape(one.file)}'>{name}</a>" if one.file else f"{name} ({w['inside_mail']})"
    return f"{linked}, {_plain(one.media_type)}, {one.size}"


def _link(file: str) -> str:
    return f"<a href='{escape(file)}'>{escape(file)}</a>"


def _table(rows: Sequence[tuple[str, str]]) -> str:
    return f"<table class=facts>{''.join(f'<tr><th>{name}<td>{value}</tr>' for name, value in rows)}</table>"


def _heads(heads: str) -> str:
    return "".join(f"<th>{head.strip()}" for head in heads.split("|"))


def _kind(paper: Paper, language: str) -> str:
    return KINDS[language].get(paper.kind, paper.kind)


def _what(what: str, language: str) -> str:
    return WHAT[language].get(what) or EVENT_NAMES[language].get(what) or KINDS[language].get(what, what)


def _at(at: datetime, office: tzinfo, language: str) -> str:
    local = at.astimezone(office)
    return f"{day_words(local.date(), language)} {local:%H:%M:%S}"


_FRAME = """<!DOCTYPE html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>{title}</title><style>
body {{ font: 15px/1.45 "Segoe UI", Roboto, Arial, sans-serif; color: #1f2933; max-width: 1100px; margin: 24px auto; padding: 0 16px; }}
h1 {{ font-size: 24px; }}
h2 {{ font-size: 19px; margin-top: 32px; border-bottom: 2px solid #1f5f8b; padding-bottom: 4px; }}
h3 {{ font-size: 16px; }}
table {{ border-collapse: collapse; width: 100%; }} td, th {{ text-align: left; vertical-align: top; padding: 4px 10px 4px 0; }}
.facts th {{ width: 170px; font-weight: 600; color: #5b6775; }} .list th {{ color: #5b6775; border-bottom: 1px solid #9aa7b4; }}
.facts td {{ overflow-wrap: anywhere; }}
.list td {{ border-bottom: 1px solid #dce2e8; }} .long {{ overflow-wrap: anywhere; }} .list td:first-child {{ min-width: 28px; }}
pre {{ white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; }}
pre {{ background: #f4f6f8; border-left: 4px solid #b9c4cf; padding: 12px 16px; }}
.hash {{ font-family: Consolas, monospace; font-size: 12px; }} .small {{ color: #5b6775; font-size: 13px; }} a {{ color: #1f5f8b; }}
section {{ break-inside: avoid-page; }}
@media print {{ body {{ margin: 0; max-width: none; font-size: 12px; }} }}
@media (max-width: 600px) {{ .list, .list tbody, .list tr, .list td {{ display: block; width: auto; }} .list th {{ display: none; }}
 .list tr {{ border-bottom: 2px solid #b9c4cf; padding: 6px 0; }} .list td {{ border: 0; padding: 1px 0; }} .facts th {{ width: 110px; }} }}
</style></head><body>
{body}
</body></html>
"""
