"""The execution of one command: decide on the log's head, then append behind it.

known? ──▶ load what is missing ──▶ decide ──▶ refused: confirm by reading the tail ──▶ answer
  ▲                                    │
  └── add the missed commits ◀── taken ┴── accepted: one conditional write, also without events ──▶ receipt
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from ascend.domain.errors import (
    CommandIdReused,
    Contention,
    OutcomeUnknown,
    Refusal,
    StoreBusy,
    StoreError,
    StoreUnavailable,
)
from ascend.domain.event import Event
from ascend.domain.runtime.backlog import Backlog
from ascend.domain.runtime.body import Body, encode_record, join_records
from ascend.domain.runtime.cache import WorkspaceCache
from ascend.domain.runtime.commit import Commit, make_commit
from ascend.domain.runtime.dependencies import FIRST_DELAY, LONGEST_DELAY, Dependencies
from ascend.domain.runtime.loader import CacheLoader
from ascend.domain.runtime.logs import Log
from ascend.domain.runtime.ports import Applied, Head, SlotTaken
from ascend.domain.runtime.record import CommandRecord
from ascend.domain.runtime.request import (
    Receipt,
    Request,
    check_limits,
    check_new_id,
    decide,
    latest_id,
)
from ascend.domain.runtime.retry import delays
from ascend.domain.runtime.storable import CheckedEvents, check_storable
from ascend.domain.workspaces.view import NotLoaded, View

log = Log("ascend.commands")


class Execution:
    """The execution of one command. Run it once.

    Afterwards, `loader.cache` is the workspace's cache, None if its content is uncertain.
    """

    def __init__(
        self,
        dependencies: Dependencies,
        request: Request,
        cache: WorkspaceCache | None,
        backlog: Backlog | None = None,
    ) -> None:
        self.dependencies = dependencies
        self.request = request
        self.loader = CacheLoader(dependencies, request, cache, backlog or Backlog(dependencies, request.workspace))
        self.commit_id = dependencies.environment.new_id()
        self.at: datetime = request.command.at or dependencies.environment.now()

    async def run(self) -> Receipt:
        """Apply the command, or find that it was applied before, and return its receipt."""
        attempts = self.dependencies.limits.attempts
        for round, delay in enumerate(delays(FIRST_DELAY, LONGEST_DELAY, count=attempts)):
            cache = await self.loader.prepare()
            if not await self.loader.ensure_record_is_known(cache):
                continue
            if (record := self.loader.get_record(cache)) is not None:
                return self._repeated(record)
            check_new_id(self.request.command_id, self.dependencies.environment.now())
            decided = await self._decide(cache)
            if decided is None:
                continue
            if isinstance(decided, Refusal):
                if await self._is_at_head(cache):
                    raise self._refused(decided)
                continue
            if not await self.loader.confirm(cache):  # what was loaded took long
                continue
            if await self._append(cache, decided):
                return self._accepted(cache, len(decided.read))
            self.dependencies.counts.conflicts += 1
            self._note("command.conflict", round=round)
            await self.dependencies.pause(delay)
            await self.loader.catch_up(cache)  # after the pause, so that the next decision is on the latest head
        raise Contention(self.request.workspace)

    # Deciding and writing

    async def _decide(self, cache: WorkspaceCache) -> CheckedEvents | Refusal | None:
        """Return the events or the refusal, None if the head moved while something was loaded."""
        view = View(self.request.workspace, self.request.actor, self.at, cache.entities)
        while True:
            try:
                events = decide(self.request, view)
                check_limits(events, view, self.dependencies.environment.now())
            except NotLoaded as missing:
                if not await self.loader.load(cache, missing.refs):
                    return None
            except Refusal as refusal:
                return refusal
            else:
                return check_storable(self.dependencies.model, cache.entities, cache.position + 1, events)

    async def _is_at_head(self, cache: WorkspaceCache) -> bool:
        """Read the tail, and return True if the head is still where the command was decided.

        A refusal writes nothing, so no condition checks that the head is still the same.
        """
        position = cache.position
        await self.loader.catch_up(cache)
        return self.loader.cache is cache and cache.position == position

    async def _append(self, cache: WorkspaceCache, events: CheckedEvents) -> bool:
        """Append the commit behind the head, and add it to the cache. Return False if the slot was taken."""
        head, record = cache.head, self._record(events.read)
        body = join_records([encode_record(record, events.encoded)])
        commit = make_commit(
            head.point.hash,
            self.request.workspace,
            head.point.position + 1,
            id=self.commit_id,
            clock=max(head.point.clock, self.request.command_id.time or 0, latest_id(events.read)),
            time=self.dependencies.environment.now(),
            records=(record,),
            body=body,
        )
        sent_at = self.dependencies.environment.elapsed()
        outcome = await self._send(head, commit, body)
        if isinstance(outcome, SlotTaken):
            return False
        cache.add_commits([commit], outcome, sent_at)
        return True

    def _record(self, events: Sequence[Event]) -> CommandRecord:
        return CommandRecord(
            command_id=self.request.command_id,
            digest=self.request.digest(),
            actor=self.request.actor,
            events=tuple(events),
            correlation=self.request.correlation,
            causation=self.request.causation,
            imported=self.request.imported,
        )

    async def _send(self, head: Head, commit: Commit, body: Body) -> Head | SlotTaken:
        """Append the commit. If no answer comes, send the same commit again: its id shows whether it was written."""
        unanswered: StoreError | None = None
        sends = self.dependencies.limits.sends
        for send, delay in enumerate(delays(2 * FIRST_DELAY, LONGEST_DELAY, count=sends), 1):
            try:
                return await self.dependencies.log.append(head, commit, body)
            except StoreUnavailable as error:
                if isinstance(error, StoreBusy) and unanswered is None:
                    raise  # nothing was written
                log.warning("command.no_answer", **self._log_keys(), sent=send, error=type(error).__name__)
                unanswered = error
                self.dependencies.counts.resent += send < sends
                await self.dependencies.pause(delay)
            except StoreError as error:  # for example because the store was closed meanwhile
                if unanswered is None:
                    raise
                raise OutcomeUnknown(self.request.command_id) from error  # an earlier send may have been written
        raise OutcomeUnknown(self.request.command_id) from unanswered

    # Answers

    def _accepted(self, cache: WorkspaceCache, events: int) -> Receipt:
        if events:
            self.dependencies.counts.applied += 1
        else:
            self.dependencies.counts.nothing += 1
        self._note("command.applied", position=cache.position, events=events)
        return self._receipt(cache.position, events)

    def _repeated(self, record: Applied) -> Receipt:
        if record.digest != self.request.digest():
            raise CommandIdReused(self.request.command_id)
        self.dependencies.counts.repeated += 1
        return replace(self._receipt(record.position, record.events), repeated=True)

    def _refused(self, refusal: Refusal) -> Refusal:
        self.dependencies.counts.refused += 1
        self._note("command.refused", rule=refusal.rule)
        return refusal

    def _receipt(self, position: int, events: int) -> Receipt:
        return Receipt(self.request.workspace, self.request.command_id, position, events)

    def _log_keys(self) -> dict[str, object]:
        request = self.request
        return {
            "workspace": request.workspace,
            "command_id": request.command_id,
            "command": type(request.command).__name__,
        }

    def _note(self, event: str, **keys: object) -> None:
        if log.shows_debug():
            log.debug(event, **self._log_keys(), **keys)
