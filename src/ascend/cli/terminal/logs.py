"""Log lines on standard error: warnings, and with --verbose what happens. Set by the command line, never at import."""

import logging
import sys

import structlog
from structlog.typing import EventDict, WrappedLogger

from ascend.cli.terminal.text import plain


def configure(*, verbose: bool) -> None:
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG if verbose else logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        processors=[structlog.contextvars.merge_contextvars, structlog.processors.add_log_level, line],
    )
    logging.basicConfig(level=logging.WARNING, format="ascend: %(levelname)s: %(name)s: %(message)s")


def line(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    """ascend: warning: worker.no_answer error='…' again_in=2.0"""
    level, name = event.pop("level", "info"), event.pop("event", "")
    said = (f"{key}={value!r}" for key, value in event.items())
    return plain(" ".join((f"ascend: {level}: {name}", *said)))
