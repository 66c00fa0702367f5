"""The check finds lists that outgrow a partition, and primary patterns that are rarely read."""

from dataclasses import replace

from support.architect.note_schema import LOAD, MINE, NOTES_OF, with_pattern
from support.cli.command_line import AscendCommand

from ascend.architect.check.loads import list_outlooks
from ascend.architect.check.rules import check_schema, load_schema
from ascend.projections.life_os import LIFE_OS

TOO_MANY = replace(LOAD, in_a_year=40_000_000)


def test_a_list_that_outgrows_one_partition_within_a_year_is_found() -> None:
    (finding,) = check_schema(with_pattern(replace(NOTES_OF, load=TOO_MANY)))

    assert (finding.rule, finding.where) == ("vast list", "notes_of")
    assert "40,000,000 items in a year are 12.000 GB, and one partition holds 10 GB" in finding.said
    assert "into its partition key" in finding.todo


def test_a_long_list_with_a_stated_reason_is_accepted() -> None:
    assert (
        check_schema(with_pattern(replace(NOTES_OF, load=TOO_MANY, hot="only its newest end is read and written")))
        == []
    )
    assert check_schema(with_pattern(replace(NOTES_OF, load=replace(LOAD, in_a_year=30_000_000)))) == []


def test_a_primary_pattern_that_is_read_less_often_than_its_items_are_written_is_found() -> None:
    rarely = replace(LOAD, reads_a_day=99, writes_a_day=100)

    (finding,) = check_schema(with_pattern(replace(NOTES_OF, load=replace(rarely, primary=True))))

    assert (finding.rule, finding.where) == ("rarely read", "notes_of")
    assert "99 reads for 100 writes" in finding.said
    assert check_schema(with_pattern(replace(NOTES_OF, load=rarely))) == []
    assert check_schema(with_pattern(replace(NOTES_OF, load=replace(rarely, reads_a_day=100, primary=True)))) == []


def test_every_pattern_has_an_outlook_and_the_longest_list_comes_first() -> None:
    found = list_outlooks(MINE)

    assert {one.query for one in found} == {one.query for one in MINE.patterns}
    assert [one.bytes for one in found] == sorted((one.bytes for one in found), reverse=True)
    assert {one.query for one in list_outlooks(load_schema(LIFE_OS)) if one.primary} == {
        one.query for one in LIFE_OS.catalog.patterns if one.load.primary
    }


def test_the_command_shows_the_longest_list_and_the_primary_pattern_that_is_read_least(ascend: AscendCommand) -> None:
    shown = ascend("schema", "check").out

    assert "In a year the longest list is history: 530,000 items, 0.318 GB of the 10 GB" in shown
    assert "Of 7 primary patterns, feed is read least: 2.5 reads a write." in shown
    assert ascend("--json", "schema", "check").json["outlook"][0]["query"] == "history"
