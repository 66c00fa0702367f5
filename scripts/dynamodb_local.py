"""Run DynamoDB Local, Amazon's own emulator.

    scripts/dynamodb_local.py run -- COMMAND …   run COMMAND with an emulator of its own; COMMAND finds it by its environment
    scripts/dynamodb_local.py start              run the emulator until Ctrl-C, and print what to export
    scripts/dynamodb_local.py fetch              only fetch the emulator, for later use without a network

    with dynamodb_local() as url: …              the same from Python

The emulator keeps its data in memory and listens on a free port. The access key selects the database, so a new key is an
empty database. The emulator ends together with the process that started it, even if that process is killed (lifeline.py).
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
from downloads import Unavailable
from dynamodb_local_download import fetch_emulator, find_java

__all__ = ["Unavailable", "dynamodb_local", "environment", "fresh_credentials"]

HOST = "127.0.0.1"
REGION = "us-east-1"
ATTEMPTS = 5  # another process may take the free port before Java does
START_TIMEOUT = 90.0  # seconds; Java starts slowly on a busy machine
CANNOT_RUN, NOT_FOUND = 126, 127  # the exit codes of a shell
AWS_SETTINGS = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_ENDPOINT_URL")


@contextmanager
def dynamodb_local() -> Generator[str]:
    """Run an emulator for the length of the block. Yield the URL of its endpoint.

    Raises `Unavailable` if the emulator cannot be fetched or does not start.
    """
    command = _java_command()
    reason = ""
    for _ in range(ATTEMPTS):
        port = _free_port()
        with (
            tempfile.TemporaryDirectory(
                ignore_cleanup_errors=True
            ) as folder,  # the emulator leaves a file in its working directory
            tempfile.TemporaryFile() as output,
            lifeline.running([*command, "-port", str(port)], output, folder) as server,
        ):
            if _wait_until_ready(url := f"http://{HOST}:{port}", server):
                yield url
                return
            reason = _last_line(output)
    raise Unavailable(f"the emulator does not start: {reason}")


def fresh_credentials() -> dict[str, str]:
    """Return environment variables with a new access key, which selects an empty database."""
    return {
        "AWS_ACCESS_KEY_ID": f"ascend{secrets.token_hex(8)}",  # the emulator accepts only letters and digits
        "AWS_SECRET_ACCESS_KEY": secrets.token_hex(16),
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def environment(url: str) -> dict[str, str]:
    """Return the environment variables by which an AWS client finds the emulator at `url`, with an empty database."""
    return {
        "AWS_ENDPOINT_URL_DYNAMODB": url,
        "AWS_ENDPOINT_URL_DYNAMODB_STREAMS": url,
        "NO_PROXY": ",".join(filter(None, [os.environ.get("NO_PROXY"), HOST])),
        **fresh_credentials(),
    }


# ---- starting ------------------------------------------------------------------------------------------------------


def _java_command() -> list[str]:
    home = fetch_emulator()
    return [
        str(find_java()),
        *("-XX:+UseSerialGC", "-Xmx1g"),  # as fast as the default for the emulator, with less memory
        f"-Djava.library.path={home / 'DynamoDBLocal_lib'}",
        *("-jar", str(home / "DynamoDBLocal.jar")),
        *("-inMemory", "-disableTelemetry"),
    ]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(url: str, server: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline and server.poll() is None:
        if _is_ready(url):
            return server.poll() is None
        time.sleep(0.1)
    return False


def _is_ready(url: str) -> bool:
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
    return lines[-1] if lines else "it printed no message"


# ---- commands ------------------------------------------------------------------------------------------------------


def run(command: list[str]) -> int:
    """Run `command` with an emulator of its own. Return its exit code, or that of a shell if the command cannot run."""
    if shutil.which(command[0]) is None:
        print(f"{command[0]}: no such command: give its path (.venv/bin/ascend), or add it to PATH", file=sys.stderr)
        return NOT_FOUND
    with dynamodb_local() as url:
        try:
            return subprocess.run(
                command, env=_without_aws_settings(os.environ) | environment(url), check=False
            ).returncode
        except OSError as error:
            print(f"{command[0]} cannot be run: {error.strerror}", file=sys.stderr)
            return CANNOT_RUN


def start() -> int:
    """Run an emulator until the process is interrupted."""
    with dynamodb_local() as url:
        for name, value in environment(url).items():
            print(f"export {name}={value}")
        print(f"DynamoDB Local answers at {url} until Ctrl-C", file=sys.stderr, flush=True)
        sys.stdout.flush()
        signal.pause()
    return 0


def fetch() -> int:
    """Fetch the emulator and a Java runtime, and print where they are."""
    print(fetch_emulator(), find_java(), sep="\n")
    return 0


def _without_aws_settings(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if name not in AWS_SETTINGS}


def _exit_on_sigterm(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(128 + signal.SIGTERM)  # the exception leaves the `with` blocks, which stops the emulator


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="run a command with an emulator of its own").add_argument("argv", nargs="+")
    commands.add_parser("start", help="run the emulator until Ctrl-C")
    commands.add_parser("fetch", help="only fetch the emulator")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, _exit_on_sigterm)
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
