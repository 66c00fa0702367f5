"""The check finds no fault in Ascend's own schema, and each planted fault by its rule, with what to do.

This file plants faults in patterns, indexes and partitions. Faults of keys and of released shapes have their own files.
"""

from dataclasses import replace
from typing import Any

import pytest
from support.architect.note_schema import LOAD, MINE, NOTE, NOTES_OF, check_with_item, with_pattern
from support.cli.command_line import AscendCommand

import ascend
from ascend.adapters.layout.items import ENGINE_ITEMS
from ascend.adapters.layout.table_specs import INCLUDE, KEYS_ONLY, VIEWS
from ascend.architect.check.projections import compare_projections
from ascend.architect.check.rules import Schema, check_schema, load_schema
from ascend.cli.schema import analysis
from ascend.domain.tasks.task import Status
from ascend.projections.application import Application
from ascend.projections.life_os import LIFE_OS
from ascend.projections.pattern import Load, Pattern
from ascend.projections.projection import Projection
from ascend.projections.read_models.feed import TASKS_OF_USER
from ascend.projections.read_models.tasks import TASKS_BY_PRIORITY

# ---- no faults -----------------------------------------------------------------------------------------------------


def test_our_own_schema_is_clean() -> None:
    """If it fails, do what the finding says. `make generate` records new shapes."""
    assert check_schema(load_schema(LIFE_OS)) == []


def test_a_clean_schema_with_another_projection_has_no_findings() -> None:
    assert check_schema(MINE) == []


# ---- patterns -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        (replace(NOTES_OF, given=("workspace",), range=None), "it does not give author"),
        (replace(NOTES_OF, given=("author",)), "it does not give workspace"),
        (replace(NOTES_OF, given=("workspace", "author", "note"), range=None), "it skips day"),
        (replace(NOTES_OF, given=("workspace", "author", "title"), range=None), "neither key holds title"),
        (replace(NOTES_OF, range="note"), "its range is on note"),
        (replace(NOTE, given=("workspace",)), "it reads one item, but note of the key is not given"),
        (replace(NOTES_OF, index=2, range=None), "writes a NoteLine to gsi2"),
    ],
)
def test_a_pattern_that_needs_a_scan_is_found(pattern: Pattern[Any], message: str) -> None:
    (finding,) = (finding for finding in check_schema(with_pattern(pattern)) if finding.rule == "scan")

    assert message in finding.said
    assert finding.where.startswith(pattern.query)
    assert finding.todo


def test_a_page_that_can_contain_another_item_type_is_found() -> None:
    """A user's open and done tasks share a partition: without a word of its own in front, each page would mix them."""
    short = replace(TASKS_OF_USER, given=("user",))
    assert (
        check_schema(with_pattern(short, Schema.collect(LIFE_OS.projections))) == []
    )  # the sort key begins with a word of its own

    class OneLine(ascend.ReadItem, key=("U#{user}", "{task}")):
        user: ascend.UserId
        task: ascend.TaskId

    class OtherLine(ascend.ReadItem, key=("U#{user}", "x#{task}")):
        user: ascend.UserId
        task: ascend.TaskId

    page = Pattern(name="Mine", query="mine", item=OneLine, given=("user",), load=LOAD)
    both = Projection("both", 1, (OneLine, OtherLine), patterns=(page,))
    schema = Schema.collect(projections=(*ascend.LIFE_OS.projections, both))
    assert [(finding.rule, "OtherLine" in finding.said) for finding in check_schema(schema)] == [("mixed page", True)]


# ---- indexes --------------------------------------------------------------------------------------------------------


def with_projection(projection: str, *included: str) -> Schema:
    indexes = tuple(replace(index, projection=projection, included=included) for index in VIEWS.indexes)
    return replace(MINE, tables=(MINE.tables[0], replace(VIEWS, indexes=indexes)))


def test_an_index_that_leaves_out_an_attribute_that_its_patterns_read_is_found() -> None:
    keys_only, less, enough = (
        with_projection(KEYS_ONLY),
        with_projection(INCLUDE, "type"),
        with_projection(INCLUDE, "data"),
    )

    assert [finding.where for finding in check_schema(less)] == ["gsi1", "gsi2"]
    assert "reads data, which INCLUDE leaves out" in check_schema(less)[0].said
    assert check_schema(enough) == []
    findings = check_schema(keys_only)
    assert {(finding.rule, finding.where) for finding in findings} == {("projection", "gsi1"), ("projection", "gsi2")}


def test_the_cost_of_other_projections_justifies_that_indexes_hold_all_attributes() -> None:
    for index in compare_projections(load_schema(LIFE_OS)):
        assert index.money["KEYS_ONLY"] > 5 * index.money["ALL"]
        assert index.money["ALL"] * 0.9 < index.money["INCLUDE"] < index.money["ALL"]


