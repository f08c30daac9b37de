"""kill -9 at every named point, inside DATA and at random instants (issue 3, must show 4). 90 kills in CI, 30 elsewhere; `make crash` for 300."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.mail_servers import dovecot

pytestmark = [pytest.mark.dovecot, pytest.mark.alone, pytest.mark.timeout(900)]


def test_the_promise_holds_over_many_deaths() -> None:
    """In a process of its own, since it forks. Prints its figures; fails by its exit code."""
    with dovecot():
        pass  # skipped, or failed in CI, where there is none
    kills = int(os.environ.get("MAILBOT_TEST_KILLS", "90" if os.environ.get("CI") else "30"))
    command = [sys.executable, "-m", "tests.crash", str(kills), "3"]
    done = subprocess.run(command, check=False, cwd=Path(__file__).resolve().parent.parent, capture_output=True, text=True, timeout=880)
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    assert sum(map(int, re.findall(r"(\d+) kills,", done.stdout))) == kills
    not_reached = sum(map(int, re.findall(r"(\d+) \S+ \(not reached", done.stdout)))
    assert not_reached * 4 < kills, f"{not_reached} of {kills} kills struck before their point: they prove little\n{done.stdout}"


def test_the_check_can_fail() -> None:
    """The checker sees a lost mail, a doubled letter and changed bytes."""
    from tests.crash.checker import MOST_UNMARKED, check
    from tests.crash.smtp_log import Taken

    mail = b"the mail"
    row = {"id": 1, "raw_sha256": __import__("hashlib").sha256(mail).hexdigest(), "state": "filed", "outcome": "opened", "case_id": 1}
    letter = Taken("c@x.example", b"Message-ID: <1@x>\r\n\r\nhello", 1)
    good = {"received": [row], "cases": [{"id": 1}], "outbox": []}
    assert check({"box": [mail]}, {"c@x.example": 1}, [letter], good).faults == []
    assert check({"box": [mail, b"lost"]}, {"c@x.example": 1}, [letter], good).faults
    assert check({"box": [mail]}, {"c@x.example": 1}, [letter, letter], good).faults
    assert check({"box": [mail]}, {"c@x.example": 1}, [], good).faults
    assert check({"box": [mail]}, {"c@x.example": 1}, [letter, replace(letter, life=2)], good).faults == []  # the first daemon died before the mark
    most = MOST_UNMARKED + 1
    many = [replace(letter, raw=b"Message-ID: <%d@x>\r\n\r\nhello" % n, life=life) for n in range(most) for life in (1, 2)]
    filed = {"received": [{**row, "id": n, "case_id": n} for n in range(most)], "cases": [{"id": n} for n in range(most)], "outbox": []}
    assert check({"box": [mail] * most}, {"c@x.example": most}, many[1:], filed).faults == []
    assert check({"box": [mail] * most}, {"c@x.example": most}, many, filed).faults == [f"daemon 1 left {most} letters unmarked, more than {MOST_UNMARKED}"]
    other = Taken("c@x.example", b"Message-ID: <1@x>\r\n\r\nhello!", 2)
    assert check({"box": [mail]}, {"c@x.example": 1}, [letter, other], good).faults
    assert check({"box": [mail]}, {"c@x.example": 1}, [letter], {**good, "cases": [{"id": 1}, {"id": 2}]}).faults
    assert check({"box": [mail]}, {"c@x.example": 1}, [letter], {**good, "received": [{**row, "state": "new"}]}).faults
