"""Every access pattern sends the declared requests, and consumes the units that the documents show."""

import json
from typing import Any

import pytest
from support.architect.measured import measure
from support.docs.query_names import QUERY_NAMES

from ascend.architect.documents.examples import EXAMPLES
from ascend.architect.documents.measured import FILE, load_measured
from ascend.projections.catalog import PATTERNS
from ascend.projections.pattern import Pattern, RequestKind


async def test_the_documents_show_the_measured_units(dynamodb_local_url: str) -> None:
    """If this fails: run `.venv/bin/python tests/support/architect/measured.py` and review the difference: users pay for it."""
    assert await measure(dynamodb_local_url) == json.loads(FILE.read_text())


def test_every_query_has_a_pattern_and_an_example() -> None:
    assert {pattern.query for pattern in PATTERNS} == QUERY_NAMES == set(EXAMPLES)


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.query)
def test_a_page_is_one_request_and_at_most_one_batch_get(pattern: Pattern[Any]) -> None:
    measured = load_measured()[pattern.query]
    query = {} if pattern.kind is RequestKind.GET else {"Query": 1}

    assert {name: count for name, count in measured.requests.items() if name != "BatchGetItem"} == query
    assert measured.requests.get("BatchGetItem", 0) <= (2 if pattern.kind is RequestKind.GET else 1)


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.query)
def test_a_realistic_page_is_full(pattern: Pattern[Any]) -> None:
    assert load_measured()[pattern.query].lines >= min(pattern.load.page, pattern.load.items) * 0.9
