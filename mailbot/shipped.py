"""Where the rules, templates and the example configuration that came with the program lie."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def shipped(name: str) -> Path:
    """The shipped folder or file `name` ("rules", "templates", "config.example.toml").

    Inside an installed wheel it lies in `mailbot/_shipped/` (pyproject.toml, force-include), in a checkout beside the package.
    """
    inside = _PACKAGE / "_shipped" / name
    return inside if inside.exists() else _PACKAGE.parent / name


def layered(name: str, own: Path | None) -> dict[str, Path]:
    """Files of a shipped folder by relative name, the operator's folder laid over it.

    A file of the same relative name replaces the shipped one whole; a new one adds.
    """
    files: dict[str, Path] = {}
    for folder in (shipped(name), own):
        if folder is not None and folder.is_dir():
            files.update({path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()})
    return dict(sorted(files.items()))


def layer_of(name: str, own: Path | None, relative: str) -> Path | None:
    """The one file of this relative name that `layered` would give, without listing the folders."""
    paths = (folder / relative for folder in (own, shipped(name)) if folder is not None)
    return next((path for path in paths if path.is_file()), None)
