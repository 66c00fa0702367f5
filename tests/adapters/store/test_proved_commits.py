"""Commits whose hash is proved are read without validation. All others are validated, and so is everything by verify."""

import re

import pytest
from support.chained import chained
from support.staged import paint, send, staged_home

from ascend.adapters.layout import keys
from ascend.adapters.store.event_log import TableEventLog
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Item, Table
from ascend.domain.errors import Damaged
from ascend.domain.runtime.model import Model
from ascend.projections.life_os import LIFE_OS
from ascend.testing import HOME


@pytest.fixture
def validated(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tags of the events that were validated."""
    tags, real = list[str](), Model.event

    def event(self: Model, tag: str, *parts: object) -> object:
        tags.append(tag)
        return real(self, tag, *parts)  # type: ignore[arg-type]

    monkeypatch.setattr(Model, "event", event)
    return tags


async def test_events_are_validated_unless_the_hash_of_their_commit_is_proved(validated: list[str]) -> None:
    home = await staged_home(paint(), paint("more"))
    log = TableEventLog(home.tables, LIFE_OS.model)
    validated.clear()

    all_commits = await log.commits(HOME, 1, 100)
    assert validated == []

    second = await log.commits(HOME, 2, 100, predecessor=all_commits[0].hash)
    assert validated == []

    unproved = await log.commits(HOME, 2, 100)
    assert validated == [event.tag for event in unproved[0].events()]  # those that follow are proved by it
    assert unproved == second == all_commits[1:]

    validated.clear()
    assert await TableEventLog(home.tables, LIFE_OS.model, validate=True).commits(HOME, 1, 100) == all_commits
    assert validated == [event.tag for commit in all_commits for event in commit.events()]


async def test_verify_finds_an_event_that_only_validation_refuses() -> None:
    """Somebody who may write to the table has appended it, with a right hash."""
    home = await staged_home(paint())
    store = home.process()
    head = await store.log.head(HOME)
    written = await store.tables.get(Table.EVENTS, keys.commit_key(HOME, head.position))
    assert written is not None
    text = re.sub(r"-[0-9a-f]{12}\b", "-000000000000", str(written.attributes["body"]))  # of other commands and tasks
    body = text.replace('"by":"ada"', '"by":"\\u200bada"')
    forged = Item(keys.commit_key(HOME, head.position + 1), {**written.attributes, "id": "another", "body": body})
    await store.tables.put(Table.EVENTS, chained(HOME, head.hash, forged), Absent())

    (read,) = await store.log.commits(HOME, head.position + 1, 1, predecessor=head.hash)
    with pytest.raises(Damaged, match=rf"commit {head.position + 1} of .* not a UserId"):
        await store.log.commits(HOME, head.position + 1, 1)
    await send(home.process(), paint("later"))
    await store.worker.catch_up(HOME)
    verified = await store.verify()

    assert "\u200b" in next(read.events()).model_dump()["by"]
    assert [difference.what for difference in verified.differences] == ["log"]
    assert f"commit {head.position + 1}" in verified.differences[0].detail
