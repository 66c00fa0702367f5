"""`ascend schema docs`, `types`, `workbench`: what people and their tools read of the schema."""

import json
from enum import Enum
from typing import Annotated

import anyio
import typer

from ascend.adapters.schema.docs import design
from ascend.adapters.schema.types import TYPESCRIPT, document
from ascend.adapters.schema.workbench import workbench as data_model


class Language(Enum):
    JSON = "json"
    TYPESCRIPT = "typescript"


def docs() -> None:
    """The design document, as Markdown."""
    print(anyio.run(design))


def types(
    format: Annotated[
        Language, typer.Option("--format", help="json: JSON Schema. typescript: interfaces and key builders.")
    ] = Language.JSON,
) -> None:
    """Types of commands, events and items."""
    print(TYPESCRIPT.read_text() if format is Language.TYPESCRIPT else as_text(document()), end="")


def workbench() -> None:
    """A data model with sample data, for NoSQL Workbench for DynamoDB."""
    print(as_text(anyio.run(data_model)), end="")


def as_text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


DOCUMENTS = (docs, types, workbench)
