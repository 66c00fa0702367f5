"""Install the stores with pinned versions, each into a folder of its own in the user's cache."""

import hashlib
import json
import re
import shutil
import sys
from pathlib import Path

from downloads import Unavailable, fetch_once, find_npm, run_quietly

__all__ = ["Unavailable", "matplotlib_packages", "node_modules", "pinned_version", "python_packages"]

HERE = Path(__file__).parent
NODE = HERE / "node"


def python_packages(name: str) -> Path:
    """Return the folder with the packages of `name`.lock, after installing them if necessary.

    Raises `Unavailable` if pip cannot install them.
    """
    return _install_lock(f"peer-{name}", HERE / f"{name}.lock")


def matplotlib_packages() -> Path:
    """Return the folder with matplotlib, after installing it if necessary.

    Raises `Unavailable` if pip cannot install it.
    """
    return _install_lock("plots", HERE.parent / "plots.lock")


def _install_lock(name: str, lock: Path) -> Path:

    def install(into: Path) -> None:
        pip = [sys.executable, "-m", "pip", "install", "-qq", "--no-input", "--no-deps", "--require-hashes"]
        run_quietly([*pip, "--target", str(into), "-r", str(lock)], f"pip could not install {name}")

    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return fetch_once(f"{name}-{_digest(lock)}-python{python}", install)


def node_modules() -> Path:
    """Return the folder in which Node finds the pinned packages, after installing them if necessary.

    Raises `Unavailable` if npm cannot install them.
    """

    def install(into: Path) -> None:
        for file in ("package.json", "package-lock.json"):
            shutil.copy(NODE / file, into)
        options = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
        run_quietly([*find_npm(), *options], "npm could not install the stores", cwd=into)

    return fetch_once(f"peers-node-{_digest(NODE / 'package-lock.json')}", install) / "node_modules"


def pinned_version(lock: str, package: str) -> str:
    """Return the version of a package in a lock: `node`, or the name of one of Python's."""
    if lock == "node":
        packages = json.loads((NODE / "package-lock.json").read_text())["packages"]
        return str(packages[f"node_modules/{package}"]["version"])
    pinned = re.search(rf"^{re.escape(package)}==(\S+)", (HERE / f"{lock}.lock").read_text(), re.MULTILINE)
    assert pinned is not None, f"{lock}.lock does not pin {package}"
    return pinned[1]


def _digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()[:12]
