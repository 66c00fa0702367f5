"""The other generations of a workspace, as far as a build must respect them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ascend.domain.ids import Ref
from ascend.projections.build import Build
from ascend.projections.engine.shared_builds import find_parked, rendered_builds
from ascend.projections.generation_record import GenerationRecord
from ascend.projections.ports import Parked, Views


@dataclass(frozen=True, slots=True)
class Others:
    """Builds that other generations hold, and what is parked in them."""

    held: frozenset[Build] = frozenset()
    """Builds that another generation has written: they are left alone."""
    parked: Mapping[tuple[Build, Ref], Parked] = field(default_factory=dict[tuple[Build, Ref], Parked])
    """Entities that were parked there at the start of the generation that is built. They are parked in this one, too."""


def find_holders(records: Sequence[GenerationRecord], mine: GenerationRecord, start: int) -> Sequence[GenerationRecord]:
    """Return the records of the other generations that are built, and rendered up to the start of this one.

    One that is not as far does not say yet what cannot be rendered at the start.
    """
    return [one for one in records if one.generation != mine.generation and one.is_built and one.rendered >= start]


def find_held(records: Sequence[GenerationRecord], mine: GenerationRecord, start: int) -> frozenset[Build]:
    """Return the builds of a generation that other generations have built."""
    return frozenset(rendered_builds(find_holders(records, mine, start), mine.generation))


async def find_others(views: Views, records: Sequence[GenerationRecord], mine: GenerationRecord, start: int) -> Others:
    """Return what other generations hold. What they have parked after the start, ordinary batches will take over."""
    held = find_held(records, mine, start)
    parked = await find_parked(views, find_holders(records, mine, start) if held else (), held, since=start)
    return Others(held, {key: there.parked for key, there in parked.items()})
