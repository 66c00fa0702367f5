"""Workers that share leases under a virtual clock: each runs a round every two seconds, one after the other."""

from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import suppress

from ascend.adapters.store.leases import TableLeases
from ascend.adapters.table.port import Tables
from ascend.domain.errors import AscendError
from ascend.domain.ids import WorkspaceId
from ascend.projections.workers.lease_keeper import BEAT, LeaseKeeper
from ascend.testing import FakeEnvironment

SWEEPS = tuple(f"sweep#{shard}" for shard in range(8))
NAMES = ("hints#only", *SWEEPS)


class Crowd:
    """Workers on one store. `asleep` are frozen: they come back when they are taken out of it."""

    def __init__(self, tables: Tables, names: Sequence[str] = NAMES) -> None:
        self.tables = tables
        self.names = list(names)
        self.environment = FakeEnvironment()
        self.keepers: dict[LeaseKeeper, float] = {}
        """The elapsed time of each worker's next round."""
        self.asleep: set[LeaseKeeper] = set()
        self.busy: dict[LeaseKeeper, Sequence[WorkspaceId]] = {}
        self.taken: dict[str, float] = {}
        """The elapsed time at which each lease was last seen with a new owner."""

    def join(self, *, tables: Tables | None = None, clock: float = 0) -> LeaseKeeper:
        """Start a worker, whose wall clock is wrong by some seconds, on tables of its own if any are given."""
        keeper = LeaseKeeper(TableLeases(tables or self.tables), self.environment.elsewhere(seconds=clock))
        self.keepers[keeper] = self.environment.elapsed() + 0.3 * len(self.keepers)
        return keeper

    def kill(self, keeper: LeaseKeeper) -> None:
        del self.keepers[keeper]

    async def run(self, seconds: float) -> None:
        """Let the workers run for some time."""
        end = self.environment.elapsed() + seconds
        while awake := [keeper for keeper in self.keepers if keeper not in self.asleep]:
            keeper = min(awake, key=self.keepers.__getitem__)
            if self.keepers[keeper] > end:
                break
            self.environment.advance(seconds=max(0, self.keepers[keeper] - self.environment.elapsed()))
            await self.run_round(keeper)
        self.environment.advance(seconds=end - self.environment.elapsed())

    async def run_round(self, keeper: LeaseKeeper) -> None:
        async def list_names() -> Collection[str]:
            return self.names

        before = self.owners()
        with suppress(AscendError):
            await keeper.run_round(list_names, lambda: self.busy.get(keeper, ()))
        self.keepers[keeper] = self.environment.elapsed() + BEAT
        for name in self.names:
            if before.get(name) != self.owners().get(name):
                self.taken[name] = self.environment.elapsed()

    def owners(self) -> dict[str, str]:
        """Return the worker that counts on each lease. Raises: AssertionError if two do."""
        owned = [(name, keeper.worker) for keeper in self.keepers for name in keeper.owned]
        assert len({name for name, _ in owned}) == len(owned)
        return dict(owned)

    def shares(self, kind: str = "sweep") -> list[int]:
        """Return the number of leases of each worker, the largest first."""
        shares = Counter({keeper.worker: 0 for keeper in self.keepers})
        shares.update(owner for name, owner in self.owners().items() if name.startswith(kind))
        return sorted(shares.values(), reverse=True)
