"""Tests of written code about two entities: a new one points at another, and one of both is deleted."""

from dataclasses import dataclass

from ascend.architect.review.design import make_class_name
from ascend.architect.review.proposal_parts import USER
from ascend.architect.write.entity_samples import EntitySamples
from ascend.architect.write.package import CascadeCode
from ascend.architect.write.relationships import RelationshipCode

UNUSED = 40
"""The number of an entity that the made-up data does not hold. The next ones are free, too."""
ENDED_BY = {
    "thing": "ascend.DeleteThing(thing_id=OUTSIDE_THING[0])",
    "task": "ascend.DeleteTask(task_id=OUTSIDE_TASK[0])",
    "asset": "ascend.RetireAsset(asset_id=OUTSIDE_ASSET[0])",
    USER: "ascend.RemoveMember(user_id=BEA)",
}


@dataclass(frozen=True)
class Pair:
    """A new entity that points at another one, of this kind."""

    entity: EntitySamples
    relationship: RelationshipCode
    kind: str

    @property
    def word(self) -> str:
        return self.entity.code.word

    @property
    def link(self) -> str:
        return self.relationship.name

    @property
    def is_proposed(self) -> bool:
        return self.kind in self.relationship.proposal.kinds

    @property
    def is_possible(self) -> bool:
        """True if commands can make such a pair, and delete the other end."""
        can_point = self.link not in self.entity.later or self.relationship.spec.changes
        return can_point and (self.is_proposed or self.kind in ENDED_BY)

    @property
    def end_id(self) -> str:
        """The expression of the id of the other end."""
        if self.kind == USER:
            return "BEA"
        return f"{self.kind}_id({UNUSED})" if self.is_proposed else f"OUTSIDE_{self.kind.upper()}[0]"

    @property
    def end(self) -> str:
        has_kinds = self.relationship.has_kinds
        return f'ascend.Ref("{self.kind}", {self.end_id})' if has_kinds else self.end_id

    @property
    def commands(self) -> list[str]:
        """The commands that make the other end, and the entity that points at it."""
        row = f"make_{self.word}({UNUSED + 1})"
        made = [f"create_{self.kind}(make_{self.kind}({UNUSED}))"] if self.is_proposed else []
        if self.relationship.single and self.link not in self.entity.later:
            return [*made, f"create_{self.word}(replace({row}, {self.link}={self.end}))"]
        verb = "Change" if self.relationship.single else "Add"
        id_ = f"{self.word}_id={self.word}_id({UNUSED + 1})"
        point = f"{verb}{self.relationship.title}({id_}, {self.link}={self.end})"
        return [*made, f"create_{self.word}({row})", point]

    @property
    def ending(self) -> str:
        """The command that deletes the other end."""
        if self.is_proposed:
            return f"Delete{make_class_name(self.kind)}({self.kind}_id={self.end_id})"
        return ENDED_BY[self.kind]

    @property
    def move(self) -> str:
        """The command that makes the entity point elsewhere; empty if none does."""
        id_ = f"{self.word}_id={self.word}_id({UNUSED + 1})"
        if not self.relationship.spec.changes:
            return ""
        if not self.relationship.single:
            return f"Remove{self.relationship.title}({id_}, {self.link}={self.end})"
        kind = self.relationship.kinds[0]
        if self.relationship.has_kinds or kind not in self.relationship.proposal.kinds:
            return ""
        return f"Change{self.relationship.title}({id_}, {self.link}={kind}_id(0))"

    @property
    def refusal(self) -> str:
        """The rule that refuses to delete the other end."""
        return f"{make_class_name(self.kind)}InUse"


@dataclass(frozen=True)
class CascadePair(Pair):
    """A pair of which one goes with the other."""

    cascade: CascadeCode

    @property
    def pattern(self) -> str:
        return self.cascade.pattern.constant

    @property
    def arguments(self) -> list[str]:
        *kind, _ = self.cascade.arguments
        return [*kind, f"{self.link}={self.end_id}"]
