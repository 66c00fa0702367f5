"""Errors: one line on standard error, and the exit code."""

import errno
import os
import re
import sys
import traceback
from contextlib import suppress
from enum import IntEnum

import typer

from ascend.cli.terminal.text import escape_text
from ascend.domain.errors import (
    AscendError,
    CommandFromTheFuture,
    CommandIdReused,
    CommandTooOld,
    InvalidInput,
    InvalidStoreUrl,
    NotFound,
    Refusal,
    UnreadableLog,
)


class ExitCode(IntEnum):
    """The exit codes of the process. The module `ascend.cli` lists their meanings."""

    PROBLEMS_FOUND = 1
    INVALID = 2
    REFUSED = 3
    STORE = 4
    DEFECT = 70
    CANNOT_WRITE = 74
    INTERRUPTED = 130
    OUTPUT_CLOSED = 141


WRITE_ERRORS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF, errno.ENXIO})
MAX_LENGTH, LONG_WORD = 1_000, re.compile(r"(\S{80})\S{220,}")
"""A message is cut to this length, and so is a long word in it: messages quote what somebody typed."""
GLOBAL_OPTIONS = frozenset({"--store", "--app", "--as", "--json", "--verbose", "--debug", "--version"})


class AmbiguousName(InvalidInput):
    """Several have this name: use an id."""


class UnknownName(NotFound):
    """Nothing that you can see has this name or id."""


class ForOperators(Refusal):
    """This command is for the operator: leave out --as."""


def report_error(error: BaseException, *, debug: bool) -> int:
    """Print the error and return its exit code."""
    error = first_error(error)
    flush_output()
    if isinstance(error, typer.Exit):
        return error.exit_code
    if isinstance(error, BrokenPipeError):
        return ExitCode.OUTPUT_CLOSED
    if debug and isinstance(error, Exception):
        traceback.print_exception(error)
    code, message = describe_error(error)
    print_error(message)
    return code


def first_error(error: BaseException) -> BaseException:
    """Return the first error of a group, or the error itself if it is no group."""
    match error:
        case BaseExceptionGroup(exceptions=(BaseException() as first, *_)):
            return first_error(first)
        case _:
            return error


def describe_error(error: BaseException) -> tuple[ExitCode, str]:
    match error:
        case KeyboardInterrupt():
            return ExitCode.INTERRUPTED, "interrupted"
        case typer.TyperException():
            return ExitCode.INVALID, describe_usage_error(error)
        case AscendError():
            return choose_exit_code(error), str(error)
        case OSError(filename=str() as file, strerror=str() as reason):
            return ExitCode.INVALID, f"{file}: {reason}"
        case OSError(errno=int() as number, strerror=str() as reason) if number in WRITE_ERRORS:
            return ExitCode.CANNOT_WRITE, f"the output cannot be written: {reason}"
        case _:
            hint = "this is a defect: `ascend --debug …` shows the traceback; please report it"
            return ExitCode.DEFECT, f"{type(error).__name__}: {error} ({hint})"


def choose_exit_code(error: AscendError) -> ExitCode:
    match error:
        case InvalidInput() | InvalidStoreUrl() | CommandIdReused() | CommandTooOld() | CommandFromTheFuture():
            return ExitCode.INVALID
        case Refusal():
            return ExitCode.REFUSED
        case UnreadableLog():
            return ExitCode.PROBLEMS_FOUND
        case _:
            return ExitCode.STORE


def describe_usage_error(error: typer.TyperException) -> str:
    message = error.format_message().rstrip(". ").replace(": Value error, ", ": ")
    if getattr(error, "option_name", None) in GLOBAL_OPTIONS:
        return f"{message} (global options come before the command: `ascend --json tasks …`)"
    context = getattr(error, "ctx", None)
    return f"{message} (see `{context.command_path if context else 'ascend'} --help`)"


def print_error(message: str) -> None:
    line = " ".join(escape_text(part.strip()) for part in message.splitlines() if part.strip())
    line = LONG_WORD.sub(r"\1…", line)
    with suppress(OSError):
        print(f"ascend: {line if len(line) <= MAX_LENGTH else f'{line[:MAX_LENGTH]}…'}", file=sys.stderr, flush=True)


def flush_output() -> None:
    """Write the buffered output, or discard it if it cannot be written: else the error repeats as the process ends."""
    try:
        sys.stdout.flush()
    except OSError:
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
