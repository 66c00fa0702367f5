"""Merge needs that one key can serve.

A chain is a partition and a sequence of sort fields. It serves a need whose known values are the whole partition and then the
first sort fields, in the order of the next one:

    partition  workspace            serves  all of a workspace
    sort       status, due, note    serves  those of one status, by due date
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ascend.architect.review.key_fields import FieldSource, KeyField, changes, may_be_missing
from ascend.architect.review.key_sizes import fits_sort_key
from ascend.architect.review.needs import Need
from ascend.architect.review.subsets import Subset

Fields = tuple[KeyField, ...]
ROOTS = (FieldSource.USER, FieldSource.WORKSPACE)


@dataclass(frozen=True, slots=True)
class Chain:
    """Keys without a place yet, and the needs that they serve."""

    partition: Fields
    sort: Fields
    subset: Subset
    needs: tuple[Need, ...] = ()

    @property
    def fields(self) -> Fields:
        return (*self.partition, *self.sort)

    @property
    def is_consistent(self) -> bool:
        """True if a need must be read from the table."""
        return any(need.question.consistent for need in self.needs)

    def serves(self, need: Need) -> bool:
        if need.subset != self.subset or not set(self.partition) <= need.equal:
            return False
        count = len(need.equal) - len(self.partition)
        rest = self.sort[count:]
        fits = frozenset((*self.sort[:count], *self.partition)) == need.equal
        return fits and (need.order is None or rest[:1] == (need.order,))

    def with_need(self, need: Need) -> "Chain":
        return replace(self, needs=(*self.needs, need))


def merge_needs(needs: Iterable[Need]) -> list[Chain]:
    """Return as few chains as serve all needs. The need with the most known values comes first, so that others fit into it."""
    chains: list[Chain] = []
    for need in sorted(needs, key=rank_need):
        number, chain = next(
            ((at, fit) for at, known in enumerate(chains) if (fit := fit_into(known, need))), (None, None)
        )
        if number is None or chain is None:
            chains.append(make_chain(need))
        else:
            chains[number] = chain
    return [spread_by_id(chain) for chain in chains]


def spread_by_id(chain: Chain) -> Chain:
    """Return the chain with a partition for each entity, if no question lists the entities under its key."""
    ids = tuple(field for field in chain.sort if field.source is FieldSource.ID)
    is_spread = all(need.is_get for need in chain.needs) and chain.sort == ids
    return replace(chain, partition=(*chain.partition, *ids)) if is_spread else chain


def rank_need(need: Need) -> tuple[int, bool, tuple[str, ...]]:
    return -len(need.equal), need.order is None, tuple(sorted(field.name for field in need.equal))


def make_chain(need: Need) -> Chain:
    """Return the chain of one need. The last known value of a question for one entity is its id: it is the sort key."""
    ids = tuple(field for field in need.equal if need.is_get and field.source is FieldSource.ID)
    order = () if need.order is None else (need.order,)
    return Chain(sort_fields(need.equal - set(ids)), (*ids, *order), need.subset, (need,))


def fit_into(chain: Chain, need: Need) -> Chain | None:
    """Return the chain, changed so that it also serves the need; None if none of the changes serves all."""
    if need.subset != chain.subset:
        return None
    candidates = (chain, *append_order(chain, need), *shorten_partition(chain, need))
    fitting = (fit.with_need(need) for fit in candidates if all(map(fit.serves, (*chain.needs, need))))
    return next((fit for fit in fitting if not makes_late(fit)), None)


def makes_late(chain: Chain) -> bool:
    """Return True if a need that must be read from the table shares keys that cannot be a table's, and its own could."""
    return not can_be_table_key(chain) and any(
        need.question.consistent and can_be_table_key(make_chain(need)) for need in chain.needs
    )


def can_be_table_key(chain: Chain) -> bool:
    """Return True if none of the values ever changes or is missing."""
    need = chain.needs[0]
    return not any(
        changes(need.entity, known, need.per) or may_be_missing(need.entity, known, need.per) for known in chain.fields
    )


def append_order(chain: Chain, need: Need) -> Sequence[Chain]:
    """A chain whose sort key is fully known can be sorted by one more field."""
    return [] if need.order is None else [replace(chain, sort=(*chain.sort, need.order))]


def shorten_partition(chain: Chain, need: Need) -> Sequence[Chain]:
    """Move the partition fields that the need does not know to the front of the sort key."""
    moved = [field for field in chain.partition if field not in need.equal]
    if any(may_be_missing(need.entity, field, need.per) for field in moved):
        return []  # a line without the value has no entry under this key, but the need wants it
    kept = tuple(field for field in chain.partition if field in need.equal)
    if not moved or not kept or kept[0].source not in ROOTS:
        return []
    moved.sort(key=lambda field: field != need.order)
    if not fits_sort_key(need.entity, (*moved, *chain.sort)):
        return []
    return [replace(chain, partition=kept, sort=(*moved, *chain.sort))]


def sort_fields(fields: Iterable[KeyField]) -> Fields:
    """Return the fields with the owner of the partition first, and the kind of an id before the id."""
    return tuple(sorted(fields, key=lambda field: (field.source not in ROOTS, field.source is not FieldSource.USER, field.of, field.name != f"{field.of}_kind")))  # fmt: skip
