"""Shared builds: what other generations have rendered and parked in the builds of this one.

A generation leaves to others what they have rendered already. So what they could not render is parked here, too.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from ascend.domain.ids import Ref
from ascend.projections.build import Build, Generation
from ascend.projections.generation_record import GenerationRecord
from ascend.projections.ports import Parked, Views
from ascend.projections.projection import Projection


@dataclass(frozen=True, slots=True)
class ParkedElsewhere:
    """An entity that other generations have parked in a build."""

    parked: Parked
    """Parked since the first position at which one of them could not render it, with the good items of all of them."""
    until: int
    """The position up to which they are rendered. Only a later change un-parks the entity in another generation."""

    def merge(self, other: "ParkedElsewhere") -> "ParkedElsewhere":
        first, last = sorted((self, other), key=lambda one: one.until)
        keys = tuple(sorted({*first.parked.keys, *last.parked.keys}))
        position = min(first.parked.position, last.parked.position)
        return ParkedElsewhere(replace(last.parked, position=position, keys=keys), last.until)


def rendered_builds(records: Sequence[GenerationRecord], generation: Generation) -> dict[Build, int]:
    """Return how far each build of a generation is rendered by the generations that share it and are built."""
    rendered: dict[Build, int] = {}
    for record in records:
        for build in record.generation.builds if record.is_built else ():
            if build in generation.builds:
                rendered[build] = max(record.rendered, rendered.get(build, 0))
    return rendered


def find_ahead(records: Sequence[GenerationRecord], mine: GenerationRecord) -> Sequence[GenerationRecord]:
    """Return the records of generations that share a build with this one and are rendered further."""
    further = [record for record in records if record.is_built and record.rendered > mine.rendered]
    return [record for record in further if set(record.generation.builds).intersection(mine.generation.builds)]


def find_rendered_elsewhere(
    records: Sequence[GenerationRecord],
    mine: GenerationRecord,
    projections: Mapping[tuple[str, int], Projection],
) -> Mapping[Build, int]:
    """Return, for each build, the position up to which another generation has rendered the same items.

    What it could not render it has parked: that is parked in this generation, too. Only of lines of events, a generation
    with parked entities proves nothing: nobody knows which of their lines are missing.
    """
    others = [record for record in records if record.generation != mine.generation]
    complete = rendered_builds([record for record in others if not record.parked], mine.generation)
    rendered = rendered_builds(others, mine.generation)
    of_events = {build for build in rendered if projections[build.projection, build.version].events}
    return {build: (complete.get(build, 0) if build in of_events else at) for build, at in rendered.items()}


async def find_parked(
    views: Views, records: Sequence[GenerationRecord], builds: Collection[Build], since: int | None = None
) -> Mapping[tuple[Build, Ref], ParkedElsewhere]:
    """Return what the generations of these records have parked in some builds; only since this position, or earlier."""
    found: dict[tuple[Build, Ref], ParkedElsewhere] = {}
    for record in records:
        for parked in await views.parked(record) if record.parked else ():
            if parked.build in builds and (since is None or parked.position <= since):
                key, new = (parked.build, parked.ref), replace(parked, until=None, tries=0)
                until = max(parked.position, record.rendered)
                old = found.get(key)
                found[key] = ParkedElsewhere(new, until) if old is None else old.merge(ParkedElsewhere(new, until))
    return found
