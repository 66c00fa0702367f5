"""What went wrong, in one line on standard error, and as an exit code."""

import errno
import os
import re
import sys
import traceback
from contextlib import suppress

import typer

from ascend.cli.terminal.text import plain
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

STALLED, INVALID, REFUSED, STORE, DEFECT, NO_OUTPUT, INTERRUPTED, NO_READER = 1, 2, 3, 4, 70, 74, 130, 141
CANNOT_WRITE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF, errno.ENXIO})
LONGEST, ENDLESS_WORD = 1_000, re.compile(r"(\S{80})\S{220,}")
"""Of a message that is shown: it may quote what somebody typed."""
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
    finish_output()
    if isinstance(error, typer.Exit):
        return error.exit_code
    if isinstance(error, BrokenPipeError):
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
        case OSError(errno=int() as number, strerror=str() as reason) if number in CANNOT_WRITE:
            return NO_OUTPUT, f"the output cannot be written: {reason}"
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
    message = error.format_message().rstrip(". ").replace(": Value error, ", ": ")
    if getattr(error, "option_name", None) in GLOBAL:
        return f"{message} (global options stand before the command: `ascend --json tasks …`)"
    context = getattr(error, "ctx", None)
    return f"{message} (see `{context.command_path if context else 'ascend'} --help`)"


def say(message: str) -> None:
    line = " ".join(plain(part.strip()) for part in message.splitlines() if part.strip())
    line = ENDLESS_WORD.sub(r"\1…", line)
    with suppress(OSError):
        print(f"ascend: {line if len(line) <= LONGEST else f'{line[:LONGEST]}…'}", file=sys.stderr, flush=True)


def finish_output() -> None:
    """What is still buffered and cannot be written goes nowhere: else it fails again when the process ends."""
    try:
        sys.stdout.flush()
    except OSError:
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
