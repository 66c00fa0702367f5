"""A wheel that is built from the source distribution, as a package index builds it."""

import subprocess
import sys
from pathlib import Path

import pytest
from support.paths import ROOT


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    build("sdist", ROOT, folder)
    unpacked = folder / "source"
    subprocess.run([sys.executable, "-m", "tarfile", "-e", next(folder.glob("*.tar.gz")), unpacked], check=True)
    build("wheel", next(unpacked.iterdir()), folder)
    return next(folder.glob("*.whl"))


def build(target: str, source: Path, folder: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", folder],
        cwd=source,
        check=True,
        capture_output=True,
    )
