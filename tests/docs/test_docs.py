"""README and docs are correct: every relative link leads to a file, and every example runs.

Blocks that open with ```python run: all of a page in order, as one program, in an empty folder. Blocks that open with
```python fragment do not run. A block that opens with ```yaml fragment must be a valid workload.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from support.paths import ROOT

from ascend.architect.cost.workload import Workload
from ascend.cli.schema.yaml_file import parse_yaml

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
WORKLOAD = re.compile(r"^```yaml fragment\n(.*?)^```", re.MULTILINE | re.DOTALL)
EXAMPLE = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def name_page(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name_page)
def test_every_link_leads_to_a_file(page: Path) -> None:
    links: list[str] = LINK.findall(page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def extract_program(page: Path) -> str:
    return "\n".join(EXAMPLE.findall(page.read_text()))


def run_program(page: Path, folder: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", extract_program(page)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, f"{name_page(page)}: {result.stderr}"


EXAMPLES = [page for page in PAGES if extract_program(page)]
IN_FILES = [page for page in EXAMPLES if "sqlite:///" in extract_program(page)]


@pytest.mark.parametrize("page", EXAMPLES, ids=name_page)
def test_every_example_runs(page: Path, tmp_path: Path) -> None:
    run_program(page, tmp_path)


@pytest.mark.slow
def test_examples_run_again_on_files_that_other_examples_wrote(tmp_path: Path) -> None:
    assert len(IN_FILES) > 3
    for page in IN_FILES * 2:
        run_program(page, tmp_path)


def test_the_command_lines_on_the_page_import_the_samples(tmp_path: Path) -> None:
    (tmp_path / "adapters").symlink_to(ROOT / "adapters")
    page = (ROOT / "docs" / "reference" / "importers.md").read_text()
    lines: list[str] = re.findall(r"^    ascend (--store .*)$", page, re.MULTILINE)

    outputs = [run_command_line(line.split(), tmp_path) for line in lines]

    assert len(outputs) == 6
    assert "Garage" in outputs[-2]
    assert "open tasks" in outputs[-1]


def run_command_line(arguments: list[str], folder: Path) -> str:
    command = Path(sys.executable).with_name("ascend")
    return subprocess.run([command, *arguments], cwd=folder, capture_output=True, text=True, check=True).stdout


def test_the_prices_on_a_page_are_a_valid_workload() -> None:
    (block,) = (block for page in PAGES for block in WORKLOAD.findall(page.read_text()))

    assert parse_yaml(block, Workload).prices.million_writes == 0.705
