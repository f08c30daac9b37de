"""The lines of a paper while its elements go by: what docx_text and odf_text share."""

from __future__ import annotations

from mailbot.mail_in.office_zip import EnoughError


class PaperLines:
    """Gathers words into lines, at most so many signs of them. Two empty lines never stand together."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lines: list[str] = []
        self._line: list[str] = []
        self._size = 0

    def add(self, words: str) -> None:
        """Errors: EnoughError behind the limit; what came so far is kept."""
        self._line.append(words)
        self._size += len(words)
        if self._size > self._most:
            self.end_line()
            raise EnoughError

    def end_cell(self, mark: str) -> None:
        """The blanks that a cell's paragraphs left at its end go; `mark` parts it from the next."""
        self._line = ["".join(self._line).rstrip(" ")]
        self.add(mark)

    def end_line(self) -> None:
        line = "".join(self._line).rstrip(" \t")
        self._line = []
        if line or (self._lines and self._lines[-1]):
            self._lines.append(line)

    def whole(self) -> str:
        return "\n".join(self._lines).strip("\n")
