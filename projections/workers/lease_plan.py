"""Decides which workers are gone, and which leases a worker takes and gives up. Pure.

All workers deal out the free leases in the same way, so that they seldom want the same one. Where they have read different
moments and do, the condition of the write decides, and the next round mends the rest.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from ascend.projections.workers.lease_records import NOBODY, LeaseState, kind_of

SILENCE = 5.0
"""Seconds after which a worker without a new heartbeat is gone: two heartbeats may be late or lost."""


class Pulses:
    """The last heartbeats that one observer has seen, with its own elapsed time. No clock is compared with another's."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[int | None, float]] = {}

    def find_gone(self, state: LeaseState, sent: float, received: float) -> frozenset[str]:
        """Return the workers whose heartbeat has stood still for `SILENCE`, owners without a heartbeat included.

        `sent` and `received` are the elapsed times of the request that read the state. A heartbeat may have been written
        any time before `received`, and the store was asked again after `sent` only: a slow reply proves no silence.
        """
        workers = {*state.heartbeats, *(lease.owner for lease in state.leases.values())} - {NOBODY}
        beats = {id: state.heartbeats[id].beat if id in state.heartbeats else None for id in workers}
        seen = self._seen
        self._seen = {
            id: seen[id] if id in seen and seen[id][0] == beat else (beat, received) for id, beat in beats.items()
        }
        return frozenset(id for id, (_, since) in self._seen.items() if sent - since >= SILENCE)


@dataclass(frozen=True, slots=True)
class Moves:
    """Names of leases that a worker takes, and of leases that it gives up."""

    take: tuple[str, ...]
    give: tuple[str, ...]


def plan_moves(state: LeaseState, wanted: Collection[str], worker: str, gone: Collection[str]) -> Moves:
    """Return the moves of a worker that wants these leases, with the others' in mind. They lead to equal shares.

    The free leases go, one by one, to whoever has the fewest of their kind. If none is free, and two shares differ by more
    than one, the worker with the largest gives up one.
    """
    take: list[str] = []
    give = sorted(name for name, lease in state.leases.items() if lease.owner == worker and name not in wanted)
    by_kind: dict[str, list[str]] = {}
    for name in sorted(wanted):
        by_kind.setdefault(kind_of(name), []).append(name)
    for kind, names in by_kind.items():
        others = (id for id, heartbeat in state.heartbeats.items() if kind in heartbeat.kinds and id not in gone)
        moves = _plan_kind(_find_owners(state, names, gone), {*others, worker}, worker)
        take += moves.take
        give += moves.give
    return Moves(tuple(take), tuple(give))


def _find_owners(state: LeaseState, names: Iterable[str], gone: Collection[str]) -> dict[str, str]:
    """Return the owner of each lease, or `NOBODY` where it can be taken."""
    owners = {name: state.leases[name].owner if name in state.leases else NOBODY for name in names}
    return {name: NOBODY if owner in gone else owner for name, owner in owners.items()}


def _plan_kind(owners: Mapping[str, str], workers: Collection[str], worker: str) -> Moves:
    shares = Counter(dict.fromkeys(workers, 0))
    shares.update(owner for owner in owners.values() if owner in shares)
    free = [name for name, owner in owners.items() if owner == NOBODY]
    take: list[str] = []
    for name in free:
        taker = min(shares, key=lambda one: (shares[one], one))
        shares[taker] += 1
        take += [name] if taker == worker else []
    largest = max(shares, key=lambda one: (shares[one], one))
    if free or largest != worker or shares[worker] - min(shares.values()) <= 1:
        return Moves(tuple(take), ())
    return Moves((), (max(name for name, owner in owners.items() if owner == worker),))


def find_unused(state: LeaseState, wanted: Collection[str], gone: Collection[str]) -> frozenset[str]:
    """Return the leases that nobody holds and this worker does not want: their shards may have ended."""
    held = {name for name, lease in state.leases.items() if lease.owner != NOBODY and lease.owner not in gone}
    return frozenset(state.leases.keys() - held - set(wanted))
