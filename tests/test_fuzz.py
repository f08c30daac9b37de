"""2,000 broken mails through the whole of explain, in a process that has left the network; a share through the reading room."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.fuzz_mails import fuzz_mail

COUNT = 2_000


@pytest.mark.alone
@pytest.mark.timeout(300)
def test_two_thousand_broken_mails(capsys: pytest.CaptureFixture[str]) -> None:
    done = subprocess.run([sys.executable, "-m", "tests.fuzz", str(COUNT)], check=False, capture_output=True, text=True, timeout=280)
    with capsys.disabled():
        print("\n" + done.stdout.strip())
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip().endswith("nothing found")
    assert re.search(r"ways out: 0; attempts .*: 0$", done.stdout, re.MULTILINE)


def test_the_same_number_gives_the_same_mail() -> None:
    assert [fuzz_mail(number) for number in range(20)] == [fuzz_mail(number) for number in range(20)]
    assert len({fuzz_mail(number) for number in range(200)}) > 190
