"""The heads' week: once a person and week, on its day or the first that is worked, in her zone; and `mailbot report` says the same."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mailbot.claims.figures import Share
from mailbot.jobs.policy_of import Ground
from mailbot.jobs.write_weekly import weekly_letter, write_weekly
from mailbot.store.database import Database
from tests.desk_values import (
    DAY,
    HOUR,
    NOW,
    PEOPLE,
    a_desk,
    a_ground,
    file_claims,
    file_one,
    letters,
    moscow,
    read_letter,
    send_all,
    set_case,
)

MONDAY = moscow(11, 30, 9)  # after the week in which NOW lies


@pytest.fixture(scope="module")
def ground() -> Ground:
    return a_ground()


def tick(db: Database, ground: Ground, now: datetime, **how: Any) -> list[str]:
    before = len(letters(db, "weekly"))
    count = write_weekly(db, ground, a_desk(ground), now, **how)
    new = letters(db, "weekly")[before:]
    assert len(new) == count
    return [row.recipient.partition("@")[0] for row in new]


def a_week(db: Database, ground: Ground) -> None:
    """Three claims, acknowledged at once; one answered in time, one late, one not at all."""
    file_claims(db, ground, 3)
    send_all(db, NOW + timedelta(seconds=30))
    set_case(db, "2026-0001", answered_at=NOW + DAY)
    set_case(db, "2026-0002", answered_at=moscow(11, 27, 12))


def test_on_monday_morning_once_whatever_restarts(db: Database, ground: Ground) -> None:
    a_week(db, ground)
    assert tick(db, ground, MONDAY - timedelta(seconds=1)) == []
    assert tick(db, ground, MONDAY) == ["vera"]
    for hours in (0, 1, 5, 9, 24, 48, 100):
        assert tick(db, ground, MONDAY + hours * HOUR) == []
    assert [row.dedupe_key for row in letters(db, "weekly")] == ["weekly:vera:2026-W48"]
    assert tick(db, ground, MONDAY + 7 * DAY) == ["vera"]


def test_not_in_the_evening(db: Database, ground: Ground) -> None:
    a_week(db, ground)
    assert tick(db, ground, moscow(11, 30, 18)) == []
    assert tick(db, ground, moscow(12, 1, 9)) == [], "Tuesday is not its day"
    assert tick(db, ground, moscow(12, 1, 20), force=True) == ["vera"]
    assert tick(db, ground, moscow(12, 1, 21), force=True) == []


def test_the_first_working_day_where_monday_is_off(db: Database) -> None:
    ground = a_ground(moscow(2, 1, year=2027))
    file_one(db, ground, at=moscow(2, 15, 12, year=2027))
    assert tick(db, ground, moscow(2, 22, 9, year=2027)) == [], "off for the Saturday that was worked"
    assert tick(db, ground, moscow(2, 23, 9, year=2027)) == [], "a holiday"
    assert tick(db, ground, moscow(2, 24, 9, year=2027)) == ["vera"]
    assert tick(db, ground, moscow(2, 25, 9, year=2027)) == []


def test_day_hour_and_roles_are_set_by_the_house(db: Database) -> None:
    ground = a_ground(weekly={"day": "wednesday", "hour": 7, "role": ["head", "director"]})
    a_week(db, ground)
    assert tick(db, ground, moscow(11, 30, 9)) == []
    assert tick(db, ground, moscow(12, 2, 6, 59)) == []
    assert tick(db, ground, moscow(12, 2, 7)) == ["vera", "gleb"]
    assert tick(db, a_ground(weekly={"role": []}), moscow(12, 7, 9)) == []


def test_in_her_own_zone(db: Database) -> None:
    people = [*PEOPLE[:2], {"id": "vera", "name": "Вера", "addresses": ["vera@firma.example"], "role": ["head"], "timezone": "Asia/Yekaterinburg"}]
    ground = a_ground(people=people)
    a_week(db, ground)
    assert tick(db, ground, moscow(11, 30, 6, 59)) == []
    assert tick(db, ground, moscow(11, 30, 7)) == ["vera"]


def test_a_week_without_anything_is_passed_over(db: Database, ground: Ground) -> None:
    assert tick(db, ground, MONDAY) == []


def test_what_it_says(db: Database, ground: Ground) -> None:
    a_week(db, ground)
    with db.read() as conn:
        letter = weekly_letter(conn, ground, MONDAY)
    assert (letter.figures.came, letter.figures.open, letter.figures.answered, letter.figures.late) == (3, 3, 2, 1)
    assert letter.figures.acknowledged == Share(3, 3)
    assert letter.figures.in_three == Share(1, 3)
    assert letter.before.came == 0
    tick(db, ground, MONDAY)
    message, text = read_letter(letters(db, "weekly")[0])
    assert message["Subject"] == "Претензии за неделю 23–29 ноября 2026 г.: поступило 3, открыто 3, просрочено 1"
    assert "Поступило                        3   (0)" in text
    assert "Ответ в обещанный срок        33 %   (—)" in text
    assert "Анна: пришло 3, отвечено 2, открыто 3, просрочено 1" in text
    told = " ".join(text.split())
    assert ": 3 (0), с опозданием 2" in told, "answered late, and overdue"
    assert told.count("Просрочено: дело открыто") == 1
    assert told.count("С опозданием: ответ дан позже обещанного дня или не дан") == 1


def test_rehearsal_writes_to_no_head(db: Database) -> None:
    ground = a_ground(mode="rehearsal")
    a_week(db, ground)
    assert tick(db, ground, MONDAY) == []


def test_the_command_says_the_same(db: Database, db_url: str, ground: Ground, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from mailbot.cli import report as command
    from mailbot.cli.main import run

    a_week(db, ground)
    monkeypatch.setattr(command, "clock", lambda: MONDAY)
    monkeypatch.delenv("MAILBOT_CONFIG", raising=False)
    assert run(["report", "--database", db_url, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["first"], told["last"], told["came"], told["in_three"]) == ("2026-11-23", "2026-11-29", 3, {"n": 1, "of": 3, "percent": 33})
    assert told["before"]["came"] == 0
    assert told["rows"] == [
        {"category": "damage", "product": "", "outcome": "open", "claims": 3, "answered_in_three": 1, "answered_in_five": 2, "answered_late": 0, "not_answered": 1}
    ]
    assert run(["report", "--database", db_url, "--since", "2026-11-23", "--until", "2026-11-23", "--csv"]) == 0
    assert capsys.readouterr().out.lstrip("\ufeff").splitlines()[1] == "damage;;open;3;1;2;0;1"
    assert run(["report", "--database", db_url, "--year", "2026"]) == 0
    assert run(["report", "--database", db_url, "--year", "26"]) == 2
    assert "2026-01-01 to 2026-12-31 (in brackets: 2025-01-01 to 2025-12-31)" in capsys.readouterr().out
    assert run(["report", "--database", db_url, "--since", "2026-11-24", "--until", "2026-11-23"]) == 2
    assert "is before" in capsys.readouterr().err
    assert run(["report", "--database", db_url, "--since", "24.11.2026"]) == 2
    assert "Write it as 2026-11-23." in capsys.readouterr().err
