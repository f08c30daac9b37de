"""The rule files as frozen values: categories, phrases, word lists. A broken file is named with line and mend."""

from mailbot.rulebook.load import load_rules
from mailbot.rulebook.values import Category, Element, Phrase, Rules, Table

__all__ = ["Category", "Element", "Phrase", "Rules", "Table", "load_rules"]
