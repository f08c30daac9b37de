"""Tells a walk as a page: one mail below the other, letters of the program as the reader's mail program shows them. No network, no script."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence

from tests.walks.script import WALKS, Walk
from tests.walks.stage import CLAIMS, MOSCOW, Scene

_STYLE = """
:root { color-scheme: light dark; --ink: #1f2933; --soft: #5b6775; --back: #f4f6f8; --card: #fff; --line: #d9dfe5; --theirs: #2f6fb3; --ours: #2e7d4f; --bot: #8a5a00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaee; --soft: #9fabb7; --back: #14181c; --card: #1e2429; --line: #343c44; --theirs: #7db4ec; --ours: #7fd0a0; --bot: #e0b060; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--ink); font: 16px/1.5 system-ui, "DejaVu Sans", sans-serif; }
main { max-width: 760px; margin: 0 auto; padding: 24px 14px 64px; }
h1 { font-size: 26px; line-height: 1.25; margin: 8px 0; } .lead, .note, .head { color: var(--soft); }
a { color: var(--theirs); }
.day { margin: 32px 0 8px; font-weight: 600; }
.note { margin: 18px 0 6px; font-size: 15px; }
article { background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--theirs); border-radius: 8px; padding: 12px 14px; overflow-wrap: anywhere; }
article.ours { border-left-color: var(--ours); } article.bot { border-left-color: var(--bot); }
.head { font-size: 13px; line-height: 1.45; margin: 0 0 8px; padding-bottom: 8px; border-bottom: 1px solid var(--line); } .head b { color: var(--ink); font-size: 15px; }
pre { margin: 0; white-space: pre-wrap; font: inherit; }
.letter { margin: 0 -14px -12px; border-radius: 0 0 8px 8px; overflow: hidden; }
article + article { margin-top: 14px; }
li { margin: 10px 0; }
"""
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
_TOKEN = re.compile(r"~([a-z0-9]+)\.(\d{8})\.[a-z2-7]{26}")


def pages(walked: Mapping[str, tuple[str, Sequence[Scene]]]) -> dict[str, str]:
    """The pages by file name, the index among them."""
    found = {f"{name}.html": _page(WALKS[name], number, scenes) for name, (number, scenes) in walked.items()}
    return {"index.html": _index(), **found}


def _index() -> str:
    items = "".join(f'<li><a href="{walk.name}.html">{html.escape(walk.title)}</a><br><span class="note">{html.escape(walk.about)}</span></li>' for walk in WALKS.values())
    lead = "Five claims, one of each category, from the first mail to the close. Each mail below went through Dovecot and Postfix and the program itself; people and firms are invented."
    return _whole("Five claims, worked by mail", f'<h1>Five claims, worked by mail</h1><p class="lead">{lead}</p><ul>{items}</ul>')


def _page(walk: Walk, number: str, scenes: Sequence[Scene]) -> str:
    letters = [scene.mail.html for scene in scenes if not scene.typed]
    parts = [f'<p class="note"><a href="index.html">All walks</a></p><h1>{html.escape(walk.title)}</h1><p class="lead">{html.escape(walk.about)} Case {number}.</p>']
    day = None
    for scene in scenes:
        local = scene.mail.at.astimezone(MOSCOW)
        if local.date() != day:
            day = local.date()
            parts.append(f'<p class="day">{local:%A}, {local.day} {_MONTHS[local.month - 1]} {local.year}</p>')
        parts.append(f'<p class="note">{html.escape(scene.note)}</p>' if scene.note else "")
        parts.append(_scene(scene))
    return _whole(walk.title, "".join(parts), _letter_style(letters[0] if letters else ""))


def _scene(scene: Scene) -> str:
    who = "bot" if not scene.typed else "ours" if scene.mail.sender.endswith("@firma.example") else "theirs"
    local = scene.mail.at.astimezone(MOSCOW)
    by = f" · {scene.program}" if scene.program else ""
    cc = f", copy to {CLAIMS}" if CLAIMS in str(scene.mail.parsed["Cc"] or "") else ""
    files = [part.get_filename() for part in scene.mail.parsed.iter_attachments() if part.get_filename()]
    attached = f"<br>Attached: {html.escape(', '.join(map(str, files)))}" if files else ""
    head = f"{local:%H:%M} · {html.escape(scene.from_)} → {html.escape(scene.to)}{cc}{by}<br><b>{_subject(scene.mail.subject)}</b>{attached}"
    body = f"<pre>{html.escape(_short(scene.typed.strip()))}</pre>" if scene.typed else f'<div class="letter">{_letter(scene.mail.html)}</div>'
    return f'<article class="{who}"><p class="head">{head}</p>{body}</article>\n'


def _letter(page: str) -> str:
    """The letter's own page. Its ready replies lead nowhere here."""
    body = re.search(r"<body([^>]*)>(.*)</body>", page, re.DOTALL)
    assert body is not None
    inside = re.sub(r'href="mailto:[^"]*"', 'href="#"', body[2])
    inside = re.sub(r"<!--.*?-->", "", inside, flags=re.DOTALL)
    attributes = re.sub(r"\s(?:bgcolor|id)=\"[^\"]*\"", "", body[1])
    return f"<div{attributes}>{_short(_lines(inside))}</div>"


def _letter_style(page: str) -> str:
    """What all letters share, once in a page and for letters alone: how they look on a phone and on a dark screen."""
    found = re.search(r"<style[^>]*>(.*?)</style>", page, re.DOTALL)
    media = found[1][found[1].index("@media") :] if found is not None else ""
    return re.sub(r"(^\s*|, )\.(?=\w)", r"\1.letter .", media, flags=re.MULTILINE)


def _lines(text: str) -> str:
    return re.sub(r"\s*\n\s*", "\n", text.strip())


def _subject(subject: str) -> str:
    """Half a case number on one line and half on the next was seen on a phone."""
    return re.sub(r"\[#[\d-]+\]", r"<nobr>\g<0></nobr>", html.escape(subject))


def _short(text: str) -> str:
    """A token is long and says nothing to a reader."""
    return _TOKEN.sub(r"~\1.\2.…", text)


def _whole(title: str, body: str, style: str = "") -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>{_STYLE}{style}</style></head>\n<body><main>\n{body}\n</main></body></html>\n"
    )
