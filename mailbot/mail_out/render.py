"""Template files and facts become text. What a template gets wrong is a SetupError that names its file and line."""

from __future__ import annotations

import re
import textwrap
import traceback
from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from datetime import tzinfo
from functools import lru_cache
from pathlib import Path
from types import AsyncGeneratorType, CodeType, CoroutineType, FrameType, FunctionType, GeneratorType, MethodType, TracebackType
from typing import Any
from urllib.parse import quote

from jinja2 import BaseLoader, BytecodeCache, StrictUndefined, TemplateError, TemplateNotFound, TemplateSyntaxError
from jinja2.bccache import Bucket
from jinja2.environment import Environment, Template, TemplateModule
from jinja2.runtime import Context, Macro
from jinja2.sandbox import SandboxedEnvironment

from mailbot.claims.digest import plural
from mailbot.claims.errors import Fault, SetupError
from mailbot.claims.latin import latin
from mailbot.claims.letter_needs import fact_names
from mailbot.mail_out.headers import clean_text, cut_at_word
from mailbot.mail_out.own_templates import words_lacking
from mailbot.mail_out.salutation import greeted, has_closing, has_greeting, respected, unsigned
from mailbot.shipped import layered

SUFFIX = ".j2"
_ANSWER = re.compile(r"(?:\s*(?:re|aw|sv|отв|ответ)\s*(?:\[\d+\])?\s*:)+\s*", re.IGNORECASE)
_OUR_TAG = re.compile(r"\s*\[#\d{4}-\d{4,}\]")
_INWARD = (FunctionType, MethodType, type, CodeType, TracebackType, FrameType, GeneratorType, CoroutineType, AsyncGeneratorType)
_WIDEST, _WIDTH = 78, 76
_MOST_KEPT = 1_000  # letters of a line that is kept cut: a paragraph of ours, not a stranger's megabyte
_SHORT = "на|от|до|по|из|за|об|со|во|ко|не|ни"
# a space that ends no line: «в», «и», «на» go with their word (Мильчин), an abbreviation with its number or name, a time with its zone,
# «день 1 —» with its weekday
TIED_WORDS = (
    r"(?<=[ \u00a0>«(][вкосуиаВКОСУИАЯ] )(?=[\w№«<])|(?<=[ \u00a0>«(](?:" + _SHORT + "|" + _SHORT.title() + r") )(?=[\w№«<])"
    r"|(?<=[А-ЯЁ]{2} )(?=\d)|(?<=\bпункт )(?=\d)|(?<=\bул\. )(?=[А-ЯЁ])|(?<=\b(?:доб|тел)\. )(?=[\d+(])|(?<=\d )(?=\((?:МСК|UTC))"
    r"|(?<=\d[ \u00a0]— )(?=(?:пн|вт|ср|чт|пт|сб|вс)[ \u00a0])"
)
_TIED = re.compile(
    r" (?:(?:(?<=\b\d )|(?<=\b\d\d )|(?<=\b\d\d\d ))(?!(?:[вкосуиа]|" + _SHORT + r") )(?=[^\W\d_])"
    r"|(?<=\d )(?=\d{3}\b|[₽€$%]|г\.)|(?<=№ )(?=\w)|(?<=\bдень )(?=\d)|(?<=\bday )(?=\d)|(?=[—–·] )|(?<=\b(?:пн|вт|ср|чт|пт|сб|вс) )(?=\d)"
    r"|(?<=\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) )(?=\d)|(?<=[^\W\d_] )(?=20\d\d\b)|" + TIED_WORDS + r")"
)
_KNOT = "\x1f"  # in the place of a space that ends no line; clean_text lets none through
_MARK = re.compile(r"(?:\s*>\s?)+|\s*(?:\d{1,2}\.|[-–•])\s+|\s+")
_ADDRESS = re.compile(r"[^\s<>()\[\]\\,;:\"@?&]+@[^\s<>()\[\]\\,;:\"@?&]+")


def template_files(own: Path | None) -> dict[str, Path]:
    """Every template by relative name, the operator's over the shipped ones."""
    return {name: path for name, path in layered("templates", own).items() if name.endswith(SUFFIX)}


