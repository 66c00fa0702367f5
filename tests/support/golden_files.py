"""The content of the tables, as files in `tests/golden`. Files are added, but never edited: stored data is for ever.

    commits/<event>.<version>.json              a commit's body, exactly as it is stored: read for ever
    commits/<event>.<version>+<release>.json    one more, for an event whose version got more fields in that release
    reads/<commit>.as.<version>.json            the same as read by the code of a later version
    items/<what>.<version>.json, keys/<what>.json
                                                everything else in the tables, except read items
    read_items/<projection>.<version>.<type>.json

No code reads snapshots and read items of older versions, because a generation is built from the log.

`make generate` writes the missing files: a new event, version, projection or kind of item gets its own.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio
from support.bodies import encode_text
from support.derived import derive_model
from support.only_grows import check_only_grows
from support.paths import GOLDEN
from support.samples import (
    ASSET,
    COMMENT,
    EVENTS,
    FULL,
    GROWN,
    HOUSE,
    LINK,
    NEXT,
    RELATION,
    ROOM,
    SHELF,
    TASK,
    THING,
    WORKSPACE,
    T,
)

from ascend.adapters.layout import keys
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.store.application_records import to_item as application_to_item
from ascend.adapters.store.leases import TableLeases
from ascend.adapters.store.policy_positions import TablePolicyPositions
from ascend.adapters.store.stored_commits import to_item
from ascend.adapters.store.stubs import to_stub
from ascend.adapters.store.view_items import change_to_item
from ascend.adapters.store.views import TableViews
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.pages import scan_pages
from ascend.adapters.table.typed import to_typed
from ascend.adapters.table.values import encode_base64
from ascend.domain.event import Event
from ascend.domain.ids import CommandId, Ref, UserId
from ascend.domain.runtime.body import FORMAT, encode
from ascend.domain.runtime.commit import Commit, make_commit
from ascend.domain.runtime.decoding import decode
from ascend.domain.runtime.ports import Folded, Rendered
from ascend.domain.runtime.record import CommandRecord
from ascend.domain.tasks.task import Status
from ascend.domain.workspaces.view import Versioned
from ascend.projections.build import Build, Generation
from ascend.projections.engine.rendering import StatesContext, Unrenderable, render
from ascend.projections.generation_record import BuildProgress, GenerationRecord, StoredState
from ascend.projections.generation_state import GenerationState
from ascend.projections.item import ReadItem
from ascend.projections.key_template import ViewKey
from ascend.projections.life_os import LIFE_OS
from ascend.projections.policies.policy import PolicyPosition
from ascend.projections.ports import Change, Edge, NewSnapshot, Parked
from ascend.projections.projection import Projection
from ascend.projections.workers.lease_records import Heartbeat, Lease
from ascend.projections.workers.ownership import ApplicationRecord
from ascend.testing import ADA, HOME, NOON, FakeEnvironment

COMMAND = CommandId("0199f1d2-7c1e-7a3b-8c4d-5e6f708192a3")
COMMIT = "0199f1d2-7c1e-7a3b-8c4d-5e6f708192a5"
OTHER_COMMAND = CommandId("0199f1d2-7c1e-7a3b-8c4d-5e6f708192a4")
BUILD = Build("tasks", 1, 0)
GENERATION = Generation(1, (BUILD,))
RECORD = GenerationRecord(
    *(HOME, GENERATION, Rendered(3), Folded(2), "commit", 7, 1),
    *(("a", "b"), "a reason", "folded", "generation-life", {"tasks.open": 2}),
    rendered_hash=b"r" * 32,
    folded_hash=b"f" * 32,
    leads=4,
    starts={BUILD: 2},
    built_at=2,
)
NEXT_BUILD = BUILD._replace(epoch=1)
BUILDING = replace(
    RECORD,
    generation=Generation(1, (NEXT_BUILD,)),
    cursor=(),
    incarnation="next-life",
    starts={NEXT_BUILD: 3},
    built_at=0,
    progress=BuildProgress(3, (NEXT_BUILD,), ("3", "task", T), 3, b"s" * 32),
)
STATE = GenerationState(
    current=GENERATION,
    number=2,
    announced=BUILDING.generation,
    announcements=4,
    previous=Generation(0, (BUILD,)),
    at_hand=True,
    epochs={"tasks.0": 3, BUILD.line: 1},
    codes=frozenset({"code-1", "code-2"}),
    switched_at=1_767_225_600,
)


def stored(folder: str) -> dict[str, str]:
    """Return the files of a folder by their names without `.json`."""
    return {path.stem: path.read_text() for path in sorted((GOLDEN / folder).glob("*.json"))}


def commits() -> Iterator[tuple[str, str]]:
    for event in EVENTS:
        record = CommandRecord(COMMAND, "02d9bd13bb8bb8a8ddd0bbbd1dd0ad49", ADA, (event,), "a request", "a policy")
        yield file_name(event), encode_text((record,))


def file_name(event: Event) -> str:
    grown = GROWN.get(event.tag)
    return f"{event.tag}.{event.version}" + (f"+{grown}" if grown else "")


def parse_name(name: str) -> tuple[str, int]:
    tag, _, version = name.partition("+")[0].rpartition(".")
    return tag, int(version)


def reads(bodies: dict[str, str]) -> Iterator[tuple[str, str]]:
    for name, body in bodies.items():
        now = LIFE_OS.model.events[parse_name(name)[0]].version
        yield f"{name}.as.{now}", to_pretty_json([read(record) for record in decode(LIFE_OS.model, FORMAT, body)])


def read(record: CommandRecord) -> dict[str, Any]:
    """Return everything that the record holds. Fields that a later version adds with a default are left out."""
    events = [[event.tag, event.model_dump(mode="json", exclude_defaults=True)] for event in record.events]
    fields = (record.command_id, record.digest, record.actor, record.correlation, record.causation)
    return {"record": fields, "events": events}


def all_keys() -> Iterator[tuple[str, str]]:
    thing, task, commit = Ref("thing", HOUSE), Ref("task", T), keys.commit_key(HOME, 42)
    rendered = {
        "commit": commit,
        "registry": keys.registry_key(HOME),
        "epochs": keys.EPOCHS,
        "application": keys.APPLICATION,
        "policy": keys.policy_key(HOME, "a-policy"),
        "policies": keys.INSTALLED,
        "record": keys.record_key(HOME, "generation"),
        "starts": keys.starts_key(HOME),
        "snapshot": keys.snapshot_key(HOME, "generation", task),
        "edge": keys.edge_key(HOME, "generation", thing, Ref("thing", ROOM)),
        "command": keys.command_key(HOME, "generation", COMMAND),
        "pack": keys.pack_key(HOME, "generation", 1_700_000_000, 3, 42),
        "parked": keys.parked_key(HOME, "generation", BUILD, task),
        "lease": keys.lease_key("sweep-0123456789ab#3"),
        "worker": keys.worker_key(COMMIT),
        "read_item": keys.item_key(BUILD, ViewKey(f"W#{HOME}", f"card#{T}")),
    }
    for name, key in rendered.items():
        yield name, to_pretty_json([key.pk, key.sk])


async def items() -> dict[str, str]:
    tables = MemoryTables()
    views = TableViews(tables, LIFE_OS.model, FakeEnvironment(), keeps_expired_commands=True)
    record = RECORD
    await views.begin(record)
    await views.begin(BUILDING)
    await views.put_starts(HOME, {BUILD: 2, NEXT_BUILD: 3})
    await views.replace_state(StoredState(None), STATE)
    room, shelf = (Edge(Ref("thing", HOUSE), Ref("thing", id), 3, id == ROOM) for id in (ROOM, SHELF))
    await views.put_edges(record, [room, shelf])
    await views.end_edges(record, [shelf])
    await views.put_applied_batch(record, [commit_of(3, COMMAND, CommandId.derive("any"))])
    await views.put_applied_batch(record, [commit_of(4, COMMAND, OTHER_COMMAND), commit_of(5)])
    more = [CommandId(f"0199f1d2-7c1e-7a3b-8c4d-5e6f708{number:05x}") for number in range(20)]
    await views.put_applied_batch(record, [commit_of(6, *more)])
    task = Ref("task", T)
    parked = Parked(BUILD, task, 3, "an error", (ViewKey("pk", "sk"),), {"tasks.open": 1})
    gone = Change(BUILD, ViewKey(f"W#{HOME}", "gone"), 3, None)
    await views.put_items(record, [gone], [parked])
    await views.end_items(record, [gone], [])
    leases = TableLeases(tables)
    await leases.beat(Heartbeat(COMMIT, 3, frozenset({"sweep-0123456789ab", "hints-0123456789ab"}), (HOME,)))
    await leases.replace(None, Lease("sweep-0123456789ab#3", COMMIT, 1))
    policies = TablePolicyPositions(tables)
    await policies.begin(PolicyPosition(HOME, "a-policy", 3, "commit", "a reason"))
    await policies.install(["b-policy", "a-policy"])
    full = [NewSnapshot(Ref(kind, kind), Versioned(state, 2, 3), is_new=True) for kind, state in FULL.items()]
    await views.put_states(record, full)
    written = [(table, item) for table in Table async for page in scan_pages(tables, table) for item in page]
    return {name_of(item): stored_form(table, item) for table, item in written} | event_items()


def commit_of(position: int, *commands: CommandId) -> Commit:
    """Return a commit that was written when the ids of the commands were made."""
    records = [CommandRecord(command, "digest", ADA, EVENTS[:1]) for command in commands]
    made = datetime.fromtimestamp((COMMAND.time or 0) / 1_000, UTC)
    return Commit(HOME, position, COMMIT, 7, made, tuple(records), b"")


def event_items() -> dict[str, str]:
    """Return the items of the events table: a commit, its stub, an erased workspace's entry, the store's application."""
    record = CommandRecord(COMMAND, "d", ADA, EVENTS[:2])
    records = [record, replace(record, command_id=OTHER_COMMAND, actor=UserId("bea"), events=())]
    body = encode(records)
    made = make_commit(b"p" * 32, HOME, 42, id=COMMIT, clock=7, time=NOON, records=records, body=body)
    commit = to_item(made, body)
    erased = Item(keys.registry_key(HOME), {"erased": True})
    application = application_to_item(
        ApplicationRecord("a-name", frozenset({"b.done", "a.done"}), {"tasks": 2, "a": 1})
    )
    many = [replace(record, command_id=CommandId.derive("any", str(number))) for number in range(20)]
    packed = encode(many)
    grouped = make_commit(b"p" * 32, HOME, 42, id=COMMIT, clock=7, time=NOON, records=many, body=packed)
    items = {
        "commit.2": commit,
        "commit.compressed.2": to_item(grouped, packed),
        "stub.2": to_stub(commit),
        "registry.erased.1": erased,
        "application.1": application,
    }
    return {name: stored_form(Table.EVENTS, item) for name, item in items.items()}


def name_of(item: Item) -> str:
    """Return a name such as `snapshot.task.1`: the version of the content comes last."""
    kind = item.key.sk.split("#")
    match kind[0]:
        case "S":
            return f"snapshot.{kind[1]}.{LIFE_OS.model.snapshots}"
        case "E":
            return "edge.1" if item.attributes["there"] else "edge.gone.1"
        case "B":
            return "pack.1" if "commands" in item.attributes else "pack.compressed.1"
        case "C":
            return "command.1" if item.expires else "command.for_ever.1"
        case "P":
            return "parked.2"
        case "lease" | "worker":
            return f"{kind[0]}.1"
        case "epochs":
            return "epochs.2"
        case "starts":
            return "starts.1"
        case "policies":
            return "policies.1"
        case "a-policy":
            return "policy.1"
        case "gone":
            return "tombstone.1"
        case _:
            return "record.building.4" if "progress" in item.attributes else "record.4"


def read_items() -> dict[str, str]:
    """Return the first item of each type."""
    first: dict[str, str] = {}
    for projection in LIFE_OS.projections:
        build = Build(projection.name, projection.version, 0)
        for key, item in rendered(projection):
            assert parsed(item) == key
            assert type(item).from_content(item.content()) == item
            text = stored_form(Table.VIEWS, change_to_item(HOME, Change(build, key, 3, item)))
            first.setdefault(f"{projection.name}.{projection.version}.{type(item).__name__}", text)
    return first


def rendered(projection: Projection) -> Iterator[tuple[ViewKey, ReadItem]]:
    """Yield the items of the examples, then a derived one of each type, for types that no example renders."""
    yield from rendered_states(projection)
    for item in map(derive_model, projection.items):
        yield item.key.render(item), item


def rendered_states(projection: Projection) -> Iterator[tuple[ViewKey, ReadItem]]:
    states = living_states()
    context = StatesContext(HOME, states, {})
    for ref in states:
        items = render(projection, ref, context)
        assert not isinstance(items, Unrenderable), items.error
        yield from items.items()
    if projection.events is not None:
        commit = Commit(HOME, 3, "commit", 7, NOON, (CommandRecord(COMMAND, "d", ADA, EVENTS),), b"")
        for index, event in enumerate(EVENTS):
            yield from ((item.key.render(item), item) for item in projection.events(commit, index, event))


def parsed(item: ReadItem) -> ViewKey:
    """Return the item's key, rendered from the parsed parts of the key."""
    fields = item.key.parse(item.key.render(item))
    return ViewKey(item.key.partition.format(**fields), item.key.sort.format(**fields))


