"""Print data to standard output (with --json: one JSON document), and notes for people to standard error."""

import io
import sys
from collections.abc import AsyncIterable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic_core import to_json
from rich.cells import cell_len, set_cell_size
from rich.console import Console, RenderableType
from rich.text import Text

from ascend.cli.terminal.text import escape_json, escape_text

T = TypeVar("T")
WIDE = 110
"""Columns from which on a terminal has room for ids."""
PIPE_WIDTH = 100_000
"""Columns of a pipe: nothing is wrapped or shortened."""
LAST_COLUMN_WIDTH = 7
"""Columns that the last column of a table has at least."""


@dataclass(frozen=True)  # no slots: with them, Python 3.11 cannot make a parametrised `Column[T]`
class Column(Generic[T]):
    """One column of a table. The last column takes the rest of the line."""

    title: str
    width: int
    value: Callable[[T], object]
    style: str = ""
    wide_only: bool = False
    """Left out if the terminal is narrow."""


class Printer:
    """Prints the output of one command."""

    def __init__(self, *, json: bool) -> None:
        self.json = json
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):  # it is another class while a test captures the output
                stream.reconfigure(encoding="utf-8" if json else None, errors="backslashreplace")
        self.out = make_console(sys.stdout)
        self.err = make_console(sys.stderr)

    def note(self, text: str) -> None:
        """Print a line for people to standard error."""
        self.err.print(Text(escape_text(text)), soft_wrap=True)

    def line(self, text: str, style: str = "") -> None:
        """Print one line of data for people."""
        self.out.print(Text(escape_text(text), style), soft_wrap=True)

    def draw(self, drawing: RenderableType, width: int | None = None) -> None:
        """Print a drawing of rich; in a pipe, without the blanks that fill its lines up."""
        if self.out.is_terminal:
            self.out.print(drawing, width=width and min(width, self.out.width))
            return
        with self.out.capture() as captured:
            self.out.print(drawing, width=width)
        for line in captured.get().splitlines():
            self.out.print(Text(line.rstrip()), soft_wrap=True)

    def result(self, data: object, text: str) -> None:
        """Print the result of a command: `text` for people, or `data` as the JSON document."""
        if self.json:
            self.document(data)
        else:
            self.line(text)

    def prose(self, text: str) -> None:
        """Print a text of many lines that is not data: as it is, or as the JSON document {"text": …}."""
        if self.json:
            self.document({"text": text})
        else:
            print(text, end="" if text.endswith("\n") else "\n")

    def document(self, data: object) -> None:
        """Print data as the JSON document."""
        print(escape_json(to_json(data, indent=2)))

    async def array(self, data: AsyncIterable[object]) -> None:
        """Print a JSON array item by item: memory does not grow with its length."""
        opening = "["
        async for item in data:
            print(opening, escape_json(to_json(item)), sep="\n", end="")
            opening = ","
        print("[]" if opening == "[" else "\n]")

    async def table(self, columns: Sequence[Column[T]], rows: AsyncIterable[T]) -> None:
        """Print a table for people row by row, or the rows themselves as a JSON array."""
        if self.json:
            await self.array(rows)
            return
        if self.out.is_terminal and self.out.width < WIDE:
            columns = [column for column in columns if not column.wide_only]
        self.out.print(self._format_row([Text(column.title, "bold") for column in columns], columns), soft_wrap=True)
        async for row in rows:
            cells = [Text(escape_text(str(column.value(row))), column.style) for column in columns]
            self.out.print(self._format_row(cells, columns), soft_wrap=True)

    def _format_row(self, cells: Sequence[Text], columns: Sequence[Column[T]]) -> Text:
        remaining = self.out.width
        fitted: list[Text] = []
        for cell, column in zip(cells, columns, strict=True):
            last = column is columns[-1]
            width = max(remaining, LAST_COLUMN_WIDTH) if last else column.width
            fitted.append(self._fit(cell, width, last))
            remaining -= width + 2
        line = Text("  ").join(fitted)
        line.rstrip()
        return line

    def _fit(self, cell: Text, width: int, last: bool) -> Text:
        """Shorten the cell on a terminal, and fill it up to its width unless it is the last of its row."""
        if self.out.is_terminal and cell.cell_len > width:
            cell.plain = f"{set_cell_size(cell.plain, width - 1)}…"
        if not last:
            cell.pad_right(max(0, width - cell_len(cell.plain)))
        return cell


class PipeConsole(Console):
    """A console that reports a closed pipe to the caller."""

    def on_broken_pipe(self) -> None:
        """Raise `BrokenPipeError`. The method of the base class exits the process."""
        raise BrokenPipeError


def make_console(stream: io.TextIOBase | object) -> Console:
    """Return a console that prints text as it is: no markup, no emoji codes, no automatic colours."""
    console = PipeConsole(file=stream, markup=False, emoji=False, highlight=False)  # type: ignore[arg-type]
    if not console.is_terminal:
        console.width = PIPE_WIDTH
    return console


def count_noun(count: int, singular: str, plural: str = "") -> str:
    """Return the number with its noun: 1 item, 2 items."""
    return f"{count:,} {singular if count == 1 else plural or singular + 's'}"
