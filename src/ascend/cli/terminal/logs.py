"""Log lines on standard error: warnings; how far long work is, if no terminal shows it; everything with --verbose. Configured by the command line, never at import."""

import logging
import sys

import structlog
from structlog.typing import EventDict, WrappedLogger

from ascend.cli.terminal.text import escape_text


def configure_logs(*, verbose: bool) -> None:
    level = logging.WARNING if sys.stderr.isatty() else logging.INFO
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG if verbose else level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        processors=[structlog.contextvars.merge_contextvars, structlog.processors.add_log_level, format_event],
    )
    logging.basicConfig(level=logging.WARNING, format="ascend: %(levelname)s: %(name)s: %(message)s")


def format_event(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    """Return a line such as: ascend: warning: worker.no_answer error='…' again_in=2.0"""
    level, name = event.pop("level", "info"), event.pop("event", "")
    values = (f"{key}={value!r}" for key, value in event.items())
    return escape_text(" ".join((f"ascend: {level}: {name}", *values)))
