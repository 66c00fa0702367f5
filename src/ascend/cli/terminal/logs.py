"""Log lines on standard error: warnings; how far long work is, if no terminal shows it; everything with --verbose. Configured by the command line, never at import.

They go through the standard library: structlog takes a tenth of a second to import. An application of somebody else may have
imported it, and its unconfigured lines would land in the output: see `configure_imported_structlog`.
"""

import logging
import sys
from collections.abc import Mapping
from typing import Any

from ascend.cli.terminal.text import escape_text


class EventHandler(logging.StreamHandler[Any]):
    """Writes a line such as: ascend: warning: worker.no_answer error='…' again_in=2.0"""

    def format(self, record: logging.LogRecord) -> str:
        line = format_event(record.levelname.lower(), getattr(record, "event", record.getMessage()), find_keys(record))
        if not record.exc_info:
            return line
        return "\n".join((line, logging.Formatter().formatException(record.exc_info)))


def configure_logs(*, verbose: bool) -> None:
    ascend = logging.getLogger("ascend")
    ascend.setLevel(find_level(verbose=verbose))
    ascend.handlers = [handler for handler in ascend.handlers if not isinstance(handler, EventHandler)]
    ascend.addHandler(EventHandler(sys.stderr))
    ascend.propagate = False  # an application's own handlers would write each line again
    others = logging.StreamHandler(sys.stderr)
    others.addFilter(lambda record: record.name.partition(".")[0] != ascend.name)
    logging.basicConfig(level=logging.WARNING, format="ascend: %(levelname)s: %(name)s: %(message)s", handlers=[others])
    configure_imported_structlog(verbose=verbose)


def find_level(*, verbose: bool) -> int:
    if verbose:
        return logging.DEBUG
    return logging.WARNING if sys.stderr.isatty() else logging.INFO


def find_keys(record: logging.LogRecord) -> Mapping[str, object]:
    keys: Mapping[str, object] = getattr(record, "keys", {})
    return keys


def format_event(level: str, event: str, keys: Mapping[str, object]) -> str:
    values = (f"{key}={value!r}" for key, value in keys.items())
    return escape_text(" ".join((f"ascend: {level}: {event}", *values)))


def configure_imported_structlog(*, verbose: bool) -> None:
    """Write structlog's lines in the same way, if somebody has imported it and has not configured it."""
    structlog: Any = sys.modules.get("structlog")
    if structlog is None or structlog.is_configured():
        return

    def render(_logger: object, _method: str, event: dict[str, object]) -> str:
        level, name = str(event.pop("level", "info")), str(event.pop("event", ""))
        return format_event(level, name, event)

    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(find_level(verbose=verbose)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        processors=[structlog.contextvars.merge_contextvars, structlog.processors.add_log_level, render],
    )
