"""Packs of command records: their keys and contents are functions of the log, and each command is found in them."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from string import ascii_letters, digits

import pytest
from support.staged import StagedTables, paint, staged_home
from support.wire import listen

import ascend
from ascend.adapters.dynamodb.tables import DynamoTables
from ascend.adapters.environment import uuid7
from ascend.adapters.layout import keys
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.store.applied_commands import find_applied
from ascend.adapters.store.command_records import BUCKET_SECONDS, command_puts, find_bucket, to_applied
from ascend.adapters.store.snapshots import TableSnapshots
from ascend.adapters.store.views import TableViews
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.pages import scan_pages
from ascend.adapters.table.puts import Put
from ascend.adapters.table.typed import to_typed
from ascend.domain.errors import DamagedViews
from ascend.domain.ids import CommandId, UserId
from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.ports import Applied, Folded, Rendered
from ascend.domain.runtime.record import CommandRecord
from ascend.domain.runtime.request import AHEAD
from ascend.domain.runtime.service import RETENTION
from ascend.projections.build import Generation
from ascend.projections.engine.batch_writer import COMMANDS_AT_ONCE, cut_into_runs
from ascend.projections.generation_record import GenerationRecord
from ascend.testing import ADA, HOME, FakeEnvironment

LIFE = "generation-life"
RECORD = GenerationRecord(HOME, Generation(1, ()), Rendered(9), Folded(0), "commit", 7, incarnation=LIFE)
ENVIRONMENT = FakeEnvironment()
NOW = ENVIRONMENT.now()
"""The first moment of a bucket."""


def new_id(seconds: float = 0) -> CommandId:
    return CommandId(ENVIRONMENT.id_of(NOW + timedelta(seconds=seconds)))


def commit(position: int, *commands: CommandId, actor: UserId = ADA, time: datetime = NOW) -> Commit:
    records = tuple(CommandRecord(command, f"digest of {command}", actor, ()) for command in commands)
    return Commit(HOME, position, f"commit {position}", 7, time, records, b"")


def applied(commits: Iterable[Commit]) -> dict[CommandId, Applied]:
    return {
        record.command_id: Applied(record.command_id, commit.position, record.digest, record.actor, len(record.events))
        for commit in commits
        for record in commit.records
    }


async def stored(*batches: Sequence[Commit]) -> MemoryTables:
    """Return tables in which the command records of these batches stand."""
    tables = MemoryTables()
    views = TableViews(tables, ascend.LIFE_OS.model, ENVIRONMENT)
    for batch in batches:
        await views.put_applied_batch(RECORD, batch)
    return tables


def is_pack(put: Put) -> bool:
    return keys.is_pack(put.item.key)


async def test_overlapping_batches_of_two_workers_give_each_command_the_same_record() -> None:
    commits = [commit(position, new_id(), new_id()) for position in range(1, 6)]
    ids = applied(commits)

    tables = await stored(commits[0:3], commits[1:5])

    assert await find_applied(tables, HOME, LIFE, ids) == ids
    packs = [item.key.sk async for page in scan_pages(tables) for item in page]
    assert sorted(pack.split("#")[2:] for pack in packs) == [[f"{1:016d}", f"{3:016d}"], [f"{2:016d}", f"{5:016d}"]]


async def test_a_batch_that_is_written_twice_changes_nothing() -> None:
    commits = [commit(position, new_id()) for position in (1, 2)]
    assert await items_of(await stored(commits, commits)) == await items_of(await stored(commits))


async def items_of(tables: MemoryTables) -> list[Item]:
    return [item async for page in scan_pages(tables) for item in page]


@pytest.mark.parametrize("seconds", [0, 0.001, BUCKET_SECONDS - 0.001, BUCKET_SECONDS, -0.001, AHEAD.total_seconds()])
async def test_an_id_at_the_edge_of_its_bucket_is_found(seconds: float) -> None:
    ids = [new_id(seconds), new_id(seconds), new_id(seconds + BUCKET_SECONDS), new_id(seconds - BUCKET_SECONDS)]
    commits = [commit(position, id) for position, id in enumerate(ids, 1)]
    tables = await stored(commits)

    assert (await find_applied(tables, HOME, LIFE, ids[:1]))[ids[0]] == applied(commits)[ids[0]]
    assert await find_applied(tables, HOME, LIFE, ids) == applied(commits)
    assert await find_applied(tables, HOME, LIFE, [new_id(seconds)]) == {}


def test_a_bucket_begins_at_a_multiple_of_its_length_and_ends_before_the_next() -> None:
    assert NOW.timestamp() % BUCKET_SECONDS == 0
    last = BUCKET_SECONDS - 0.001
    buckets = [find_bucket(new_id(seconds)) for seconds in (-0.001, 0, last, BUCKET_SECONDS)]
    begin = int(NOW.timestamp())
    assert buckets == [begin - BUCKET_SECONDS, begin, begin, begin + BUCKET_SECONDS]
    assert find_bucket(CommandId.derive("an importer's")) is None


async def test_ids_of_yesterday_and_ids_without_a_time_keep_records_of_their_own() -> None:
    """A bucket holds only what was written within about two minutes, so that a look-up of it is bounded."""
    yesterday, derived = [new_id(-86_400), new_id(-86_400)], CommandId.derive("an importer's")
    today, later = [new_id(), new_id()], [new_id(10), new_id(11)]
    commits = [commit(1, *yesterday, derived), commit(2, *today), commit(3, *later)]

    puts = command_puts(RECORD, commits)

    alone = {put.item.key.sk for put in puts if not is_pack(put)}
    assert alone == {f"C#{id}" for id in (*yesterday, derived)}
    assert [set(read(put)) for put in puts if is_pack(put)] == [set(today), set(later)]
    tables = await stored(commits)
    assert await find_applied(tables, HOME, LIFE, applied(commits)) == applied(commits)


def read(put: Put) -> dict[CommandId, Applied]:
    return {applied.command_id: applied for applied in to_applied(put.item)}


def test_a_command_that_is_projected_alone_keeps_a_record_of_its_own() -> None:
    (put,) = command_puts(RECORD, [commit(1, new_id())])
    assert not is_pack(put)


def test_a_pack_expires_no_earlier_than_each_of_its_records_would() -> None:
    dice = random.Random(1)
    commits = [commit(position, *(new_id(dice.uniform(-59, 60)) for _ in range(5))) for position in range(1, 40)]
    for put in command_puts(RECORD, commits):
        for command in read(put):
            refused_at = (command.time or 0) / 1_000 + RETENTION.total_seconds() + AHEAD.total_seconds()
            (alone,) = command_puts(RECORD, [commit(1, command)])
            assert put.item.expires is not None
            assert put.item.expires >= (alone.item.expires or 0) > refused_at


async def test_a_build_skips_records_that_have_expired() -> None:
    commits = [commit(1, new_id(), CommandId.derive("an importer's")), commit(2, new_id()), commit(3, new_id(40))]
    environment = FakeEnvironment()
    environment.advance(seconds=2 * RETENTION.total_seconds() + BUCKET_SECONDS + 1)
    tables = MemoryTables()

    await TableViews(tables, ascend.LIFE_OS.model, environment).put_applied_batch(RECORD, commits)

    left = {record.command_id for item in await items_of(tables) for record in to_applied(item)}
    assert left == {commits[0].records[1].command_id, commits[2].records[0].command_id}


def test_packs_are_closed_at_whole_commits_and_a_thousand_ids() -> None:
    sizes = [700, 300, 1, 999, 1, 2_500, 5, 0]
    commits = [commit(position, *(new_id() for _ in range(size))) for position, size in enumerate(sizes, 1)]

    runs = cut_into_runs(commits)

    assert [[c.position for c in run] for run in runs] == [[1, 2], [3, 4], [5], [6], [7, 8]]
    assert COMMANDS_AT_ONCE == 1_000
    for run in runs:
        (pack,) = command_puts(RECORD, run) if len(applied(run)) > 1 else (None,)
        assert pack is None or read(pack) == applied(run)
    assert cut_into_runs([]) == []


def test_a_thousand_commands_of_users_with_the_longest_ids_fit_into_an_item() -> None:
    dice = random.Random(1)
    actors = [UserId("".join(dice.choices(ascii_letters + digits, k=255))) for _ in range(COMMANDS_AT_ONCE)]
    commits = [commit(position, new_id(), actor=actor) for position, actor in enumerate(actors, 1)]

    (put,) = command_puts(RECORD, commits)

    to_typed(Table.VIEWS, put.item)  # it refuses items of more than 400 KB
    assert read(put) == applied(commits)


async def test_the_command_records_of_a_hundred_tasks_lives_cost_a_few_units(dynamodb_tables: DynamoTables) -> None:
    """A hundred tasks are created, assigned and completed within two seconds, and projected together."""
    views = TableViews(dynamodb_tables, ascend.LIFE_OS.model, ENVIRONMENT)
    wire = listen(dynamodb_tables)

    await views.put_applied_batch(RECORD, random_commits(300))

    assert (wire.summary(), wire.read_units) == ({"PutItem": 1}, 0)
    assert wire.write_units <= 13


def random_commits(count: int) -> list[Commit]:
    """Return commits of one command each, with ids and digests that are as random as those of a store."""
    dice = random.Random(1)
    commits = list[Commit]()
    for position in range(1, count + 1):
        made = commit(position, CommandId(uuid7(int(NOW.timestamp() * 1_000) + 7 * position, dice.randbytes(10))))
        record = replace(made.records[0], digest=dice.randbytes(16).hex())
        commits.append(replace(made, records=(record,)))
    return commits


async def test_a_command_that_a_damaged_log_holds_twice_counts_at_its_first_position() -> None:
    id = new_id()
    commits = [commit(1, new_id()), commit(2, id), commit(3, new_id()), commit(4, id, new_id())]
    for batches in ([commits], [commits[:3], commits[3:]], [commits[2:], commits[:3]], [commits[3:], commits[1:2]]):
        tables = await stored(*batches)
        assert (await find_applied(tables, HOME, LIFE, [id]))[id].position == 2


async def test_a_look_up_is_one_query_for_each_bucket_and_one_batch_get() -> None:
    commits = [commit(position, new_id(), new_id()) for position in range(1, 101)]
    tables = StagedTables(await stored(*([c] for c in commits)))  # a hundred packs in one bucket
    ids = [commits[0].records[0].command_id, commits[99].records[1].command_id, new_id(-0.001)]

    found = await find_applied(tables, HOME, LIFE, ids)

    assert sorted(found) == sorted(ids[:2])
    assert tables.made() == ["query views", "query views", "batch_get views"]


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"commands": "[["},
        {"commands": '[["x",1,"d","ada",1]]'},
        {"commands": "[[1]]"},
        {"compressed": b"?"},
        {"compressed": "text"},
        {"compressed": b"x\x9c"},
    ],
)
def test_a_pack_that_cannot_be_read_names_itself(attributes: dict[str, str | bytes]) -> None:
    item = Item(keys.pack_key(HOME, LIFE, 4, 1, 2), {"position": 2, **attributes})
    with pytest.raises(DamagedViews, match="B#000000000004"):
        list(to_applied(item))


async def test_a_generation_that_has_begun_again_since_is_not_taken_for_the_one_whose_records_are_gone() -> None:
    home = await staged_home(paint(1), paint(2))
    store = home.process()
    await store.worker.run_once()
    snapshots = TableSnapshots(store.views, store.current)
    before = await snapshots.checkpoint(HOME)
    home.tables.restore(MemoryTables(), Table.VIEWS)
    await home.process().worker.run_once()
    assert await snapshots.load(HOME, before, [], await home.applied()) is None
    after = await snapshots.checkpoint(HOME)
    loaded = await snapshots.load(HOME, after, [], await home.applied())
    assert loaded is not None
    assert loaded.applied.keys() == {*await home.applied()}
