"""Stores that the released code wrote are read, rendered, verified and gone on with, as the released code did it."""

from datetime import timedelta
from typing import Any, TypeAlias

import pytest
from support.upgrade.commands import VERA, workspace
from support.upgrade.examining import examine, examine_rebuilt, to_next
from support.upgrade.filling import BEGINNING_OF_THE_NEXT_DAY, send
from support.upgrade.releases import read_report, read_sent

import ascend
from ascend.testing import FakeEnvironment

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
HOME = workspace("home")
HEALED = {"caught up/parked", "caught up/digest/0", "caught up/differences", "went on/differences"}
"""The old release could not render one task. The new one can, once it is told to render again what is parked."""
OTHER_KEYS = {"went on/digest/0", "rebuilt/digest/0"}
"""A digest is over read items. Things, tags and Relations have other keys than in the old release."""

FURTHER = ("went on/positions/", "rebuilt/positions/")
"""The refusal of a command that may have been sent before takes a position now, with an empty commit."""


def next_day(seed: int, **later: float) -> FakeEnvironment:
    return FakeEnvironment(seed, start=BEGINNING_OF_THE_NEXT_DAY + timedelta(**later))


async def test_this_release_sees_and_does_with_an_old_store_what_the_old_release_did(
    golden_url: str, kept_engine: str
) -> None:
    expected = read_report()

    async with ascend.open_store(golden_url, environment=next_day(10)) as store:
        examined = await examine(store, read_sent(), render_again)
        if kept_engine == "sqlite":  # a rebuild takes the same path on each engine, and this one is fast
            examined["rebuilt"] = await examine_rebuilt(store)

    different = {path for stage in examined for path in find_differences(stage, expected[stage], examined[stage])}
    different -= find_missing(
        "found", examined["found"], different
    )  # read models with a new version: a worker builds them
    different = {path for path in different if not path.startswith(FURTHER)}
    explained = HEALED | (OTHER_KEYS if kept_engine == "sqlite" else OTHER_KEYS & {"went on/digest/0"})
    explained |= find_not_ready(expected["found"], examined["found"])
    assert {path for path in different if "/counts" not in path} == explained
    assert all(
        path.startswith("found/") for path in different - explained
    )  # counts are there when a worker has built them
    assert examined["caught up"]["differences"] == examined["went on"]["differences"] == []


async def render_again(store: ascend.Store) -> None:
    assert [retried.error async for retried in store.retry_parked()] == [""]


async def test_who_is_no_member_is_told_so_once_a_worker_of_this_release_has_been_there(golden_url: str) -> None:
    """Until then, the generation of this release is not built in workspaces that the old release has rendered."""
    async with ascend.open_store(golden_url, environment=next_day(14)) as store:
        for name in ("half", "torn", "moving", "parked", "archived"):
            with pytest.raises(ascend.NotReady):
                await store.queries.workspace(workspace(name), viewer=ascend.UserId(VERA))
        await check_not_allowed(store, "empty", "gone")

        await store.worker.run_once()
        await check_not_allowed(store, "half", "torn", "moving", "parked", "archived", "empty", "gone")


async def check_not_allowed(store: ascend.Store, *names: str) -> None:
    for name in names:
        with pytest.raises(ascend.NotAllowed):
            await store.queries.workspace(workspace(name), viewer=ascend.UserId(VERA))


async def test_an_old_store_that_went_on_is_opened_again(golden_url: str) -> None:
    async with ascend.open_store(golden_url, environment=next_day(11)) as store:
        await store.worker.run_once()
        changed = to_next("home", "ada", "RenameWorkspace", {"name": "Our home"})
        await send(store, changed)
        await store.worker.run_once()
        digest = await store.digest()

    async with ascend.open_store(golden_url, environment=next_day(12, hours=1)) as again:
        assert (await again.worker.run_once()).stalled == ()
        assert await again.digest() == digest
        assert (await send(again, changed))["repeated"]
        assert (await again.queries.workspace(HOME, viewer=ascend.OPERATOR)).card.name == "Our home"


async def test_a_command_that_changed_nothing_under_the_old_release_is_decided_anew_and_then_recorded(
    golden_url: str,
) -> None:
    """The old release kept no record of it. From this release on, it has one."""
    (started,) = [sent for sent in read_sent() if sent["command"] == "StartTask" and sent["events"] == 0]

    async with ascend.open_store(golden_url, environment=next_day(13)) as store:
        first = await send(store, started)
        assert (first["events"], first["repeated"]) == (0, False)
        cancel = to_next("half", "ada", "CancelTask", started["fields"])
        reopen = to_next("half", "ada", "ReopenTask", started["fields"])
        assert [(await send(store, command))["events"] for command in (cancel, reopen)] == [1, 1]

        assert await send(store, started) == {**first, "repeated": True}
        card = await shown_task(store, started)

    assert card.status is ascend.Status.OPEN


async def shown_task(store: ascend.Store, sent: dict[str, Any]) -> ascend.TaskCard:
    await store.worker.run_once()
    home, task = ascend.WorkspaceId(sent["workspace"]), ascend.TaskId(sent["fields"]["task_id"])
    return await store.queries.task(home, task, viewer=ascend.OPERATOR)


def find_differences(path: str, expected: Json, actual: Json) -> set[str]:
    """Return the places where two JSON values differ. A field that is missing in one release may be None in another."""
    one, other = flatten(path, expected), flatten(path, actual)
    return {place for place in one.keys() | other.keys() if one.get(place) != other.get(place)}


def find_missing(path: str, actual: Json, places: set[str]) -> set[str]:
    """Return the places at which there is nothing, or an empty page."""
    found = flatten(path, actual)
    return {place for place in places if place.startswith(f"{path}/") and found.get(place) in (None, [], "NotFound")}


def find_not_ready(expected: Json, found: Json) -> set[str]:
    """Return the places at which the old release refused who is no member, and this one says that it cannot know yet."""
    refused, now = flatten("found", expected), flatten("found", found)
    return {place for place, answer in now.items() if answer == "NotReady" and refused.get(place) == "NotAllowed"}


def flatten(path: str, value: Json) -> dict[str, Json]:
    """Return what a JSON value holds, by place. A list of texts is one value, and so is an empty list or object."""
    parts: dict[str, Json] = {}
    if isinstance(value, dict):
        parts = value
    elif isinstance(value, list) and not all(isinstance(item, str) for item in value):
        parts = {str(number): item for number, item in enumerate(value)}
    if not parts:
        return {path: value}
    return {place: leaf for name, part in parts.items() for place, leaf in flatten(f"{path}/{name}", part).items()}
