"""Secrets come from a file, an environment variable or a command, never from the configuration itself, and never print."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationInfo, model_validator


class Secret(BaseModel):
    """Exactly one of `file` (readable by its owner only), `env` (a variable's name), `command` (its first output line)."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    file: Path | None = None
    env: str | None = None
    command: tuple[str, ...] | None = None

    @model_validator(mode="before")
    @classmethod
    def _no_plain_text(cls, data: Any, info: ValidationInfo) -> Any:
        if not isinstance(data, dict):
            mend = 'Write { file = "…" }, { env = "…" } or { command = ["…"] } instead.'
            raise ValueError(f"the secret itself stands in the configuration. {mend}")  # pydantic wants ValueError
        folder = (info.context or {}).get("folder")
        if folder is not None and isinstance(data.get("file"), str):
            return {**data, "file": str(Path(folder) / data["file"])}
        return data

    @model_validator(mode="after")
    def _usable(self, info: ValidationInfo) -> Self:
        if sum(source is not None for source in (self.file, self.env, self.command)) != 1:
            raise ValueError("a secret has exactly one source. Give one of file, env, command.")
        if not (info.context or {}).get("secrets", True):
            return self  # a command that signs in nowhere
        if self.file is not None:
            _check_file(self.file)
        if self.env is not None and not os.environ.get(self.env):
            raise ValueError(f"the environment variable {self.env} is not set. Set it, or use a file.")
        return self

    def read(self) -> str:
        """The secret. Errors: ValueError that names the source and the mend, never the secret."""
        if self.file is not None:
            text = _content(self.file)
        elif self.env is not None:
            text = os.environ.get(self.env, "")
        else:
            text = _output(self.command or ())
        secret = text.strip("\r\n").split("\n", 1)[0]
        if not secret:
            raise ValueError(f"{self.source} gives an empty secret. Write the secret as its first line.")
        return secret

    @property
    def source(self) -> str:
        if self.file is not None:
            return f"file {self.file}"
        return f"environment variable {self.env}" if self.env is not None else f"command {(self.command or ('',))[0]}"

    def __repr__(self) -> str:
        return f"Secret({self.source})"


def _check_file(path: Path) -> None:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise ValueError(f"the secret file {path} cannot be read: {error.strerror}. Create it with mode 0600.") from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ValueError(f"the secret file {path} can be read by others (mode {stat.S_IMODE(mode):04o}). Run: chmod 600 {path}")


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ValueError(f"the secret file {path} cannot be read: {error.strerror}. It must belong to mailbot's user.") from None
    except UnicodeDecodeError:
        raise ValueError(f"the secret file {path} is not UTF-8. Save it as UTF-8.") from None


def _output(command: tuple[str, ...]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, timeout=30, check=True, text=True)  # noqa: S603  # the operator's own command, no shell
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise ValueError(f"the secret command {command[0]} failed: {_why(error)}. Try it by hand as the user that runs mailbot.") from None
    return done.stdout


def _why(error: Exception) -> str:
    """What became of the command, without a word of its output."""
    match error:
        case subprocess.CalledProcessError():
            return f"it ended with {error.returncode}"
        case subprocess.TimeoutExpired():
            return f"it did not end within {error.timeout:.0f} seconds"
        case OSError():
            return error.strerror or type(error).__name__
    return "its output is not text"
