"""Adds what was not released before to src/ascend/architect/check/released.json; what stands there is never changed.

python tests/support/schema/released.py     and look at what it adds
"""

import json
from typing import Any

from ascend.architect.check.released import FILE, shapes
from ascend.architect.check.schema import Schema


def added_to(known: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {group: now | known.get(group, {}) for group, now in shapes(Schema.of()).items()}


if __name__ == "__main__":
    known: dict[str, dict[str, Any]] = json.loads(FILE.read_text()) if FILE.exists() else {}
    FILE.write_text(json.dumps(added_to(known), indent=1, sort_keys=True, ensure_ascii=False) + "\n")
