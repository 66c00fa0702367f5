"""Add shapes that were not released before to src/ascend/architect/check/released.json; recorded shapes never change.

    .venv/bin/python tests/support/architect/released.py

Look at what it adds.
"""

import json
from typing import Any

from ascend.architect.check.released import RELEASED_FILE, compute_shapes
from ascend.architect.check.schema import Schema

Shapes = dict[str, dict[str, Any]]


def add_shapes(recorded: Shapes) -> Shapes:
    """Return the recorded shapes and the new ones of Ascend's own schema."""
    return {group: shapes | recorded.get(group, {}) for group, shapes in compute_shapes(Schema.collect()).items()}


if __name__ == "__main__":
    recorded: Shapes = json.loads(RELEASED_FILE.read_text()) if RELEASED_FILE.exists() else {}
    RELEASED_FILE.write_text(json.dumps(add_shapes(recorded), indent=1, sort_keys=True, ensure_ascii=False) + "\n")
