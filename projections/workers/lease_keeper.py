"""Keeps the leases of one worker: a heartbeat, one look at all leases, and what follows from it, every two seconds.

    beat ──▶ read everything ──▶ who is gone? ──▶ take, give up ──▶ wait

`SILENCE` (5 s) after its last heartbeat, others take a worker's leases. The worker itself counts on them for `BELIEF`
(4 s) after it sent the last heartbeat, and after it last asked for the leases: it stops before another can begin.
tests/support/models/lease_protocol.py explores the protocol.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from collections.abc import Set as AbstractSet

import anyio

from ascend.domain.errors import AscendError, StoreClosed
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.concurrency import for_each, run_both
from ascend.domain.runtime.logs import Log
from ascend.domain.runtime.ports import Environment
from ascend.domain.runtime.retry import delays
from ascend.projections.workers.lease_plan import Pulses, find_unused, plan_moves
from ascend.projections.workers.lease_records import NOBODY, Heartbeat, Lease, LeaseRecords, LeaseState, kind_of

log = Log("ascend.worker")
BEAT = 2.0
"""Seconds between two heartbeats of a worker."""
BELIEF = 4.0
"""Seconds for which a worker counts on its leases. Less than `SILENCE`."""
LONGEST_WAIT = 8.0
"""The most seconds between two attempts while the store does not answer."""
HAND_OVER = 5.0
"""The most seconds that handing over takes when the worker ends. Others take the rest as after a kill."""
BUSY = 8
"""Workspaces that a heartbeat names."""
SUSPECTED = 15 * 60.0
"""Seconds for which a workspace is suspected of having ended a worker."""
SUSPECTS = 100
UNUSED = 10 * 60.0
"""Seconds after which a lease that nobody wants is removed."""

Names = Callable[[], Awaitable[Collection[str]]]
Busy = Callable[[], Collection[WorkspaceId]]


class LeaseKeeper:
    """`Leases` on stored records. Only one task calls `wait_for_change`."""

    def __init__(self, records: LeaseRecords, environment: Environment) -> None:
        self.worker = environment.new_id()
        self._records = records
        self._environment = environment
        self._pulses = Pulses()
        self._beat = 0
        self._beaten = self._read = environment.elapsed() - BELIEF
        """The elapsed time at which the last request that succeeded was sent."""
        self._leases: dict[str, Lease] = {}
        """The leases of this worker, as far as the store was asked."""
        self._tokens: dict[str, int] = {}
        """The highest token that was seen of each lease: tokens grow even when the record is damaged."""
        self._unused: dict[str, float] = {}
        """The leases that nobody has wanted, since when."""
        self._suspects: dict[WorkspaceId, float] = {}
        self._others: list[frozenset[str]] | None = None
        """The kinds of leases that each live worker takes, at the last look. None: the leases were not read yet."""
        self._wanted: frozenset[str] = frozenset()
        self._outages: set[str] = set()
        self._told: frozenset[str] = frozenset()
        self._changed = anyio.Event()

    @property
    def owned(self) -> frozenset[str]:
        return frozenset(self._leases) if self._environment.elapsed() < self._owned_until else frozenset()

    @property
    def _owned_until(self) -> float:
        return min(self._beaten, self._read) + BELIEF

    @property
    def suspects(self) -> Collection[WorkspaceId]:
        now = self._environment.elapsed()
        return [workspace for workspace, since in self._suspects.items() if now - since < SUSPECTED]

    def sees_other_than(self, kind: str) -> bool:
        has_looked = self._others is not None and self._environment.elapsed() < self._read + BELIEF
        return not has_looked or any(kind.rstrip("#") not in kinds for kinds in self._others or ())

    async def wait_for_change(self) -> None:
        while self.owned == self._told:
            await self._changed.wait()
        self._told = self.owned

    async def keep(self, names: Names, busy: Busy) -> None:
        try:
            await run_both(lambda: self._run_rounds(names, busy), self._tell_in_time)
        finally:
            with anyio.move_on_after(HAND_OVER, shield=True):
                await self._hand_over()

    async def _tell_in_time(self) -> None:
        """Tell that nothing is owned any more as soon as it is so, also during a request that does not end."""
        while True:
            await self._environment.sleep(max(self._owned_until - self._environment.elapsed(), BELIEF / 4))
            self._tell()

    def _tell(self) -> None:
        """Wake the task that waits for a change, if there is one."""
        if self.owned != self._told:
            self._changed.set()
            self._changed = anyio.Event()

    async def _run_rounds(self, names: Names, busy: Busy) -> None:
        waits = delays(BEAT / 4, LONGEST_WAIT)
        while True:
            began = self._environment.elapsed()
            try:
                await self.run_round(names, busy)
                wait, waits = began + BEAT - self._environment.elapsed(), delays(BEAT / 4, LONGEST_WAIT)
                self._outages.discard("leases")
            except StoreClosed:
                raise
            except AscendError as error:
                wait = next(waits)
                self._report("leases", error)
            await self._environment.sleep(max(wait, BEAT / 4))

    def _report(self, what: str, error: AscendError) -> None:
        """Log that something cannot be read, once until it can be read again."""
        if what not in self._outages:
            log.warning("leases.no_answer", what=what, error=str(error))
        self._outages.add(what)

    async def run_round(self, names: Names, busy: Busy) -> None:
        """Send a heartbeat, read all leases, take and give up what is fair. Raises `AscendError`."""
        await self._ask_for_names(names)
        await self._send_heartbeat(busy())
        sent = self._environment.elapsed()
        state = await self._records.read()
        gone = self._pulses.find_gone(state, sent, self._environment.elapsed()) - {self.worker}
        self._learn(state, gone)
        self._others = [heartbeat.kinds for id, heartbeat in state.heartbeats.items() if id not in gone]
        self._read = sent
        self._tell()
        leases = await self._move(state, gone)
        await self._clean_up(LeaseState(leases, state.heartbeats), gone)

    async def _ask_for_names(self, names: Names) -> None:
        """Ask which leases there are. While there is no answer, the last one holds."""
        try:
            self._wanted = frozenset(await names())
            self._outages.discard("names")
        except StoreClosed:
            raise
        except AscendError as error:
            self._report("names", error)

    async def _send_heartbeat(self, busy: Collection[WorkspaceId]) -> None:
        self._beat += 1
        kinds = frozenset(map(kind_of, self._wanted))
        sent = self._environment.elapsed()
        if await self._records.beat(Heartbeat(self.worker, self._beat, kinds, tuple(busy)[:BUSY])):
            self._beaten = sent

    def _learn(self, state: LeaseState, gone: AbstractSet[str]) -> None:
        """Remember the own leases, the tokens, and the workspaces on which others were at work when they disappeared."""
        self._leases = {name: lease for name, lease in state.leases.items() if lease.owner == self.worker}
        stored = {name: lease.token for name, lease in state.leases.items()}
        names = stored.keys() | self._wanted  # shards come and go: forget the others
        self._tokens = {name: max(stored.get(name, 0), self._tokens.get(name, 0)) for name in sorted(names)}
        busy = (workspace for id in sorted(gone) if id in state.heartbeats for workspace in state.heartbeats[id].busy)
        now = self._environment.elapsed()
        suspects = {workspace: self._suspects.get(workspace, now) for workspace in (*self.suspects, *busy)}
        self._suspects = dict(list(suspects.items())[-SUSPECTS:])

    async def _move(self, state: LeaseState, gone: Collection[str]) -> Mapping[str, Lease]:
        """Give up and take leases. Return all leases as they are afterwards."""
        leases = dict(state.leases)
        moves = plan_moves(state, self._wanted, self.worker, gone)
        for name in moves.give:
            del self._leases[name]
        self._tell()

        async def pass_on(name: str, owner: str) -> None:
            old = leases.get(name)
            new = Lease(name, owner, self._tokens.get(name, 0) + 1)
            if await self._records.replace(old, new):
                leases[name] = new
                self._tokens[name] = new.token
                if owner == self.worker:
                    self._leases[name] = new

        if moves.give:
            await for_each(moves.give, lambda name: pass_on(name, NOBODY))
        if moves.take:
            await for_each(moves.take, lambda name: pass_on(name, self.worker))
        self._tell()
        return leases

    async def _clean_up(self, state: LeaseState, gone: AbstractSet[str]) -> None:
        """Remove workers that are gone and whose leases others hold, and leases that nobody has wanted for long."""
        owners = {lease.owner for lease in state.leases.values()}
        for id in sorted(gone & state.heartbeats.keys() - owners):
            await self._records.remove_worker(state.heartbeats[id])
        now = self._environment.elapsed()
        unused = sorted(find_unused(state, self._wanted, gone))
        self._unused = {name: self._unused.get(name, now) for name in unused}
        for name in unused:
            if now - self._unused[name] >= UNUSED:
                await self._records.remove_lease(state.leases[name])

    async def _hand_over(self) -> None:
        """Give back all leases, and leave. What fails, others take as after a kill."""
        leases, self._leases = list(self._leases.values()), {}
        self._tell()
        try:
            await for_each(leases, lambda lease: self._records.replace(lease, lease.pass_on(NOBODY)))
            await self._records.remove_worker(Heartbeat(self.worker, self._beat, frozenset(), ()))
        except AscendError as error:
            log.warning("leases.kept", worker=self.worker, error=str(error))
