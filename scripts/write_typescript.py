"""Writes src/ascend/architect/types/typescript/ascend.ts anew: interfaces from the JSON Schema, and the key builders.

    python scripts/write_typescript.py

An installed Ascend has no Node, so the file is kept, and a test finds it stale.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from node_tools import node_tool
from pydantic import JsonValue
from typescript_keys import builders

from ascend.architect.types.types import TYPESCRIPT, document

HEAD = Path(__file__).parent / "typescript" / "keys.ts"
BANNER = """\
/* eslint-disable */
// What people send to Ascend, what lies in its tables, and the keys: `ascend schema types --format typescript`.
// Written by scripts/write_typescript.py (the interfaces by json-schema-to-typescript): change the models instead.

"""


def typescript() -> str:
    """The whole file. Raises: Unavailable"""
    helpers = HEAD.read_text().partition("\n\n")[2]  # its imports stand in the same file here
    text = "\n".join([interfaces(document()), helpers, builders()])
    return BANNER + ran(["prettier", "--parser=typescript", "--print-width=120"], text)


def interfaces(schema: dict[str, Any]) -> str:
    """Raises: Unavailable"""
    options = ["--no-additionalProperties", "--unknownAny", "--maxItems=-1", "--bannerComment="]
    return ran(["json2ts", *options], json.dumps(with_tuples(schema)))


def with_tuples(schema: JsonValue) -> Any:
    """The same with tuples as before JSON Schema 2020-12: json-schema-to-typescript knows no others."""
    match schema:
        case list():
            return [with_tuples(one) for one in schema]
        case dict():
            made = {key: with_tuples(value) for key, value in schema.items()}
            return (
                made | {"items": made.pop("prefixItems"), "additionalItems": False} if "prefixItems" in made else made
            )
        case _:
            return schema


def ran(command: list[str], text: str) -> str:
    program, *options = command
    called = [*node_tool(program), *options]
    return subprocess.run(called, input=text, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    TYPESCRIPT.parent.mkdir(exist_ok=True)
    TYPESCRIPT.write_text(typescript())
    sys.stdout.write(f"{TYPESCRIPT} is written\n")
