"""`mailbot rules`: each rule and template file in force, and where it comes from."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from mailbot.cli.printing import print_rows
from mailbot.cli.setting_up import settings_of

_COLUMNS = {"file": "FILE", "source": "FROM", "state": "STATE", "path": "PATH"}


def rules(arguments: argparse.Namespace) -> int:
    """One line a file. Errors: SetupError where a rule file is wrong, after the list."""
    from mailbot.rulebook import load_rules

    settings = settings_of(arguments)
    rows = [*_files("rules", settings.files.rules), *_files("templates", settings.files.templates)]
    try:
        in_force = {category.file for category in load_rules(settings.files.rules).categories}
        _mark_switched_off(rows, in_force)
    finally:
        print_rows(rows, _COLUMNS, as_json=arguments.json, empty="No rule file was found.")
    return 0


def _files(name: str, own: Path | None) -> list[dict[str, Any]]:
    from mailbot.shipped import layered, shipped

    home, rows = shipped(name), []
    for relative, path in layered(name, own).items():
        if path.suffix == ".md":  # tells people about the folder
            continue
        if own is None or not path.is_relative_to(own):
            source = "shipped"
        else:
            source = "yours, instead of the shipped one" if (home / relative).is_file() else "yours"
        rows.append({"file": f"{name}/{relative}", "source": source, "state": "in force", "path": str(path)})
    return rows


def _mark_switched_off(rows: list[dict[str, Any]], in_force: set[str]) -> None:
    for row in rows:
        if row["file"].startswith("rules/categories/") and row["file"].removeprefix("rules/") not in in_force:
            row["state"] = "switched off"
