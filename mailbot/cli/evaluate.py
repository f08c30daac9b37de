"""`mailbot evaluate FILE.jsonl`: how well rules, model and both agree with what people said, by category and language."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from mailbot.claims.errors import Fault, SetupError
from mailbot.claims.lesson import Lesson
from mailbot.cli.printing import print_json, printable
from mailbot.cli.setting_up import clock, settings_of

if TYPE_CHECKING:
    from mailbot.claims.agreement import Said
    from mailbot.classify.comparison import Judged
    from mailbot.cli.measuring import Reading
    from mailbot.config import Settings
    from mailbot.rulebook import Rules

WORST = 10
_SHOWN = 160
_NO_CLAIM = ("", "not_claim")


def evaluate(arguments: argparse.Namespace) -> int:
    """0 done, 2 where a line of the file is wrong. Writes nothing."""
    from mailbot.cli.measuring import main_categories, read_by_rules
    from mailbot.rulebook import load_rules

    settings = settings_of(arguments)
    rules = load_rules(settings.files.rules)
    lessons = read_lessons(Path(arguments.file), [category.id for category in rules.categories])
    read = read_by_rules(rules, lessons, clock(), ZoneInfo(settings.office.timezone))
    claims = [(lesson, one) for lesson, one in zip(lessons, read, strict=True) if lesson.category]
    others = [one for lesson, one in zip(lessons, read, strict=True) if not lesson.category]
    ways = _ways(claims, rules, _model_file(arguments, settings))
    told = _told(ways, main_categories(rules)) | {"claim_or_not": _claim_or_not([one for _, one in claims], others, settings)}
    texts = {lesson.place: lesson.text for lesson in lessons}
    if arguments.json:
        print_json({"file": arguments.file, **told})
    else:
        _print(told, texts)
    return 0


def read_lessons(path: Path, categories: Sequence[str]) -> list[Lesson]:
    """The lines of the file. Errors: SetupError with every bad line."""
    faults: list[Fault] = []
    lessons: list[Lesson] = []
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError(Fault(str(path), 0, "", f"cannot be read: {error}.", "Name a UTF-8 file of JSON lines.")) from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            lesson = _lesson(line, f"{path.name}:{number}", categories)
            if isinstance(lesson, str):
                faults.append(Fault(str(path), number, "", lesson, 'Write {"text": "…", "primary": "damage"}; null where it is no claim.'))
            else:
                lessons.append(lesson)
    if not lessons and not faults:
        faults.append(Fault(str(path), 0, "", "holds no letter.", "Write one JSON object a line."))
    if faults:
        raise SetupError(*faults)
    return lessons


def _lesson(line: str, place: str, categories: Sequence[str]) -> Lesson | str:
    """One line, or what is wrong with it."""
    try:
        row: Any = json.loads(line)
    except ValueError as error:
        return f"is no JSON: {error}."
    if not isinstance(row, dict) or not isinstance(row.get("text"), str) or "primary" not in row:
        return "lacks text or primary."
    primary, secondary = row["primary"] or "", row.get("secondary") or []
    if primary not in (*_NO_CLAIM, *categories):
        return f"primary {primary!r} is no category ({', '.join(categories)})."
    if not isinstance(secondary, list) or not isinstance(row.get("subject") or "", str):
        return "has a secondary that is no list, or a subject that is no text."
    category = "" if primary in _NO_CLAIM else str(primary)
    return Lesson(row["text"], category, row.get("subject") or "", tuple(map(str, secondary)), place=place)


def _model_file(arguments: argparse.Namespace, settings: Settings) -> Path | None:
    """--model, else the configuration's where it is there."""
    if arguments.model:
        return Path(arguments.model)
    return settings.files.model if settings.files.model is not None and settings.files.model.is_file() else None


def _ways(claims: Sequence[tuple[Lesson, Reading]], rules: Rules, model: Path | None) -> dict[str, list[Said]]:
    """What each way says. rules, model, both: by a model fitted on the other letters of the file; `in_force`: by the model's file."""
    from mailbot.classify.comparison import calibrated, held_out, said
    from mailbot.classify.model import WAYS
    from mailbot.jobs.teaching import examples_as_lessons

    lessons = [lesson for lesson, _ in claims]
    judged: list[Judged] = held_out(lessons, [(one.verdict, one.language) for _, one in claims], examples_as_lessons(rules))
    scale = calibrated(judged)
    ways = {way: said(judged, way, scale) for way in WAYS}
    return ways if model is None else ways | {"in_force": _in_force(claims, model)}


def _in_force(claims: Sequence[tuple[Lesson, Reading]], file: Path) -> list[Said]:
    from mailbot.claims.agreement import Said
    from mailbot.classify.model import Judge
    from mailbot.classify.model_file import read_model
    from mailbot.classify.second_opinion import second_opinion

    judge, found = Judge(read_model(file)), []
    for lesson, one in claims:
        verdict = second_opinion(one.verdict, judge, lesson.text, lesson.subject, one.language)
        found.append(Said(lesson.category, verdict.primary, verdict.confidence, one.language, lesson.place))
    return found


def _told(ways: dict[str, list[Said]], macro_over: Sequence[str]) -> dict[str, Any]:
    from mailbot.claims.agreement import worst
    from mailbot.cli.measuring import told

    judging = "in_force" if "in_force" in ways else "rules"
    wrong = worst(ways[judging], WORST)
    mistakes = [{"place": one.place, "true": one.gold, "said": one.said, "confidence": one.confidence} for one in wrong]
    return {"ways": {way: told(judged, macro_over) for way, judged in ways.items()}, "judging": judging, "mistakes": mistakes}


def _claim_or_not(claims: Sequence[Reading], others: Sequence[Reading], settings: Settings) -> dict[str, int]:
    """Claims that would be lost as enquiries, and what is no claim and would be acknowledged without a person."""
    lost, sure = settings.reading.not_claim_below, settings.reading.triage_below
    return {
        "claims": len(claims),
        "claims_lost": sum(one.verdict.claim_confidence < lost for one in claims),
        "claims_in_triage": sum(lost <= one.verdict.claim_confidence < sure for one in claims),
        "others": len(others),
        "others_acknowledged": sum(one.verdict.claim_confidence >= sure for one in others),
    }


def _print(told: dict[str, Any], texts: dict[str, str]) -> None:
    from mailbot.cli.measuring import confusion_page, page

    for way, figures in told["ways"].items():
        print(page(way, figures), end="\n\n")
    judging = told["judging"]
    print(f"Taken for what ({judging}; rows are true):\n{confusion_page(told['ways'][judging])}\n")
    kinds = told["claim_or_not"]
    print(
        f"Claim or not: {kinds['claims_lost']} of {kinds['claims']} claims lost, {kinds['claims_in_triage']} for a person; "
        f"{kinds['others_acknowledged']} of {kinds['others']} others acknowledged."
    )
    print(f"\nThe worst mistakes ({judging}):")
    for one in told["mistakes"]:
        print(f"  {one['place']}: {one['true']} taken for {one['said']} ({one['confidence']:.2f})")
        print(f"    {printable(' '.join(texts[one['place']].split())[:_SHOWN])}")
