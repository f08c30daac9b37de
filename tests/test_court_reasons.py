"""The file for the court is read by a Russian judge: every reason that the program keeps has its Russian sentence."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailbot.reports.court_reasons import REASONS, in_russian
from mailbot.reports.court_words import KINDS

ROOT = Path(__file__).parent.parent / "mailbot"
WHOLE = [ROOT / "claims" / f"{name}.py" for name in ("kind", "conversation", "acknowledgement", "decide", "automatic", "running_clocks")]
KEEPS = frozenset({"event", "change", "_change", "move", "_move", "move_case", "reopen", "_keep", "Change", "Judged", "Answer", "Joining", "Robot", "Decision"})
TECHNICAL = re.compile(r"Auto-Submitted|auto-replied|Reply-To|Message-ID|X-Loop|Precedence|ARF|X{2,}\w*|!\w+")


def sentences() -> Iterator[str]:
    """Every sentence of the pure middle that says why, and every one that a job keeps as the reason of a step."""
    for path in WHOLE:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        yield from (said for node in ast.walk(tree) if (said := literal(node)) and node not in docstrings(tree))
    for path in (ROOT / "jobs").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in KEEPS:
                told = [*node.args, *(one.value for one in node.keywords if one.arg in {"why", "reason"})]
                yield from (said for one in told for part in ast.walk(one) if (said := literal(part)))
            elif isinstance(node, ast.Assign) and [getattr(one, "id", "") for one in node.targets] == ["why"]:
                yield from (said for part in ast.walk(node.value) if (said := literal(part)))


def docstrings(tree: ast.Module) -> list[ast.AST]:
    holders = (one for one in ast.walk(tree) if isinstance(one, ast.Module | ast.FunctionDef | ast.ClassDef))
    return [one.body[0].value for one in holders if isinstance(one.body[0], ast.Expr)]


def literal(node: ast.AST) -> str:
    """A sentence as it may read, "" for whatever else: a word of the program's own stands where one is filled in."""
    if isinstance(node, ast.JoinedStr):
        said = "".join(str(part.value) if isinstance(part, ast.Constant) else "XX" for part in node.values)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        said = node.value
    else:
        return ""
    said = re.sub(r"(?<=[.)])XX$|^XX(?= It has)|(?<=\. )XX|(?<=case\.)XX", "", said.strip()).strip()  # another sentence stands there
    said = said.replace("a claim XX", "a claim (confidence XX)").replace("forwards XX", "forwards a customer's mail")
    return said if re.fullmatch(r"[A-ZX][^\n]* [^\n]*\.", said) else ""


FOUND = sorted(set(sentences()))


def test_they_are_found() -> None:
    assert len(FOUND) > 120
    assert "It joins case XX." in FOUND
    assert "A person corrected it." in FOUND


@pytest.mark.parametrize("said", FOUND)
def test_each_has_its_russian(said: str) -> None:
    russian = TECHNICAL.sub("", in_russian(said, KINDS["ru"]))
    assert not re.search(r"[A-Za-z]{2,}", russian), russian
    assert re.search("[а-яА-Я]{2}", russian)


@pytest.mark.parametrize(("english", "russian"), REASONS.items())
def test_both_have_the_same_holes(english: str, russian: str) -> None:
    assert re.findall(r"\{w?\}", english) == re.findall(r"\{w?\}", russian)


@pytest.mark.parametrize(
    ("why", "russian"),
    [
        (
            "A new complaint (confidence 0.93). It names case 2026-0451, to which its sender does not belong. Its sender is answered.",
            "Новая претензия (уверенность 0.93). Названо дело 2026-0451, к которому отправитель не относится. Отправителю направляется подтверждение.",
        ),
        (
            "It says the matter is settled wholly («вопрос решён. Спасибо»). Its References name a letter of ours (case 2026-0451). It joins case 2026-0451.",
            "Сообщается, что вопрос решён полностью («вопрос решён. Спасибо»). Ответ на наше письмо (дело 2026-0451). Приобщено к делу 2026-0451.",
        ),
        ("The decision is sent: replacement.", "Решение отправлено: замена."),
        ("decision: draft 12.", "ответ на претензию, письмо 12."),
        ("A command was refused (unproven).", "Команда отклонена: отправитель не подтверждён."),
        ("A command was refused (no_letter).", "Команда отклонена: это не ответ на письмо программы."),
        ("withdrawal_reminder 2", "просьба подтвердить отзыв, 2-е"),
        ("withdrawn_in_writing", "отозвана письменно"),
        ("head, legal", "руководитель, юрист"),
        ("!take", "!взять"),
        ("The day has come until which we waited: the customer's documents.", "Наступил день, до которого ждали: the customer's documents."),
        ("Заменим до 10.12. It applies", "Заменим до 10.12. It applies"),
        ("", ""),
    ],
)
def test_sentence_by_sentence(why: str, russian: str) -> None:
    assert in_russian(why, KINDS["ru"]) == russian
