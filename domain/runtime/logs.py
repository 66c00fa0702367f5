"""Logs: the name of a log event with keys, never the content of an item. The embedder configures structlog.

As long as structlog is not configured, it prints everything. So until then, only warnings and errors are logged.
"""

import structlog

log = structlog.get_logger("ascend")


def note(event: str, **keys: object) -> None:
    """Log an ordinary event (level debug)."""
    if structlog.is_configured():
        log.debug(event, **keys)
