"""A wheel built from the source distribution, as an index would have it built."""

import subprocess
import sys
from pathlib import Path

import pytest
from support.paths import ROOT


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("dist")
    build("sdist", ROOT, place)
    unpacked = place / "source"
    subprocess.run([sys.executable, "-m", "tarfile", "-e", next(place.glob("*.tar.gz")), unpacked], check=True)
    build("wheel", next(unpacked.iterdir()), place)
    return next(place.glob("*.whl"))


def build(target: str, source: Path, place: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", place],
        cwd=source,
        check=True,
        capture_output=True,
    )
