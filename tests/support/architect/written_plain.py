"""Plain packages that the architect writes: of the examples, of random proposals, and of two with everything in them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from node_tools import node_packages
from support.architect.random_proposals import make_proposal
from support.architect.written import EVERYTHING, EXAMPLES

from ascend.architect.review.keys import make_design
from ascend.architect.review.proposal import Proposal
from ascend.architect.write.plain.write import write_plain
from ascend.cli.schema.proposal_file import read_proposal

RANDOM = range(1, 11)
RUN = 2
"""Random packages whose own tests are run, too: those of the others are only checked by tools."""
WITH_TYPESCRIPT = ("library", "item")
"""Packages whose TypeScript reads what their Python wrote."""

HARD = {
    "name": "item",
    "entities": [
        {
            "entity": "item",
            "attributes": {
                "title": 40,
                "body": 3000,
                "email": {"bytes": 30, "unique": True},
                "due": {"type": "date", "optional": True},
                "score": {"type": "number"},
                "status": {"values": ["open", "started", "done"]},
                "posted_at": "created",
                "hot": "flag",
            },
            "relationships": [
                {"name": "on", "to": ["thing", "task"], "each": 1, "changes": False},
                {"name": "inside", "to": ["item"], "each": 1, "optional": True},
                {"name": "assignee", "to": ["user"], "each": 3},
                {"name": "owner", "to": ["user"], "each": 1},
                {"name": "label", "to": ["label"], "each": 5, "ordered": True},
            ],
            "patterns": [
                {"question": "One", "by": ["id"], "consistent": True},
                {"question": "All"},
                {"question": "Of a target", "by": ["on"], "order": "posted_at", "consistent": True},
                {"question": "Of a target, the latest first", "by": ["on"], "order": "posted_at", "descending": True},
                {"question": "By email", "by": ["email"]},
                {"question": "Below", "by": ["inside"], "deep": True},
                {"question": "Children", "by": ["inside"], "order": "title"},
                {"question": "Mine", "by": ["assignee"], "across": True, "only": "open", "order": "due"},
                {"question": "Mine in a time", "by": ["assignee"], "across": True, "only": "open", "range": "due"},
                {"question": "Mine here", "by": ["assignee", "workspace"], "consistent": True},
                {"question": "Owned", "by": ["owner"], "across": True, "order": "score", "descending": True},
                {"question": "Owned here", "by": ["owner", "status"]},
                {"question": "Labels", "by": ["id"], "shows": "label"},
                {"question": "Of a label", "by": ["label"], "order": "title"},
                {"question": "Of a label and an assignee", "by": ["label", "assignee"]},
                {"question": "Due", "everywhere": True, "only": {"status": ["open", "started"]}, "range": "due"},
                {"question": "Hot", "only": "hot", "order": "score", "descending": True},
                {"question": "Titles", "range": "title"},
            ],
        }
    ],
}
"""Lines of every kind, a hierarchy, an order that users choose, and lists across workspaces."""

SHOP = {
    "name": "shop",
    "tables": "several",
    "transactions": True,
    "entities": [
        {
            "entity": "page",
            "attributes": {"address": {"bytes": 30, "unique": True, "optional": True}, "list": 40, "cursor": "number"},
            "relationships": [
                {"name": "above", "to": ["page"], "each": 1, "optional": True, "when_gone": "cascade"},
                {"name": "section", "to": ["page", "sale"], "each": 3, "ordered": True, "of_one": 5},
            ],
            "patterns": [
                {"question": "Page by address", "by": ["address"]},
                {"question": "Größe über 9 Seiten?", "by": ["cursor"], "order": "list"},
                {"question": "Pages above", "by": ["above"], "order": "list"},
                {"question": "Subtree", "by": ["above"], "deep": True},
                {"question": "Sections", "by": ["id"], "shows": "section"},
            ],
            "keep_days": 30,
        },
        {
            "entity": "sale",
            "attributes": {"number": {"type": "number", "changes": False}, "placed": "created"},
            "relationships": [{"name": "page", "to": ["page"], "each": 1, "when_gone": "refuse", "changes": False}],
            "patterns": [
                {"question": "Sales of a page", "by": ["page"], "order": "placed", "descending": True},
                {"question": "Sales by number", "by": ["number"]},
            ],
        },
    ],
}
"""A table for each kind, changes of several kinds in one step, rules of deletion, and names that the code has already."""


@dataclass(frozen=True)
class PlainPackage:
    title: str
    folder: Path
    runs_tests: bool


@dataclass(frozen=True)
class PlainPackages:
    folder: Path
    packages: tuple[PlainPackage, ...]

    @property
    def python_path(self) -> str:
        """The packages, and copies of their made-up data: the folders of tests would hide each other's `conftest`.

        The copies lie outside, because tools look at all that is in the folder, with the settings of each package.
        """
        shared = self.folder.with_name(f"{self.folder.name}-shared")
        shared.mkdir(exist_ok=True)
        for each in self.packages:
            shutil.copy(each.folder / "tests" / f"{each.title}_made_up.py", shared)
        return ":".join(map(str, (*(each.folder for each in self.packages), shared)))

    @property
    def sources(self) -> list[Path]:
        return [each.folder / f"{each.title}_store" for each in self.packages]

    def copy_tests(self, folder: Path) -> list[Path]:
        """Copy all tests into one folder, under names that differ."""
        copies: list[Path] = []
        for each in self.packages:
            for file in sorted((each.folder / "tests").glob("*.py")):
                name = file.name if file.stem.endswith("_made_up") else f"{each.title}__{file.name}"
                copies.append(folder / name)
                copies[-1].write_text(file.read_text("utf-8"), "utf-8")
        return copies

    def find(self, title: str) -> PlainPackage:
        return next(each for each in self.packages if each.title == title)


def write_plain_packages(folder: Path) -> PlainPackages:
    """Write the packages."""
    given = [Proposal.model_validate(each) for each in (EVERYTHING, HARD, SHOP)]
    made = [make_proposal(seed).model_copy(update={"name": f"random_{seed}"}) for seed in RANDOM]
    examples = [read_proposal(file).model_copy(update={"name": file.stem}) for file in EXAMPLES]
    packages = [write_package(proposal, folder, runs=True) for proposal in (*examples, *given)]
    packages += [write_package(proposal, folder, runs=number < RUN) for number, proposal in enumerate(made)]
    return PlainPackages(folder, tuple(packages))


def write_package(proposal: Proposal, folder: Path, *, runs: bool) -> PlainPackage:
    own = folder / proposal.title
    write_plain(make_design(proposal), own)
    return PlainPackage(proposal.title, own, runs)


def link_node_packages(package: PlainPackage) -> None:
    """Let Node and its compiler find the pinned packages. Raises: Unavailable."""
    (package.folder / "typescript" / "node_modules").symlink_to(node_packages())


def run_tool(*arguments: object, folder: Path, env: Mapping[str, str] | None = None) -> str:
    """Return what a tool of this environment says if it finds a fault; an empty text if it finds none."""
    command = [sys.executable, "-m", *map(str, arguments)]
    ended = subprocess.run(
        command, cwd=folder, env=os.environ | dict(env or {}), capture_output=True, text=True, check=False
    )
    return "" if ended.returncode == 0 else ended.stdout[-5_000:] + ended.stderr[-2_000:]
