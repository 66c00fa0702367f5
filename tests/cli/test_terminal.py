"""Output on a terminal of 80 columns: colours, progress, and lines that fit. The tests use a pseudo-terminal."""

import os
import pty
import re
import subprocess
from pathlib import Path

from rich.cells import cell_len
from support.cli.command_line import find_program
from support.cli.filled_store import damage_views

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def run_in_terminal(*arguments: str) -> str:
    """Return everything that the command sends to the terminal on both streams."""
    controller, terminal = pty.openpty()
    env = {"TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24", "LANG": "C.UTF-8"}
    with subprocess.Popen([find_program(), *arguments], stdout=terminal, stderr=terminal, env=env) as running:
        os.close(terminal)
        output = b""
        while chunk := read_output(controller):
            output += chunk
        assert running.wait() == 0
    os.close(controller)
    return output.decode()


def read_output(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65_536)
    except OSError:  # Linux raises this when the other end is closed
        return b""


def test_lines_fit_the_terminal(url: str) -> None:
    for command in ("workspaces", "members Home", "tasks Home", "history Home", "status", "tree Home", "feed ada"):
        output = run_in_terminal("--store", url, *command.split())
        lines = [ESCAPES.sub("", line) for line in output.splitlines()]

        assert "\x1b[" in output
        assert [line for line in lines if cell_len(line) > 80] == []


def test_shortened_text_ends_with_an_ellipsis(url: str) -> None:
    assert "…" in run_in_terminal("--store", url, "history", "Home")


def test_progress_is_shown_and_removed(url: str, file: Path) -> None:
    damage_views(file, "DELETE FROM views")

    output = run_in_terminal("--store", url, "worker", "--until-caught-up")

    assert "Catching up" in output
    assert ESCAPES.sub("", output).splitlines()[-1].endswith("Caught up with 4 workspaces in 4 batches.")


def test_a_rebuild_shows_how_far_it_is_on_a_terminal_and_logs_it_elsewhere(url: str) -> None:
    looked_at = run_in_terminal("--store", url, "rebuild", "feed")
    command = [find_program(), "--store", url, "rebuild", "feed"]
    logged = subprocess.run(command, capture_output=True, text=True, check=True).stderr

    assert re.search("Rebuilding: [0-4] of 4 workspaces", ESCAPES.sub("", looked_at))  # which one depends on the time
    assert "rebuild.progressed" not in looked_at
    assert "ascend: info: rebuild.progressed percent=100.0 seconds_left=0 built=4 workspaces=4" in logged


def test_escape_sequences_of_other_people_are_not_sent(url: str) -> None:
    output = run_in_terminal("--store", url, "show", "Work", "[bold red]x[/] #1 :smile: \u200bend")

    assert r"red: \x1b[31m" in output
    assert {escape[-1] for escape in ESCAPES.findall(output)} == {"m"}
    assert "\x1b[31m" not in output
