"""Policy positions lie with the log: a log that is restored, or whose views are lost, still says what was answered."""

import pytest
from support.policies.given import ASSIGN, HURRY, LIFE, START, Place, T
from support.scenario import MAX
from support.simulation.busy import everything
from support.staged import paint, send

import ascend
from ascend import Store
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.store.policy_positions import TablePolicyPositions
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Table
from ascend.adapters.table.port import Tables
from ascend.domain.ids import POLICIES
from ascend.testing import HOME


async def a_life() -> Place:
    """Nothing from before the policies were installed is answered. ASSIGN is answered. The last command is not, yet."""
    place = Place()
    for command in (*LIFE, paint(), START):
        await send(place.process(), command)
    await place.process().worker.run_once()
    await send(place.process(), ASSIGN)
    await place.process().worker.run_once()
    assert await answers(place.process()) == ["Hello ada", "Hello bea"]
    await send(place.process(), ascend.AssignTask(task_id=T, users=(MAX,)))
    return place


async def restore_log(tables: Tables, restored: Tables) -> None:
    """Copy the events table as it is now, and nothing else."""
    for table, item in await everything(tables):
        if table is Table.EVENTS:
            await restored.put(table, item, Absent())


async def answers(store: Store) -> list[str]:
    """Return the titles that the answers of policies left, in the order of the log."""
    commits = await store.log.commits(HOME, 1, 100, consistent=True)
    records = [record for commit in commits for record in commit.records if record.actor == POLICIES]
    assert len({record.command_id for record in records}) == len(records)
    events = [event for record in records for event in record.events]
    return [title for event in events if (title := getattr(event, "title", None)) is not None]


async def test_after_a_restore_what_was_unanswered_is_answered_and_nothing_twice(any_tables: Tables) -> None:
    place = await a_life()
    await restore_log(place.tables, any_tables)
    await place.process().worker.run_once()  # life goes on after the moment of the restore

    for _ in range(2):
        await place.process(any_tables).worker.run_once()

    restored = place.process(any_tables)
    assert await answers(restored) == await answers(place.process()) == ["Hello ada", "Hello bea", "Hello max"]
    assert await TablePolicyPositions(any_tables).installed() == {"louder", "greet"}
    assert (await restored.verify()).clean


async def test_an_answer_whose_position_had_not_moved_is_not_given_twice() -> None:
    """The moment of the restore lies between the answer and the move of the position."""
    place, restored = await a_life(), MemoryTables()
    before = await place.positions()
    await place.process().worker.run_once()
    after = await place.positions()
    for name, position in before.items():
        assert await TablePolicyPositions(place.tables).move(after[name], position)
    await restore_log(place.tables, restored)

    await place.process(restored).worker.run_once()

    assert await answers(place.process(restored)) == ["Hello ada", "Hello bea", "Hello max"]


async def test_where_the_views_are_lost_the_positions_are_still_there() -> None:
    place, without_views = await a_life(), MemoryTables()
    await restore_log(place.tables, without_views)

    assert await TablePolicyPositions(without_views).read(HOME) == await place.positions()
    await place.process(without_views).worker.run_once()

    assert await answers(place.process(without_views)) == ["Hello ada", "Hello bea", "Hello max"]


@pytest.mark.parametrize("before", [True, False])
async def test_a_policy_answers_after_a_restore_only_if_it_was_installed_at_that_moment(before: bool) -> None:
    """Otherwise it is installed again, at the restored head."""
    place, restored = await a_life(), MemoryTables()
    place.policies = (*place.policies, HURRY)
    if before:
        await place.process().worker.run_once()
    await send(place.process(), ascend.EditTask(task_id=T, title="Now!"))
    await restore_log(place.tables, restored)

    await place.process(restored).worker.run_once()

    commits = await place.process(restored).log.commits(HOME, 1, 100, consistent=True)
    assert any(event.tag == "task.prioritised" for commit in commits for event in commit.events()) is before
