"""Everything the reading child makes of one mail: the mail itself, its language, verdict, facts and telling phrases."""

from __future__ import annotations

from dataclasses import dataclass, field

from mailbot.claims.category import Verdict
from mailbot.claims.facts import Facts, Warranty
from mailbot.claims.message import IncomingMail


@dataclass(frozen=True, slots=True)
class Phrases:
    """Telling phrases in the new text (rules/phrases.toml); the words found, or "" where none was."""

    auto_reply: str = ""
    withdrawal: str = "none"  # none | partial | full
    withdrawal_words: str = ""
    counterparty: str = ""  # a carrier's or supplier's answer to OUR claim
    advertising: str = ""
    challenge: str = ""


@dataclass(frozen=True, slots=True)
class Understanding:
    """What the words say. `topic` is the best guess should the mail turn out to be an enquiry (decisions.md 13)."""

    language: str = "unknown"  # ru | en | unknown | any code that has a templates folder
    verdict: Verdict = field(default_factory=Verdict)
    facts: Facts = field(default_factory=Facts)
    warranty: Warranty = field(default_factory=Warranty)
    missing: tuple[str, ...] = ()
    brought: tuple[str, ...] = ()  # what a category may need and the mail has: of a further letter, what the case lacks no more
    without_files: bool = False  # it speaks of files sent with it, and none is there
    topic: str = "other"
    phrases: Phrases = field(default_factory=Phrases)
    lemmas: str = ""  # for searching (decisions.md 8): lemmas of subject and text, space-separated


@dataclass(frozen=True, slots=True)
class ReadMail:
    """What crosses the pipe from the reading child."""

    mail: IncomingMail
    understanding: Understanding
