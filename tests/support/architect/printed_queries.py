"""The queries in a design document, and the answers that it prints for them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ascend.architect.documents.query_section import MADE_UP

PART = re.compile(r"^### (\w+)\n(.*?)(?=^##)", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```(bash|python fragment|text)\n(.*?)\n```$", re.MULTILINE | re.DOTALL)
SETUP = re.compile(r"^```python fragment\n(import boto3\n.*?)\n```$", re.MULTILINE | re.DOTALL)
MORE = re.compile(r"… and (\d+) more")


@dataclass(frozen=True, slots=True)
class PrintedQuery:
    query: str
    command: str
    """The command line of the AWS CLI."""
    call: str
    """The expression with boto3."""
    answer: tuple[str, ...]
    """The printed lines of the answer: type, partition key and sort key of an item."""
    more: int
    """The number of items that the page only counts."""
    made_up: bool


def list_printed_queries(page: str) -> Iterator[PrintedQuery]:
    (section,) = re.findall(r"^## A query of each pattern\n.*?^(?=## )", page, re.MULTILINE | re.DOTALL)
    for query, text in PART.findall(f"{section}##"):
        blocks = dict(BLOCK.findall(text))
        lines = blocks.get("text", "").splitlines()
        counted = [int(match[1]) for line in lines if (match := MORE.fullmatch(line))]
        shown = tuple(line for line in lines if not MORE.fullmatch(line))
        yield PrintedQuery(
            query, blocks["bash"], blocks["python fragment"], shown, sum(counted), made_up=MADE_UP in text
        )


def evaluate_calls(page: str, calls: list[str]) -> list[list[dict[str, Any]]]:
    """Run the page's lines for boto3, then each call."""
    names: dict[str, Any] = {}
    exec(SETUP.findall(page)[0], names)
    return [eval(call, names) for call in calls]
