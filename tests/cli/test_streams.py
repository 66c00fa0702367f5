"""The process handles full, closed and missing streams, and Ctrl-C at any moment."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support.cli.command_line import find_program

FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="this system has no full device")


def shell(line: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a shell line with buffered output, as people do: writing the buffer fails later."""
    command = ["/usr/bin/env", "-u", "PYTHONUNBUFFERED", "/bin/sh", "-c", line, find_program(), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@needs_full
@pytest.mark.parametrize(
    "command", ["--version", "--help", "--json workspaces", "workspaces", "schema docs", "tree Home"]
)
def test_a_full_output_is_reported_in_one_line(url: str, command: str) -> None:
    ended = shell('"$0" "$@" >/dev/full', "--store", url, *command.split())

    assert (ended.returncode, ended.stderr) == (
        74,
        "ascend: the output cannot be written: No space left on device\n",
    )


@needs_full
def test_an_error_is_reported_although_the_output_is_full(url: str) -> None:
    ended = shell('"$0" "$@" >/dev/full', "--store", url, "tasks", "Nowhere")

    assert (ended.returncode, ended.stderr.count("\n"), "Nowhere" in ended.stderr) == (3, 1, True)


def test_a_closed_pipe_is_reported_by_the_exit_code_only(url: str) -> None:
    ended = shell('{ "$0" "$@"; echo $? >&2; } | head -c 1 >/dev/null', "schema", "types")

    assert ended.stderr == "141\n"


def test_a_closed_output_is_refused_before_a_store_is_created(tmp_path: Path) -> None:
    """Otherwise the file of the store would become the standard output."""
    file = tmp_path / "new.db"

    ended = shell('"$0" "$@" >&-', "--store", f"sqlite:///{file}", "init")

    assert (ended.returncode, ended.stderr) == (
        74,
        "ascend: standard output is closed: send it to a file, or to /dev/null\n",
    )
    assert not file.exists()


def test_without_standard_error_the_data_is_still_printed(url: str) -> None:
    listed = shell('"$0" "$@" 2>&-', "--store", url, "--json", "workspaces")
    refused = shell('"$0" "$@" 2>&-', "--store", url, "tasks", "Nowhere")

    assert (listed.returncode, listed.stdout[:1], listed.stderr) == (0, "[", "")
    assert (refused.returncode, refused.stdout) == (3, "")


LOOKING = """
import os, signal, sys
sys.argv = ["ascend", "--version"]
class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)
import ascend_command
sys.meta_path.insert(0, Interrupting())
ascend_command.main()
"""


@pytest.mark.parametrize(
    "module", ["pydantic", "ascend.domain.tasks.task", "ascend.cli.app", "typer", "ascend.cli.context"]
)
def test_an_interrupt_during_start_is_one_line(module: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LOOKING.format(module=module)], capture_output=True, text=True, check=False
    )

    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "ascend: interrupted\n")


ENDING = """
import functools, os, signal, sys
import ascend_command
class Last:
    def __del__(self, interrupt=functools.partial(os.kill, os.getpid(), signal.SIGINT)):
        interrupt()
sys.deleted_last = Last()  # deleted when the modules are cleared, after everything else
sys.argv = ["ascend", "--version"]
ascend_command.main()
"""


def test_an_interrupt_after_the_end_is_ignored() -> None:
    ended = subprocess.run([sys.executable, "-c", ENDING], capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stderr) == (0, "")


def test_an_ignored_interrupt_signal_stays_ignored() -> None:
    look = "import sys, signal, ascend_command; sys.argv = ['ascend', '--version']\n"
    look += "try: ascend_command.main()\nfinally: print(signal.getsignal(signal.SIGINT) is signal.SIG_IGN)"
    ignoring = lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)  # noqa: E731

    ended = subprocess.run(
        [sys.executable, "-c", look],
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=ignoring,
    )

    assert ended.stdout.splitlines()[-1] == "True"
