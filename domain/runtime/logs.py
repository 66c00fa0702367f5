"""Logs: the name of an event with keys that name the place, never the content of an item, never a secret.

    embedder configured structlog  ──▶ structlog, with the processors and levels of the embedder
    otherwise                      ──▶ the standard library's `logging`, under `ascend.*`

A library prints nothing by itself: the logger `ascend` has a `NullHandler`, and handlers come from the embedder.
This module does not import structlog, which takes a tenth of a second. Who configured it has imported it.
"""

import logging
import sys
from typing import Any

STACK = 3
"""The caller of `Log.debug` and its siblings, as the place of a record: above them and `_write`."""

logging.getLogger("ascend").addHandler(logging.NullHandler())


class Log:
    """Logs the events of one part of Ascend, under a name such as `ascend.worker`."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._standard = logging.getLogger(name)

    def shows_debug(self) -> bool:
        """Return False if ordinary events go nowhere: then their keys need not be collected."""
        structlog = find_configured_structlog()
        if structlog is None:
            return self._standard.isEnabledFor(logging.DEBUG)
        logger: Any = structlog.get_logger(self._name).bind()
        return not drops_by_level(logger) or bool(logger.is_enabled_for(logging.DEBUG))

    def debug(self, event: str, **keys: object) -> None:
        """Log an ordinary event. There may be many, one for each command and batch."""
        self._write(logging.DEBUG, "debug", event, keys)

    def info(self, event: str, **keys: object) -> None:
        """Log how far long work is, for whoever waits for it."""
        self._write(logging.INFO, "info", event, keys)

    def warning(self, event: str, **keys: object) -> None:
        """Log an event that an operator should look at."""
        self._write(logging.WARNING, "warning", event, keys)

    def error(self, event: str, **keys: object) -> None:
        """Log an event that an operator must act on."""
        self._write(logging.ERROR, "error", event, keys)

    def _write(self, level: int, method: str, event: str, keys: dict[str, object]) -> None:
        """Write a record with the message `event key=value …`. Its attributes `event` and `keys` hold the same."""
        structlog = find_configured_structlog()
        if structlog is not None:
            getattr(structlog.get_logger(self._name), method)(event, **keys)
        elif self._standard.isEnabledFor(level):
            message = " ".join((event, *(f"{key}=%r" for key in keys)))
            extra = {"event": event, "keys": keys}
            self._standard.log(level, message, *keys.values(), extra=extra, stacklevel=STACK)


def drops_by_level(logger: object) -> bool:
    """Return True for structlog's own filter. Other loggers hand events below their level to the processors, or have none."""
    wrapper = type(logger)  # some loggers take every name for that of a level
    return hasattr(wrapper, "is_enabled_for") and not hasattr(wrapper, "isEnabledFor")


def find_configured_structlog() -> Any | None:
    """Return the module `structlog` if the process has imported and configured it."""
    structlog: Any = sys.modules.get("structlog")
    # the attribute is missing while another thread is just importing structlog
    is_configured = getattr(structlog, "is_configured", None)
    return structlog if is_configured is not None and is_configured() else None
