"""`ascend schema docs`, `types`, `workbench`: documents about the schema for people and their tools; `sample`: a store to try them on."""

from enum import Enum
from typing import Annotated

import anyio
import typer

from ascend import LIFE_OS
from ascend.architect.documents.design import render_design
from ascend.architect.documents.workbench import build_workbench_model
from ascend.architect.sample import fill_with_sample
from ascend.architect.types.interfaces import render_interfaces
from ascend.architect.types.types import TYPESCRIPT, generate_document
from ascend.cli.context import GlobalOptions, check_operator
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
        Language, typer.Option("--format", help="json: JSON Schema. typescript: interfaces and key builders.")
    ] = Language.JSON,
) -> None:
    """Print the types of commands, events and items."""
    options: GlobalOptions = ctx.obj
    app = options.application
    if format is Language.JSON:
        options.printer.document(generate_document(app))
    else:
        options.printer.prose(TYPESCRIPT.read_text() if app == LIFE_OS else render_interfaces(generate_document(app)))


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
