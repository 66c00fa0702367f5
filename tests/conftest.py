"""What holds for every test: asyncio only, and a blocked event loop is an error."""

import signal
from collections.abc import Iterator

import pytest
import structlog
from blockbuster import BlockBuster, blockbuster_ctx
from hypothesis import settings

pytest_plugins = ["support.engines", "support.node"]

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # in the background of a script: so would be those that we start
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("ascend", deadline=None, print_blob=True)
settings.load_profile("ascend")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def blocking_is_an_error() -> Iterator[BlockBuster]:
    """Calls that block an event loop raise when Ascend makes them; in a worker thread they are welcome."""
    with blockbuster_ctx("ascend") as detector:
        for function in detector.functions.values():
            function.can_block_in(
                "domain/tasks/recurrence.py", "check_zone"
            )  # a zone's small file, read once a process
        yield detector


@pytest.fixture(autouse=True)
def logs_go_nowhere_special() -> Iterator[None]:
    """The command line sends logs to the streams of its test, which are closed after it."""
    yield
    structlog.reset_defaults()
