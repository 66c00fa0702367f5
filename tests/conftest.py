"""Fixtures of all tests: they run on asyncio only, and a blocked event loop is an error."""

import gc
import logging
import signal
from collections.abc import Generator, Iterator

import pytest
import structlog
from blockbuster import BlockBuster, blockbuster_ctx
from hypothesis import settings

pytest_plugins = [
    "support.optimisations",
    "support.engines",
    "support.node",
    "support.end_to_end.everything",
    "support.upgrade.releases",
]

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # in the background of a script; our processes would inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("ascend", deadline=None, print_blob=True)
settings.load_profile("ascend")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the tests that have a short form at their full length")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Collect no garbage while pytest parses the source of a failed test.

    A test that timed out leaves tasks behind. When they are collected, asyncio logs their exceptions, and the traceback
    module parses their lines. In CPython 3.11 a parser within another one raises SystemError, which ends the session.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def blocking_detector() -> Iterator[BlockBuster]:
    """Raise if Ascend makes a blocking call in an event loop. In a worker thread it may block."""
    with blockbuster_ctx("ascend") as detector:
        for function in detector.functions.values():
            # It reads the small file of a time zone, once a process.
            function.can_block_in("domain/zones.py", "check_zone")
        yield detector


@pytest.fixture(autouse=True)
def reset_logging() -> Iterator[None]:
    """Reset the logs: the command line sends them to the streams of its test, which are closed afterwards."""
    logger = logging.getLogger("ascend")
    level, handlers, propagates = logger.level, list(logger.handlers), logger.propagate
    yield
    structlog.reset_defaults()
    logger.setLevel(level)
    logger.handlers, logger.propagate = handlers, propagates
