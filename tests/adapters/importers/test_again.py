"""Importing any file again appends nothing, also after a crash, and in any order of its records."""

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import anyio
import pytest
from anyio import CancelScope
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.importers.files import archive, issue, write_file
from support.importers.store import HOME, UNLIMITED, ImportStore, Killed

from ascend.adapters.importers import import_github
from ascend.domain.assets.asset import Asset
from ascend.domain.ids import CommandId, Ref, UserId, WorkspaceId
from ascend.domain.relations.relation import Relation
from ascend.domain.runtime.concurrency import for_each
from ascend.domain.runtime.request import Receipt
from ascend.domain.things.thing import Thing
from ascend.domain.workspaces.command import Command

LOGINS = st.sampled_from(["ada", "bob", "Bob", "dependabot[bot]", "zoë", None])
TIMES = st.datetimes(datetime(2020, 1, 1), datetime(2020, 1, 3)).map(lambda at: at.replace(tzinfo=UTC).isoformat())  # noqa: DTZ001
COMMENT = st.fixed_dictionaries(
    {"author": LOGINS, "body": st.sampled_from(["", "yes", "no"]), "createdAt": TIMES, "updatedAt": TIMES}
)


def number(record: dict[str, Any]) -> int:
    return int(record["number"])


ISSUE = st.fixed_dictionaries(
    {
        "number": st.integers(1, 5),
        "title": st.sampled_from(["One", "Two"]),
        "body": st.sampled_from(["", "closes #2", "like #5", "#1, #2, fixes #1"]),
        "author": LOGINS,
        "state": st.sampled_from(["OPEN", "CLOSED", "MERGED"]),
        "createdAt": TIMES,
        "closedAt": st.none() | TIMES,
        "mergedBy": LOGINS,
        "assignees": st.lists(LOGINS, max_size=3),
        "labels": st.lists(st.sampled_from(["bug", "late"]), max_size=3),
        "milestone": st.none() | st.fixed_dictionaries({"dueOn": st.none() | TIMES}),
        "comments": st.lists(COMMENT, max_size=4),
        "reviews": st.lists(COMMENT, max_size=2),
    }
)
PART = st.fixed_dictionaries(
    {"image": st.sampled_from([None, "a.png", "b.jpg"]), "variant_of": st.sampled_from([None, 4])}
)
LINE = st.fixed_dictionaries(
    {"part": st.integers(1, 3), "sub_part": st.just(4), "quantity": st.integers(0, 9), "note": st.sampled_from("ab")}
)
ITEM = st.fixed_dictionaries({"location": st.none() | st.integers(1, 3), "belongs_to": st.none() | st.integers(1, 2)})
DELTAS: st.SearchStrategy[dict[str, int]] = st.fixed_dictionaries(
    {}, optional={"location": st.integers(1, 3), "stockitem": st.integers(1, 5)}
)
ENTRY = st.fixed_dictionaries(
    {
        "item": st.integers(1, 5),
        "date": TIMES,
        "user": st.sampled_from([None, ["ada"]]),
        "deltas": DELTAS,
    }
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(records=st.lists(ISSUE, max_size=5, unique_by=number), pulls=st.integers(0, 2), kill_at=st.integers(0, 20))
async def test_importing_issues_again_appends_nothing(
    records: list[dict[str, Any]], pulls: int, kill_at: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = write_file(tmp_path_factory.mktemp("again"), archive(*records[pulls:], pulls=records[:pulls]))
    undisturbed, killed = ImportStore(), ImportStore()
    await undisturbed.github(file)
    whole = [*await undisturbed.events()]
    assert undisturbed.service.counts.nothing == 0
    assert (await undisturbed.github(file)).events == 0
    assert await undisturbed.events() == whole
    killed.commands_to_live = kill_at
    with suppress(Killed):
        await killed.github(file)
    killed.commands_to_live = UNLIMITED
    await killed.github(file)
    assert await killed.events() == whole


async def test_four_imports_at_once_give_the_log_of_one(tmp_path: Path) -> None:
    file = write_file(tmp_path, [issue(n, assignees=[{"login": f"user{n % 7}"}]) for n in range(1, 30)])
    alone, first = ImportStore(), ImportStore()
    await alone.github(file)
    stores = [first, *(ImportStore(first.environment.elsewhere(seconds=n), first.tables) for n in range(3))]
    appended: list[int] = []
    arrived, all_arrived = list[ImportStore](), anyio.Event()

    async def run(store: ImportStore) -> None:
        send = store.send

        async def send_with_the_others(
            workspace: WorkspaceId, command: Command, actor: UserId, id: CommandId, expected: Mapping[Ref, int]
        ) -> Receipt:
            arrived.append(store)
            if len(arrived) == len(stores):
                all_arrived.set()
            await all_arrived.wait()
            return await send(workspace, command, actor, id, expected)

        store.send = send_with_the_others  # type: ignore[method-assign]
        appended.append((await store.github(file)).events)

    await for_each(stores, run, limit=4)
    assert await first.events() == await alone.events()
    assert sum(appended) == len(await alone.events())
    assert sum(store.service.counts.conflicts for store in stores) > 0


async def test_the_next_import_continues_a_cancelled_one(tmp_path: Path) -> None:
    file = write_file(tmp_path, [issue(n) for n in range(1, 301)])
    undisturbed, cancelled = ImportStore(), ImportStore()
    await undisturbed.github(file)
    with CancelScope() as scope:

        def progress(phase: str, done: int, total: int | None) -> None:
            if (phase, done, total) == ("importing", 160, 300):
                scope.cancel()

        await import_github(file, HOME, "Home", cancelled.target, progress)
    assert scope.cancelled_caught
    assert 2 + 160 <= len(await cancelled.events()) < 2 + 300
    await cancelled.github(file)
    assert await cancelled.events() == await undisturbed.events()


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(
    items=st.lists(ITEM, min_size=5, max_size=5),
    entries=st.lists(ENTRY, max_size=12),
    parts=st.lists(PART, min_size=3, max_size=3),
    lines=st.lists(LINE, max_size=5),
    dice=st.randoms(),
)
async def test_importing_an_inventory_again_appends_nothing(
    items: list[dict[str, Any]],
    entries: list[dict[str, Any]],
    parts: list[dict[str, Any]],
    lines: list[dict[str, Any]],
    dice: Random,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    for item in items[:2]:
        item["belongs_to"] = None
    rows = [{"model": "part.part", "pk": n, "fields": {"name": "Lamp", **part}} for n, part in enumerate(parts, 1)]
    rows += [{"model": "part.bomitem", "pk": n, "fields": line} for n, line in enumerate(lines)]
    rows += [{"model": "stock.stocklocation", "pk": n, "fields": {"name": f"L{n}"}} for n in (1, 2, 3)]
    rows += [{"model": "stock.stockitem", "pk": n, "fields": {"part": 1, **item}} for n, item in enumerate(items, 1)]
    rows += [{"model": "stock.stockitemtracking", "pk": n, "fields": entry} for n, entry in enumerate(entries)]
    rows.append({"model": "part.part", "pk": 4, "fields": {"name": "Bulb"}})
    dice.shuffle(rows)
    file = write_file(tmp_path_factory.mktemp("again"), rows)
    store = ImportStore()
    await store.inventree(file)
    whole = [*await store.events()]
    assert store.service.counts.nothing == 0
    pairs = Counter((line["part"], line["sub_part"]) for line in lines)
    assert len(await store.entities(Relation)) == len(pairs) + sum(part["variant_of"] is not None for part in parts)
    assert len(await store.entities(Asset)) == len({part["image"] for part in parts} - {None})
    assert (await store.inventree(file)).events == 0
    assert await store.events() == whole
    parents = {thing.metadata.get("source"): thing.parent for thing in await store.entities(Thing)}
    ids = {thing.metadata.get("source"): thing.id for thing in await store.entities(Thing)}
    for n, item in enumerate(items, 1):
        inside, place = item["belongs_to"], item["location"]
        holder = f"stock.stockitem {inside}" if inside else f"stock.stocklocation {place}"
        assert parents[f"stock.stockitem {n}"] == (ids[holder] if inside or place else None)
