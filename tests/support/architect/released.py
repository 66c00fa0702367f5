"""The shapes of keys and events in src/ascend/architect/check/released.json: new ones are added, recorded ones never change."""

import json
from pathlib import Path
from typing import Any

from ascend.architect.check.released import RELEASED_FILE, compute_shapes
from ascend.architect.check.rules import load_schema
from ascend.projections.life_os import LIFE_OS

Shapes = dict[str, dict[str, Any]]


def add_shapes(recorded: Shapes) -> Shapes:
    """Return the recorded shapes and the new ones of Ascend's own schema."""
    return {group: shapes | recorded.get(group, {}) for group, shapes in compute_shapes(load_schema(LIFE_OS)).items()}


def render_released() -> dict[Path, str]:
    """Return the file with the new shapes. `schema check` finds a recorded shape that the code changed."""
    now = add_shapes(json.loads(RELEASED_FILE.read_text()))
    return {RELEASED_FILE: json.dumps(now, indent=1, sort_keys=True, ensure_ascii=False) + "\n"}
