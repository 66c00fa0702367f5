"""What a shell does to the process: streams that are full, closed or gone, and Ctrl-C at any moment."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support.cli.given import program

FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="this system has no full device")


def shell(line: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """With a buffered output, as people have it: what is buffered fails later."""
    command = ["/usr/bin/env", "-u", "PYTHONUNBUFFERED", "/bin/sh", "-c", line, program(), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@needs_full
@pytest.mark.parametrize(
    "command", ["--version", "--help", "--json workspaces", "workspaces", "schema docs", "tree Home"]
)
def test_a_full_output_is_said_in_one_line(url: str, command: str) -> None:
    ran = shell('"$0" "$@" >/dev/full', "--store", url, *command.split())

    assert (ran.returncode, ran.stderr) == (
        74,
        "ascend: the output cannot be written: No space left on device\n",
    )


@needs_full
def test_an_error_is_the_error_also_where_the_output_is_full(url: str) -> None:
    ran = shell('"$0" "$@" >/dev/full', "--store", url, "tasks", "Nowhere")

    assert (ran.returncode, ran.stderr.count("\n"), "Nowhere" in ran.stderr) == (3, 1, True)


def test_a_reader_who_leaves_hears_nothing(url: str) -> None:
    ran = shell('{ "$0" "$@"; echo $? >&2; } | head -c 1 >/dev/null', "schema", "types")

    assert ran.stderr == "141\n"


def test_a_closed_output_is_refused_before_anything_is_done(tmp_path: Path) -> None:
    """The store's file would become the standard output."""
    file = tmp_path / "new.db"

    ran = shell('"$0" "$@" >&-', "--store", f"sqlite:///{file}", "init")

    assert (ran.returncode, ran.stderr) == (
        74,
        "ascend: standard output is closed: send it to a file, or to /dev/null\n",
    )
    assert not file.exists()


def test_without_standard_error_data_stays_data(url: str) -> None:
    told = shell('"$0" "$@" 2>&-', "--store", url, "--json", "workspaces")
    refused = shell('"$0" "$@" 2>&-', "--store", url, "tasks", "Nowhere")

    assert (told.returncode, told.stdout[:1], told.stderr) == (0, "[", "")
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


@pytest.mark.parametrize("module", ["pydantic", "ascend.domain.tasks.task", "ascend.cli.app", "typer", "rich.text"])
def test_interrupted_while_it_starts(module: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", LOOKING.format(module=module)], capture_output=True, text=True, check=False
    )

    assert (ran.returncode, ran.stdout, ran.stderr) == (130, "", "ascend: interrupted\n")


ENDING = """
import functools, os, signal, sys
import ascend_command
class Last:
    def __del__(self, interrupt=functools.partial(os.kill, os.getpid(), signal.SIGINT)):
        interrupt()
sys.last = Last()  # it goes when the modules are cleared, behind everything else
sys.argv = ["ascend", "--version"]
ascend_command.main()
"""


def test_interrupted_when_it_is_done_it_is_done() -> None:
    ran = subprocess.run([sys.executable, "-c", ENDING], capture_output=True, text=True, check=False)

    assert (ran.returncode, ran.stderr) == (0, "")


def test_where_it_is_ignored_it_stays_ignored() -> None:
    look = "import sys, signal, ascend_command; sys.argv = ['ascend', '--version']\n"
    look += "try: ascend_command.main()\nfinally: print(signal.getsignal(signal.SIGINT) is signal.SIG_IGN)"
    ignoring = lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)  # noqa: E731

    ran = subprocess.run(
        [sys.executable, "-c", look],
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=ignoring,
    )

    assert ran.stdout.splitlines()[-1] == "True"
