"""`ascend schema docs`, `types`, `workbench`: what people and their tools read of the schema."""

from enum import Enum
from typing import Annotated

import anyio
import typer

from ascend.architect.documents.docs import design
from ascend.architect.documents.workbench import workbench as data_model
from ascend.architect.types.types import TYPESCRIPT, document
from ascend.cli.desk import Options


class Language(Enum):
    JSON = "json"
    TYPESCRIPT = "typescript"


def docs(context: typer.Context) -> None:
    """The design document, as Markdown."""
    options: Options = context.obj
    options.printer.prose(f"{anyio.run(design)}\n")


def types(
    context: typer.Context,
    format: Annotated[
        Language, typer.Option("--format", help="json: JSON Schema. typescript: interfaces and key builders.")
    ] = Language.JSON,
) -> None:
    """Types of commands, events and items."""
    options: Options = context.obj
    if format is Language.TYPESCRIPT:
        options.printer.prose(TYPESCRIPT.read_text())
    else:
        options.printer.document(document())


def workbench(context: typer.Context) -> None:
    """A data model with sample data, for NoSQL Workbench for DynamoDB."""
    options: Options = context.obj
    options.printer.document(anyio.run(data_model))


DOCUMENTS = (docs, types, workbench)
