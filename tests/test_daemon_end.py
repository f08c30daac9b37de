"""SIGTERM ends the daemon within its time, whatever hangs."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mailbot.claims.errors import SetupError
from mailbot.config import Settings
from mailbot.daemon import open_parts

ROOT = Path(__file__).resolve().parent.parent

_RUN = """
import sys, time
from mailbot import daemon, maillog
from mailbot.config import Settings

def hang(*_):
    print("hanging", file=sys.stderr, flush=True)
    time.sleep(300)

daemon.LEAVE_AFTER = 1.0
daemon.{job} = hang
maillog.start()
settings = Settings.model_validate({{"smtp": {{"host": "127.0.0.1", "tls": "none"}}}})
if __name__ == "__main__":
    sys.exit(daemon.run(settings, "sqlite:///{folder}/mailbot.db"))
"""


@pytest.mark.parametrize("job", ["write_digests", "outbox.next_due_at", "watch"])
def test_what_hangs_is_left_behind(tmp_path: Path, job: str) -> None:
    """A database that says nothing, a command that does not return: everything is leased, so nothing is lost by going."""
    script = tmp_path / "run.py"
    script.write_text(_RUN.format(job=job, folder=tmp_path))
    process = subprocess.Popen([sys.executable, script], cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        if "hanging" in line:
            process.send_signal(signal.SIGTERM)
            break
    try:
        _, rest = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode == 0, rest
    assert "daemon.stopped clean=False" in rest
    assert "Traceback" not in rest


@pytest.mark.parametrize(
    ("text", "said"),
    [("Ваша претензия принята, № {{ number }}, {{ answer_by }}.", "says “принята”"), ("№ {{ nothing_of_this_name }}", "nothing_of_this_name")],
)
def test_no_start_with_a_letter_that_says_too_much_or_cannot_be_written(tmp_path: Path, text: str, said: str) -> None:
    """An own template stands for every letter to come: nobody but `mailbot check` would have found out before a claim came."""
    own = tmp_path / "templates/ru/acknowledgement.txt.j2"
    own.parent.mkdir(parents=True)
    own.write_text(text, encoding="utf-8")
    settings = Settings.model_validate({"smtp": {"host": "127.0.0.1", "tls": "none"}, "files": {"templates": tmp_path / "templates"}})
    with pytest.raises(SetupError, match=said), open_parts(settings, f"sqlite:///{tmp_path}/mailbot.db"):
        pass
