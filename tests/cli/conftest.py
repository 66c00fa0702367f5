from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile

import anyio
import pytest
import structlog
from support.cli.command_line import AscendCommand, make_command
from support.cli.filled_store import NOW, fill_store
from support.hurry import Hurry

import ascend


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a store, filled and projected. Shared by all tests: `file` is a copy for one test."""
    file = tmp_path_factory.mktemp("cli") / "filled.db"

    async def make() -> None:
        async with ascend.open_store(f"sqlite:///{file}", create=True) as store:
            await fill_store(store)
            await store.worker.run_once()

    anyio.run(make)
    return file


@pytest.fixture
def file(filled: Path, tmp_path: Path) -> Path:
    """The file of a filled and projected store that only this test uses."""
    return Path(copyfile(filled, tmp_path / "store.db"))


@pytest.fixture
def url(file: Path) -> str:
    return f"sqlite:///{file}"


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> Hurry:
    """The waits of rebuilds and of prune, for other processes to learn of them, end at once: no other process is there."""
    return Hurry(monkeypatch)


@pytest.fixture(name="ascend")
def ascend_command(
    url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[AscendCommand]:
    """Runs the command line on the filled store, at noon of 10 March 2026 in Berlin."""
    monkeypatch.setenv("ASCEND_STORE", url)
    yield make_command(capsys, clock=lambda: NOW)
    structlog.reset_defaults()
