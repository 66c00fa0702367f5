"""A group: calls that are decided one after another at one head, and the commit that they make together.

Nothing here waits. Each call sees what the calls before it have changed. No outcome is given before the commit is durable.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from ascend.domain.errors import CommandIdReused, LimitExceeded, Refusal, VersionConflict
from ascend.domain.ids import POLICIES, CommandId, Ref
from ascend.domain.runtime.body import BODY_OVERHEAD, COMMIT_BYTES, encode_record
from ascend.domain.runtime.cache import WorkspaceCache, to_applied
from ascend.domain.runtime.call import REFUSED, Call, LeftVersions, Outcome, is_verdict
from ascend.domain.runtime.model import Model
from ascend.domain.runtime.ports import Applied
from ascend.domain.runtime.record import CommandRecord, make_record
from ascend.domain.runtime.request import Receipt, check_limits, check_new_id, decide, find_horizon
from ascend.domain.runtime.storable import check_storable
from ascend.domain.workspaces.view import NotLoaded, Versioned, View
from ascend.domain.workspaces.workspace import Workspace, WorkspaceErased

SEPARATOR = 1
"""The bytes between two records of a body."""


class GroupStates(Mapping[Ref, Versioned]):
    """The states at the head, with the changes of a group's calls on top of them."""

    def __init__(self, base: Mapping[Ref, Versioned]) -> None:
        self._base = base
        self.changed: dict[Ref, Versioned] = {}
        """Changed states. Each has one in the base as well."""

    def __getitem__(self, ref: Ref) -> Versioned:
        return self.changed.get(ref) or self._base[ref]

    def __contains__(self, ref: object) -> bool:
        return ref in self._base

    def __iter__(self) -> Iterator[Ref]:
        return iter(self._base)

    def __len__(self) -> int:
        return len(self._base)


class Accepted(NamedTuple):
    """A command that was accepted: its record, and the record as it is stored."""

    call: Call
    record: CommandRecord
    stored: bytes
    after: Mapping[Ref, Versioned]
    """The states that it changed."""
    clock: int
    """The latest time, in milliseconds, of the ids that it touches."""


