"""Titles of tasks: real ones, if the data of other projects lies beside this one, else made of words.

Titles that repeat, or that are one letter many times, would compress better than those of people.
"""

import itertools
import json
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ARCHIVE = Path(__file__).parents[2].parent / "shared" / "data" / "ietf-issues" / "dap-archive-2024-09-24.json"
VERBS = ("Add", "Change", "Check", "Describe", "Fix", "Remove", "Rename", "Simplify", "Test", "Write down")
THINGS = (
    "the error",
    "the example",
    "the field",
    "the key",
    "the limit",
    "the message",
    "the name",
    "the text",
    "the version",
)
PLACES = (
    "of the report",
    "of a request",
    "in the header",
    "for new people",
    "of section 4",
    "before the deadline",
    "once",
)
MADE = 500


@cache
def read_titles() -> tuple[str, ...]:
    if ARCHIVE.is_file():
        archive = json.loads(ARCHIVE.read_bytes())
        return tuple(issue["title"] for issue in (*archive["issues"], *archive["pulls"]))
    dice = random.Random(14)  # noqa: S311  the same titles in every run
    return tuple(" ".join(map(dice.choice, (VERBS, THINGS, PLACES, PLACES))) for _ in range(MADE))


def titles() -> Iterator[str]:
    """Yield titles without end."""
    return itertools.cycle(read_titles())
