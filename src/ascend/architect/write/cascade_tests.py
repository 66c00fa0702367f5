"""The test of a cascade in written code: a new entity points at a new one, which is then deleted."""

from dataclasses import dataclass

from ascend.architect.review.design import make_class_name
from ascend.architect.review.proposal_parts import USER
from ascend.architect.write.entity_samples import EntitySamples
from ascend.architect.write.package import CascadeCode

ENDED_BY = {
    "thing": "ascend.DeleteThing(thing_id=OUTSIDE_THING[0])",
    "task": "ascend.DeleteTask(task_id=OUTSIDE_TASK[0])",
    "asset": "ascend.RetireAsset(asset_id=OUTSIDE_ASSET[0])",
    USER: "ascend.RemoveMember(user_id=BEA)",
}


@dataclass(frozen=True)
class CascadeTest:
    entity: EntitySamples
    cascade: CascadeCode
    unused: int

    @property
    def kind(self) -> str:
        return self.cascade.kind

    @property
    def link(self) -> str:
        return self.cascade.relationship.name

    @property
    def pattern(self) -> str:
        return self.cascade.pattern.constant

    @property
    def is_proposed(self) -> bool:
        return self.kind in self.cascade.proposal.kinds

    @property
    def is_possible(self) -> bool:
        """True if the samples can make such a pair, and delete the other end."""
        can_point = self.link not in self.entity.later or self.cascade.relationship.spec.changes
        return can_point and (self.is_proposed or self.kind in ENDED_BY)

    @property
    def end_id(self) -> str:
        if self.kind == USER:
            return "BEA"
        return f"{self.kind}_id({self.unused})" if self.is_proposed else f"OUTSIDE_{self.kind.upper()}[0]"

    @property
    def end(self) -> str:
        has_kinds = self.cascade.relationship.has_kinds
        return f'ascend.Ref("{self.kind}", {self.end_id})' if has_kinds else self.end_id

    @property
    def commands(self) -> list[str]:
        """The commands that make the other end, and the entity that points at it."""
        word, title = self.entity.code.word, self.cascade.relationship.title
        row = f"make_{word}({self.unused + 1})"
        made = [f"create_{self.kind}(make_{self.kind}({self.unused}))"] if self.is_proposed else []
        if self.cascade.relationship.single and self.link not in self.entity.later:
            return [*made, f"create_{word}(replace({row}, {self.link}={self.end}))"]
        verb = "Change" if self.cascade.relationship.single else "Add"
        point = f"{verb}{title}({word}_id={word}_id({self.unused + 1}), {self.link}={self.end})"
        return [*made, f"create_{word}({row})", point]

    @property
    def arguments(self) -> list[str]:
        *kind, _ = self.cascade.arguments
        return [*kind, f"{self.link}={self.end_id}"]

    @property
    def ending(self) -> str:
        """The command that deletes the other end."""
        if self.is_proposed:
            return f"Delete{make_class_name(self.kind)}({self.kind}_id={self.end_id})"
        return ENDED_BY[self.kind]
