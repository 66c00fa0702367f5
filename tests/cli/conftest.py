from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile

import anyio
import pytest
import structlog
from support.cli.given import NOW, Ascend, Result, fill

import ascend
from ascend.cli.app import run


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("cli") / "filled.db"

    async def make() -> None:
        async with ascend.open_store(f"sqlite:///{file}", create=True) as store:
            await fill(store)
            await store.worker.run_once()

    anyio.run(make)
    return file


@pytest.fixture
def file(filled: Path, tmp_path: Path) -> Path:
    """A store of the test's own, filled and projected."""
    return Path(copyfile(filled, tmp_path / "store.db"))


@pytest.fixture
def url(file: Path) -> str:
    return f"sqlite:///{file}"


@pytest.fixture(name="ascend")
def ascend_command(url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Ascend]:
    """At noon of 10 March 2026, in Berlin."""
    monkeypatch.setenv("ASCEND_STORE", url)

    def command(*arguments: str) -> Result:
        capsys.readouterr()
        code = run(arguments, clock=lambda: NOW)
        shown = capsys.readouterr()
        return Result(code, shown.out, shown.err)

    yield command
    structlog.reset_defaults()
