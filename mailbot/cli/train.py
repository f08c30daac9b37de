"""`mailbot train`: a model from the shop's own corrected cases; used only where it proved better than the rules."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from mailbot.claims.errors import Fault, SetupError
from mailbot.cli.printing import print_json
from mailbot.cli.setting_up import clock, config_path, database_of, open_store_to_read, settings_of

if TYPE_CHECKING:
    from mailbot.claims.lesson import Lesson
    from mailbot.classify.comparison import Judged
    from mailbot.classify.model import Model
    from mailbot.config import Settings
    from mailbot.rulebook import Rules


def train(arguments: argparse.Namespace) -> int:
    """0 done; 1 where there is nothing to learn from. The database is only read."""
    from mailbot.classify.comparison import trained
    from mailbot.classify.model import Taught
    from mailbot.classify.model_file import write_model
    from mailbot.cli.measuring import main_categories
    from mailbot.jobs.teaching import cases_as_lessons, examples_as_lessons
    from mailbot.rulebook import load_rules

    settings = settings_of(arguments)
    if arguments.sentences:
        from mailbot.cli.train_sentences import train_sentences

        return train_sentences(Path(arguments.sentences), load_rules(settings.files.rules))
    if arguments.counts:
        from mailbot.cli.train_counts import train_counts

        return train_counts(Path(arguments.counts), load_rules(settings.files.rules))
    if arguments.guard:
        from mailbot.cli.train_guard import train_guard

        return train_guard(Path(arguments.guard))
    path, rules = _path(arguments, settings), load_rules(settings.files.rules)
    with open_store_to_read(arguments, settings) as db:
        lessons = _of_these_rules(cases_as_lessons(db), rules)
    if not lessons:
        print("No case was corrected or answered yet: there is nothing to learn from.", file=sys.stderr)
        return 1
    examples = examples_as_lessons(rules)
    judged = _judged(lessons, examples, rules, settings)
    model = trained(lessons, judged, examples, main_categories(rules))
    taught = tuple(Taught(one.category, one.source, one.who, one.at.isoformat() if one.at else "") for one in lessons)
    model = write_model(replace(model, taught=taught, made_at=clock().isoformat(timespec="seconds")), path)
    _tell(model, path, judged, as_json=arguments.json)
    return 0


def _path(arguments: argparse.Namespace, settings: Settings) -> Path:
    """--output, else the configuration's, else beside the database."""
    if arguments.output:
        return Path(arguments.output)
    if settings.files.model is not None:
        return settings.files.model
    url = database_of(arguments, settings)
    if url.startswith("sqlite:///"):
        return Path(url.removeprefix("sqlite:///")).parent / "model.json"
    mend = "Use --output FILE, or [files] model in the configuration."
    raise SetupError(Fault(str(config_path(arguments) or "mailbot"), 0, "files.model", "no file is named for the model.", mend))


def _of_these_rules(lessons: list[Lesson], rules: Rules) -> list[Lesson]:
    """A category that is switched off or gone is learned no more."""
    return [lesson for lesson in lessons if rules.category(lesson.category) is not None]


def _judged(lessons: list[Lesson], examples: list[Lesson], rules: Rules, settings: Settings) -> list[Judged]:
    from mailbot.classify.comparison import held_out
    from mailbot.cli.measuring import read_by_rules

    read = read_by_rules(rules, lessons, clock(), ZoneInfo(settings.office.timezone))
    return held_out(lessons, [(one.verdict, one.language) for one in read], examples)


def _why(way: str, letters: int) -> str:
    from mailbot.classify.comparison import FEWEST

    if way != "rules":
        return "proved better on letters held out"
    return f"fewer than {FEWEST} letters prove nothing" if letters < FEWEST else "no other way proved better"


def _tell(model: Model, path: Path, judged: list[Judged], *, as_json: bool) -> None:
    letters = {language: sum(one.language == language for one in judged) for language in model.use}
    corrected = sum(one.lesson.source == "corrected" for one in judged)
    if as_json:
        told: dict[str, Any] = {"file": str(path), "version": model.version, "letters": len(judged), "corrected": corrected}
        print_json({**told, "signs": len(model.counts), "languages": letters, "macro_f1": model.measured, "use": model.use})
        return
    print(f"{path}: version {model.version}, {_letters(len(judged))} ({corrected} corrected), {len(model.counts)} signs.")
    for language, way in model.use.items():
        macro = ", ".join(f"{name} {value:.2f}" for name, value in model.measured[language].items())
        print(f"{language}: {_letters(letters[language])}, macro-F1 held out: {macro}. Used: {way} ({_why(way, letters[language])}).")


def _letters(count: int) -> str:
    return f"{count} letter{'' if count == 1 else 's'}"
