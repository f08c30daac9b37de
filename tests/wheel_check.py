"""Builds the wheel, installs it with the locked libraries into a clean environment of the system's own Python, and runs it from there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SYSTEM = Path("/usr/bin/python3")
MAIL = """From: Anna <anna@customer.example>
To: claims@company.example
Subject: =?utf-8?b?0J3QtdC00L7RgdGC0LDRh9Cw?=
Content-Type: text/plain; charset=utf-8

Недостача: из 50 насосов приняли 47. Заказ № 4512.
"""


def run(*command: str | Path, cwd: Path) -> str:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV", "MAILBOT_"))}
    done = subprocess.run([str(word) for word in command], check=False, cwd=cwd, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return done.stdout


def python_of_the_system() -> Path:
    """What docs/operating.md installs with: Debian's Python, often older than the one these checks run on."""
    new_enough = [SYSTEM, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
    if SYSTEM.exists() and subprocess.run(new_enough, check=False).returncode == 0:
        return SYSTEM
    return Path(sys.executable)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder / "dist", cwd=ROOT)
        wheel = next((folder / "dist").glob("mailbot-*.whl"))
        run(python_of_the_system(), "-m", "venv", folder / "clean", cwd=folder)
        python = folder / "clean/bin/python"
        pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        run(*pip, "--require-hashes", "-r", ROOT / "requirements.lock", cwd=folder)
        run(*pip, "--no-deps", wheel, cwd=folder)
        mailbot = folder / "clean/bin/mailbot"
        assert run(mailbot, "version", cwd=folder).startswith("mailbot ")
        assert "categories/quantity.toml" in run(mailbot, "rules", cwd=folder)
        (folder / "claim.eml").write_text(MAIL, encoding="utf-8")
        explained = json.loads(run(mailbot, "explain", "claim.eml", "--json", cwd=folder))
        assert explained["category"]["primary"] == "quantity", explained["category"]
        run(mailbot, "ingest", "--database", f"sqlite:///{folder}/store.db", "claim.eml", cwd=folder)
        listed = run(mailbot, "case", "list", "--json", "--database", f"sqlite:///{folder}/store.db", cwd=folder)
        assert len(listed.splitlines()) == 1, listed
        run(mailbot, "demo", cwd=folder)
        assert any((folder / "demo-output/letters").glob("*.eml")), "the demo sent no letter"
        version = run(python, "--version", cwd=folder).strip()
        print(f"the wheel runs from a clean environment ({version}, {wheel.name}, {wheel.stat().st_size // 1024} kB)")


if __name__ == "__main__":
    main()
