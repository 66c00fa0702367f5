"""The files of a plain package."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ascend.architect.review.design import Design
from ascend.architect.review.proposal import USER
from ascend.architect.write.plain.entity_code import PlainEntity
from ascend.architect.write.plain.fields import name_id
from ascend.architect.write.plain.method_code import MethodCode
from ascend.architect.write.plain.names import name_methods
from ascend.architect.write.plain.rules import Rule, list_rules


@dataclass(frozen=True)
class PlainCode:
    """The whole package as the templates see it."""

    design: Design

    @property
    def title(self) -> str:
        return self.design.proposal.title

    @property
    def package(self) -> str:
        return f"{self.title}_store"

    @property
    def is_several(self) -> bool:
        """True if each kind has a table of its own."""
        return self.design.proposal.tables == "several"

    @cached_property
    def entities(self) -> list[PlainEntity]:
        return [self.make_entity(kind) for kind in self.design.proposal.kinds]

    def make_entity(self, kind: str) -> PlainEntity:
        answers = [answer for answer in self.design.answers if answer.entity == kind]
        names = name_methods(answer.question.question for answer in answers)
        return PlainEntity(self.design, self.design.proposal.find_entity(kind), tuple(zip(names, answers, strict=True)))

    def find_entity(self, kind: str) -> PlainEntity:
        return next(code for code in self.entities if code.kind == kind)

    @cached_property
    def methods(self) -> list[MethodCode]:
        return [MethodCode(name, code, answer) for code in self.entities for name, answer in code.method_answers]

    @cached_property
    def rules(self) -> list[Rule]:
        return list(list_rules(self.design))

    # ---- what the proposal needs

    @property
    def ids(self) -> list[dict[str, Any]]:
        kinds = {
            kind
            for code in self.entities
            for relationship in code.entity.relationships
            if not relationship.has_kinds
            for kind in relationship.to
        }
        own = self.design.proposal.kinds
        others = sorted(kinds - {*own, USER})
        users = ["user"] if self.has_users else []
        return [{"name": name_id(kind), "own": kind in own} for kind in (*own, *others, *users)]

    @property
    def has_users(self) -> bool:
        return any(relationship.is_user for code in self.entities for relationship in code.entity.relationships)

    @property
    def uses(self) -> dict[str, bool]:
        entities, questions = self.entities, [answer.question for answer in self.design.answers]
        parents = any(code.parent for code in entities)
        return {
            "claims": any(code.claims for code in entities),
            "lines": any(code.has_lines for code in entities) or parents,
            "together": bool(self.design.proposal.transactions),
            "parents": parents,
            "moves": any(code.parent and code.parent.changes for code in entities),
            "expiry": any(code.keep_days is not None for code in entities),
            "get_many": any(not code.key_of_get for code in entities),
            "ranks": any(code.ranked for code in entities),
            "members": any(method.user for method in self.methods),
            "everywhere": any(question.everywhere for question in questions),
            "cascade": any(
                rule.when_gone == "cascade" and rule.listing and self.has_kind_of(rule) for rule in self.rules
            ),
            "refuse": any(rule.when_gone == "refuse" and rule.listing for rule in self.rules),
            "read_all": any(question.everywhere for question in questions)
            or any(rule.listing for rule in self.rules)
            or self.has_moves,
        }

    def has_kind_of(self, rule: Rule) -> bool:
        """Return True if the package has a kind of entity at which the relationship points."""
        return not set(self.design.proposal.kinds).isdisjoint(rule.relationship.to)

    @property
    def has_moves(self) -> bool:
        return any(code.parent and code.parent.changes for code in self.entities)
