"""`ascend schema docs`, `types`, `workbench`: documents about the schema for people and their tools; `sample`: a store to try them on."""

from enum import Enum
from pathlib import Path
from typing import Annotated

import anyio
import typer

from ascend.architect.documents.design import render_design
from ascend.architect.documents.workbench import build_workbench_model
from ascend.architect.sample import fill_with_sample
from ascend.architect.types.types import generate_document
from ascend.architect.types.typescript.interfaces import render_types_alone
from ascend.architect.types.typescript.package import write_package
from ascend.cli.context import GlobalOptions, check_operator
from ascend.domain.errors import InvalidInput
from ascend.store_url import open_tables


class Language(Enum):
    JSON = "json"
    TYPESCRIPT = "typescript"


def docs(ctx: typer.Context) -> None:
    """Print the design document as Markdown."""
    options: GlobalOptions = ctx.obj
    options.printer.prose(f"{anyio.run(render_design, options.application)}\n")


def types(
    ctx: typer.Context,
    format: Annotated[
        Language, typer.Option("--format", help="json: JSON Schema. typescript: interfaces, or a package.")
    ] = Language.JSON,
    write: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write a TypeScript package into DIR: types, a reader, senders of commands."),
    ] = None,
) -> None:
    """Print the types of commands, events and items, or write them as a package."""
    options: GlobalOptions = ctx.obj
    if write is not None and format is not Language.TYPESCRIPT:
        raise InvalidInput("--write writes a TypeScript package: add --format typescript")
    if write is not None:
        files = write_package(options.application, write)
        options.printer.prose(f"Wrote {len(files)} files into {write}: `npm install` there builds the package.\n")
    elif format is Language.TYPESCRIPT:
        options.printer.prose(render_types_alone(options.application))
    else:
        options.printer.document(generate_document(options.application))


def workbench(ctx: typer.Context) -> None:
    """Print a data model with sample data for NoSQL Workbench for DynamoDB."""
    options: GlobalOptions = ctx.obj
    options.printer.document(anyio.run(build_workbench_model, options.application))


def sample(ctx: typer.Context) -> None:
    """Fill an empty store with the sample of the design document, whose queries run on it."""
    options = check_operator(ctx)
    app = options.application  # loaded here, because an import blocks the event loop

    async def fill() -> int:
        async with open_tables(options.url) as tables:
            return await fill_with_sample(app, tables)

    items = anyio.run(fill)
    options.printer.result({"store": options.place, "items": items}, f"{options.place} holds {items} items.")


DOCUMENTS = (docs, types, workbench, sample)
