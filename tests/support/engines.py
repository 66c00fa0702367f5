"""The engines that tests run against: DynamoDB Local and moto's server, one of each in every test process.

    dynamodb_local_url   endpoint of DynamoDB Local; the test is reported as not run where it can't be had
    moto_url             endpoint of moto's server, emptied for each test
    any_url, any_tables  memory, SQLite and DynamoDB Local, one after another
    aws_env              credentials of the test's own, in the environment and as a value: on DynamoDB Local that is
                         an empty database of the test's own

Each test process (xdist worker) has servers of its own: nothing is shared, so nobody has to end last.
"""

import os
import urllib.request
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NoReturn

import pytest
from dynamodb_local import Unavailable, dynamodb_local, fresh_credentials
from moto.server import ThreadedMotoServer

from ascend.adapters.table.port import Tables
from ascend.store_url import open_tables

NOT_RUN = "not run for want of "
MARKERS = {"dynamodb_local": "dynamodb_local", "moto_server": "moto"}
"""The marker of every test that asks for this fixture, by whatever way."""


@pytest.fixture(scope="session", name="dynamodb_local")
def dynamodb_local_server() -> Iterator[str]:
    """The endpoint of this process's DynamoDB Local."""
    with ExitStack() as running:
        try:
            url = running.enter_context(dynamodb_local())
        except Unavailable as error:
            not_run("DynamoDB Local", error)
        yield url


@pytest.fixture
def dynamodb_local_url(dynamodb_local: str, aws_env: dict[str, str]) -> str:
    """The endpoint of DynamoDB Local, with an empty database behind the credentials of `aws_env`."""
    return dynamodb_local


@pytest.fixture(scope="session")
def moto_server() -> Iterator[str]:
    """The endpoint of this process's moto server, which remembers what earlier tests put there."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


@pytest.fixture
def moto_url(moto_server: str, aws_env: dict[str, str]) -> str:
    """The endpoint of moto's server, empty."""
    request = urllib.request.Request(f"{moto_server}/moto-api/reset", method="POST")
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request).close()
    return moto_server


@pytest.fixture
def aws_env(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Fresh fake credentials, set in the environment; nothing else of AWS is, so no test can reach a real account."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    variables = fresh_credentials() | {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return variables


@pytest.fixture(params=("memory", "sqlite", pytest.param("dynamodb", marks=pytest.mark.dynamodb_local)))
def any_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where there is no store yet, on each kind of store."""
    if request.param == "dynamodb":
        return f"dynamodb://any?endpoint_url={request.getfixturevalue('dynamodb_local_url')}"
    return {"memory": "memory://", "sqlite": f"sqlite:///{tmp_path}/any.db"}[request.param]


@pytest.fixture
async def any_tables(any_url: str) -> AsyncIterator[Tables]:
    """Empty ones, of each kind of store."""
    async with open_tables(any_url) as tables:
        await tables.create()
        yield tables


# ---- what was not run is said in one line --------------------------------------------------------------------------


def not_run(what: str, why: object) -> NoReturn:
    """Skips the test, which needs something that does not ship with the project."""
    pytest.skip(f"{NOT_RUN}{what}: {why}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for fixture in MARKERS.keys() & set(getattr(item, "fixturenames", ())):
            item.add_marker(MARKERS[fixture])


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Under CI=true, a test that was not run is a failure."""
    terminal = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and terminal is not None and _not_run(terminal):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Generator[None]:
    yield  # all else that is to be said comes before
    for what, reasons in _not_run(terminalreporter).items():
        line = f"NOT RUN: {len(reasons)} test(s) for want of {what}: {reasons[0]}"
        terminalreporter.write_line(line, red=True)


def _not_run(terminal: pytest.TerminalReporter) -> dict[str, list[str]]:
    """The reasons, by what was wanting."""
    found: dict[str, list[str]] = {}
    for report in terminal.stats.get("skipped", []):
        _, wanted, said = str(report.longrepr[-1]).partition(NOT_RUN)
        if wanted:
            what, _, why = said.partition(": ")
            found.setdefault(what, []).append(why)
    return found
