"""Made-up entities of one kind, for the tests of written code."""

from dataclasses import dataclass
from typing import Any

from ascend.architect.review.design import make_class_name
from ascend.architect.review.proposal_parts import USER, AttributeType
from ascend.architect.write.attributes import AttributeCode
from ascend.architect.write.code_lines import wrap_tuple
from ascend.architect.write.entities import EntityCode
from ascend.architect.write.relationships import RelationshipCode, id_type
from ascend.architect.write.sample_values import make_value


@dataclass(frozen=True)
class UnknownEnd:
    """An end that does not exist."""

    relationship: RelationshipCode
    kind: str
    is_one_of_several: bool
    extends_life_os: bool

    @property
    def suffix(self) -> str:
        return f"_{self.kind}" if self.is_one_of_several else ""

    @property
    def unknown(self) -> str:
        if self.kind == USER:
            return 'ascend.UserId("stranger")'
        id_ = f'{id_type(self.kind, self.relationship.proposal, self.extends_life_os)}.derive("nobody")'
        return f'ascend.Ref("{self.kind}", {id_})' if self.relationship.has_kinds else id_

    @property
    def refusal(self) -> str:
        if self.kind == USER:
            return "ascend.NoSuchMember"
        name = f"NoSuch{make_class_name(self.kind)}"
        return name if self.kind in self.relationship.proposal.kinds else f"ascend.{name}"


