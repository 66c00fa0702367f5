"""The report of an import: whatever of a file did not come in as the file gives it, one notice each.

cut, left out      a value that does not fit a limit or a rule: a part of it, or all of it, is missing
passed over        a record that cannot be kept at all
refused            a command that a rule of the workspace refuses
kept               a field that a person changed here, so that the file's value does not replace it
"""

import json
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from ascend.domain.errors import InvalidInput

NoticeKind = Literal["cut", "left out", "passed over", "refused", "kept"]
SHORTFALLS: tuple[NoticeKind, ...] = ("cut", "left out", "passed over", "refused")
"""The kinds that say: something of the file is missing in the workspace."""
NOTICES_LISTED = 10
"""The notices of one kind that are kept in memory."""
TEXT_CHARACTERS = 500
"""The characters of one text in a notice. A longer one is cut: it may quote the file."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that did not come in as the file gives it."""

    record: str
    """The label of the record, such as "issue 7" or "part.part 5"."""
    kind: NoticeKind
    field: str
    """The field or the command concerned. Empty where it is the whole record."""
    reason: str

    def __str__(self) -> str:
        return ": ".join(shorten(text) for text in (self.kind, self.record, self.field, self.reason) if text)


def shorten(text: str) -> str:
    return text if len(text) <= TEXT_CHARACTERS else f"{text[: TEXT_CHARACTERS - 1]}…"


class Report:
    """Counts the notices of an import, keeps the first few of each kind, and writes all to a file where there is one.

    A strict report tells the importer to stop at the first record that is cut, left out or passed over.
    """

    def __init__(self, file: BinaryIO | None = None, *, strict: bool = False) -> None:
        self.strict = strict
        self.counts: Counter[NoticeKind] = Counter()
        self.first: list[Notice] = []
        self._file = file
        self._lines: list[bytes] = []

    @property
    def shortfalls(self) -> int:
        """The number of notices that say that something of the file is missing."""
        return sum(self.counts[kind] for kind in SHORTFALLS)

    @property
    def unwritten(self) -> int:
        """The number of lines that `flush` would write."""
        return len(self._lines)

    def add(self, notice: Notice) -> None:
        """Count the notice. It never blocks: `flush` writes the lines to the file."""
        self.counts[notice.kind] += 1
        if self.counts[notice.kind] <= NOTICES_LISTED:
            self.first.append(notice)
        if self._file is not None:
            line = {name: shorten(text) for name, text in asdict(notice).items()}
            self._lines.append(json.dumps(line).encode() + b"\n")

    def flush(self) -> None:
        """Write the lines that were added since the last call. It blocks: call it in a worker thread."""
        if self._file is not None and self._lines:
            self._file.write(b"".join(self._lines))
            self._file.flush()
            self._lines.clear()


def open_report_file(path: Path, source: Path) -> BinaryIO:
    """Open the file of a report, and empty it.

    Raises:
        InvalidInput: it cannot be written, or it is `source`, the file to import.
    """
    try:
        if path.exists() and path.samefile(source):
            raise InvalidInput(f"{path}: the report would replace the file to import; name another file")
        return path.open("wb")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InvalidInput(f"{path}: the report cannot be written: {reason}; nothing was imported") from None
