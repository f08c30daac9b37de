"""The model as a file: JSON of counts that a person can read. Written whole or not at all; a bad file is named with its mend."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from mailbot.claims.errors import Fault, SetupError
from mailbot.claims.plain import from_plain, to_plain
from mailbot.classify.model import WAYS, Model

SCHEMA = 1
_MEND = "Write it anew with `mailbot train`, or take the file away: without a model the rules judge alone."


def write_model(model: Model, path: Path) -> Model:
    """Write the file; the model comes back with its version. Errors: OSError."""
    versioned = replace(model, version=_version(model))
    plain = {"schema": SCHEMA, **to_plain(versioned)}
    counts = plain.pop("counts")
    head = json.dumps(plain, ensure_ascii=False, indent=1)[:-2]
    lines = ",\n".join(f"  {json.dumps(sign, ensure_ascii=False)}: {json.dumps(by, ensure_ascii=False)}" for sign, by in counts.items())
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(f'{head},\n "counts": {{\n{lines}\n }}\n}}\n')
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return versioned


def read_model(path: Path) -> Model:
    """Errors: SetupError for a file that is no model of this release."""
    try:
        data: Any = json.loads(path.read_text("utf-8"))
        if data.pop("schema") != SCHEMA:
            raise ValueError(f"is not of schema {SCHEMA}")
        model = from_plain(Model, data)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SetupError(Fault(str(path), 0, "", f"is no model of this release ({type(error).__name__}).", _MEND)) from error
    if model.version != _version(model):
        raise SetupError(Fault(str(path), 0, "version", "does not fit what stands in the file: it was changed by hand.", _MEND))
    if strange := [way for way in model.use.values() if way not in WAYS]:
        raise SetupError(Fault(str(path), 0, "use", f"{strange[0]!r} is no way to judge.", _MEND))
    return model


def _version(model: Model) -> str:
    """Eight hex digits over what decides; who taught it and when changes nothing."""
    deciding = (model.categories, sorted(model.counts.items()), sorted(model.use.items()), sorted(model.sharpness.items()))
    told = json.dumps([to_plain(deciding), sorted(model.unsure_below.items())], sort_keys=True)
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:8]
