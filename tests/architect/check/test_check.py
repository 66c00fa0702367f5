"""Our own schema is clean; each fault that is planted is found, by name, with what to do; nothing else is.

Faults of patterns, indexes and partitions are here; those of keys and of what was released in files of their own.
"""

from dataclasses import replace
from typing import Any

import pytest
from support.schema.commands import Ascend, runner
from support.schema.planted import LOAD, MINE, NOTE, NOTES_OF, with_item, with_pattern

import ascend
from ascend.adapters.layout.items import ENGINE
from ascend.adapters.layout.table_specs import INCLUDE, KEYS_ONLY, VIEWS
from ascend.architect.check.indexes import alternatives
from ascend.architect.check.rules import Schema, check, our_schema
from ascend.cli.schema import costs as schema_costs
from ascend.domain.tasks.task import Status
from ascend.projections.pattern import Load, Pattern
from ascend.projections.projection import Projection
from ascend.projections.queries.patterns import PATTERNS, TASKS_BY_PRIORITY, TASKS_OF_USER

# ---- what is well ---------------------------------------------------------------------------------------------------


def test_our_own_schema_is_clean() -> None:
    """Else: do what the finding says. What is new is recorded by `python tests/support/schema/released.py`."""
    assert check(our_schema()) == []


def test_a_schema_of_ones_own_is_checked_the_same() -> None:
    assert check(MINE) == []


# ---- patterns -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        (replace(NOTES_OF, given=("workspace",), range=None), "it does not know author"),
        (replace(NOTES_OF, given=("author",)), "it does not know workspace"),
        (replace(NOTES_OF, given=("workspace", "author", "note"), range=None), "it skips day"),
        (replace(NOTES_OF, given=("workspace", "author", "title"), range=None), "title stands in neither key"),
        (replace(NOTES_OF, range="note"), "its range is of note"),
        (replace(NOTE, given=("workspace",)), "one item is asked for, and note of its key is not given"),
        (replace(NOTES_OF, index=2, range=None), "puts a NoteLine into gsi2"),
    ],
)
def test_a_pattern_that_needs_a_scan(pattern: Pattern[Any], said: str) -> None:
    found = [finding for finding in check(with_pattern(pattern)) if finding.rule == "scan"]

    assert len(found) == 1
    assert said in found[0].said
    assert found[0].where.startswith(pattern.query)
    assert found[0].todo


def test_a_page_in_which_another_item_type_stands() -> None:
    """The user's open tasks and what is done lie in one partition: without a word before, they come together."""
    short = replace(TASKS_OF_USER, given=("user",))
    found = check(with_pattern(short, Schema.of()))
    assert found == []  # the sort key begins with a word of its own

    class OneLine(ascend.ReadItem, key=("U#{user}", "{task}")):
        user: ascend.UserId
        task: ascend.TaskId

    class OtherLine(ascend.ReadItem, key=("U#{user}", "x#{task}")):
        user: ascend.UserId
        task: ascend.TaskId

    both = Projection("both", 1, (OneLine, OtherLine))
    page = Pattern(name="Mine", query="mine", projection=both, item=OneLine, given=("user",), load=LOAD)
    schema = Schema.of(projections=(*ascend.PROJECTIONS, both), patterns=(*PATTERNS, page))
    assert [(one.rule, "OtherLine" in one.said) for one in check(schema)] == [("mixed page", True)]


# ---- indexes --------------------------------------------------------------------------------------------------------


def projected(projection: str, *included: str) -> Schema:
    indexes = tuple(replace(index, projection=projection, included=included) for index in VIEWS.indexes)
    return replace(MINE, tables=(MINE.tables[0], replace(VIEWS, indexes=indexes)))


def test_an_index_that_lacks_what_its_patterns_return() -> None:
    keys_only, less, enough = projected(KEYS_ONLY), projected(INCLUDE, "type"), projected(INCLUDE, "data")

    assert [one.where for one in check(less)] == ["gsi1", "gsi2"]
    assert "reads data, which INCLUDE leaves out" in check(less)[0].said
    assert check(enough) == []
    assert {(one.rule, one.where) for one in check(keys_only)} == {("projection", "gsi1"), ("projection", "gsi2")}


def test_to_hold_all_is_justified_by_what_it_costs() -> None:
    for one in alternatives(our_schema()):
        assert one.money["KEYS_ONLY"] > 5 * one.money["ALL"]
        assert one.money["ALL"] * 0.9 < one.money["INCLUDE"] < one.money["ALL"]