class _Files(BaseLoader):
    def __init__(self, files: Mapping[str, Path]) -> None:
        self.files = files

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        path = self.files.get(template)
        if path is None:
            raise TemplateNotFound(template)
        return path.read_text("utf-8-sig"), str(path), lambda: True


class _Sandbox(SandboxedEnvironment):
    """Its parent's answers, sooner: a letter asks for 75 attributes and makes 30 calls, mostly of our own parts and macros."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **d} if d else self.globals  # not a ChainMap, which takes long to compare; nobody changes them

    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) is TemplateModule and attribute in vars(obj) and not attribute.startswith("_"):
            return vars(obj)[attribute]  # what a template of ours exports: a style, a table of words, a macro
        return super().getattr(obj, attribute)

    def call(self, context: Context, obj: Any, /, *args: Any, **named: Any) -> Any:
        if type(obj) is Macro:  # a macro of ours: what its parent looks for first is known of it
            for name in ("_block_vars", "_loop_vars"):
                named.pop(name, None)
            return obj(context.eval_ctx, *args, **named)
        return super().call(context, obj, *args, **named)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return not attr.startswith("_") and (not isinstance(obj, _INWARD) or super().is_safe_attribute(obj, attr, value))


class _Compiled(BytecodeCache):
    """What this process has compiled, by name, path and source: a second desk costs a tenth of a second instead of one."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._codes[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


class Pages:
    """All templates, compiled once. `office`: the zone in which dates are written; `has_lawyer`: somebody of ours hears of courts."""

    def __init__(self, files: Mapping[str, Path], office: tzinfo, in_latin: Callable[[str], str] = latin, has_lawyer: bool = True) -> None:
        self.files = files
        self._environment = _Sandbox(
            loader=_Files(files),
            autoescape=lambda name: name is not None and name.endswith(".html.j2"),
            undefined=StrictUndefined,
            finalize=_finalize,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            cache_size=-1,
            bytecode_cache=_COMPILED,
            auto_reload=False,
        )
        self._environment.globals |= {"plural": plural, "has_lawyer": has_lawyer}
        self._environment.filters.update(
            local=lambda at: at.astimezone(office),
            line=one_line,
            lines=lines,
            quoted=quoted,
            greeted=greeted,
            latin=in_latin,
            without_re=without_re,
            mailto=mailto,
            named=named,
            lookup=lookup,
            lacks=fact_names,
            paragraphs=paragraphs,
            papered=papered,
            respected=respected,
            greets=has_greeting,
            closes=has_closing,
            unsigned=unsigned,
        )

    def compile_all(self) -> list[Fault]:
        """What cannot even be read as a template."""
        faults: list[Fault] = []
        for name in self.files:
            try:
                self._template(name)
            except SetupError as error:
                faults += error.faults
        return faults

    def render(self, name: str, facts: Mapping[str, Any]) -> str:
        """Errors: SetupError for a template that is absent, wrong, or asks for a fact that does not exist."""
        template = self._template(name)
        try:
            return template.render(facts)
        except SetupError:
            raise
        except Exception as error:  # whatever an operator's template does is a fault of that template
            raise SetupError(self._fault(name, error)) from error

    def _template(self, name: str) -> Template:
        try:
            return self._environment.get_template(name)
        except (TemplateError, UnicodeDecodeError, OSError) as error:
            raise SetupError(self._fault(name, error)) from error

    def _fault(self, name: str, error: Exception) -> Fault:
        """Where and what: the innermost line of a template file that was being rendered."""
        if isinstance(error, TemplateNotFound):
            missing = error.name or name
            return Fault(f"templates/{missing}", 0, "", "is missing.", "Write it; the file of the same name in another language shows how.")
        path = self.files.get(name)
        if isinstance(error, UnicodeDecodeError):
            line = error.object.count(b"\n", 0, error.start) + 1
            return Fault(str(path), line, "", "is not UTF-8.", "Save the file as UTF-8.")
        if isinstance(error, TemplateSyntaxError):
            return Fault(error.filename or str(path), error.lineno, "", f"is not a valid template: {error.message}.", "Mend this line.")
        known = {str(path) for path in self.files.values()}
        places = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename in known]
        file, line = (places[-1].filename, places[-1].lineno or 0) if places else (str(path), 0)
        problem = str(error).rstrip(".") or type(error).__name__
        if lacking := words_lacking(problem, self.files):
            return lacking
        return Fault(file, line, "", f"cannot be filled in: {problem}.", "Use only the facts this letter has: templates/README.md.")


