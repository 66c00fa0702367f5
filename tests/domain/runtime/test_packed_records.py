"""Commands that were projected together are known again: sent again to any process, they get their first receipts."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic_core import to_json
from support.faulty import Call, Crash, Fault, FaultyTables
from support.limits import projection_limits
from support.scenario import BEA, task_id
from support.staged import Home, StagedTables, paint, send, staged_home

import ascend
from ascend.adapters.layout import keys
from ascend.adapters.store.command_records import to_applied
from ascend.adapters.table.conditions import Absent, Equals
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.pages import scan_pages
from ascend.domain.errors import CommandIdReused
from ascend.domain.ids import CommandId
from ascend.domain.runtime.request import Receipt
from ascend.domain.tasks.commands import CompleteTask, ReopenTask
from ascend.domain.workspaces.command import Command
from ascend.projections.build import Generation
from ascend.projections.engine.projector import Projector
from ascend.projections.generation import AT_POSITION
from ascend.projections.generation_record import find_record
from ascend.projections.limits import ProjectionLimits
from ascend.testing import HOME, FakeEnvironment

Sent = dict[CommandId, tuple[Command, Receipt]]


async def packs(home: Home) -> list[Item]:
    return [item async for page in scan_pages(home.tables) for item in page if keys.is_pack(item.key)]


async def send_some(home: Home, skews: tuple[float, ...] = (0, -1, 59, 3.999, -86_400, 4, -3_600)) -> Sent:
    """Send commands whose ids are as far from now as the skews say. Every second one changes nothing."""
    sent: Sent = {}
    store = home.process()
    for number, skew in enumerate(skews):
        for command in (paint(number), CompleteTask(task_id=task_id(number)), CompleteTask(task_id=task_id(number))):
            id = CommandId(home.environment.id_of(home.environment.now() + timedelta(seconds=skew)))
            sent[id] = command, await send(store, command, id=id)
    id = CommandId.derive("an importer's")
    sent[id] = paint("derived"), await send(store, paint("derived"), id=id)
    return sent


async def check_known(home: Home, sent: Sent) -> None:
    head = home.head
    for id, (command, receipt) in sent.items():
        again = await send(home.process(), command, id=id)
        assert (again, again.repeated) == (receipt, True), id
    assert home.head == head


@pytest.mark.parametrize("commits", [1, 3, 500])
async def test_a_cold_process_knows_every_command_that_was_projected_in_batches_of_any_size(commits: int) -> None:
    home = await staged_home()
    home.limits = projection_limits(commits_per_batch=commits)
    sent = await send_some(home)
    await home.caught_up()

    await check_known(home, sent)
    assert bool(await packs(home)) == (commits > 1)
    assert {receipt.events for _, receipt in sent.values()} == {0, 1}


async def test_a_packed_command_is_known_from_another_actor_and_with_other_content() -> None:
    home = await staged_home()
    sent = await send_some(home, (0, 0))
    await home.caught_up()
    assert await packs(home)

    for id, (command, _) in sent.items():
        with pytest.raises(CommandIdReused):
            await send(home.process(), command, BEA, id=id)
        with pytest.raises(CommandIdReused):
            await send(home.process(), paint("other"), id=id)


async def test_a_warm_process_that_has_forgotten_a_command_finds_it_in_a_pack() -> None:
    home = await staged_home(paint())
    home.limits = replace(home.limits, commands=replace(home.limits.commands, cached_commits=2, cached_milliseconds=0))
    store = home.process()
    id = home.new_id()
    first = await send(store, CompleteTask(task_id=task_id()), id=id)
    for _ in range(3):
        home.environment.advance(seconds=1)
        await send(store, ReopenTask(task_id=task_id()))
        await send(store, CompleteTask(task_id=task_id()))
        await home.caught_up()

    assert await send(store, CompleteTask(task_id=task_id()), id=id) == first


@pytest.mark.parametrize("first", [1, 3, 6])
@pytest.mark.parametrize("second", [2, 4, 500])
async def test_a_crash_between_packs_and_folded_and_other_batches_afterwards_leave_every_command_known(
    first: int, second: int
) -> None:
    """The packs of both workers overlap."""
    home = await staged_home()
    sent = await send_some(home, (0, 0))
    home.limits = projection_limits(commits_per_batch=first)
    with suppress(Crash):
        await home.process(FaultyTables(home.tables, CrashBeforeFolded())).worker.run_once()
    await check_known(home, sent)

    home.limits = projection_limits(commits_per_batch=second)
    await home.caught_up()

    await check_known(home, sent)
    assert (await home.process().verify()).clean


class CrashBeforeFolded:
    """Ends the process when its second batch is about to move *folded*: the fourth move of the record."""

    def __init__(self) -> None:
        self.moves = 0

    def __call__(self, call: Call) -> Fault | None:
        self.moves += call.method == "put" and keys.parse_owner(call.keys[0]) == keys.GENERATIONS
        return Fault.CRASH_BEFORE if self.moves == 3 else None  # the first one begins the record


async def test_packs_are_written_before_folded_moves() -> None:
    """A process that finds a command at or before *folded* looks into the packs only."""
    home = await staged_home()
    sent = await send_some(home, (0, 0))

    async def check_folded_commands(_: Call) -> None:
        record = next(iter(await home.process().views.records(HOME)), None)
        if record is not None and record.folded and not checked:
            checked.append(record.folded)
            await check_known(home, sent)

    checked: list[int] = []
    tables = StagedTables(home.tables)
    tables.after = check_folded_commands
    store = home.process(tables)
    await store.worker.projector.step(HOME, store.current.generation)  # a worker would only log what the check raises
    assert checked


async def test_a_look_up_that_meets_the_removal_of_its_generation_is_done_again() -> None:
    """The record is read after the packs: where it is gone, packs may have been gone as well."""
    home = await staged_home()
    sent = await send_some(home, (0, 0))
    await home.caught_up()
    tables = StagedTables(home.tables)

    async def remove(call: Call) -> None:
        if call.method == "query" and call.table is Table.VIEWS and not removed:
            for page in [page async for page in scan_pages(home.tables)]:
                for item in page:
                    removed.append(item)
                    await home.tables.delete(Table.VIEWS, item.key, Equals({}))

    removed: list[Item] = []
    tables.before = remove
    id, (command, receipt) = next(iter(sent.items()))
    assert await send(home.process(tables), command, id=id) == receipt
    assert removed


async def test_a_look_up_of_an_old_id_is_one_request_more_however_many_packs_there_are() -> None:
    home = await staged_home()
    home.limits = projection_limits(commits_per_batch=2)
    sent = await send_some(home, tuple(range(-20, 20)))
    await home.caught_up()
    assert len(await packs(home)) > 30
    for id, (command, _) in list(sent.items())[::7]:
        tables = StagedTables(home.tables)
        await send(home.process(tables), command, id=id)
        beginning = ["query views", "get views"]  # the records, and the state of the generations
        look_up = [] if id.time is None else ["query views"]
        assert sorted(tables.made()) == sorted([*beginning, "query events", *look_up, "batch_get views"])


async def test_code_of_before_packs_has_a_generation_of_its_own() -> None:
    """It looks for single records only. Its workers write them, and move its own record."""
    store = ascend.Store((await staged_home()).tables, FakeEnvironment())
    current = store.current.generation
    assert current.snapshots == AT_POSITION + store.model.snapshots
    before = Generation(1_000 + store.model.snapshots, current.builds)
    assert before.id != current.id
    assert current.snapshots > before.snapshots  # so `prune` takes the other one for the older


async def test_a_store_of_before_packs_answers_commands_sent_again_as_before() -> None:
    """Before a worker of this code has run, while it has not caught up, and afterwards."""
    home = await staged_home()
    sent = await send_some(home)
    await project_before_packs(home, commits=6)

    for commits in (0, 3, 500):
        if commits:
            home.limits = projection_limits(commits_per_batch=commits)
            store = home.process()
            await store.worker.projector.step(HOME, store.current.generation)
        await check_known(home, sent)
    await home.caught_up()
    await check_known(home, sent)
    assert (await home.process().verify()).clean


async def project_before_packs(home: Home, commits: int) -> None:
    """Project the first commits as before packs: the same, with a record of its own for each command."""
    old = home.process()
    limits = ProjectionLimits(commits_per_batch=commits)
    projector = Projector(old.log, old.views, old.model, old.current.projections, old.environment, limits)
    before = Generation(1_000 + old.model.snapshots, old.current.generation.builds)
    await projector.step(HOME, before)
    record = find_record(await old.views.records(HOME), before)
    assert record is not None
    assert record.folded == commits < home.head
    assert await packs(home)
    for pack in await packs(home):
        await home.tables.delete(Table.VIEWS, pack.key, Equals({}))
    for commit in (await home.log())[:commits]:
        for position in commit.records:
            single = replace(commit, records=(position,))
            await old.views.put_applied_batch(record, [single])


@pytest.mark.parametrize(
    ("damage", "what"),
    [("lost", "missing"), ("position", "wrong"), ("content", "wrong"), ("garbage", "wrong"), ("bucket", "wrong")],
)
async def test_verify_lists_a_damaged_pack(damage: str, what: str) -> None:
    home = await staged_home()
    await send_some(home, (0, 0))
    await home.caught_up()
    pack = (await packs(home))[-1]
    text = str(pack.attributes["commands"]) if "commands" in pack.attributes else ""
    spoiled = {
        "lost": None,
        "position": replace(pack, attributes={**pack.attributes, "position": 1}),
        "content": replace(pack, attributes={"position": pack.attributes["position"], "commands": other_digest(pack)}),
        "garbage": replace(pack, attributes={"position": pack.attributes["position"], "commands": text[:-5] or "?"}),
        "bucket": replace(pack, key=pack.key._replace(sk=pack.key.sk.replace("B#0", "B#1"))),
    }[damage]
    await home.tables.delete(Table.VIEWS, pack.key, Equals({}))
    if spoiled is not None:
        await home.tables.put(Table.VIEWS, spoiled, Absent())

    differences = (await home.process().verify()).differences

    assert what in {difference.what for difference in differences}
    is_lost = damage in {"lost", "garbage", "bucket"}
    lost = {record.command_id for record in to_applied(pack) if is_lost}
    missing = {difference.sort for difference in differences if difference.what == "missing"}
    assert missing == {f"C#{id}" for id in lost}


def other_digest(pack: Item) -> str:
    rows = [[a.command_id, a.position, a.digest, a.actor, a.events] for a in to_applied(pack)]
    rows[0][2] = "another digest"
    return to_json(rows).decode()


async def test_an_erased_workspace_leaves_no_pack() -> None:
    home = await staged_home()
    await send_some(home, (0, 0))
    await home.caught_up()
    assert await packs(home)
    await home.process().erase(HOME, workers_stopped=True)
    assert await packs(home) == []
