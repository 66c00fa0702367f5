"""Everything that was stored once is read for ever, and written in the same form until its version is raised.

Where one of these fails because something new has no file yet: run `make generate`, and look at what it adds.
"""

import json
from dataclasses import replace
from typing import Any

import pytest
from support.bodies import encode_text
from support.golden_files import (
    BUILD,
    BUILDING,
    COMMIT,
    NEXT_BUILD,
    RECORD,
    STATE,
    current,
    file_name,
    parse_name,
    reads,
    stored,
)
from support.samples import EVENTS, FULL

from ascend.adapters.store.generation_items import to_record, to_starts, to_stored_state
from ascend.adapters.store.stored_commits import parse_stored, to_commit
from ascend.adapters.table.typed import from_typed
from ascend.domain.event import Event, touched
from ascend.domain.ids import Ref
from ascend.domain.runtime.body import FORMAT
from ascend.domain.runtime.chain import START_HASH
from ascend.domain.runtime.decoding import decode
from ascend.domain.workspaces.view import Versioned
from ascend.projections.generation_record import StoredState
from ascend.projections.life_os import LIFE_OS
from ascend.testing import HOME

FOLDERS = ["reads", "keys", "items", "read_items"]
COMPRESSED = "commit.compressed.2"
COMMITS = stored("commits")
ALONE = replace(RECORD, leads=0, starts={}, built_at=0)
UNCHAINED = replace(ALONE, rendered_hash=START_HASH, folded_hash=START_HASH)
RECORDS = {
    "record.1": replace(UNCHAINED, counts={}),
    "record.2": UNCHAINED,
    "record.3": ALONE,
    "record.4": RECORD,
    "record.building.4": BUILDING,
}
"""The meaning of the stored record of each release."""
STATES = {"epochs.1": StoredState(None, {"tasks": 1}), "epochs.2": StoredState(STATE, STATE.current_epochs)}
"""The meaning of the stored state of each release."""


@pytest.fixture(scope="module")
def now() -> dict[str, dict[str, str]]:
    return current()


def data_of(name: str) -> list[dict[str, Any]]:
    """Return the data of all events in a stored commit."""
    return [event[3] for command in json.loads(COMMITS[name])["commands"] for event in command["events"]]


@pytest.mark.parametrize("event", EVENTS, ids=file_name)
def test_every_version_of_every_event_was_stored_once(event: Event) -> None:
    versions = {f"{event.tag}.{version}" for version in range(1, event.version + 1)}
    assert versions | {file_name(event)} <= COMMITS.keys()


@pytest.mark.parametrize("event", EVENTS, ids=file_name)
def test_every_field_of_every_event_was_stored_once(event: Event) -> None:
    """If a field is new, name the release in `samples.GROWN`."""
    ours = [name for name in COMMITS if parse_name(name) == (event.tag, event.version)]
    fields = {field for name in ours for data in data_of(name) for field in data}
    assert fields == type(event).model_fields.keys() - {"at"}


@pytest.mark.parametrize("name", COMMITS)
def test_every_stored_commit_is_read_as_it_always_was(name: str) -> None:
    files = stored("reads")
    for key, text in reads({name: COMMITS[name]}):
        assert files[key] == text


@pytest.mark.parametrize("name", COMMITS)
def test_an_event_of_an_earlier_release_would_be_stored_the_same_today(name: str) -> None:
    """Processes of that release read what this release writes, as long as nothing new is used."""
    (record,) = decode(LIFE_OS.model, FORMAT, COMMITS[name])
    states = {ref: Versioned(FULL[ref.kind], 1, 1) for ref in touched(record.events)}
    written = LIFE_OS.model.as_written(states, 2, record.events)
    if all((event.tag, event.version) == parse_name(name) for event in written):
        assert encode_text((replace(record, events=tuple(written)),)) == COMMITS[name]


def test_every_event_is_written_in_a_version_that_the_release_before_reads() -> None:
    """The next release writes a version that is new in this one. Until then, `LIFE_OS.model.writes` has a downcast."""
    states = {ref: Versioned(FULL[ref.kind], 1, 1) for ref in touched(EVENTS)}
    written = [LIFE_OS.model.as_written(states, 2, [event])[0] for event in EVENTS]
    assert {event.tag: event.version for event in written if event.version > 1} == {}
    assert {event.tag for event in written if type(event) is not LIFE_OS.model.events[event.tag]} == {"task.edited"}


@pytest.mark.parametrize("name", [name for name in stored("items") if name.startswith(("commit.", "stub."))])
def test_the_commits_and_stubs_of_every_release_are_read(name: str) -> None:
    stored_commit = parse_stored(HOME, from_typed(json.loads(stored("items")[name])))
    predecessor = START_HASH if name.endswith(".1") else b"p" * 32
    assert stored_commit.follows(predecessor)
    commit = to_commit(LIFE_OS.model, stored_commit)
    id = "commit" if name.endswith(".1") else COMMIT
    assert (commit.position, commit.id, commit.clock, commit.is_stub) == (42, id, 7, name.startswith("stub"))
    assert len(commit.records) == (0 if commit.is_stub else 20 if "compressed" in name else 2)


@pytest.mark.parametrize("name", [name for name in stored("items") if name.startswith("record.")])
def test_the_generation_records_of_every_release_are_read(name: str) -> None:
    record = to_record(HOME, from_typed(json.loads(stored("items")[name])))
    assert record == RECORDS[name]


@pytest.mark.parametrize("name", [name for name in stored("items") if name.startswith("epochs.")])
def test_the_state_of_the_generations_of_every_release_is_read(name: str) -> None:
    item = from_typed(json.loads(stored("items")[name]))
    assert to_stored_state(item) == STATES[name]


def test_the_starts_of_builds_are_read() -> None:
    item = from_typed(json.loads(stored("items")["starts.1"]))
    assert to_starts(item.attributes["starts"]) == {BUILD: 2, NEXT_BUILD: 3}


@pytest.mark.parametrize("folder", FOLDERS)
def test_everything_that_is_written_today_has_a_file(folder: str, now: dict[str, dict[str, str]]) -> None:
    assert now[folder].keys() <= stored(folder).keys()


@pytest.mark.parametrize("folder", [*FOLDERS, "commits"])
def test_everything_is_written_today_as_it_was_before(folder: str, now: dict[str, dict[str, str]]) -> None:
    before = {name: text for name, text in stored(folder).items() if name != COMPRESSED}
    assert {name: text for name, text in now[folder].items() if before.get(name, text) != text} == {}


@pytest.mark.needs_optimisation("compression")
def test_a_compressed_commit_is_written_today_as_it_was_before(now: dict[str, dict[str, str]]) -> None:
    assert now["items"][COMPRESSED] == stored("items")[COMPRESSED]


def test_every_read_item_has_a_file(now: dict[str, dict[str, str]]) -> None:
    types = {f"{p.name}.{p.version}.{item.__name__}" for p in LIFE_OS.projections for item in p.items}
    assert now["read_items"].keys() == types


@pytest.mark.parametrize("kind", FULL)
def test_every_stored_snapshot_is_read(kind: str) -> None:
    item = json.loads(stored("items")[f"snapshot.{kind}.{LIFE_OS.model.snapshots}"])
    assert LIFE_OS.model.load_state(Ref(kind, kind), item["state"]["S"]) == FULL[kind]
