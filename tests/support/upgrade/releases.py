"""The released code as processes of their own, and the stores that it wrote.

old_release       the folder with the code of the release before this one
golden_url        the URL of a copy of the stored store, once on each engine that keeps data
start_old(...)    a host of processes that run the old release
"""

import gzip
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import pytest
from anyio.abc import Process
from anyio.streams.buffered import BufferedByteReceiveStream
from support.paths import GOLDEN, TESTS
from support.upgrade.host import Host

from ascend.adapters.dynamodb.client import open_client
from ascend.adapters.dynamodb.tables import DynamoTables

OLD = "0.2.0"
WHEEL = GOLDEN / "releases" / f"ascend-{OLD}-py3-none-any.whl"
STORE = GOLDEN / "stores" / OLD
BATCH = 25
LINE_BYTES = 10_000_000


# ---- the stored store ----------------------------------------------------------------------------------------------


def read_sent() -> list[dict[str, Any]]:
    """Return the commands that the old release was sent, with their answers."""
    return [json.loads(line) for line in (STORE / "sent.jsonl").read_text().splitlines()]


def read_report() -> dict[str, Any]:
    """Return what the old release said about the store."""
    report: dict[str, Any] = json.loads(gzip.decompress((STORE / "report.json.gz").read_bytes()))
    return report


def copy_file(folder: Path) -> Path:
    """Return a copy of the store as an SQLite file."""
    file = folder / "life.db"
    file.write_bytes(gzip.decompress((STORE / "store.db.gz").read_bytes()))
    return file


async def load_items(endpoint: str, prefix: str) -> None:
    """Make tables, and put the stored items there as they are."""
    lines = gzip.decompress((STORE / "items.jsonl.gz").read_bytes()).decode().splitlines()
    puts = [json.loads(line) for line in lines]
    async with open_client(None, endpoint) as client:
        await DynamoTables(client, prefix).create()
        for start in range(0, len(puts), BATCH):
            batch: dict[str, list[Any]] = {}
            for put in puts[start : start + BATCH]:
                batch.setdefault(f"{prefix}-{put['table']}", []).append({"PutRequest": {"Item": put["item"]}})
            reply = await client.batch_write_item(RequestItems=batch)
            assert not reply["UnprocessedItems"]


@pytest.fixture(params=("sqlite", pytest.param("dynamodb", marks=pytest.mark.dynamodb_local)))
def kept_engine(request: pytest.FixtureRequest) -> str:
    """The name of an engine that keeps what is stored: the test runs once on each."""
    return str(request.param)


@pytest.fixture
async def golden_url(kept_engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a copy of the store that the old release wrote."""
    if kept_engine == "sqlite":
        return f"sqlite:///{copy_file(tmp_path)}"
    endpoint = request.getfixturevalue("dynamodb_local_url")
    await load_items(endpoint, "golden")
    return f"dynamodb://golden?endpoint_url={endpoint}"


@pytest.fixture
def kept_url(kept_engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a store that does not exist yet."""
    if kept_engine == "sqlite":
        return f"sqlite:///{tmp_path}/life.db"
    return f"dynamodb://fleet?endpoint_url={request.getfixturevalue('dynamodb_local_url')}"


# ---- the released code ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def old_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the code of the old release. Its command line reads documents that a zip file would hide."""
    folder = tmp_path_factory.mktemp("releases") / OLD
    zipfile.ZipFile(WHEEL).extractall(folder)
    return folder


def old_environment(release: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(release), str(TESTS)])}


def run_old(release: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line of the old release."""
    program = "import sys, ascend_command; sys.exit(ascend_command.main())"
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env=old_environment(release),
        capture_output=True,
        text=True,
        check=False,
    )


@dataclass
class OldHost:
    """Processes of the old release, which take orders as those of `Host` do."""

    process: Process
    lines: BufferedByteReceiveStream

    async def do(self, process: str, do: str, **arguments: Any) -> dict[str, Any]:
        assert self.process.stdin is not None
        order = json.dumps({"process": process, "do": do, **arguments})
        await self.process.stdin.send(f"{order}\n".encode())
        answer: dict[str, Any] = json.loads(await self.lines.receive_until(b"\n", LINE_BYTES))
        return answer


@asynccontextmanager
async def start_old(release: Path) -> AsyncGenerator[OldHost]:
    """Start a host that runs the old release. It ends with the block."""
    command = [sys.executable, "-m", "support.upgrade.host"]
    async with await anyio.open_process(command, env=old_environment(release), stderr=None) as process:
        assert process.stdout is not None
        try:
            yield OldHost(process, BufferedByteReceiveStream(process.stdout))
        finally:
            process.terminate()


AnyHost = Host | OldHost