class CallGroup:
    """Calls that were decided in order. `outcomes` holds what their callers are told once the commit is durable."""

    def __init__(self, model: Model, cache: WorkspaceCache, now: datetime, late: Collection[CommandId]) -> None:
        self.model = model
        self.cache = cache
        self.now = now
        self.horizon = find_horizon(now)
        self.position = cache.position + 1
        self.outcomes: list[tuple[Call, Outcome]] = []
        self.accepted: list[Accepted] = []
        self.states = GroupStates(cache.entities)
        self.missing: dict[Ref, Call] = {}
        """Entities that are not loaded, and the calls that ask for them. Then the group has to be decided again."""
        self.needs_slot = False
        """True if a refusal may only be given once no earlier write can land behind the head any more."""
        self.clock = cache.head.point.clock
        self._late = late
        self._stopped: set[object] = set()
        """The callers with an error that is no verdict: their further calls are not decided."""
        self._left: dict[object, tuple[LeftVersions, LeftVersions]] = {}
        """For each caller whose calls name versions: what they have left before, and what they leave with this commit."""
        self._records: dict[CommandId, CommandRecord] = {}
        """The commands of this commit: sent once more, one has no second effect."""
        self._bytes = BODY_OVERHEAD

    def add(self, call: Call) -> bool:
        """Decide a call. Return False if no further call can be decided before this commit is durable."""
        if call.caller in self._stopped:
            return True
        known = self._find_record(call)
        if known is not None:
            self._add_outcome(call, to_repeated(call, known))
            return True
        try:
            accepted = self._decide(call)
        except NotLoaded as missing:
            self.missing.update(dict.fromkeys(missing.refs, call))
            return True
        except Exception as error:  # noqa: BLE001  it is the outcome of this call, and of no other
            self._refuse(call, error)
            return True
        if accepted is None:
            return True
        if not self._fits(accepted):
            return False
        self._accept(call, accepted)
        return self.position > 1 and not is_erasure(accepted)

    def _find_record(self, call: Call) -> Applied | None:
        """Return the record of the command, if it was applied before, or earlier in this commit."""
        record = self._records.get(call.request.command_id)
        return call.find_record(self.cache) if record is None else to_applied(record, self.position)

    def sent(self) -> Sequence[Call]:
        """Return the calls whose commands stand in the commit."""
        return [accepted.call for accepted in self.accepted]

    @property
    def has_refusals(self) -> bool:
        return any(isinstance(outcome, Refusal) for _, outcome in self.outcomes)

    def _decide(self, call: Call) -> Accepted | None:
        """Return what the call appends. None if an earlier call of the group has to be decided again anyway."""
        request = call.request
        check_new_id(request.command_id, call.time, self.horizon)
        if request.expected:
            self._check_followed(call)
        view = View(request.workspace, request.actor, request.command.at or self.now, self.states)
        events = decide(request, view)
        latest = check_limits(events, view, self.horizon)
        if self.missing:
            return None
        checked = check_storable(self.model, self.states, self.position, events)
        record = make_record(
            request.command_id,
            call.digest(),
            request.actor,
            tuple(checked.read),
            request.correlation,
            request.causation,
            request.imported,
        )
        stored = encode_record(record, checked.encoded)
        if BODY_OVERHEAD + len(stored) > COMMIT_BYTES:
            raise LimitExceeded(
                f"a commit has at most {COMMIT_BYTES} bytes, this one has {BODY_OVERHEAD + len(stored)}"
            )
        return Accepted(call, record, stored, checked.after, max(latest, call.time or 0))

    def _check_followed(self, call: Call) -> None:
        """Raise `VersionConflict` if an earlier call of the same sender has left another version than the one that is named.

        Both were sent before either was decided: that the entity has the expected version by now is by chance.
        """
        for ref, version in call.request.expected.items():
            left = self._find_left(call).get(ref, version)
            if left == REFUSED:
                raise VersionConflict(f"{ref}: an earlier command that named its version was refused")
            if left != version:
                raise VersionConflict(f"{ref}: an earlier command left version {left}, not {version}")

    def _add_outcome(self, call: Call, outcome: Outcome) -> None:
        self.outcomes.append((call, outcome))
        if isinstance(outcome, Receipt) and outcome.repeated and outcome.events:
            self._forget_left(call)  # its events may be about any entity
        elif call.request.expected:
            self._note_left(call, outcome)

    def _has_left(self, call: Call) -> bool:
        """Return False for most calls: no call of their sender has named a version before."""
        return bool(call.left) or call.caller in self._left

    def _find_left(self, call: Call) -> LeftVersions:
        if (left := self._left.get(call.caller)) is None:
            left = self._left[call.caller] = call.left, dict(call.left)
        return left[1]

    def _note_left(self, call: Call, outcome: Outcome) -> None:
        """Note what the command leaves of the entities whose versions it names."""
        left, expected = self._find_left(call), call.request.expected
        if isinstance(outcome, Exception):
            left.update(dict.fromkeys(expected, REFUSED))
            return
        for ref, version in expected.items():
            if left.get(ref) != REFUSED:  # a refusal stays one for the calls behind it
                left[ref] = version if outcome.repeated else self.states[ref].version

    def _forget_left(self, call: Call) -> None:
        """Forget what the sender's calls have left, apart from refusals: the versions of the entities decide again."""
        if self._has_left(call):
            left = self._find_left(call)
            for ref in [ref for ref, version in left.items() if version != REFUSED]:
                del left[ref]

    def _note_changed(self, call: Call, after: Mapping[Ref, Versioned]) -> None:
        """Note what a command leaves of entities whose versions earlier calls of its sender have named."""
        if self._has_left(call):
            left = self._find_left(call)
            left.update({ref: state.version for ref, state in after.items() if left.get(ref, REFUSED) != REFUSED})

    def keep_left(self) -> None:
        """Keep what the calls leave for further calls of their senders, now that the commit is durable."""
        for before, now in self._left.values():
            before.clear()
            before.update(now)

    def _fits(self, accepted: Accepted) -> bool:
        """Return False if the command needs a commit of its own, behind this one."""
        size = self._bytes + len(accepted.stored) + SEPARATOR
        return not self.accepted or (size <= COMMIT_BYTES and not is_erasure(accepted))

    def _accept(self, call: Call, accepted: Accepted) -> None:
        record, id = accepted.record, call.request.command_id
        self._bytes += len(accepted.stored) + SEPARATOR * bool(self.accepted)
        self.accepted.append(accepted)
        self.states.changed.update(accepted.after)
        self.clock = max(self.clock, accepted.clock)
        self._records[id] = record
        self._note_changed(call, accepted.after)
        self._add_outcome(call, Receipt(call.request.workspace, id, self.position, len(record.events)))

    def _refuse(self, call: Call, error: Exception) -> None:
        if isinstance(error, Refusal):
            error.__traceback__ = None  # its frames lead back to the call: a cycle that only the collector would free
        self._add_outcome(call, error)
        if not is_verdict(error):
            self._stopped.add(call.caller)
        is_late = call.request.command_id in self._late
        if is_late or (isinstance(error, Refusal) and call.may_be_resent() and self._is_member(call)):
            self.needs_slot |= self.position > 1 and not self._is_erased(call)

    def _find_workspace(self, call: Call) -> Workspace | None:
        known = self.states.get(Ref(Workspace.entity, call.request.workspace))
        return known.state if known is not None and isinstance(known.state, Workspace) else None

    def _is_erased(self, call: Call) -> bool:
        """Return True if the workspace is erased: nothing that was decided behind an erasure can be on its way."""
        workspace = self._find_workspace(call)
        return workspace is not None and workspace.erased

    def _is_member(self, call: Call) -> bool:
        """Return True if the sender belongs to the workspace. Nobody else may make its log longer."""
        workspace = self._find_workspace(call)
        return call.request.actor == POLICIES or (workspace is not None and call.request.actor in workspace.members)


