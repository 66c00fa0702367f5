"""Whatever happens to one workspace delays only that one. A worker pauses only when the registry or the whole store fails."""

from collections.abc import AsyncGenerator, Collection, Sequence

import anyio
import pytest
from support.applications import life_os
from support.workers.house import CountingTables, create, create_many, find_lagging, following, rename
from support.workers.virtual import FakeHints, FakeLeases, share

import ascend
from ascend.domain.errors import StoreMissing, StoreUnavailable
from ascend.domain.workspaces.workspace import WorkspaceRenamed
from ascend.projections.policies.policy import Policy, PolicyContext
from ascend.testing import VirtualEnvironment, run_in_virtual_time

CLIENT_RETRIES = 0.5
"""Seconds for which a client tries on its own before it says that a request was throttled."""


def a_store(tables: CountingTables, app: ascend.Application = ascend.LIFE_OS) -> ascend.Store:
    store = ascend.Store(tables, VirtualEnvironment(), app)
    store.worker.share = share(FakeHints(), FakeLeases())
    return store


def throttle(tables: CountingTables, *workspaces: ascend.WorkspaceId) -> list[str]:
    """Refuse every request to a key of these workspaces. Return the list of the refused requests, as it grows."""
    refused: list[str] = []
    owned = tuple(f"W#{workspace}" for workspace in workspaces)

    async def refuse(request: str, partitions: Collection[str]) -> None:
        if any(partition.startswith(owned) for partition in partitions):
            refused.append(request)
            await anyio.sleep(CLIENT_RETRIES)
            raise StoreUnavailable("throttled")

    tables.before = refuse
    return refused


async def find_rendered(store: ascend.Store, tables: CountingTables) -> Sequence[ascend.WorkspaceId]:
    before, tables.before = tables.before, None
    rendered = [status.workspace async for status in store.status() if not status.lag]
    tables.before = before
    return rendered


def test_a_throttled_workspace_among_two_thousand_delays_only_itself() -> None:
    async def main() -> None:
        tables = CountingTables()
        store = a_store(tables)
        workspaces = await create_many(store, 2_000)
        refused = throttle(tables, workspaces[7])
        async with following(store.worker):
            await anyio.sleep(20)
            assert set(await find_rendered(store, tables)) == set(workspaces) - {workspaces[7]}
            count = len(refused)
            await anyio.sleep(600)
            assert len(refused) - count <= 600 / 25  # the longest back-off is a minute, less jitter

            tables.before = None
            await anyio.sleep(60)
            assert await find_lagging(store) == []

    run_in_virtual_time(main)


