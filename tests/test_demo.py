"""`mailbot demo`: the whole main job on an embedded server, in well under 20 s, and what it shows is true; a daemon that never gets ready is named."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mailbot.demo import show


@pytest.mark.alone
@pytest.mark.timeout(120)
def test_the_demo_shows_the_main_job(tmp_path: Path) -> None:
    began = time.monotonic()
    command = [sys.executable, "-m", "mailbot", "demo", "--output", str(tmp_path / "out")]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=100, env={**os.environ, "PYTHONWARNINGS": "error::DeprecationWarning:mailbot"})
    seconds = time.monotonic() - began
    print(f"the demo took {seconds:.1f} s")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    lines = {line.split()[0]: line.split()[1:4] for line in done.stdout.splitlines() if line.startswith("  ") and len(line.split()) > 3}
    for name in ("quantity-ru", "damage-ru", "quality-ru", "warranty-ru", "quantity-en", "damage-en", "warranty-en", "urgent-ru", "broken-1251", "hostile"):
        assert lines[name][:2] == ["claim", "opened"], lines[name]
    assert lines["follow-up"][:2] == ["follow_up", "joined"]
    assert lines["withdrawal"][:2] == ["withdrawal", "joined"]
    assert lines["forward"][:2] == ["internal", "triage"]
    assert lines["out-of-office"][:2] == ["auto_reply", "joined"]
    assert lines["bounce"][:2] == ["bounce", "joined"]
    assert lines["newsletter"][:2] == ["list", "noted"]
    letters = [path.read_bytes() for path in (tmp_path / "out" / "letters").glob("*.eml")]
    assert not any(b"victim@example.org" in letter.partition(b"\r\n\r\n")[0] and b"\nBcc:" in letter for letter in letters)
    assert len(list((tmp_path / "out" / "letters").glob("*.html"))) == len(letters)
    assert "bug" not in (tmp_path / "out" / "daemon.log").read_text("utf-8")
    if not os.environ.get("CI"):
        assert seconds < 20


@pytest.mark.parametrize(("does", "said"), [("exit 3", "ended while starting (exit code 3)"), ("exec sleep 20", "was not ready within 0 s")])
def test_a_daemon_that_dies_or_is_late_is_named_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, does: str, said: str
) -> None:
    daemon = tmp_path / "daemon"
    daemon.write_text(f"#!/bin/sh\necho 'config.fault the disk is full'\n{does}\n", "utf-8")
    daemon.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(daemon))
    monkeypatch.setattr(show, "_READY_WITHIN", 0.3)
    told: list[str] = []
    assert show.show(tmp_path / "out", stay=False, write=told.append) == 1
    assert said in told[-1]
    assert f"{tmp_path}/out/daemon.log" in told[-1]
    assert "the disk is full" in told[-1]
