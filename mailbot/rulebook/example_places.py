"""Finds the line of a category's example in its rule file, so that a failing one can be named."""

from __future__ import annotations

from pathlib import Path

from mailbot.rulebook.values import Category, Rules


def example_line(rules: Rules, category: Category, text: str, key: str) -> int:
    """The line of the example `text` of the list `key`; 0 where it is written with escapes or over several lines."""
    lines = Path(rules.files[category.file]).read_text("utf-8-sig").splitlines()
    start = next((n for n, line in enumerate(lines) if line.startswith(key)), 0)
    return next((n + 1 for n, line in enumerate(lines) if n >= start and (f'"{text}"' in line or f"'{text}'" in line)), 0)
