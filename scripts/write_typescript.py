"""Generate src/ascend/architect/types/typescript/ascend.ts: interfaces from the JSON Schema, and the key builders.

The file is kept in the repository because an installed Ascend has no Node. `make generate` writes it.
"""

import json
import subprocess
from pathlib import Path
from typing import Any

from node_tools import node_tool
from pydantic import JsonValue
from typescript_keys import generate_builders

from ascend.architect.types.types import TYPESCRIPT, generate_document
from ascend.domain.text_keys import INVISIBLE_MARKS
from ascend.domain.unicode_table import ASSIGNED
from ascend.projections.application import Application
from ascend.projections.life_os import LIFE_OS

HEAD = Path(__file__).parent / "typescript" / "keys.ts"
BANNER = """\
/* eslint-disable */
// What people send to Ascend, what its tables hold, and the keys: `ascend schema types --format typescript`.
// Written by `make generate` (the interfaces by json-schema-to-typescript): change the models instead.

"""


def generate_typescript(app: Application) -> str:
    """Return the text of the whole file for the application.

    Raises: `Unavailable` if Node or its packages are missing.
    """
    helpers = HEAD.read_text().partition("\n\n")[2]  # without its imports: the types are in the same file here
    text = "\n".join([generate_interfaces(generate_document(app)), generate_tables(), helpers, generate_builders(app)])
    return BANNER + run_tool(["prettier", "--parser=typescript", "--print-width=120"], text)


def generate_interfaces(schema: dict[str, Any]) -> str:
    """Return the TypeScript interfaces of a JSON Schema.

    Raises: `Unavailable` if Node or its packages are missing.
    """
    options = ["--no-additionalProperties", "--unknownAny", "--maxItems=-1", "--bannerComment="]
    return run_tool(["json2ts", *options], json.dumps(convert_tuples(schema)))


def generate_tables() -> str:
    """Return the constants for the keys of labels: ranges of code points, in hexadecimal."""
    return f"""
/** The code points that Unicode 14.0 assigns. */
const ASSIGNED = `{ASSIGNED}`;
/** Marks that are not part of the key of a label. */
const INVISIBLE_MARKS = "{INVISIBLE_MARKS}";
"""


def convert_tuples(schema: JsonValue) -> Any:
    """Return the schema with tuples in the older form (`items`), the only one that json-schema-to-typescript knows."""
    match schema:
        case list():
            return [convert_tuples(part) for part in schema]
        case dict():
            converted = {key: convert_tuples(value) for key, value in schema.items()}
            if "prefixItems" in converted:
                converted |= {"items": converted.pop("prefixItems"), "additionalItems": False}
            return converted
        case _:
            return schema


def run_tool(command: list[str], text: str) -> str:
    """Return the output of a Node tool for this input."""
    program, *options = command
    arguments = [*node_tool(program), *options]
    return subprocess.run(arguments, input=text, capture_output=True, text=True, check=True).stdout


def render_typescript() -> dict[Path, str]:
    """Return the file. Raises: `Unavailable` if Node or its packages are missing."""
    return {TYPESCRIPT: generate_typescript(LIFE_OS)}
