"""Logs: the name of an event with keys that name the place, never the content of an item, never a secret.

    embedder configured structlog  ──▶ structlog, with the processors and levels of the embedder
    otherwise                      ──▶ the standard library's `logging`, under `ascend.*`

A library prints nothing by itself: the logger `ascend` has a `NullHandler`, and handlers come from the embedder.
"""

import logging

import structlog

STACK = 3
"""The caller of `Log.debug` and its siblings, as the place of a record: above them and `_write`."""

logging.getLogger("ascend").addHandler(logging.NullHandler())


class Log:
    """Logs the events of one part of Ascend, under a name such as `ascend.worker`."""

    def __init__(self, name: str) -> None:
        self._standard = logging.getLogger(name)
        self._structured = structlog.get_logger(name)

    def shows_debug(self) -> bool:
        """Return False if ordinary events go nowhere: then their keys need not be collected."""
        return structlog.is_configured() or self._standard.isEnabledFor(logging.DEBUG)

    def debug(self, event: str, **keys: object) -> None:
        """Log an ordinary event. There may be many, one for each command and batch."""
        if structlog.is_configured():
            self._structured.debug(event, **keys)
        else:
            self._write(logging.DEBUG, event, keys)

    def info(self, event: str, **keys: object) -> None:
        """Log how far long work is, for whoever waits for it."""
        if structlog.is_configured():
            self._structured.info(event, **keys)
        else:
            self._write(logging.INFO, event, keys)

    def warning(self, event: str, **keys: object) -> None:
        """Log an event that an operator should look at."""
        if structlog.is_configured():
            self._structured.warning(event, **keys)
        else:
            self._write(logging.WARNING, event, keys)

    def error(self, event: str, **keys: object) -> None:
        """Log an event that an operator must act on."""
        if structlog.is_configured():
            self._structured.error(event, **keys)
        else:
            self._write(logging.ERROR, event, keys)

    def _write(self, level: int, event: str, keys: dict[str, object]) -> None:
        """Write a record with the message `event key=value …`. Its attributes `event` and `keys` hold the same."""
        if self._standard.isEnabledFor(level):
            message = " ".join((event, *(f"{key}=%r" for key in keys)))
            extra = {"event": event, "keys": keys}
            self._standard.log(level, message, *keys.values(), extra=extra, stacklevel=STACK)
