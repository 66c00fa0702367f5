"""The other generations of a workspace, as far as a build must respect them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ascend.domain.ids import Ref
from ascend.projections.build import Build
from ascend.projections.generation_record import GenerationRecord
from ascend.projections.ports import Parked, Views


@dataclass(frozen=True, slots=True)
class Others:
    """Builds that other generations hold, and what is parked in them."""

    held: frozenset[Build] = frozenset()
    """Builds that another generation has written: they are left alone."""
    parked: Mapping[tuple[Build, Ref], Parked] = field(default_factory=dict[tuple[Build, Ref], Parked])
    """Entities that were parked there at the start of the generation that is built. They are parked in this one, too."""


def find_held(records: Sequence[GenerationRecord], mine: GenerationRecord) -> frozenset[Build]:
    """Return the builds of a generation that other generations have built."""
    others = [record for record in records if record.generation != mine.generation and record.is_built]
    return frozenset(build for other in others for build in other.generation.builds if build in mine.generation.builds)


async def find_others(views: Views, records: Sequence[GenerationRecord], mine: GenerationRecord, start: int) -> Others:
    held = find_held(records, mine)
    parked: dict[tuple[Build, Ref], Parked] = {}
    for other in records:
        if other.generation == mine.generation or not other.is_built or not other.parked:
            continue
        for entity in await views.parked(other):
            if entity.build in held and entity.position <= start:
                parked.setdefault((entity.build, entity.ref), replace(entity, until=None))
    return Others(held, parked)
