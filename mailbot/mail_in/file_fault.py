"""What came of drawing the words out of a file: the words, what was cut, or why there are none."""

from __future__ import annotations

from dataclasses import dataclass


class FileFault(Exception):
    """Why a file gave no text: the end of a sentence that begins with its name."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The words, and what was left out: the end of a sentence that begins with the file's name, or ""."""

    text: str
    cut: str = ""
