"""Packages that the architect writes: of the examples, of random proposals, and of one with everything in it.

Their tests and made-up data lie in one folder, under names of their own, so that one run of a tool checks all of them.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from support.architect.random_proposals import make_proposal
from support.paths import ROOT

from ascend.architect.review.keys import make_design
from ascend.architect.review.proposal import Proposal
from ascend.architect.write.extension import write_extension
from ascend.cli.schema.proposal_file import read_proposal

EXAMPLES = sorted((ROOT / "examples" / "review").glob("*.yaml"))
RANDOM = range(12, 24)
RUN = 2
"""Random packages whose own tests are run, too: those of the others are only checked by tools."""

NASTY = 'a "quote", a \\ backslash, """, \'\'\', */ a `tick`, {{ braces }}, ${x}, <b>, | and # \u202e \U000e0001'
"""Text that would break out of a string, a docstring, a comment or a template, if it were written as it is."""

EVERYTHING = {
    "name": "library",
    "entities": [
        {
            "entity": "folder",
            "about": f"A folder, {NASTY}",
            "attributes": {
                "name": {"bytes": 40, "unique": True},
                "note": {"bytes": 500, "optional": True},
                "hot": "flag",
                "old": {"type": "flag", "optional": True},
            },
            "relationships": [{"name": "inside", "to": ["folder"], "each": 1, "optional": True, "when_gone": "refuse"}],
            "patterns": [
                {"question": f"One folder, {NASTY}", "by": ["id"], "consistent": True},
                {"question": f'Everything in it "{NASTY}"', "by": ["inside"], "deep": True},
                {"question": "Folders in it by name", "by": ["inside"], "order": "name"},
                {"question": "Hot folders", "only": {"hot": True, "old": False}},
                {"question": "Folders of both kinds by name", "only": {"hot": [True, False]}, "order": "name"},
            ],
        },
        {
            "entity": "file",
            "attributes": {
                "name": 40,
                "size": "number",
                "posted": "created",
                "day": {"type": "date", "optional": True},
                "read_at": {"type": "instant"},
                "event": {"type": "text", "bytes": 30, "optional": True},
            },
            "relationships": [
                {"name": "folder", "to": ["folder"], "each": 1, "when_gone": "refuse"},
                {"name": "on", "to": ["thing", "folder"], "each": 3, "ordered": True, "when_gone": "cascade"},
                {"name": "owner", "to": ["user"], "each": 1, "when_gone": "cascade", "optional": True},
                {"name": "next_file", "to": ["file"], "each": 1, "optional": True},
            ],
            "keep_days": 30,
            "patterns": [
                {"question": "One file", "by": ["id"]},
                {"question": "Files of a folder by name", "by": ["folder"], "range": "name"},
                {"question": "Files by time", "range": "posted"},
                {"question": "Files of a user", "by": ["owner"], "across": True, "range": "read_at"},
                {"question": "Targets of a file", "by": ["id"], "shows": "on"},
                {"question": "Files of a target", "by": ["on"], "order": "size", "descending": True},
                {"question": "Files by day, those without a day last", "order": "day"},
                {"question": "Days", "everywhere": True, "range": "day"},
                {"question": "Files of an event", "by": ["event"], "order": "event"},
            ],
        },
        {
            "entity": "event",
            "attributes": {
                "color": {"values": ["red", "dark-blue", "1st"]},
                "number": {"type": "number", "unique": True, "changes": False},
            },
            "relationships": [
                {"name": "file", "to": ["file"], "each": 1, "changes": False, "when_gone": "cascade"},
                {"name": "peers", "to": ["event"], "each": 5},
                {"name": "page", "to": ["note_book", "page_of_it"], "each": 1, "optional": True},
            ],
            "patterns": [
                {"question": "Events of a file", "by": ["file"]},
                {"question": "By number", "by": ["number"]},
                {"question": "By color", "by": ["color"], "consistent": True},
                {"question": "Peers", "by": ["peers"], "only": {"color": ["red", "1st"]}},
                {"question": "By page", "by": ["page"]},
            ],
        },
    ],
}
"""Every kind of attribute, relationship, rule and question, and text that must be escaped."""


@dataclass(frozen=True)
class WrittenPackage:
    name: str
    folder: Path
    runs_tests: bool


@dataclass(frozen=True)
class WrittenPackages:
    folder: Path
    packages: tuple[WrittenPackage, ...]

    @property
    def tests(self) -> Path:
        """The folder with the tests of all packages."""
        return self.folder / "all_tests"

    @property
    def python_path(self) -> str:
        return ":".join(map(str, [ROOT / "src", *(package.folder for package in self.packages), self.tests]))

    @property
    def sources(self) -> list[Path]:
        return [
            *(package.folder / package.name for package in self.packages),
            *(package.folder / f"{package.name}_samples.py" for package in self.packages),
            self.tests,
        ]

    def find_tests(self) -> list[Path]:
        """Return the files of tests to run."""
        names = [package.name for package in self.packages if package.runs_tests]
        return [file for name in names for file in sorted(self.tests.glob(f"test_{name}__*.py"))]


def write_packages(folder: Path) -> WrittenPackages:
    proposals: Mapping[str, Proposal] = {
        "library": Proposal.model_validate(EVERYTHING),
        **{file.stem: read_proposal(file) for file in EXAMPLES},
        **{f"random_{seed}": make_proposal(seed) for seed in RANDOM},
    }
    (folder / "all_tests").mkdir()
    packages: list[WrittenPackage] = []
    for name, proposal in proposals.items():
        named = proposal.model_copy(update={"name": name})
        write_extension(make_design(named), folder / f"written_{name}")
        is_run = not name.startswith("random_") or name in {f"random_{seed}" for seed in RANDOM[:RUN]}
        packages.append(WrittenPackage(name, folder / f"written_{name}", is_run))
        for file in (folder / f"written_{name}" / "tests").glob("test_*.py"):
            shutil.copy(file, folder / "all_tests" / f"test_{name}__{file.stem.removeprefix('test_')}.py")
    return WrittenPackages(folder, tuple(packages))
