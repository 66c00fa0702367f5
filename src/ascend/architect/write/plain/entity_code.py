"""An entity as the templates see it: its fields, its items, and a method for each question."""

from dataclasses import dataclass
from functools import cached_property

from ascend.architect.review.design import TABLE, Answer, Design, DesignedItem, KeyPlace
from ascend.architect.review.key_fields import FieldSource, KeyField
from ascend.architect.review.proposal import ProposedEntity, ProposedRelationship, ValueType
from ascend.architect.review.subsets import Subset
from ascend.architect.review.wording import with_article
from ascend.architect.write.plain.fields import (
    ChoiceCode,
    PlainField,
    RefCode,
    list_choices,
    list_fields,
    list_refs,
    name_id,
)
from ascend.architect.write.plain.names import to_class, to_field


@dataclass(frozen=True)
class PlainEntity:
    design: Design
    entity: ProposedEntity
    methods: tuple[tuple[str, Answer], ...]
    """The name of the method of each question, and its answer."""

    @property
    def kind(self) -> str:
        return self.entity.entity

    @cached_property
    def items(self) -> tuple[DesignedItem, ...]:
        """The item that holds the whole entity, then its lines."""
        own = [item for item in self.design.items if item.entity == self.kind]
        return tuple(sorted(own, key=lambda item: not item.whole))

    @property
    def main(self) -> DesignedItem:
        return self.items[0]

    @property
    def places(self) -> list[KeyPlace]:
        return [place for item in self.items for _, place in item.places]

    @property
    def key_fields(self) -> list[KeyField]:
        return [field for place in self.places for field in place.fields]

    # ---- names

    @property
    def name(self) -> str:
        return to_class(self.kind)

    @property
    def id(self) -> str:
        return name_id(self.kind)

    @property
    def id_function(self) -> str:
        """The function of TypeScript that checks an id."""
        return self.id[0].lower() + self.id[1:]

    @property
    def repository(self) -> str:
        return to_class(self.kind, "repository")

    @property
    def lister(self) -> str:
        """The function that lists the items of an entity."""
        return f"list_{self.kind}_items"

    @property
    def a_name(self) -> str:
        """The entity with its article."""
        return with_article(self.words)

    @property
    def words(self) -> str:
        return self.kind.replace("_", " ")

    @property
    def summary(self) -> str:
        """The model of what lines hold."""
        return to_class(self.kind, "summary") if self.has_lines else self.name

    @property
    def has_lines(self) -> bool:
        return len(self.items) > 1

    # ---- fields

    @cached_property
    def parent(self) -> ProposedRelationship | None:
        """The relationship of which subtrees are read."""
        deep = (answer.question.by[0] for _, answer in self.methods if answer.question.deep)
        return self.entity.find_relationship(next(deep, None))

    @cached_property
    def fields(self) -> list[PlainField]:
        return list(list_fields(self.entity, self.parent.name if self.parent else None))

    @property
    def short_fields(self) -> list[PlainField]:
        return [field for field in self.fields if not field.is_long]

    @property
    def long_fields(self) -> list[PlainField]:
        return [field for field in self.fields if field.is_long]

    @property
    def changing_fields(self) -> list[PlainField]:
        return [field for field in self.fields if field.changes]

    @property
    def refs(self) -> list[RefCode]:
        return list_refs(self.entity)

    @property
    def choices(self) -> list[ChoiceCode]:
        return list_choices(self.entity)

    @property
    def created(self) -> list[str]:
        """The attributes that are the time of creation."""
        created = (name for name, spec in self.entity.attributes.items() if spec.type is ValueType.CREATED)
        return [to_field(name) for name in created]

    @property
    def ranked(self) -> list[ProposedRelationship]:
        """The relationships whose lines are in an order that a user chose."""
        names = dict.fromkeys(field.of for field in self.key_fields if field.source is FieldSource.RANK)
        return [relationship for relationship in self.entity.relationships if relationship.name in names]

    @property
    def keep_days(self) -> int | None:
        """The days after which an entity is removed; None if it is kept until somebody deletes it."""
        days = self.entity.keep_days
        return days if isinstance(days, int) else None

    @property
    def claims(self) -> list[tuple[str, bool]]:
        """The names of unique attributes, and if each may be missing."""
        return [(name, spec.optional) for name, spec in self.entity.attributes.items() if spec.unique]

    @property
    def subsets(self) -> list[Subset]:
        found = [item.subset for item in self.items] + [place.subset for place in self.places]
        return list(dict.fromkeys(subset for subset in found if subset))

    @property
    def is_together(self) -> bool:
        """True if a change can write several items."""
        return self.has_lines or bool(self.claims) or self.parent is not None

    # ---- questions

    @property
    def get_answer(self) -> Answer | None:
        return next((answer for _, answer in self.methods if self.is_main_get(answer)), None)

    def is_main_get(self, answer: Answer) -> bool:
        return answer.item == self.main.name and is_get(self.design, answer)

    @property
    def key_of_get(self) -> tuple[KeyField, ...]:
        """The fields that the caller of `get` gives beside the workspace and the id."""
        known = {FieldSource.WORKSPACE, FieldSource.ID}
        return tuple(dict.fromkeys(field for field in self.main.table.fields if field.source not in known))

    @property
    def method_answers(self) -> list[tuple[str, Answer]]:
        return [(name, answer) for name, answer in self.methods if not self.is_main_get(answer)]


def is_get(design: Design, answer: Answer) -> bool:
    """Return True if the answer is one item: its whole key in the table is given."""
    place = design.get_place(answer)
    return (
        answer.place == TABLE
        and set(place.fields) == set(answer.given)
        and answer.range is None
        and answer.question.is_get
    )
