"""Made-up entities for the tests of written code."""

from dataclasses import dataclass

from ascend.architect.review.proposal_parts import USER
from ascend.architect.write.entities import EntityCode
from ascend.architect.write.entity_samples import EntitySamples
from ascend.architect.write.package import PackageCode
from ascend.architect.write.relationships import RelationshipCode, id_type
from ascend.domain.errors import InvalidInput

CREATED_BY = {
    "thing": 'ascend.CreateThing(thing_id=thing, name="Thing")',
    "task": 'ascend.CreateTask(task_id=task, title="Task")',
    "asset": 'ascend.CreateAsset(asset_id=asset, kind=ascend.AssetKind.DOCUMENT, name="Asset")',
}


class NoBeginning(InvalidInput):
    """No entity can be created first, because each needs another one: make one of the relationships optional."""


@dataclass(frozen=True)
class OutsideKind:
    """A kind that the proposal does not describe."""

    word: str
    type: str
    command: str

    @property
    def constant(self) -> str:
        return f"OUTSIDE_{self.word.upper()}"

    @property
    def id(self) -> str:
        return f'f"{{number:08x}}-0000-7000-8000-{sum(map(ord, self.word)):012x}"'


@dataclass(frozen=True)
class Samples:
    package: PackageCode

    @property
    def entities(self) -> list[EntitySamples]:
        """The entities, those first that others need."""
        ordered: list[EntityCode] = []
        waiting = list(self.package.entities)
        while waiting:
            words = [entity.word for entity in ordered]
            ready = [entity for entity in waiting if all(has_end(known, words) for known in entity.single)]
            if not ready:
                raise NoBeginning(", ".join(entity.word for entity in waiting))
            ordered.append(ready[0])
            waiting.remove(ready[0])
        words = [entity.word for entity in ordered]
        return [
            EntitySamples(entity, tuple(words[:at]), self.package.extends_life_os) for at, entity in enumerate(ordered)
        ]

    @property
    def outside(self) -> list[OutsideKind]:
        proposal, extends = self.package.proposal, self.package.extends_life_os
        ends = [
            (kind, known) for entity in self.package.entities for known in entity.relationships for kind in known.kinds
        ]
        found: dict[str, OutsideKind] = {}
        for kind, known in ends:
            if kind != USER and kind not in proposal.kinds:
                checked = kind in known.life_os
                type_ = id_type(kind, proposal, extends)
                is_named = not known.has_kinds or type_.startswith("ascend.")
                found.setdefault(
                    kind, OutsideKind(kind, type_ if is_named else "ascend.Id", CREATED_BY[kind] if checked else "")
                )
        return list(found.values())

    @property
    def has_texts(self) -> bool:
        return any(
            known.is_text and not known.spec.unique for entity in self.package.entities for known in entity.attributes
        )

    @property
    def has_ranges(self) -> bool:
        return any(pattern.answer.range for entity in self.package.entities for pattern in entity.asked)

    @property
    def has_text_ranges(self) -> bool:
        ranges = [(pattern.item, pattern.answer.range) for entity in self.package.entities for pattern in entity.asked]
        return any(field is not None and item.get_attribute(field.of).is_text for item, field in ranges)


def has_end(relationship: RelationshipCode, words: list[str]) -> bool:
    """Return True if an entity can be created with this relationship, once these kinds of entities exist."""
    proposed = relationship.proposal.kinds
    return relationship.spec.optional or any(kind not in proposed or kind in words for kind in relationship.kinds)
