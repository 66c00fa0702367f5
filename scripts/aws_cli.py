"""Fetch the AWS CLI once, check it, and keep it in the user's cache.

    subprocess.run([sys.executable, "-m", "awscli", "dynamodb", …], env=os.environ | aws_cli_environment())

awscli.lock pins it. It gets a folder of its own, because it needs older versions of some libraries than requirements.lock has.
"""

import hashlib
import sys
from pathlib import Path

from downloads import Unavailable, fetch_once, run_quietly

__all__ = ["Unavailable", "aws_cli_environment"]

LOCK = Path(__file__).with_name("awscli.lock")


def aws_cli_environment() -> dict[str, str]:
    """Return the environment variables by which this Python finds the AWS CLI, after installing it if necessary.

    Raises `Unavailable` if pip cannot install it.
    """
    lock = hashlib.sha256(LOCK.read_bytes()).hexdigest()[:12]
    python = f"{sys.version_info.major}.{sys.version_info.minor}"  # one of its libraries is compiled
    return {"PYTHONPATH": str(fetch_once(f"aws-cli-{lock}-python{python}", _install))}


def _install(into: Path) -> None:
    install = [sys.executable, "-m", "pip", "install", "-qq", "--no-input", "--no-deps", "--require-hashes"]
    run_quietly([*install, "--target", str(into), "-r", str(LOCK)], "pip could not install the AWS CLI")
