"""Converts generation records, the starts of builds, and the state of the generations to attributes, and back. Pure."""

from collections.abc import Mapping
from typing import Any

from pydantic_core import from_json, to_json

from ascend.adapters.store.view_items import UNREADABLE, naming_item, parse_build, to_int
from ascend.adapters.table.item import Item, Value
from ascend.domain.errors import StoreMismatch
from ascend.domain.ids import Ref, WorkspaceId
from ascend.domain.runtime.chain import START_HASH
from ascend.domain.runtime.ports import Folded, Rendered
from ascend.projections.build import Build, Generation
from ascend.projections.generation_record import BuildProgress, GenerationRecord, StoredState
from ascend.projections.generation_state import GenerationState


def to_stored_state(item: Item | None) -> StoredState:
    """Return the state of the generations.

    Raises: StoreMismatch if it cannot be read, because then nobody knows what is current.
    """
    try:
        attributes: Mapping[str, Any] = item.attributes if item else {"epochs": {}}
        epochs = {name: to_int(epoch) for name, epoch in attributes["epochs"].items()}
        text = attributes.get("state")
        return StoredState(None if text is None else parse_state(str(text)), epochs)
    except UNREADABLE:
        raise StoreMismatch(
            "the item `epochs` of the views table cannot be read: restore it, or delete the views (docs/runbook.md)"
        ) from None


def parse_state(text: str) -> GenerationState:
    data: Mapping[str, Any] = from_json(text)
    current = parse_generation(data["current"])
    if current is None:
        raise ValueError("no current generation")
    return GenerationState(
        current=current,
        number=to_int(data["number"]),
        announced=parse_generation(data["announced"]),
        announcements=to_int(data["announcements"]),
        previous=parse_generation(data["previous"]),
        at_hand=bool(data["at_hand"]),
        taken_back=bool(data["taken_back"]),
        epochs={line: to_int(epoch) for line, epoch in data["epochs"].items()},
        codes=frozenset(map(str, data["codes"])),
        switched_at=to_int(data["switched_at"]),
    )


def parse_generation(data: Any) -> Generation | None:
    if data is None:
        return None
    return Generation(to_int(data["snapshots"]), tuple(parse_build(str(text)) for text in data["builds"]))


def state_to_attributes(state: GenerationState) -> dict[str, Value]:
    return {"epochs": dict(state.current_epochs), "state": dump_state(state)}


def dump_state(state: GenerationState) -> str:
    """Return the state as JSON, the same for the same state: writes are conditional on it."""
    data = {
        "current": dump_generation(state.current),
        "number": state.number,
        "announced": dump_generation(state.announced),
        "announcements": state.announcements,
        "previous": dump_generation(state.previous),
        "at_hand": state.at_hand,
        "taken_back": state.taken_back,
        "epochs": dict(sorted(state.epochs.items())),
        "codes": sorted(state.codes),
        "switched_at": state.switched_at,
    }
    return to_json(data).decode()


def dump_generation(generation: Generation | None) -> Mapping[str, Any] | None:
    if generation is None:
        return None
    return {"snapshots": generation.snapshots, "builds": [str(build) for build in generation.builds]}


def record_to_attributes(record: GenerationRecord) -> dict[str, Value]:
    return {
        "snapshots": record.generation.snapshots,
        "builds": [str(build) for build in record.generation.builds],
        "rendered": record.rendered,
        "folded": record.folded,
        "commit_id": record.commit_id,
        "clock": record.clock,
        "folded_id": record.folded_id,
        "rendered_hash": record.rendered_hash,
        "folded_hash": record.folded_hash,
        "parked": record.parked,
        "cursor": list(record.cursor),
        "stalled": record.stalled,
        "incarnation": record.incarnation,
        "counts": dict(record.counts),
        "leads": record.leads,
        "starts": starts_to_value(record.starts),
        "built_at": record.built_at,
        **({"progress": dump_progress(record.progress)} if record.progress else {}),
        **({"retried": [[str(build), *ref] for build, ref in record.retried]} if record.retried else {}),
    }


def to_record(workspace: WorkspaceId, item: Item) -> GenerationRecord:
    """Raises: DamagedViews if the item cannot be read."""
    with naming_item(item):
        attributes: Mapping[str, Any] = item.attributes
        builds = tuple(parse_build(str(text)) for text in attributes["builds"])
        return GenerationRecord(
            workspace=workspace,
            generation=Generation(to_int(attributes["snapshots"]), builds),
            rendered=Rendered(to_int(attributes["rendered"])),
            folded=Folded(to_int(attributes["folded"])),
            commit_id=str(attributes["commit_id"]),
            clock=to_int(attributes["clock"]),
            folded_id=str(attributes["folded_id"]),
            rendered_hash=to_hash(attributes.get("rendered_hash")),
            folded_hash=to_hash(attributes.get("folded_hash")),
            parked=to_int(attributes["parked"]),
            cursor=tuple(str(step) for step in attributes["cursor"]),
            stalled=str(attributes["stalled"]),
            incarnation=str(attributes["incarnation"]),
            counts={name: to_int(count) for name, count in attributes.get("counts", {}).items()},
            leads=to_int(attributes.get("leads", 0)),
            starts=to_starts(attributes.get("starts", {})),
            progress=to_progress(attributes.get("progress")),
            built_at=to_int(attributes.get("built_at", 0)),
            retried=tuple((parse_build(build), Ref(kind, id)) for build, kind, id in attributes.get("retried", ())),
        )


def to_hash(stored: Value) -> bytes:
    """Return a hash of a record. Releases from before the chain of hashes stored none, in generations of their own."""
    return stored if isinstance(stored, bytes) else START_HASH


def starts_to_value(starts: Mapping[Build, int]) -> Mapping[str, Value]:
    return {str(build): start for build, start in sorted(starts.items())}


def to_starts(stored: Value) -> dict[Build, int]:
    starts: Any = stored
    return {parse_build(name): to_int(start) for name, start in starts.items()}


def dump_progress(progress: BuildProgress) -> str:
    data: dict[str, object] = {
        "start": progress.start,
        "todo": [str(build) for build in progress.todo],
        "cursor": progress.cursor,
        "end": progress.end,
        "hash": progress.hash.hex(),
    }
    claim = {"builder": progress.builder, "until": progress.claimed_until} if progress.builder else {}
    return to_json(data | claim).decode()


def to_progress(stored: Value) -> BuildProgress | None:
    if stored is None:
        return None
    data = from_json(str(stored))
    todo = tuple(parse_build(str(build)) for build in data["todo"])
    cursor = tuple(str(step) for step in data["cursor"])
    return BuildProgress(
        to_int(data["start"]),
        todo,
        cursor,
        to_int(data["end"]),
        bytes.fromhex(data["hash"]),
        str(data.get("builder", "")),
        to_int(data.get("until", 0)),
    )