def test_the_check_shows_what_each_index_would_cost_otherwise_and_why_it_is_as_declared(ascend: AscendCommand) -> None:
    ours = compare_projections(load_schema(LIFE_OS))
    cheapest, dear = (replace(ours[0], money={**ours[0].money, "ALL": money}) for money in (0.01, 9.0))

    for index in ours:
        assert all(f"{name} ${money:.2f}" in str(index) for name, money in index.money.items() if name != "ALL")
        assert f"holds ALL: ${index.money['ALL']:.2f} a month" in str(index)
        assert (
            "INCLUDE would save 6%, but attributes that are not in the list can be read later only with a new index"
            in str(index)
        )
        assert str(index) in ascend("schema", "check").out
    assert cheapest.reason == "nothing is cheaper"
    assert dear.reason == "INCLUDE would save 98%"


def test_an_index_that_would_be_cheaper_with_keys_only_is_found() -> None:
    """The items are large and often written, and the index is rarely read."""
    rarely = Load(1, 10_000, 1, 1, 1, 3_000)
    patterns = tuple(
        replace(pattern, load=rarely) if pattern.index == 2 else pattern for pattern in LIFE_OS.catalog.patterns
    )

    (finding,) = check_schema(replace(Schema.collect(LIFE_OS.projections), patterns=patterns))

    assert (finding.rule, finding.where) == ("projection", "gsi2")
    assert "project KEYS_ONLY" in finding.todo


def test_an_index_or_an_item_in_it_that_no_pattern_reads_is_found() -> None:
    without_gsi2 = replace(MINE, patterns=tuple(pattern for pattern in MINE.patterns if pattern.index != 2))
    without_one = replace(MINE, patterns=tuple(other for other in MINE.patterns if other is not TASKS_BY_PRIORITY))

    assert set(find_unused(without_gsi2)) > {"gsi2"}
    assert [where[:16] for where in find_unused(without_one)] == ["TaskLine in gsi2"]


def find_unused(schema: Schema) -> list[str]:
    return [finding.where for finding in check_schema(schema) if finding.rule == "unused index"]


# ---- partitions -----------------------------------------------------------------------------------------------------


def test_a_partition_that_takes_all_writes_of_a_workspace_without_a_reason_is_found() -> None:
    silent = with_pattern(replace(NOTE, hot=""))
    (finding,) = check_schema(silent)

    assert (finding.rule, finding.where[:18]) == ("hot partition", "NoteLine in views ")
    assert "all writes of this kind in a workspace" in finding.said


def test_a_partition_that_takes_all_writes_of_the_store_without_a_reason_is_found() -> None:
    silent = tuple(replace(item, hot="") if item.name == "registry entry" else item for item in ENGINE_ITEMS)
    others = tuple(item for item in MINE.item_types if item.projection is not None)

    (finding,) = check_schema(replace(MINE, item_types=(*silent, *others)))

    assert "the whole store" in finding.said


def test_a_field_with_few_values_does_not_spread_the_load() -> None:
    class StatusLine(ascend.ReadItem, key=("W#{workspace}#{status}", "{note}")):
        note: ascend.CommentId
        status: Status

    pattern = replace(NOTE, given=("workspace", "status", "note"), hot="")
    assert [finding.rule for finding in check_with_item(StatusLine, pattern)] == ["hot partition"]


# ---- the command ----------------------------------------------------------------------------------------------------


def test_the_command_says_that_the_schema_is_clean(ascend: AscendCommand) -> None:
    shown = ascend("schema", "check")

    assert (shown.code, shown.err) == (0, "")
    assert f"Clean: {len(load_schema(LIFE_OS).item_types)} item types" in shown.out
    assert "gsi1 holds ALL" in shown.out
    assert ascend("--json", "schema", "check").json["findings"] == []


def test_the_command_fails_if_there_is_a_finding(ascend: AscendCommand, monkeypatch: pytest.MonkeyPatch) -> None:
    def load_faulty_schema(_app: Application) -> Schema:
        return with_pattern(replace(NOTE, given=("workspace",)))

    monkeypatch.setattr(analysis, "load_schema", load_faulty_schema)

    shown = ascend("schema", "check")

    assert shown.code == 1
    assert "scan: note, which reads NoteLine" in shown.out
    assert "To do: give the whole key" in shown.out
    assert "1 finding" in shown.out
    assert ascend("--json", "schema", "check").json["findings"][0]["rule"] == "scan"


@pytest.mark.parametrize("arguments", [["--all"], ["extra"], ["--json"]])
def test_unknown_arguments_are_refused(ascend: AscendCommand, arguments: list[str]) -> None:
    refused = ascend("schema", "check", *arguments)

    assert (refused.code, refused.out, refused.err.count("\n")) == (2, "", 1)
