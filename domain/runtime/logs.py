"""Logs: one event name with keys, never an item's content. Who embeds us configures structlog, and decides what is kept.

Until somebody has configured it, structlog prints everything; then only warnings and errors are said.
"""

import structlog

log = structlog.get_logger("ascend")


def note(event: str, **keys: object) -> None:
    """Something ordinary happened (level debug)."""
    if structlog.is_configured():
        log.debug(event, **keys)
