"""What went wrong, in one line on standard error, and as an exit code."""

import os
import sys
import traceback
from contextlib import suppress

import typer

from ascend.adapters.cli.text import plain
from ascend.domain.errors import (
    AscendError,
    CommandFromTheFuture,
    CommandIdReused,
    CommandTooOld,
    InvalidInput,
    InvalidStoreUrl,
    LogDiverged,
    NotFound,
    Refusal,
    UpgradeRequired,
)

STALLED, INVALID, REFUSED, STORE, DEFECT, INTERRUPTED, NO_READER = 1, 2, 3, 4, 70, 130, 141
LONGEST = 1_000
"""Characters of a message that are shown: it may quote somebody's text."""
GLOBAL = frozenset({"--store", "--as", "--json", "--verbose", "--debug", "--version"})


class AmbiguousName(InvalidInput):
    """The name stands for more than one: use an id."""


class UnknownName(NotFound):
    """There is nothing of this name or id that you could see."""


class ForOperators(Refusal):
    """This is for the operator: leave --as away."""


def report(error: BaseException, *, debug: bool) -> int:
    """Says it and gives the exit code."""
    error = unwrapped(error)
    if isinstance(error, typer.Exit):
        return error.exit_code
    if isinstance(error, BrokenPipeError):
        point_to_nowhere()
        return NO_READER
    if debug and isinstance(error, Exception):
        traceback.print_exception(error)
    code, message = explain(error)
    say(message)
    return code


def unwrapped(error: BaseException) -> BaseException:
    """What went wrong first in a task group."""
    match error:
        case BaseExceptionGroup(exceptions=(BaseException() as first, *_)):
            return unwrapped(first)
        case _:
            return error


def explain(error: BaseException) -> tuple[int, str]:
    match error:
        case KeyboardInterrupt():
            return INTERRUPTED, "interrupted"
        case typer.TyperException():
            return INVALID, usage(error)
        case AscendError():
            return code_of(error), str(error)
        case OSError(filename=str() as file, strerror=str() as reason):
            return INVALID, f"{file}: {reason}"
        case _:
            return (
                DEFECT,
                f"{type(error).__name__}: {error} (a defect: `ascend --debug …` shows where; please report it)",
            )


def code_of(error: AscendError) -> int:
    match error:
        case InvalidInput() | InvalidStoreUrl() | CommandIdReused() | CommandTooOld() | CommandFromTheFuture():
            return INVALID
        case Refusal():
            return REFUSED
        case UpgradeRequired() | LogDiverged():
            return STALLED
        case _:
            return STORE


def usage(error: typer.TyperException) -> str:
    message = error.format_message().rstrip(". ")
    if getattr(error, "option_name", None) in GLOBAL:
        return f"{message} (global options stand before the command: `ascend --json tasks …`)"
    context = getattr(error, "ctx", None)
    return f"{message} (see `{context.command_path if context else 'ascend'} --help`)"


def say(message: str) -> None:
    line = " ".join(plain(part.strip()) for part in message.splitlines() if part.strip())
    with suppress(OSError):
        print(f"ascend: {line if len(line) <= LONGEST else f'{line[:LONGEST]}…'}", file=sys.stderr, flush=True)


def point_to_nowhere() -> None:
    """So that what is still buffered for a reader who left does not fail again when the process ends."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
