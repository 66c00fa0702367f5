"""The AWS CLI and Mermaid are pinned by their hashes, and are fetched once on a machine that has neither."""

import base64
import hashlib
import os
import re
import shutil
import tarfile
from pathlib import Path

import aws_cli
import mermaid
import pytest
from downloads import Unavailable


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's cache, empty. A folder of programs stands first in PATH."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "ascend"


def write_npm(folder: Path, script: str) -> None:
    place = folder / "bin" / "npm"
    place.write_text(f"#!/bin/sh\n{script}\n")
    place.chmod(0o755)


def pack(folder: Path) -> str:
    """Make an archive like that of npm, and return its checksum."""
    files = {"mermaid.esm.min.mjs": "module", "chunks/mermaid.esm.min/a.mjs": "chunk", "mermaid.core.mjs": "unused"}
    dist = folder / "package" / "dist"
    for name, text in files.items():
        (dist / name).parent.mkdir(parents=True, exist_ok=True)
        (dist / name).write_text(text)
    with tarfile.open(folder / "mermaid.tgz", "w:gz") as tar:
        tar.add(folder / "package", "package")
    return base64.b64encode(hashlib.sha512((folder / "mermaid.tgz").read_bytes()).digest()).decode()


def test_only_the_module_that_reads_diagrams_is_kept(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mermaid, "SHA512", pack(tmp_path))
    write_npm(tmp_path, f"cp {tmp_path}/mermaid.tgz .")

    found = mermaid.find_mermaid()

    kept = {str(path.relative_to(found.parent)) for path in found.parent.rglob("*.*js")}
    assert kept == {"mermaid.esm.min.mjs", "chunks/mermaid.esm.min/a.mjs"}
    shutil.rmtree(tmp_path / "bin")
    assert mermaid.find_mermaid() == found  # fetched once


def test_an_archive_with_another_checksum_is_refused(cache: Path, tmp_path: Path) -> None:
    pack(tmp_path)
    write_npm(tmp_path, f"cp {tmp_path}/mermaid.tgz .")

    with pytest.raises(Unavailable, match=r"mermaid.tgz is not the expected file: its SHA-512 differs"):
        mermaid.find_mermaid()

    assert [path.name for path in cache.iterdir()] == ["lock"]


def test_without_an_index_the_aws_cli_is_unavailable(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")

    with pytest.raises(Unavailable, match=r"pip could not install the AWS CLI: ERROR: .*awscli"):
        aws_cli.aws_cli_environment()

    assert [path.name for path in cache.iterdir()] == ["lock"]


def test_the_lock_has_hashes_for_each_package_and_no_address() -> None:
    lock = aws_cli.LOCK.read_text()

    packages = re.findall(r"^(\S+)==\S+ \\\n((?:    --hash=sha256:\w{64}(?: \\)?\n)+)", lock, re.MULTILINE)

    assert "awscli" in dict(packages)
    assert len(packages) == len(re.findall(r"^\w", lock, re.MULTILINE))
    assert "://" not in lock
