"""Where a person looks on: colours, progress, and lines that fit; through a pseudo-terminal of 80 columns."""

import os
import pty
import re
import subprocess
from pathlib import Path

from rich.cells import cell_len
from support.cli.given import program, views

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def terminal(*arguments: str) -> str:
    """What the terminal is sent, both streams."""
    mine, theirs = pty.openpty()
    env = {"TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24", "LANG": "C.UTF-8"}
    with subprocess.Popen([program(), *arguments], stdout=theirs, stderr=theirs, env=env) as running:
        os.close(theirs)
        shown = b""
        while chunk := read(mine):
            shown += chunk
        assert running.wait() == 0
    os.close(mine)
    return shown.decode()


def read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65_536)
    except OSError:  # what Linux says when the other end was closed
        return b""


def test_lines_fit(url: str) -> None:
    for command in ("workspaces", "members Home", "tasks Home", "history Home", "status", "tree Home", "feed ada"):
        shown = terminal("--store", url, *command.split())
        lines = [ESCAPES.sub("", line) for line in shown.splitlines()]

        assert "\x1b[" in shown
        assert [line for line in lines if cell_len(line) > 80] == []


def test_what_does_not_fit_is_shortened_visibly(url: str) -> None:
    assert "…" in terminal("--store", url, "history", "Home")


def test_progress_is_shown_and_wiped(url: str, file: Path) -> None:
    views(file, "DELETE FROM views")

    shown = terminal("--store", url, "worker", "--until-caught-up")

    assert "Catching up" in shown
    assert ESCAPES.sub("", shown).splitlines()[-1].endswith("Caught up with 4 workspaces in 4 batches.")


def test_other_peoples_text_sends_no_escapes(url: str) -> None:
    shown = terminal("--store", url, "show", "Work", "[bold red]x[/] #1 :smile: \u200bend")

    assert r"red: \x1b[31m" in shown
    assert {escape[-1] for escape in ESCAPES.findall(shown)} == {"m"}
    assert "\x1b[31m" not in shown
