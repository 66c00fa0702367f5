"""Every access pattern sends what its page says, and consumes what the documents say."""

import json

import pytest
from support.schema.measured import measure

from ascend.architect.documents.examples import EXAMPLES
from ascend.architect.documents.measured import FILE, measured
from ascend.projections.pattern import RequestKind
from ascend.projections.queries import Queries
from ascend.projections.queries.patterns import PATTERNS

QUERIES = {name for base in Queries.__mro__ for name in vars(base) if not name.startswith("_")} - {
    "ask",
    "check",
    "head",
}


async def test_the_documents_say_what_is_measured(dynamodb_local_url: str) -> None:
    """Else: `.venv/bin/python tests/support/schema/measured.py`, and look at the difference: it is what users pay."""
    assert await measure(dynamodb_local_url) == json.loads(FILE.read_text())


def test_every_query_has_a_pattern_and_an_example() -> None:
    assert {pattern.query for pattern in PATTERNS} == QUERIES == set(EXAMPLES)


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.query)
def test_a_page_is_one_request_and_at_most_one_batch_get(pattern: object) -> None:
    one = next(each for each in PATTERNS if each is pattern)
    found = measured()[one.query]
    query = {} if one.kind is RequestKind.GET else {"Query": 1}

    assert {name: count for name, count in found.requests.items() if name != "BatchGetItem"} == query
    assert found.requests.get("BatchGetItem", 0) <= (2 if one.kind is RequestKind.GET else 1)


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.query)
def test_a_realistic_page_is_a_full_one(pattern: object) -> None:
    one = next(each for each in PATTERNS if each is pattern)

    assert measured()[one.query].lines >= min(one.load.page, one.load.items) * 0.9
