"""rules/approval.toml as a value: by which words a letter needs one yes more; every fault with file, line and mend."""

from __future__ import annotations

import re
from pathlib import Path

from mailbot.claims.errors import Fault, SetupError
from mailbot.shipped import layered
from mailbot.tomlfile import read_toml

FILE = "approval.toml"
_KEYS = frozenset({"original_defect"})


def load_original_defect(own: Path | None) -> re.Pattern[str]:
    """What a customer writes who says that the defect was there from the start. Errors: SetupError naming every fault."""
    file = read_toml(layered("rules", own)[FILE])
    wrong = sorted(set(file.data) - _KEYS)
    words = file.data.get("original_defect")
    mend = "Give original_defect (a regular expression); a blank in it stands for any blanks."
    if wrong or not isinstance(words, str):
        problem = f"has no key {wrong[0]!r}." if wrong else "needs original_defect, a text."
        raise SetupError(Fault(file.path, file.line((wrong[0],)) if wrong else 0, wrong[0] if wrong else "original_defect", problem, mend))
    try:
        plain = words.replace("\\\n", "").replace("\n", "").replace("ё", "е").replace(".{", "[^.!?]{")  # a gap stays within its sentence
        found = re.compile(plain.replace(" ", r"\s+"), re.IGNORECASE)
    except re.error as error:
        raise SetupError(Fault(file.path, file.line(("original_defect",)), "original_defect", f"cannot be used: {error}.", mend)) from error
    if found.match(""):
        raise SetupError(Fault(file.path, file.line(("original_defect",)), "original_defect", "finds nothing at all in any letter.", mend))
    return found