def _finalize(value: Any) -> Any:
    """Everything a template prints passes here: no control or bidi character reaches a letter (reliability.md O2, O6)."""
    return clean_text(value) if type(value) is str else value


def one_line(text: str, most: int = 200) -> str:
    """A customer's words on one line, cut at a word."""
    return cut_at_word(" ".join(clean_text(text).split()), most)


def lines(text: str) -> list[str]:
    """The lines of a customer's words, runs of empty ones made one."""
    found: list[str] = []
    for raw in clean_text(text).strip().split("\n"):
        line = " ".join(raw.split())
        if line or (found and found[-1]):
            found.append(line)
    return found


def quoted(text: str) -> str:
    """A customer's words in a text part: every line marked, so that none can pass for ours."""
    return "\n".join(f"> {line}".rstrip() for line in lines(text))


def paragraphs(text: str) -> list[list[str]]:
    """A letter of one of us, as she parted it: paragraphs of lines."""
    found: list[list[str]] = [[]]
    for line in lines(text):
        if line:
            found[-1].append(line)
        else:
            found.append([])
    return [one for one in found if one]


def papered(one: Any) -> str:
    """A `Finding` or `Done` in words: what, and the document that shows it."""
    words = one_line(one.what if hasattr(one, "what") else one.text, 400)
    return f"{words} ({one_line(one.document, 160)})" if one.document.strip() else words


def wrapped(text: str) -> str:
    """The text part as a terminal shows it: no line over 78 letters, except one that holds a command or a link. Marks before it stay."""
    found: list[str] = []
    for line in text.split("\n"):
        if len(line) <= _WIDEST:
            found.append(line)
        else:
            found += _pieces(line)
    return "\n".join(found)


def _pieces(line: str) -> Sequence[str]:
    if line.lstrip().startswith("!"):
        return [line]
    return _cut(line) if len(line) <= _MOST_KEPT else _cut.__wrapped__(line)


@lru_cache(512)  # most long lines are our templates' own, the same in every letter
def _cut(line: str) -> tuple[str, ...]:
    mark = _MARK.match(line)
    head = mark.group() if mark else ""
    following = head if ">" in head else " " * len(head)
    tied = head + _TIED.sub(_KNOT, line[len(head) :])
    pieces = textwrap.wrap(tied, _WIDTH, subsequent_indent=following, break_long_words=False, break_on_hyphens=False, drop_whitespace=True)
    if any(len(piece) > _WIDTH for piece in pieces):  # a row of numbers is no sum: it may part anywhere
        pieces = textwrap.wrap(line, _WIDTH, subsequent_indent=following, break_long_words=False, break_on_hyphens=False)
    return tuple(piece.replace(_KNOT, " ") for piece in pieces) or (line,)


def without_re(subject: str) -> str:
    """A subject without the answer marks before it and our numbers after it: ours puts them there."""
    match = _ANSWER.match(subject)
    return _OUR_TAG.sub("", subject[match.end() :] if match else subject).strip()


def mailto(address: str, copy: str = "", subject: str = "") -> str:
    """A link that opens a letter; "" where the address is not plainly one (nothing of a stranger's gets into a link)."""
    if not _ADDRESS.fullmatch(address):
        return ""
    asks = [f"{name}={quote(value, safe='@')}" for name, value in (("cc", copy), ("subject", subject)) if value]
    return f"mailto:{quote(address, safe='@')}" + ("?" + "&".join(asks) if asks else "")


def lookup(ids: Iterable[str], words: Mapping[str, str]) -> list[str]:
    """The same, where an id without words is shown as it is: for our own people only."""
    return [words.get(name, name) for name in ids]


def named(ids: Iterable[str], words: Mapping[str, str]) -> list[str]:
    """What a language calls these ids. Errors: KeyError naming the id for which it has no words."""
    return [words[name] for name in ids]
