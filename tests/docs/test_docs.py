"""README and docs say the truth: every relative link leads to a file, every example runs.

A block that opens with ```python runs; all such blocks of a page run in order, as one program, in an empty folder.
A block that opens with ```python fragment is only read. A block that opens with ```yaml fragment is read as a workload.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from support.paths import ROOT

from ascend.architect.cost.workload import Workload
from ascend.cli.schema.yaml_file import parse

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
WORKLOAD = re.compile(r"^```yaml fragment\n(.*?)^```", re.MULTILINE | re.DOTALL)
EXAMPLE = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_to_a_file(page: Path) -> None:
    links: list[str] = LINK.findall(page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def program(page: Path) -> str:
    return "\n".join(EXAMPLE.findall(page.read_text()))


def run(page: Path, folder: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", program(page)], cwd=folder, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, f"{name(page)}: {ran.stderr}"


EXAMPLES = [page for page in PAGES if program(page)]
IN_FILES = [page for page in EXAMPLES if "sqlite:///" in program(page)]


@pytest.mark.parametrize("page", EXAMPLES, ids=name)
def test_every_example_runs(page: Path, tmp_path: Path) -> None:
    run(page, tmp_path)


@pytest.mark.slow
def test_examples_run_again_on_the_file_that_they_and_others_left(tmp_path: Path) -> None:
    assert len(IN_FILES) > 3
    for page in IN_FILES * 2:
        run(page, tmp_path)


def test_the_samples_are_imported_by_the_lines_that_the_page_shows(tmp_path: Path) -> None:
    (tmp_path / "adapters").symlink_to(ROOT / "adapters")
    page = (ROOT / "docs" / "reference" / "importers.md").read_text()
    lines: list[str] = re.findall(r"^    ascend (--store .*)$", page, re.MULTILINE)

    said = [command_line(line.split(), tmp_path) for line in lines]

    assert len(said) == 6
    assert "Garage" in said[-2]
    assert "open tasks" in said[-1]


def command_line(arguments: list[str], folder: Path) -> str:
    command = Path(sys.executable).with_name("ascend")
    return subprocess.run([command, *arguments], cwd=folder, capture_output=True, text=True, check=True).stdout


def test_the_prices_that_a_page_shows_are_read() -> None:
    (block,) = (found for page in PAGES for found in WORKLOAD.findall(page.read_text()))

    assert parse(block, Workload).prices.million_writes == 0.705