def decide_group(
    calls: Iterable[Call], model: Model, cache: WorkspaceCache, now: datetime, late: Collection[CommandId] = ()
) -> CallGroup:
    """Decide the calls in order, as many as fit one commit. Everything in `find_needs` must be loaded.

    `late` holds the commands of earlier writes of this process that may still land behind the head.
    """
    group = CallGroup(model, cache, now, late)
    for call in calls:
        if not group.add(call):
            break
    return group


class ToLoad(NamedTuple):
    """The states of entities to load for a call, and whether the record of its command has to be read."""

    call: Call
    refs: Sequence[Ref]
    is_to_be_looked_up: bool = False


def find_needs(calls: Collection[Call], cache: WorkspaceCache) -> Sequence[ToLoad]:
    """Return what the calls will surely ask for and what is not loaded, and the ids to look up."""
    needs: list[ToLoad] = []
    for call in calls:
        refs = cache.find_missing(call.needed)
        is_to_be_looked_up = not call.is_looked_up(cache)
        if refs or is_to_be_looked_up:
            needs.append(ToLoad(call, refs, is_to_be_looked_up))
    return needs


def to_repeated(call: Call, record: Applied) -> Outcome:
    """Return the first receipt of a command that was applied before."""
    id = call.request.command_id
    if record.digest != call.digest():
        return CommandIdReused(id)
    return replace(Receipt(call.request.workspace, id, record.position, record.events), repeated=True)


def is_erasure(accepted: Accepted) -> bool:
    """Return True for the command that erases the workspace. Its commit stays, so it must hold nothing else."""
    return WorkspaceErased in map(type, accepted.record.events)
