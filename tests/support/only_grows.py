"""Records that only grow: an entry is added by `make generate`, and only a person removes one."""

from collections.abc import Iterable
from pathlib import Path

from support.paths import ROOT


class Removed(Exception):
    """Something that is recorded is no longer in the code."""


def check_only_grows(file: Path, recorded: Iterable[str], today: Iterable[str], remedy: str) -> None:
    """Raise `Removed` if a recorded entry is not in the code today. The error says what to do."""
    if missing := sorted(set(recorded) - set(today)):
        raise Removed(f"{file.relative_to(ROOT)} records {', '.join(missing)}, which the code no longer has: {remedy}")
