"""The how-to pages say all that somebody edits to extend Ascend itself: the edits are made in a copy, and its tests pass.

A block that opens with ```python in FILE is appended to the file. In a block that opens with ```diff in FILE, the lines
with + are inserted after the line before them.
"""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest
from support.paths import ROOT

HOW_TO = ROOT / "docs" / "how-to"
EDIT = re.compile(r"^```(python|diff) in (\S+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
COPIED = ("adapters", "docs", "domain", "examples", "projections", "scripts", "src", "tests")
EDITS = {
    "add-a-command.md": ({"domain/tasks/schedule.py": 1}, {"domain/catalog.py": 1}),
    "add-a-read-model.md": ({"projections/read_models/open_tags.py": 1}, {"projections/life_os.py": 2}),
    "add-an-entity.md": ({"domain/memos.py": 1}, {"domain/catalog.py": 2, "pyproject.toml": 1}),
}
"""For each page, its own file, and the lines that it adds elsewhere: the one that registers it, and its import."""
TESTS = (
    "tests/architect/check",
    "tests/architect/documents/test_design.py",
    "tests/architect/types",
    "tests/docs/test_commands_page.py",
    "tests/docs/test_reference.py",
    "tests/domain/test_every_command.py",
    "tests/domain/test_stored.py",
    "tests/scripts/test_generate.py",
    "tests/store/test_public_names.py",
)
"""The tests that walk the catalog."""
NOT_MEASURED = "not measured and not partitions"
GENERATE = """
import generate
assert all([generate.write(entry) for entry in generate.GENERATED if isinstance(entry, generate.Generated)])
"""
"""`make generate`, without the figures that take minutes to measure."""


def list_edits(page: str) -> list[tuple[str, str, str]]:
    return EDIT.findall((HOW_TO / page).read_text())


@pytest.mark.parametrize("page", EDITS)
def test_a_page_edits_its_own_file_and_the_line_that_registers_it(page: str) -> None:
    own = [file for kind, file, _ in list_edits(page) if kind == "python"]
    lines = [
        file for kind, file, text in list_edits(page) if kind == "diff" for line in text.splitlines() if line[0] == "+"
    ]
    assert (Counter(own), Counter(lines)) == EDITS[page]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_after_the_edits_of_all_pages_and_make_generate_the_tests_pass(tmp_path: Path) -> None:
    copy = make_copy(tmp_path / "ascend")
    for page in EDITS:
        for kind, file, text in list_edits(page):
            edit(copy / file, kind, text)

    run(copy, "-c", GENERATE)
    run(
        copy,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:randomly",
        "-m",
        "not slow",
        "-x",
        "-k",
        NOT_MEASURED,
        *TESTS,
    )
    run(copy, "-c", "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())")
    run(copy, "-c", "import ascend; ascend.UnscheduleTask, ascend.Memo, ascend.WriteMemo, ascend.NoSuchMemo")


def make_copy(folder: Path) -> Path:
    """Copy what the tests need of the project."""
    for name in COPIED:
        copytree(
            ROOT / name, folder / name, symlinks=True, ignore=ignore_patterns("__pycache__", "node_modules", "cdk.out")
        )
    for file in (*ROOT.glob("*.md"), ROOT / "pyproject.toml", ROOT / "Makefile"):
        (folder / file.name).write_bytes(file.read_bytes())
    return folder


def edit(path: Path, kind: str, text: str) -> None:
    """Make one edit of a page."""
    old = path.read_text() if path.exists() else ""
    if kind == "python":
        path.write_text(f"{old}\n\n{text}" if old else text)
        return
    anchor, *added = text.splitlines()
    assert anchor.startswith(" ")
    assert old.count(f"{anchor[1:]}\n") == 1, anchor
    assert all(line.startswith("+") for line in added), text
    lines = "".join(f"{line[1:]}\n" for line in added)
    path.write_text(old.replace(f"{anchor[1:]}\n", f"{anchor[1:]}\n{lines}"))


def run(folder: Path, *arguments: str) -> None:
    """Run Python on the copy. Shows what it printed if it fails."""
    path = ":".join(str(folder / name) for name in ("src", "scripts", "tests"))
    ended = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "PYTHONPATH": path, "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout[-5_000:] + ended.stderr[-5_000:]