def living_states() -> dict[Ref, Versioned]:
    """Return a state of each kind, and its ancestors."""
    house = replace(THING, id=HOUSE, parent=None, deleted=False)
    room = replace(house, id=ROOM, parent=HOUSE)
    shelf = replace(room, id=SHELF, parent=ROOM, name="Shelf № 5")
    task = replace(TASK, status=Status.STARTED, deleted=False)
    done = replace(task, id=NEXT, status=Status.DONE)
    comment = replace(COMMENT, deleted=False)
    workspace, relation = replace(WORKSPACE, erased=False), replace(RELATION, removed=False)
    states = (task, done, shelf, ASSET, LINK, relation, comment, workspace, house, room)
    return {Ref(state.entity, state.id): Versioned(state, 2, 3) for state in states}


def stored_form(table: Table, item: Item) -> str:
    return to_pretty_json(to_typed(table, item)[0])


def to_pretty_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, default=encode_base64) + "\n"


def current() -> dict[str, dict[str, str]]:
    """Return everything that this code writes and reads, by folder and name."""
    bodies = dict(commits())
    return {
        "commits": bodies,
        "reads": dict(reads(bodies | stored("commits"))),
        "keys": dict(all_keys()),
        "items": anyio.run(items),
        "read_items": read_items(),
    }


def render_golden_files() -> dict[Path, str]:
    """Return all files, with the missing ones.

    Raises:
        Removed: something is written or read otherwise than its file says.
    """
    files: dict[Path, str] = {}
    for folder, texts in current().items():
        before = stored(folder)
        changed = [f"{folder}/{name}" for name, text in texts.items() if before.get(name, text) != text]
        check_only_grows(GOLDEN, changed, (), "restore the form, or raise the version and keep the file")
        files |= {GOLDEN / folder / f"{name}.json": text for name, text in texts.items()}
    return files
