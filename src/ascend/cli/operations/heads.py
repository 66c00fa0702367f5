"""Print the heads of all logs, and read a file of heads that were saved earlier."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import typer
from pydantic import TypeAdapter, ValidationError

from ascend.adapters.operations.heads import LogHead
from ascend.cli.context import CommandContext
from ascend.cli.errors import ExitCode
from ascend.cli.terminal.printing import Column
from ascend.domain.errors import InvalidInput
from ascend.domain.values import name_faults

HEADS: TypeAdapter[Sequence[LogHead]] = TypeAdapter(Sequence[LogHead])
COLUMNS = (
    Column[LogHead]("WORKSPACE", 36, lambda head: head.workspace),
    Column[LogHead]("   HEAD", 7, lambda head: f"{head.position:>7}"),
    Column[LogHead]("HASH", 0, lambda head: head.unreadable or head.hash),
)


async def show_heads(context: CommandContext) -> None:
    """Print a line for each workspace. Exit with 1 if a log cannot be read."""
    unreadable: list[LogHead] = []

    async def collect_unreadable() -> AsyncIterator[LogHead]:
        async for head in context.store.heads():
            if head.unreadable:
                unreadable.append(head)
            yield head

    await context.printer.table(COLUMNS, collect_unreadable())
    if unreadable:
        raise typer.Exit(ExitCode.PROBLEMS_FOUND)


def read_heads_file(file: Path) -> Sequence[LogHead]:
    """Return the heads in a file that `ascend --json heads` wrote.

    Raises:
        InvalidInput: the file holds something else.
    """
    try:
        return HEADS.validate_json(file.read_bytes())
    except (ValidationError, InvalidInput) as error:
        fault = name_faults(error) if isinstance(error, ValidationError) else error.detail
        raise InvalidInput(f"{file} holds no heads ({fault}): save them with `ascend --json heads`") from None
