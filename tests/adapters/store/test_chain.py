"""A log that was changed behind Ascend's back shows it: edited, dropped, swapped and foreign commits are found."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from support.chained import chained
from support.scenario import BEA, task_id
from support.staged import Home, paint, send, staged_home

from ascend.adapters.layout import keys
from ascend.adapters.layout.items import COMMIT
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.store.event_log import TableEventLog
from ascend.adapters.store.stored_commits import follow
from ascend.adapters.store.stubs import to_stub
from ascend.adapters.table.conditions import Absent, Equals
from ascend.adapters.table.item import Item, Key, Table, Value
from ascend.cli.context import CommandContext
from ascend.cli.queries import event_lists
from ascend.domain.errors import Damaged, UnreadableLog
from ascend.domain.runtime.body import COMPRESSED
from ascend.domain.runtime.chain import START_HASH, hash_commit
from ascend.domain.tasks.commands import CompleteTask
from ascend.projections.life_os import LIFE_OS
from ascend.testing import HOME


async def sample_log() -> tuple[Home, list[Item]]:
    """Return a home, and the items of its log: the last commit changed nothing."""
    home = await staged_home(paint(), CompleteTask(task_id=task_id()), CompleteTask(task_id=task_id()))
    return home, await items_of(home.tables)


async def items_of(tables: MemoryTables) -> list[Item]:
    items = [await tables.get(Table.EVENTS, keys.commit_key(HOME, position)) for position in range(1, 100)]
    return [item for item in items if item is not None]


def check(items: Sequence[Item]) -> None:
    """Read a whole log."""
    list(follow(HOME, 1, items))


async def test_a_hash_adds_at_most_64_bytes_to_a_commit_and_no_request() -> None:
    _, items = await sample_log()
    assert {len("hash") + len(hash) for item in items if isinstance(hash := item.attributes["hash"], bytes)} == {36}
    assert all(COMMIT.matches_attributes(item) for item in items)
    check(items)


async def test_every_flipped_bit_of_a_log_is_found() -> None:
    _, items = await sample_log()
    missed = [
        (number, name)
        for number, item in enumerate(items)
        for name, flipped in flips(item)
        if not is_found([*items[:number], flipped, *items[number + 1 :]])
    ]
    assert missed == []


def is_found(items: Sequence[Item]) -> bool:
    try:
        check(items)
    except UnreadableLog:
        return True
    return False


def flips(item: Item) -> Iterator[tuple[str, Item]]:
    """Yield the item with one bit flipped in its sort key or in an attribute, wherever that gives a value of its type."""
    for sort in flip(item.key.sk):
        if sort.isascii() and sort.isdigit():  # another key is no position
            yield "sk", replace(item, key=Key(item.key.pk, sort))
    for name, value in item.attributes.items():
        for changed in flip(value):
            yield name, replace(item, attributes={**item.attributes, name: changed})


def flip(value: Value) -> Iterator[Any]:
    raw = value if isinstance(value, bytes) else str(value).encode()
    for bit in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        if isinstance(value, bytes):
            yield bytes(changed)
            continue
        try:
            text = changed.decode()
        except UnicodeDecodeError:
            continue  # no store returns it as text
        if isinstance(value, str):
            yield text
        elif text.isascii() and text.isdigit():
            yield int(text)


async def test_a_dropped_a_swapped_and_a_doubled_commit_are_found() -> None:
    _, items = await sample_log()

    def at(position: int, item: Item) -> Item:
        return replace(item, key=keys.commit_key(HOME, position))

    for log in (
        [*items[:1], *items[2:]],  # a gap
        [items[0], *(at(position, item) for position, item in enumerate(items[2:], 2))],  # dropped, and closed up
        [items[0], at(2, items[2]), at(3, items[1]), *items[3:]],
        [items[0], at(2, items[0]), *items[2:]],
    ):
        with pytest.raises(UnreadableLog, match=r"2\b"):
            check(log)


async def test_pages_of_a_log_are_one_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    """A commit at the edge of a page is checked, too: in the history, and where the events are listed."""
    home, items = await sample_log()
    edited = {
        **items[2].attributes,
        "body": str(items[2].attributes["body"]).replace("max", "eve").replace("Max", "Eve"),
    }
    assert edited != items[2].attributes
    await home.tables.delete(Table.EVENTS, items[2].key, Equals({}))
    await home.tables.put(Table.EVENTS, replace(items[2], attributes=edited), Absent())
    log = TableEventLog(home.tables, LIFE_OS.model)

    for limit in range(1, len(items) + 1):
        pages, before, found = list[int](), None, ""
        try:
            while commits := await log.latest(HOME, before, limit):
                assert len(commits) <= limit
                before = commits[-1].position
                pages += [commit.position for commit in commits]
        except Damaged as error:
            found = str(error)
        assert "commit 3" in found
        assert 3 not in pages

    monkeypatch.setattr(event_lists, "PAGE_SIZE", 2)
    context = cast("CommandContext", SimpleNamespace(store=home.process()))
    listed = list[int]()
    with pytest.raises(Damaged, match="commit 3"):
        listed += [commit.position async for commit in event_lists.read_commits(context, HOME)]


async def test_a_page_of_the_history_is_not_cut_by_the_check() -> None:
    home, items = await sample_log()
    log = TableEventLog(home.tables, LIFE_OS.model)
    for limit in range(1, len(items) + 2):
        positions, before = list[int](), None
        while commits := await log.latest(HOME, before, limit):
            before = commits[-1].position
            assert len(commits) == limit or before == 1
            positions += [commit.position for commit in commits]
        assert positions == list(range(len(items), 0, -1))


async def test_a_foreign_commit_is_found() -> None:
    """Somebody who writes a commit with a right hash is found by the next commit."""
    _, items = await sample_log()
    predecessor = items[0].attributes["hash"]
    assert isinstance(predecessor, bytes)
    body = str(items[1].attributes["body"]).replace("Bea", "Eve")
    forged = chained(HOME, predecessor, replace(items[1], attributes={**items[1].attributes, "body": body}))
    check([items[0], forged])
    with pytest.raises(Damaged, match="commit 3"):
        check([items[0], forged, *items[2:]])


async def test_a_commit_without_a_hash_may_only_precede_the_chain() -> None:
    _, items = await sample_log()
    old = [unchained(item) for item in items[:2]]
    new = chained(HOME, next(follow(HOME, 2, old[1:])).hash, items[2])
    check([*old, new])
    with pytest.raises(Damaged, match="commit 2"):
        check([items[0], unchained(items[1])])
    other = replace(old[1], attributes={**old[1].attributes, "id": "another"})
    with pytest.raises(Damaged, match="commit 3"):
        check([old[0], other, new])


def unchained(item: Item) -> Item:
    """Return the commit as releases from before the chain wrote it."""
    kept = {name: value for name, value in item.attributes.items() if name != "hash"}
    return replace(item, attributes={**kept, "format": "json/1"})


async def test_erasure_keeps_the_chain() -> None:
    _, items = await sample_log()
    stubs = [to_stub(item) for item in items[:-1]]
    assert not any("body" in stub.attributes for stub in stubs)
    check([*stubs, items[-1]])
    for name in ("id", "clock", "time", "of", "body_hash", "hash"):
        value = stubs[1].attributes[name]
        changed: Value = value + 1 if isinstance(value, int) else value[:-1] if isinstance(value, str | bytes) else None
        edited = replace(stubs[1], attributes={**stubs[1].attributes, name: changed})
        with pytest.raises(Damaged, match="commit 2"):
            check([stubs[0], edited, *stubs[2:]])


async def test_a_stub_of_what_nobody_could_read_does_not_damage_what_follows() -> None:
    _, items = await sample_log()
    garbage = replace(items[1], attributes={"id": "zebra", "body": 7})
    check([*(to_stub(item) for item in (items[0], garbage, *items[2:-1])), items[-1]])


async def test_a_compressed_body_is_read() -> None:
    home, items = await sample_log()
    body = zlib.compress(str(items[-1].attributes["body"]).encode())
    await replace_last(home, items, body)
    assert (await TableEventLog(home.tables, LIFE_OS.model).commits(HOME, 1, 100))[-1].records[0].events == ()


@pytest.mark.parametrize("body", [b"", b"garbage", zlib.compress(b"[" * 1_000_000), zlib.compress(b"{}") + b"?"])
async def test_a_body_that_is_not_compressed_data_or_too_large_is_damaged(body: bytes) -> None:
    home, items = await sample_log()
    await replace_last(home, items, body)
    with pytest.raises(Damaged):
        await TableEventLog(home.tables, LIFE_OS.model).commits(HOME, len(items), 1)


async def replace_last(home: Home, items: Sequence[Item], body: bytes) -> None:
    predecessor = items[-2].attributes["hash"]
    assert isinstance(predecessor, bytes)
    attributes = {**items[-1].attributes, "format": COMPRESSED, "body": body}
    item = chained(HOME, predecessor, replace(items[-1], attributes=attributes))
    await home.tables.delete(Table.EVENTS, item.key, Equals({}))
    await home.tables.put(Table.EVENTS, item, Absent())


def test_the_hash_of_a_commit_is_fixed_for_ever() -> None:
    hash = hash_commit(START_HASH, HOME, 1, "id", 7, "2026-01-01T12:00:00.000+00:00", "json/2", b"\x00" * 32)
    assert hash.hex() == "cb794f53e9e67c9021d836b542ff5e0acd407af2a6eda9772073f06d34cc38a2"


async def test_the_commands_of_a_commit_may_have_different_actors() -> None:
    """One commit of several commands is read and projected, and each command keeps its own receipt."""
    home, items = await sample_log()
    store = home.process()
    bodies = [str(item.attributes["body"]) for item in items]
    assert bodies[-1].count('"actor":"ada"') == 1
    await send(store, paint("more"), BEA)
    last = (await items_of(home.tables))[-1]
    ours, theirs = (
        body.removeprefix('{"commands":[').removesuffix("]}")
        for body in (bodies[-1], last.attributes["body"])
        if isinstance(body, str)
    )
    ours = ours.replace('"id":"', '"traceparent":"00-1","id":"', 1)
    body = f'{{"commands":[{ours},{theirs}]}}'
    predecessor = items[-2].attributes["hash"]
    assert isinstance(predecessor, bytes)
    both = chained(HOME, predecessor, replace(items[-1], attributes={**last.attributes, "body": body}))
    for item in (last, items[-1]):
        await home.tables.delete(Table.EVENTS, item.key, Equals({}))
    await home.tables.put(Table.EVENTS, both, Absent())

    reader = home.process()
    await reader.worker.run_once()
    (commit,) = await reader.log.commits(HOME, len(items), 1)
    assert [(record.actor, len(record.events)) for record in commit.records] == [("ada", 0), ("bea", 1)]
    assert (await reader.queries.task(HOME, task_id("more"), viewer=BEA)).title
    for record, command in zip(commit.records, (CompleteTask(task_id=task_id()), paint("more")), strict=True):
        receipt = await send(reader, command, record.actor, id=record.command_id)
        assert (receipt.position, receipt.events, receipt.repeated) == (len(items), len(record.events), True)
