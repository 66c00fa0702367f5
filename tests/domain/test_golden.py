"""What was stored once is read for ever; what is written keeps its form until its version is raised.

Where one of these fails because something new has no file yet: `python tests/golden_files.py`, and look at what it adds.
"""

import json

import pytest
from golden_files import current, reads, stored
from samples import EVENTS, FULL

from ascend.domain.event import Event
from ascend.domain.ids import Ref
from ascend.domain.model import MODEL
from ascend.projections.catalog import PROJECTIONS

FOLDERS = ["reads", "keys", "items", "read_items"]


@pytest.fixture(scope="module")
def now() -> dict[str, dict[str, str]]:
    return current()


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: f"{event.tag}.{event.version}")
def test_every_version_of_every_event_was_stored_once(event: Event) -> None:
    versions = {f"{event.tag}.{version}" for version in range(1, event.version + 1)}
    assert versions <= stored("commits").keys()


@pytest.mark.parametrize("name", stored("commits"))
def test_every_stored_commit_is_read_as_it_ever_was(name: str) -> None:
    files = stored("reads")
    for key, text in reads({name: stored("commits")[name]}):
        assert files[key] == text


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_is_written_today_has_a_file(folder: str, now: dict[str, dict[str, str]]) -> None:
    assert now[folder].keys() <= stored(folder).keys()


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_is_written_today_is_what_was_written_before(folder: str, now: dict[str, dict[str, str]]) -> None:
    before = stored(folder)
    assert {name: text for name, text in now[folder].items() if before.get(name, text) != text} == {}


def test_every_read_item_has_a_file(now: dict[str, dict[str, str]]) -> None:
    types = {f"{p.name}.{p.version}.{item.__name__}" for p in PROJECTIONS for item in p.items}
    assert now["read_items"].keys() == types


@pytest.mark.parametrize("kind", FULL)
def test_every_stored_snapshot_is_read(kind: str) -> None:
    item = json.loads(stored("items")[f"snapshot.{kind}.{MODEL.snapshots}"])
    assert MODEL.load_state(Ref(kind, kind), item["state"]["S"]) == FULL[kind]
