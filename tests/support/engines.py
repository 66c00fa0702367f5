"""Fixtures: the engines that tests run against. Every test process has one DynamoDB Local and one server of moto.

    dynamodb_local_url   endpoint of DynamoDB Local; without DynamoDB Local the test is reported as not run
    moto_url             endpoint of moto's server, emptied for each test
    any_url, any_tables  memory, SQLite and DynamoDB Local: the test runs once on each
    sqlite_tables        empty tables in an SQLite file
    dynamodb_tables      empty tables in DynamoDB Local, without streams
    aws_env              new credentials in the environment, also returned; on DynamoDB Local they open an empty
                         database

Test processes (xdist workers) share no server, so any of them may end first.
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

from ascend.adapters.dynamodb.client import open_clients
from ascend.adapters.dynamodb.tables import DynamoTables
from ascend.adapters.sqlite.tables import SqliteTables, open_sqlite
from ascend.adapters.table.port import Tables
from ascend.store_url import open_tables

NOT_RUN = "not run, because it needs "
MARKERS = {"dynamodb_local": "dynamodb_local", "moto_server": "moto"}
"""The marker of every test that requests this fixture, directly or through another fixture."""


@pytest.fixture(scope="session", name="dynamodb_local")
def dynamodb_local_server() -> Iterator[str]:
    """The endpoint of this process's DynamoDB Local."""
    with ExitStack() as running:
        try:
            url = running.enter_context(dynamodb_local())
        except Unavailable as error:
            report_not_run("DynamoDB Local", error)
        yield url


@pytest.fixture
def dynamodb_local_url(dynamodb_local: str, aws_env: dict[str, str]) -> str:
    """The endpoint of DynamoDB Local, with an empty database behind the credentials of `aws_env`."""
    return dynamodb_local


@pytest.fixture(scope="session")
def moto_server() -> Iterator[str]:
    """The endpoint of this process's moto server. It keeps the data of earlier tests."""
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
    """New fake credentials in the environment, and no other setting of AWS: no test can reach a real account."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    variables = fresh_credentials() | {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return variables


@pytest.fixture(params=("memory", "sqlite", pytest.param("dynamodb", marks=pytest.mark.dynamodb_local)))
def any_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a store that does not exist yet, on each engine."""
    if request.param == "dynamodb":
        return f"dynamodb://any?endpoint_url={request.getfixturevalue('dynamodb_local_url')}"
    return {"memory": "memory://", "sqlite": f"sqlite:///{tmp_path}/any.db"}[request.param]


@pytest.fixture
async def any_tables(any_url: str) -> AsyncIterator[Tables]:
    """Empty tables, on each engine."""
    async with open_tables(any_url) as tables:
        await tables.create()
        yield tables


@pytest.fixture
async def sqlite_tables(tmp_path: Path) -> AsyncIterator[SqliteTables]:
    async with open_sqlite(tmp_path / "store.db") as tables:
        await tables.create()
        yield tables


@pytest.fixture
async def dynamodb_tables(dynamodb_local_url: str) -> AsyncIterator[DynamoTables]:
    async with open_clients(None, dynamodb_local_url) as (client, _):
        tables = DynamoTables(client, "test", stream=False)
        await tables.create()
        yield tables


# ---- one line reports the tests that were not run ------------------------------------------------------------------


def report_not_run(what: str, why: object) -> NoReturn:
    """Skip the test, because it needs something that does not ship with the project."""
    pytest.skip(f"{NOT_RUN}{what}: {why}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for fixture in MARKERS.keys() & set(getattr(item, "fixturenames", ())):
            item.add_marker(MARKERS[fixture])


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the session under CI=true if a test was not run."""
    terminal = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and terminal is not None and _list_not_run(terminal):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Generator[None]:
    yield  # first everything else, so that this is the last line
    for what, reasons in _list_not_run(terminalreporter).items():
        line = f"NOT RUN: {len(reasons)} test(s), which need {what}: {reasons[0]}"
        terminalreporter.write_line(line, red=True)


def _list_not_run(terminal: pytest.TerminalReporter) -> dict[str, list[str]]:
    """Return the reasons by the name of the missing thing."""
    reasons: dict[str, list[str]] = {}
    for report in terminal.stats.get("skipped", []):
        _, marker, message = str(report.longrepr[-1]).partition(NOT_RUN)
        if marker:
            what, _, why = message.partition(": ")
            reasons.setdefault(what, []).append(why)
    return reasons
