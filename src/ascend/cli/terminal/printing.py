"""What goes to standard output (data: one JSON document with --json) and to standard error (notes)."""

import io
import sys
from collections.abc import AsyncIterable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic_core import to_json
from rich.cells import cell_len, set_cell_size
from rich.console import Console, RenderableType
from rich.text import Text

from ascend.cli.terminal.text import json_text, plain

T = TypeVar("T")
ROOMY = 110
"""Columns of a terminal that has room for ids."""
ENDLESS = 100_000
"""Columns of a pipe: nothing is wrapped or shortened."""
NARROWEST = 7
"""Columns that the last one has at least."""


@dataclass(frozen=True)  # no slots: Python 3.11 cannot make a parametrised `Column[T]` then
class Column(Generic[T]):
    """One column of a listing. The last one takes what is left of the line."""

    title: str
    width: int
    of: Callable[[T], object]
    style: str = ""
    roomy: bool = False
    """Left out where a terminal is narrow."""


class Printer:
    def __init__(self, *, json: bool) -> None:
        self.json = json
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):  # not so under a test's capture
                stream.reconfigure(encoding="utf-8" if json else None, errors="backslashreplace")
        self.out = console(sys.stdout)
        self.err = console(sys.stderr)

    def note(self, text: str) -> None:
        """For people: on standard error."""
        self.err.print(Text(plain(text)), soft_wrap=True)

    def show(self, picture: RenderableType, width: int | None = None) -> None:
        """What rich draws; in a pipe, without the blanks that it fills lines up with."""
        if self.out.is_terminal:
            self.out.print(picture, width=width and min(width, self.out.width))
            return
        with self.out.capture() as drawn:
            self.out.print(picture, width=width)
        for line in drawn.get().splitlines():
            self.out.print(Text(line.rstrip()), soft_wrap=True)

    def text(self, text: str, style: str = "") -> None:
        """One line of data for people."""
        self.out.print(Text(plain(text), style), soft_wrap=True)

    def result(self, data: object, text: str) -> None:
        """What a command came to: in one line, or as the JSON document."""
        if self.json:
            self.document(data)
        else:
            self.text(text)

    def prose(self, text: str) -> None:
        """A text of many lines that is no data: as it is, or as the JSON document {"text": …}."""
        if self.json:
            self.document({"text": text})
        else:
            print(text, end="" if text.endswith("\n") else "\n")

    def document(self, data: object) -> None:
        print(json_text(to_json(data, indent=2)))

    async def array(self, data: AsyncIterable[object]) -> None:
        """One JSON array, written as it comes: memory does not grow with its length."""
        opening = "["
        async for one in data:
            print(opening, json_text(to_json(one)), sep="\n", end="")
            opening = ","
        print("[]" if opening == "[" else "\n]")

    async def listing(self, columns: Sequence[Column[T]], rows: AsyncIterable[T]) -> None:
        """A table for people, written as it comes; the rows themselves as JSON."""
        if self.json:
            await self.array(rows)
            return
        if self.out.is_terminal and self.out.width < ROOMY:
            columns = [column for column in columns if not column.roomy]
        self.out.print(self._line([Text(column.title, "bold") for column in columns], columns), soft_wrap=True)
        async for row in rows:
            cells = [Text(plain(str(column.of(row))), column.style) for column in columns]
            self.out.print(self._line(cells, columns), soft_wrap=True)

    def _line(self, cells: Sequence[Text], columns: Sequence[Column[T]]) -> Text:
        left = self.out.width
        fitted: list[Text] = []
        for cell, column in zip(cells, columns, strict=True):
            last = column is columns[-1]
            width = max(left, NARROWEST) if last else column.width
            fitted.append(self._fit(cell, width, last))
            left -= width + 2
        line = Text("  ").join(fitted)
        line.rstrip()
        return line

    def _fit(self, cell: Text, width: int, last: bool) -> Text:
        if self.out.is_terminal and cell.cell_len > width:
            cell.plain = f"{set_cell_size(cell.plain, width - 1)}…"
        if not last:
            cell.pad_right(max(0, width - cell_len(cell.plain)))
        return cell


class Pipe(Console):
    def on_broken_pipe(self) -> None:
        """Whoever called decides what that means, instead of an exit from here."""
        raise BrokenPipeError


def console(stream: io.TextIOBase | object) -> Console:
    """Shows text as it is: no markup, no emoji codes, no guesses at what to colour."""
    made = Pipe(file=stream, markup=False, emoji=False, highlight=False)  # type: ignore[arg-type]
    if not made.is_terminal:
        made.width = ENDLESS
    return made


def counted(count: int, one: str, many: str = "") -> str:
    """1 item, 2 items."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