def test_each_index_says_what_it_would_cost_otherwise_and_why_it_is_as_it_is(ascend: Ascend) -> None:
    ours = alternatives(our_schema())
    cheapest, dear = (replace(ours[0], money={**ours[0].money, "ALL": money}) for money in (0.01, 9.0))

    for one in ours:
        assert all(f"{name} ${money:.2f}" in str(one) for name, money in one.money.items() if name != "ALL")
        assert f"holds ALL: ${one.money['ALL']:.2f} a month" in str(one)
        assert "INCLUDE would save 6%, and what a list of attributes leaves out cannot be read later" in str(one)
        assert str(one) in ascend("schema", "check").out
    assert cheapest.reason == "nothing is cheaper"
    assert dear.reason == "INCLUDE would save 98%"


def test_an_index_that_would_be_cheaper_with_keys_only() -> None:
    """Large items, written often, that nobody reads by the index."""
    rarely = Load(1, 10_000, 1, 1, 1, 3_000)
    patterns = tuple(replace(one, load=rarely) if one.index == 2 else one for one in PATTERNS)

    found = check(replace(Schema.of(), patterns=patterns))

    assert [(one.rule, one.where) for one in found] == [("projection", "gsi2")]
    assert "project KEYS_ONLY" in found[0].todo


def test_an_index_that_no_pattern_uses() -> None:
    unasked = replace(MINE, patterns=tuple(one for one in MINE.patterns if one.index != 2))
    one_item = replace(MINE, patterns=tuple(one for one in MINE.patterns if one is not TASKS_BY_PRIORITY))

    assert {one.where for one in check(unasked) if one.rule == "unused index"} > {"gsi2"}
    assert [one.where[:16] for one in check(one_item) if one.rule == "unused index"] == ["TaskLine in gsi2"]


# ---- partitions -----------------------------------------------------------------------------------------------------


def test_a_partition_that_takes_all_of_a_tenant_without_saying_so() -> None:
    silent = with_pattern(replace(NOTE, hot=""))
    (finding,) = check(silent)

    assert (finding.rule, finding.where[:18]) == ("hot partition", "NoteLine in views ")
    assert "all that a workspace writes" in finding.said


def test_a_partition_that_takes_all_of_the_store_without_saying_so() -> None:
    silent = tuple(replace(one, hot="") if one.name == "registry entry" else one for one in ENGINE)
    others = tuple(one for one in MINE.item_types if one.projection is not None)

    (finding,) = check(replace(MINE, item_types=(*silent, *others)))

    assert "the whole store" in finding.said


def test_few_values_spread_nothing() -> None:
    class StatusLine(ascend.ReadItem, key=("W#{workspace}#{status}", "{note}")):
        note: ascend.CommentId
        status: Status

    asked = replace(NOTE, given=("workspace", "status", "note"), hot="")
    assert [one.rule for one in with_item(StatusLine, asked)] == ["hot partition"]


# ---- the command ----------------------------------------------------------------------------------------------------


@pytest.fixture(name="ascend")
def ascend_command(capsys: pytest.CaptureFixture[str]) -> Ascend:
    return runner(capsys)


def test_the_command_says_that_all_is_well(ascend: Ascend) -> None:
    shown = ascend("schema", "check")

    assert (shown.code, shown.err) == (0, "")
    assert "Clean: 27 item types" in shown.out
    assert "gsi1 holds ALL" in shown.out
    assert ascend("--json", "schema", "check").json["findings"] == []


def test_the_command_fails_where_something_is_wrong(ascend: Ascend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema_costs, "our_schema", lambda: with_pattern(replace(NOTE, given=("workspace",))))

    shown = ascend("schema", "check")

    assert shown.code == 1
    assert "scan: note, asked of NoteLine" in shown.out
    assert "To do: give the whole key" in shown.out
    assert "1 finding" in shown.out
    assert ascend("--json", "schema", "check").json["findings"][0]["rule"] == "scan"


@pytest.mark.parametrize("nonsense", [["--all"], ["extra"], ["--json"]])
def test_nonsense_on_the_command_line(ascend: Ascend, nonsense: list[str]) -> None:
    refused = ascend("schema", "check", *nonsense)

    assert (refused.code, refused.out, refused.err.count("\n")) == (2, "", 1)
