"""A body is compressed where that saves a write unit of its item, and stays readable JSON otherwise."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from random import Random
from string import printable

import pytest
from bench.titles import titles
from support.bodies import to_json_text

from ascend.adapters.environment import SystemEnvironment
from ascend.adapters.layout.keys import WIDTH
from ascend.adapters.store.stored_commits import follow, parse_stored, to_commit, to_item
from ascend.adapters.store.stubs import to_stub
from ascend.adapters.table.item import Table
from ascend.adapters.table.typed import to_typed
from ascend.domain.errors import LimitExceeded
from ascend.domain.ids import CommandId, TaskId
from ascend.domain.runtime.body import (
    COMMIT_BYTES,
    COMPRESSED,
    ENVELOPE_BYTES,
    FORMAT,
    UNIT_BYTES,
    Body,
    encode,
    encode_record,
    join_records,
)
from ascend.domain.runtime.chain import START_HASH
from ascend.domain.runtime.commit import Commit, make_commit
from ascend.domain.runtime.record import CommandRecord
from ascend.domain.tasks.task import TaskCreated
from ascend.projections.life_os import LIFE_OS
from ascend.testing import ADA, HOME, NOON

LAST_CLOCK = 9_999_999_999_999
NEW = SystemEnvironment().new_id


def created(*texts: str) -> list[CommandRecord]:
    facts = (TaskCreated(at=NOON, by=ADA, task_id=TaskId(NEW()), title=text) for text in texts)
    return [CommandRecord(CommandId(NEW()), NEW().replace("-", ""), ADA, (fact,)) for fact in facts]


def commit_of(records: list[CommandRecord], body: Body) -> Commit:
    time = datetime(2030, 1, 1, 8, 0, 0, 123_000, UTC)
    return make_commit(START_HASH, HOME, 1, id=NEW(), clock=LAST_CLOCK, time=time, records=records, body=body)


def size_of_item(body: Body) -> int:
    return to_typed(Table.EVENTS, to_item(commit_of([], body), body))[1]


def test_the_size_of_an_item_without_its_body_is_known() -> None:
    plain, compressed = (size_of_item(Body(format, "")) for format in (FORMAT, COMPRESSED))
    assert plain < compressed == ENVELOPE_BYTES
    assert WIDTH == 16


def test_the_body_of_a_small_command_stays_readable() -> None:
    for title in islice(titles(), 500):
        body = encode(created(title))
        assert body.format == FORMAT
        assert isinstance(body.content, str)
        assert body.content.startswith('{"commands":[{"id":')


@pytest.mark.needs_optimisation("compression")
@pytest.mark.parametrize("commands", range(1, 40))
def test_a_body_is_compressed_exactly_where_that_saves_a_write_unit(commands: int) -> None:
    records = created(*islice(titles(), commands))
    body = encode(records)
    plain = Body(FORMAT, to_json_text(body))
    units, plain_units = (-(-size_of_item(each) // UNIT_BYTES) for each in (body, plain))
    if body.format == COMPRESSED:
        assert units < plain_units
    else:
        assert body == plain
        assert plain_units <= 2  # text of so many commands would be shorter
    (stored,) = follow(HOME, 1, [to_item(commit_of(records, body), body)])
    assert to_commit(LIFE_OS.model, stored).records == tuple(records)


@pytest.mark.parametrize("characters", range(500, 2_000, 100))
def test_text_that_hardly_becomes_shorter_stays_readable_unless_a_unit_is_saved(characters: int) -> None:
    dice = Random(characters)
    body = encode(created("".join(dice.choice(printable[:94]) for _ in range(characters))))
    plain = Body(FORMAT, to_json_text(body))
    units, plain_units = (-(-size_of_item(each) // UNIT_BYTES) for each in (body, plain))
    assert (body.format == COMPRESSED) == (units < plain_units)


def test_the_limit_of_a_commit_is_that_of_its_json() -> None:
    """A reader decompresses no more than that."""
    (record,) = created("x" * (COMMIT_BYTES // 3))
    with pytest.raises(LimitExceeded):
        join_records([encode_record(record, [b"[" + b" " * 90_000 + b"]"])] * 3)


@pytest.mark.needs_optimisation("compression")
def test_the_stub_of_a_compressed_commit_keeps_its_place_in_the_chain() -> None:
    records = created(*islice(titles(), 20))
    body = encode(records)
    assert body.format == COMPRESSED
    item = to_item(commit_of(records, body), body)
    stub = parse_stored(HOME, to_stub(item))
    stored = parse_stored(HOME, item)
    assert stub.follows(START_HASH)
    assert (stub.format, stub.body_hash, stub.hash) == (COMPRESSED, stored.body_hash, stored.hash)
    assert not replace(stub, body_hash=b"0" * 32).follows(START_HASH)