class EntitySamples:
    """An entity with what its samples need."""

    def __init__(self, entity: EntityCode, earlier: tuple[str, ...], extends: bool) -> None:
        self.code = entity
        self.earlier = earlier
        self.extends = extends

    def __getattr__(self, name: str) -> Any:
        return getattr(self.code, name)

    @property
    def needs_time(self) -> bool:
        return bool(self.code.created) or self.code.keeps_time

    @property
    def later(self) -> list[str]:
        """The relationships whose other ends do not exist when the entity is created."""
        return [known.name for known in self.code.single if not self.list_ready(known)]

    def list_ready(self, relationship: RelationshipCode) -> list[str]:
        """Return the kinds at the other end that exist when the entity is created."""
        own = [self.code.word] if relationship.is_parent else []
        proposed = relationship.proposal.kinds
        return [kind for kind in relationship.kinds if kind not in proposed or kind in (*self.earlier, *own)]

    @property
    def linked(self) -> list[RelationshipCode]:
        """The relationships to one other end that a command sets after the creation."""
        return [known for known in self.code.moved if known.name in self.later]

    @property
    def links(self) -> bool:
        return bool(self.code.several) or bool(self.linked)

    @property
    def reedited(self) -> list[AttributeCode]:
        return [attribute for attribute in self.code.edited if not attribute.spec.unique]

    @property
    def values(self) -> list[tuple[str, str]]:
        """The expression of each field of the state."""
        fields = [(attribute.name, make_value(attribute, at)) for at, attribute in enumerate(self.code.attributes)]
        if self.code.keeps_time:
            fields.append(("kept_since", "created"))
        fields += [(known.name, self.make_end(known, at)) for at, known in enumerate(self.code.single)]
        return fields + [(known.name, self.make_ends(known)) for known in self.code.several]

    # Tests of commands

    @property
    def linked_fields(self) -> list[tuple[str, str]]:
        """The fields that a creation leaves empty, because commands fill them afterwards."""
        fields = [(known.name, "()") for known in self.code.several]
        return [*((name, "None") for name in self.later), *fields]

    @property
    def limited(self) -> list[AttributeCode]:
        return [attribute for attribute in self.code.sent if attribute.is_text]

    @property
    def checks(self) -> list["UnknownEnd"]:
        return [check for known in self.code.single if known.name not in self.later for check in self.list_unknown(known)]  # fmt: skip

    def list_unknown(self, relationship: RelationshipCode) -> list["UnknownEnd"]:
        """Return other ends that do not exist, one of each kind that is looked up, and what refuses them."""
        kinds = (*relationship.proposed, *relationship.life_os, *((USER,) if relationship.is_user else ()))
        return [UnknownEnd(relationship, kind, len(kinds) > 1, self.extends) for kind in kinds]

    @property
    def edit_sample(self) -> AttributeCode | None:
        """An attribute for the test of an edit."""
        return next((known for known in self.code.edited if len(known.members) != 1), None)

    @property
    def edit_value(self) -> str:
        """The expression of another value of that attribute than the new entity has."""
        sample = self.edit_sample
        assert sample is not None, "there is an attribute to edit"
        new = f"NEW.{sample.name}"
        match sample.spec.type:
            case AttributeType.TEXT:
                return '"Another one"'
            case AttributeType.NUMBER:
                return "77"
            case AttributeType.FLAG:
                return f"not {new}"
            case AttributeType.DATE:
                return "dt.date(2031, 5, 5)"
            case AttributeType.CHOICE:
                return f"next(value for value in {sample.title} if value is not {new})"
            case _:
                return "NOON + dt.timedelta(days=777)"

    @property
    def movable(self) -> list[str]:
        """The relationships to one other end of which the samples know another one."""
        return [known.name for known in self.code.moved]

    def other_end(self, relationship: RelationshipCode) -> str:
        """Return the line that finds another end than the new entity has."""
        if relationship.is_parent:
            return f"    other = {self.code.word}_id(5)"
        if relationship.has_kinds:
            kinds = relationship.kinds
            ends = [f"ascend.Ref({kind!r}, {self.refer(kind, at)})".replace("'", '"') for kind in kinds for at in ("0", "1")]  # fmt: skip
        else:
            ends = [self.refer(relationship.kinds[0], at) for at in ("0", "1")]
        now = "None" if relationship.name in self.later else f"NEW.{relationship.name}"
        return "\n".join([wrap_tuple("    ends = (", ends), f"    other = next(end for end in ends if end != {now})"])

    def without_links(self, relationship: RelationshipCode) -> str:
        """Return arguments that leave out the other hierarchies: those of the samples do not reach so far."""
        others = [known.name for known in self.code.parents if known != relationship]
        return "".join(f", {name}=None" for name in others)

    @property
    def is_used(self) -> str:
        """The expression that is true for an entity on which others depend."""
        if self.code.is_held and self.code.tree is not None and self.code.tree.spec.when_gone == "refuse":
            return "state.held_by or state.direct_children"
        return "state.held_by" if self.code.is_held else "state.direct_children"

    def number_end(self, relationship: RelationshipCode, text: str = "str(number)") -> str:
        """Return the expression of an end that need not exist."""
        kind = relationship.kinds[0]
        if kind == USER:
            return f"ascend.UserId({text})"
        id_ = id_type(kind, self.code.proposal, self.extends)
        if not relationship.has_kinds:
            return f"{id_}.derive({text})"
        known = id_ if kind in self.code.proposal.kinds or id_.startswith("ascend.") else "ascend.Id"
        return f'ascend.Ref("{kind}", {known}.derive({text}))'

    def one_more_end(self, relationship: RelationshipCode) -> str:
        return self.number_end(relationship, '"one more"' if not relationship.is_user else '"one-more"')

    # Values

    def make_end(self, relationship: RelationshipCode, at: int) -> str:
        if relationship.is_parent:
            return f"{self.code.word}_id(number // 2 % 6) if number > 1 else None"
        ready = self.list_ready(relationship)
        if not ready and not relationship.spec.changes:
            return "None"
        end = self.end_of(relationship, f"number + {at}" if at else "number")
        return f"{end} if number % 4 else None" if relationship.spec.optional else end

    def make_ends(self, relationship: RelationshipCode) -> str:
        ends = [self.end_of(relationship, "number")]
        if not relationship.is_user:
            ends.append(self.end_of(relationship, "number + 1"))
        if relationship.ordered:
            return f"list_{self.code.word}_{relationship.name}(number)"
        listed = f"({', '.join(ends)}{',' if len(ends) == 1 else ''})"
        return f"{listed} if number % 4 else ()"

    def end_of(self, relationship: RelationshipCode, number: str) -> str:
        """Return the expression of the end for a number."""
        if relationship.has_kinds:
            return f"choose_{self.code.word}_{relationship.name}({number})"
        return self.refer(relationship.kinds[0], f"({number})" if "+" in number else number)

    def list_choices(self, relationship: RelationshipCode) -> list[str]:
        """Return the expressions of the ends among which a number chooses."""
        kinds = relationship.kinds
        if relationship.single:
            kinds = tuple(self.list_ready(relationship)) or kinds
        return [f"ascend.Ref({kind!r}, {self.refer(kind, 'number')})".replace("'", '"') for kind in kinds]

    def list_ranked(self, relationship: RelationshipCode) -> list[str]:
        """Return the ends of an ordered relationship, as they were added."""
        ranks = ("rank_between(None, None)", 'rank_between("i", None)')
        numbers = ("number", "number + 1") if not relationship.is_user else ("number",)
        return [
            f"Ranked{relationship.title}({relationship.name}={self.end_of(relationship, number)}, rank=ascend.{rank})"
            for number, rank in zip(numbers, ranks, strict=False)
        ]

    def refer(self, kind: str, number: str) -> str:
        """Return the expression of an id of this kind."""
        if kind == USER:
            return f"PEOPLE[{number} % 2]"
        if kind in self.code.proposal.kinds:
            return f"{kind}_id({number} % 3)"
        return f"OUTSIDE_{kind.upper()}[{number} % 3]"
