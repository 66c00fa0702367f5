"""DynamoDB Local, Amazon's own emulator, for as long as somebody needs it.

    scripts/dynamodb_local.py run -- COMMAND …   runs COMMAND with an emulator of its own, found by its environment
    scripts/dynamodb_local.py start              runs until Ctrl-C; prints what to export
    scripts/dynamodb_local.py fetch              only fetches it, for a time without network

    with dynamodb_local() as url: …              the same from Python

In memory, on a free port. The access key chooses the database: a fresh key is an empty database.
It ends with its user, also when that one is killed (see lifeline.py).
"""

import argparse
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import IO

import lifeline
from dynamodb_local_download import emulator, java
from fetched import Unavailable

__all__ = ["Unavailable", "dynamodb_local", "environment", "fresh_credentials"]

HOST = "127.0.0.1"
REGION = "us-east-1"
ATTEMPTS = 5  # somebody else may take the free port before Java does
PATIENCE = 90.0  # seconds for a cold Java on a busy machine
CANNOT_RUN, NOT_FOUND = 126, 127
AS_ITSELF = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_ENDPOINT_URL")


@contextmanager
def dynamodb_local() -> Generator[str]:
    """An emulator for the length of the block; yields its endpoint's URL.

    Raises: Unavailable
    """
    command = _command()
    reason = ""
    for _ in range(ATTEMPTS):
        port = _free_port()
        with (
            tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,  # it leaves a file where it runs
            tempfile.TemporaryFile() as output,
            lifeline.running([*command, "-port", str(port)], output, folder) as server,
        ):
            if _answers(url := f"http://{HOST}:{port}", server):
                yield url
                return
            reason = _last_line(output)
    raise Unavailable(f"it does not start: {reason}")


def fresh_credentials() -> dict[str, str]:
    """Environment variables with an access key that nobody used before, so with an empty database."""
    return {
        "AWS_ACCESS_KEY_ID": f"ascend{secrets.token_hex(8)}",  # letters and digits only, or the emulator refuses it
        "AWS_SECRET_ACCESS_KEY": secrets.token_hex(16),
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def environment(url: str) -> dict[str, str]:
    """What an AWS client needs to find the emulator at `url`, and an empty database in it."""
    return {
        "AWS_ENDPOINT_URL_DYNAMODB": url,
        "AWS_ENDPOINT_URL_DYNAMODB_STREAMS": url,
        "NO_PROXY": ",".join(filter(None, [os.environ.get("NO_PROXY"), HOST])),
        **fresh_credentials(),
    }


# ---- starting ------------------------------------------------------------------------------------------------------


def _command() -> list[str]:
    home = emulator()
    return [
        str(java()),
        *("-XX:+UseSerialGC", "-Xmx1g"),  # as fast as the default here, in less memory
        f"-Djava.library.path={home / 'DynamoDBLocal_lib'}",
        *("-jar", str(home / "DynamoDBLocal.jar")),
        *("-inMemory", "-disableTelemetry"),
    ]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(url: str, server: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        if _lists_tables(url):
            return server.poll() is None
        time.sleep(0.1)
    return False


def _lists_tables(url: str) -> bool:
    scope = f"ready/20000101/{REGION}/dynamodb/aws4_request"
    headers = {
        "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=unchecked",
        "Content-Type": "application/x-amz-json-1.0",
        "X-Amz-Target": "DynamoDB_20120810.ListTables",
    }
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(urllib.request.Request(url, b"{}", headers), timeout=5) as reply:  # noqa: S310  our own URL
            return bool(reply.status == 200)  # noqa: PLR2004
    except (OSError, urllib.error.URLError):
        return False


def _last_line(output: IO[bytes]) -> str:
    output.seek(0)
    lines = output.read().decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it says nothing"


# ---- commands ------------------------------------------------------------------------------------------------------


def run(command: list[str]) -> int:
    """The exit code of `command`, which ran with an emulator of its own; as in a shell where it cannot run."""
    if shutil.which(command[0]) is None:
        print(f"{command[0]}: no such command: give its path (.venv/bin/ascend), or add it to PATH", file=sys.stderr)
        return NOT_FOUND
    with dynamodb_local() as url:
        try:
            return subprocess.run(command, env=_as_itself(os.environ) | environment(url), check=False).returncode
        except OSError as error:
            print(f"{command[0]} cannot be run: {error.strerror}", file=sys.stderr)
            return CANNOT_RUN


def start() -> int:
    """Returns when it is interrupted."""
    with dynamodb_local() as url:
        for name, value in environment(url).items():
            print(f"export {name}={value}")
        print(f"DynamoDB Local answers at {url} until Ctrl-C", file=sys.stderr, flush=True)
        sys.stdout.flush()
        signal.pause()
    return 0


def fetch() -> int:
    print(emulator(), java(), sep="\n")
    return 0


def _as_itself(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if name not in AS_ITSELF}


def _terminated(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(128 + signal.SIGTERM)  # unwinds, and so stops the emulator


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="run a command with it").add_argument("argv", nargs="+")
    commands.add_parser("start", help="run it until Ctrl-C")
    commands.add_parser("fetch", help="only fetch it")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, _terminated)
    try:
        match arguments.command:
            case "run":
                return run(arguments.argv)
            case "start":
                return start()
            case _:
                return fetch()
    except Unavailable as error:
        print(f"DynamoDB Local is not available: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