def test_many_throttled_workspaces_leave_runners_for_the_others_and_are_no_outage(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def main() -> None:
        tables = CountingTables()
        store = a_store(tables)
        workspaces = await create_many(store, 60)
        throttled = workspaces[:20]
        throttle(tables, *throttled)
        async with following(store.worker):
            await anyio.sleep(60)
            assert set(await find_rendered(store, tables)) == set(workspaces) - set(throttled)

            tables.before = None
            home = workspaces[-1]
            throttle(tables, *throttled)
            for number in range(5):
                await rename(store, home, f"Home {number}")
                await anyio.sleep(0.3)
                assert home in await find_rendered(store, tables)

    run_in_virtual_time(main)
    assert "worker.no_answer" not in caplog.text
    assert caplog.text.count("workspace.put_off") == 20  # once each, not for each attempt


def test_a_workspace_that_raises_delays_only_itself_and_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        store = a_store(CountingTables())
        workspaces = await create_many(store, 20)
        step, tries = store.worker.projector.step, list[float]()

        async def raise_in_one(workspace: ascend.WorkspaceId, *args: object, **kwargs: object) -> object:
            if workspace == workspaces[3]:
                tries.append(anyio.current_time())
                raise RuntimeError("a bug")
            return await step(workspace, *args, **kwargs)  # type: ignore[arg-type]

        monkeypatch.setattr(store.worker.projector, "step", raise_in_one)
        async with following(store.worker):
            await anyio.sleep(120)
            assert await find_lagging(store) == [workspaces[3]]
            assert 5 <= len(tries) <= 12  # after 0.5, 1, 2, 4, … seconds

            monkeypatch.setattr(store.worker.projector, "step", step)
            await anyio.sleep(60)
            assert await find_lagging(store) == []

    run_in_virtual_time(main)


def test_a_policy_that_fails_delays_only_its_workspace_and_is_tried_again() -> None:
    seen: list[float] = []

    async def fail(renamed: WorkspaceRenamed, context: PolicyContext) -> AsyncGenerator[ascend.Reaction]:
        seen.append(anyio.current_time())
        if len(seen) < 4:
            raise RuntimeError("a service is down")
        return
        yield

    async def main() -> None:
        store = a_store(CountingTables(), life_os(policies=[Policy("fail", {WorkspaceRenamed: fail})]))
        async with following(store.worker):
            await anyio.sleep(5)
            first, second = await create_many(store, 2)
            await rename(store, first, "Ours")
            await anyio.sleep(20)
            await rename(store, second, "Theirs")
            await anyio.sleep(0.2)
            assert await find_lagging(store) == []

        assert len(seen) == 5
        assert [policy.stalled async for status in store.status() for policy in status.policies] == ["", ""]

    run_in_virtual_time(main)
    assert seen[3] - seen[0] <= 0.5 + 1 + 2 + 0.5  # its own back-off


def test_a_busy_workspace_does_not_starve_two_thousand_quiet_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        tables = CountingTables()
        store = a_store(tables)
        busy = await create(store, "busy")
        quiet = await create_many(store, 300)
        step = store.worker.projector.step

        async def never_end(workspace: ascend.WorkspaceId, *args: object, **kwargs: object) -> object:
            result = await step(workspace, *args, **kwargs)  # type: ignore[arg-type]
            await anyio.sleep(0.1)
            return result if workspace != busy else type(result)(0)  # there always is one more batch

        monkeypatch.setattr(store.worker.projector, "step", never_end)
        async with following(store.worker):
            await anyio.sleep(20)
            rendered = set(await find_rendered(store, tables))

        assert rendered.issuperset(quiet)

    run_in_virtual_time(main)


@pytest.mark.parametrize("error", [StoreUnavailable("no answer"), StoreMissing("the views table was dropped")])
def test_when_the_whole_store_fails_the_worker_pauses_and_goes_on_by_itself(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        tables = CountingTables()
        store = a_store(tables)
        await create_many(store, 200)
        requests: list[float] = []

        async def fail(request: str, partitions: Collection[str]) -> None:
            if request.endswith("views"):
                requests.append(anyio.current_time())
                raise error

        async with following(store.worker):
            await anyio.sleep(5)
            for number in range(200):
                await rename(store, ascend.WorkspaceId.derive(str(number)), "Ours")
            tables.before = fail
            await anyio.sleep(300)
            assert len([time for time in requests if time > 100]) <= 200 * 2  # not 200 workspaces in each second
            tables.before = None
            await anyio.sleep(60)

            assert await find_lagging(store) == []

    run_in_virtual_time(main)
    assert 3 <= caplog.text.count("worker.no_answer") <= 40


def test_a_registry_that_does_not_answer_pauses_the_sweep_only(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        tables, hints = CountingTables(), FakeHints()
        store = a_store(tables)
        store.worker.share = share(hints, FakeLeases())
        home = await create(store, "home")

        async def fail(request: str, partitions: Collection[str]) -> None:
            if any(partition.startswith("R#") for partition in partitions):
                raise StoreUnavailable("no answer")

        async with following(store.worker):
            await anyio.sleep(5)
            tables.before = fail
            await rename(store, home, "Ours")
            hints.send(home)
            await anyio.sleep(0.2)
            assert home in await find_rendered(store, tables)
            await anyio.sleep(300)
            tables.before = None
            later = ascend.Store(tables, VirtualEnvironment(seed=2))
            await rename(later, home, "Theirs")  # without a hint
            await anyio.sleep(60)
            assert await find_lagging(store) == []

    run_in_virtual_time(main)
    assert 5 <= caplog.text.count("worker.no_answer") <= 20


def test_a_pass_finishes_the_others_first_and_then_raises_for_the_workspace_that_goes_on_failing() -> None:
    async def main() -> None:
        tables = CountingTables()
        store = a_store(tables)
        workspaces = await create_many(store, 30)
        throttle(tables, workspaces[3])

        with pytest.raises(StoreUnavailable, match="throttled"):
            await store.worker.run_once()

        assert set(await find_rendered(store, tables)) == set(workspaces) - {workspaces[3]}

    run_in_virtual_time(main)


def test_a_pass_visits_a_workspace_again_that_failed_for_some_seconds() -> None:
    async def main() -> None:
        tables = CountingTables()
        store = a_store(tables)
        workspaces = await create_many(store, 30)
        throttle(tables, workspaces[3])
        async with anyio.create_task_group() as group:

            async def recover() -> None:
                await anyio.sleep(4)
                tables.before = None

            group.start_soon(recover)
            result = await store.worker.run_once()
            assert (result.workspaces, result.stalled) == (30, ())

        assert await find_lagging(store) == []

    run_in_virtual_time(main)


def test_a_pass_gives_up_early_when_the_whole_store_fails() -> None:
    async def main() -> None:
        tables = CountingTables()
        store = a_store(tables)
        await create_many(store, 100)
        requests: list[str] = []

        async def fail(request: str, partitions: Collection[str]) -> None:
            if request.endswith("views"):
                requests.append(request)
                raise StoreUnavailable("no answer")

        await store.worker.run_once()
        for number in range(100):
            await rename(store, ascend.WorkspaceId.derive(str(number)), "Ours")
        tables.before = fail
        with pytest.raises(StoreUnavailable, match="no answer"):
            await store.worker.run_once()

        assert len(requests) < 30

    run_in_virtual_time(main)


def test_a_pass_over_idle_workspaces_costs_one_query_each_and_one_batch_for_a_hundred() -> None:
    async def main() -> None:
        tables = CountingTables()
        store = a_store(tables)
        await create_many(store, 200)
        await store.worker.run_once()
        tables.counts.clear()

        result = await store.worker.run_once()

        assert (result.workspaces, result.batches) == (200, 0)
        assert tables.counts == {
            "get views": 1,  # the state of the generations
            "query events": 8 + 200,
            "batch_get views": 2,
            "batch_get events": 2 * 2,  # the positions of two policies
        }

    run_in_virtual_time(main)


def test_a_pass_finds_what_a_policy_has_not_answered_although_everything_is_rendered() -> None:
    answered: list[ascend.WorkspaceId] = []

    async def note(renamed: WorkspaceRenamed, context: PolicyContext) -> AsyncGenerator[ascend.Reaction]:
        answered.append(context.workspace)
        return
        yield

    async def main() -> None:
        store = a_store(CountingTables(), life_os(policies=[Policy("note", {WorkspaceRenamed: note})]))
        home = await create(store, "home")
        await store.worker.run_once()
        await rename(store, home, "Ours")
        await store.worker.catch_up(home)  # a command's small batch does the same

        await store.worker.run_once()

        assert answered == [home]

    run_in_virtual_time(main)
