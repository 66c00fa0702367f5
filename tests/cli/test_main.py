import subprocess
import sys
from pathlib import Path

import pytest
from support.cli.command_line import AscendCommand, run_process

from ascend.cli.terminal.text import escape_lines, escape_text

COMMANDS = (
    *("demo", "init", "import", "worker", "status", "verify", "rebuild", "prune", "digest"),
    *("workspaces", "members", "feed", "tasks", "tree", "show", "history"),
)


def test_help_names_every_command(ascend: AscendCommand) -> None:
    shown = ascend()

    assert (shown.code, shown.err) == (0, "")
    assert "Exit codes" in shown.out
    for command in COMMANDS:
        assert f"\n  {command} " in shown.out


def test_help_has_a_short_and_a_long_option(ascend: AscendCommand) -> None:
    for command in ([], ["tasks"], ["schema"], ["schema", "iam"]):
        assert ascend(*command, "-h").out == ascend(*command, "--help").out != ""


def test_the_version_is_printed(ascend: AscendCommand) -> None:
    assert ascend("--version").out.startswith("ascend 0.")


@pytest.mark.parametrize("missing", ["typer", "rich"])
def test_without_the_extra_the_error_names_the_package_to_install(missing: str) -> None:
    code = f"import sys; sys.modules['{missing}'] = None; from ascend.cli import main; main(['status'])"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.count("\n") == 1
    assert "pip install 'ascend[cli]'" in ended.stderr


def test_the_library_does_not_import_the_command_line() -> None:
    code = "import sys, ascend; sys.exit(any(m.partition('.')[0] in {'typer', 'ijson'} for m in sys.modules))"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_json_is_utf_8_and_drawings_are_readable_in_any_locale(url: str, tmp_path: Path) -> None:
    env = {"PYTHONIOENCODING": "ascii", "PATH": ""}

    document = subprocess.run(
        [Path(sys.executable).with_name("ascend"), "--json", "schema", "docs"],
        env=env,
        capture_output=True,
        check=True,
    )
    shown = run_process("--store", url, "tree", "Home", "Kitchen", env=env)

    assert "…" in document.stdout.decode()
    assert (shown.code, shown.out.splitlines()[1]) == (0, "`-- Table  physical")


@pytest.mark.parametrize(
    ("text", "escaped"),
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
def test_invisible_characters_are_escaped(text: str, escaped: str) -> None:
    assert escape_text(text) == escaped


def test_text_of_several_lines_keeps_its_lines() -> None:
    assert escape_lines("a\r\nb\n\tc\rd") == ["a", "b", r"    c\x0dd"]
