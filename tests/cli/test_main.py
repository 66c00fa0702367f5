import subprocess
import sys
from pathlib import Path

import pytest
from support.cli.given import Ascend, process

from ascend.cli.terminal.text import escape_lines, escape_text

COMMANDS = (
    *("demo", "init", "import", "worker", "status", "verify", "rebuild", "prune", "digest"),
    *("workspaces", "members", "feed", "tasks", "tree", "show", "history"),
)


def test_help_names_every_command(ascend: Ascend) -> None:
    shown = ascend()

    assert (shown.code, shown.err) == (0, "")
    assert "Exit codes" in shown.out
    for command in COMMANDS:
        assert f"\n  {command} " in shown.out


def test_help_is_asked_for_in_two_ways(ascend: Ascend) -> None:
    for command in ([], ["tasks"], ["schema"], ["schema", "iam"]):
        assert ascend(*command, "-h").out == ascend(*command, "--help").out != ""


def test_the_version(ascend: Ascend) -> None:
    assert ascend("--version").out.startswith("ascend 0.")


@pytest.mark.parametrize("missing", ["typer", "rich"])
def test_without_the_extra_it_says_what_to_install(missing: str) -> None:
    code = f"import sys; sys.modules['{missing}'] = None; from ascend.cli import main; main(['status'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "pip install 'ascend[cli]'" in done.stderr


def test_the_library_does_not_import_the_command_line() -> None:
    code = "import sys, ascend; sys.exit(any(m.partition('.')[0] in {'typer', 'ijson'} for m in sys.modules))"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_json_is_utf_8_and_pictures_are_readable_in_any_locale(url: str, tmp_path: Path) -> None:
    env = {"PYTHONIOENCODING": "ascii", "PATH": ""}

    told = subprocess.run(
        [Path(sys.executable).with_name("ascend"), "--json", "schema", "docs"],
        env=env,
        capture_output=True,
        check=True,
    )
    shown = process("--store", url, "tree", "Home", "Kitchen", env=env)

    assert "…" in told.stdout.decode()
    assert (shown.code, shown.out.splitlines()[1]) == (0, "`-- Table  physical")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("Grüße, 世界 🌿", "Grüße, 世界 🌿"),
        ("👩\u200d🌾", "👩\u200d🌾"),
        ("\x1b[2J", r"\x1b[2J"),
        ("a\nb\tc", r"a\x0ab\x09c"),
        ("\x9b31m", r"\x9b31m"),
        ("\u202etxt", r"\u202etxt"),
        ("\udcff", r"\udcff"),
        ("\U000e0041", r"\U000e0041"),
        ("[red]", "[red]"),
    ],
)
def test_text_is_made_harmless(text: str, shown: str) -> None:
    assert escape_text(text) == shown


def test_text_of_several_lines_keeps_them() -> None:
    assert escape_lines("a\r\nb\n\tc\rd") == ["a", "b", r"    c\x0dd"]
