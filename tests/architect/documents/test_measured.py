"""Every access pattern sends the declared requests, and consumes the units that the documents show."""

from typing import Any

import pytest
from support.docs.query_names import QUERY_NAMES

from ascend.architect.documents.measured import load_measured
from ascend.projections.life_os import LIFE_OS
from ascend.projections.pattern import Pattern, RequestKind


def test_every_query_has_a_pattern_with_an_example() -> None:
    assert {pattern.query for pattern in LIFE_OS.catalog.patterns} >= QUERY_NAMES
    assert [pattern.query for pattern in LIFE_OS.catalog.patterns if not pattern.example] == []


@pytest.mark.parametrize("pattern", LIFE_OS.catalog.patterns, ids=lambda pattern: pattern.query)
def test_a_page_is_one_request_and_at_most_one_batch_get(pattern: Pattern[Any]) -> None:
    measured = load_measured()[pattern.query]
    query = {} if pattern.kind is RequestKind.GET else {"Query": 1}

    assert {name: count for name, count in measured.requests.items() if name != "BatchGetItem"} == query
    assert measured.requests.get("BatchGetItem", 0) <= (2 if pattern.kind is RequestKind.GET else 1)


@pytest.mark.parametrize("pattern", LIFE_OS.catalog.patterns, ids=lambda pattern: pattern.query)
def test_a_realistic_page_of_a_built_in_query_is_full(pattern: Pattern[Any]) -> None:
    """The documents show the measured number of lines, so a page of another pattern may be shorter."""
    if pattern.query not in QUERY_NAMES:
        return
    assert load_measured()[pattern.query].lines >= min(pattern.load.page, pattern.load.items) * 0.9
