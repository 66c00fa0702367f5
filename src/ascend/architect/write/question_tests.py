"""The test of a question in written code: the question is asked, and compared with a look at every entity."""

from dataclasses import dataclass

from ascend.architect.review.key_fields import FieldSource, KeyField
from ascend.architect.review.proposal_parts import AttributeType
from ascend.architect.review.subsets import Subset
from ascend.architect.write.attributes import AttributeCode
from ascend.architect.write.entities import EntityCode
from ascend.architect.write.patterns import PatternCode
from ascend.architect.write.relationships import RelationshipCode

ZERO = {AttributeType.TEXT: '""', AttributeType.NUMBER: "0", AttributeType.FLAG: "False", AttributeType.DATE: "dt.date.min", AttributeType.CHOICE: '""'}  # fmt: skip
"""Stands for a missing value in the order, beside the mark that it is missing."""


@dataclass(frozen=True)
class QuestionTest:
    entity: EntityCode
    pattern: PatternCode

    @property
    def fields(self) -> list[KeyField]:
        """The given fields that the caller chooses, each name once."""
        fixed = {FieldSource.WORKSPACE, FieldSource.SUBSET, FieldSource.TARGET_KIND}
        fixed |= {FieldSource.USER} if self.pattern.across else set()
        return [field for field in dict.fromkeys(self.pattern.answer.given) if field.source not in fixed]

    @property
    def shown(self) -> RelationshipCode | None:
        return self.find_relationship(self.pattern.answer.question.shows)

    @property
    def end_text(self) -> str:
        """The expression of the id of an end."""
        assert self.shown is not None, "only a question that shows ends has them"
        end = f"end.{self.shown.name}" if self.shown.ordered else "end"
        return f"{end}.id" if self.shown.has_kinds else end

    @property
    def shown_field(self) -> str:
        """The field of a line that holds the end."""
        assert self.shown is not None, "only a question that shows ends has them"
        return "user" if self.pattern.item.is_owner(self.shown) else self.shown.name

    def find_relationship(self, name: str | None) -> RelationshipCode | None:
        return next((known for known in self.entity.relationships if known.name == name), None)

    def get_attribute(self, name: str) -> AttributeCode:
        return next(known for known in self.entity.attributes if known.name == name)

    @property
    def row_values(self) -> list[str]:
        """The arguments of a question for one entity."""
        return ["row.id" if name == self.entity.word else f"row.{name}" for name in self.pattern.passed]

    @property
    def arguments(self) -> list[str]:
        """The arguments, in the order of the parameters."""
        names = {"low": "low", "high": "high", self.entity.word: "row.id" if self.shown else "top"}
        return [names.get(name, f"wanted_{name}") for name in self.pattern.passed]

    @property
    def loops(self) -> list[str]:
        return self.list_loops("every" if self.pattern.across else "rows")

    @property
    def everywhere_loops(self) -> list[str]:
        return self.list_loops("everywhere")

    def list_loops(self, rows: str) -> list[str]:
        """Return the loops over all values that can be asked for."""
        loops = [self.make_loop(field, rows) for field in self.fields]
        if self.pattern.answer.range is not None:
            name = self.pattern.answer.range.of
            key = ", key=ascend.sortable" if self.get_attribute(name).is_text else ""
            values = f"(row.{name} for row in {rows})" if key else f"row.{name} for row in {rows}"
            loops.append(f"for low, high in list_spans({values}{key}):")
        return loops if rows != "every" else [loop.replace(" in every", f" in world.{self.entity.word}_rows[HOME]") for loop in loops]  # fmt: skip

    def make_loop(self, field: KeyField, rows: str) -> str:
        name = field.of
        if field.source is FieldSource.ID:
            return f"for row in {rows}:"
        if field.source is FieldSource.PATH:
            return f"for top in [row.id for row in {rows}]:"
        relationship = self.find_relationship(name)
        if relationship is not None and not relationship.single:
            end = f"end.{name}" if relationship.ordered else "end"
            return f"for wanted_{name} in {{{end} for row in {rows} for end in row.{name}}}:"
        optional = relationship.spec.optional if relationship else self.get_attribute(name).spec.optional
        kept = f" if row.{name} is not None" if optional else ""
        return f"for wanted_{name} in {{row.{name} for row in {rows}{kept}}}:"

    @property
    def conditions(self) -> list[str]:
        """The conditions under which an entity belongs to the answer."""
        found = [self.match(field) for field in self.fields]
        question = self.pattern.answer.question
        owner = self.pattern.place.partition[0]
        if self.pattern.across:
            found.insert(0, self.has_end(owner.of, "user"))
        subset = Subset.of(self.entity.entity, question)
        if isinstance(subset, Subset):
            found += self.pattern.item.list_conditions(subset, "row")
        if question.range is not None:
            found += self.match_range(self.get_attribute(question.range))
        return found

    @property
    def condition(self) -> list[str]:
        """The `if` of a comprehension, if there is one."""
        return [f"if {' and '.join(self.conditions)}"] if self.conditions else []

    def match(self, field: KeyField) -> str:
        if field.source is FieldSource.PATH:
            return "is_below(row, top, rows)"
        if self.find_relationship(field.of) is not None:
            return self.has_end(field.of, f"wanted_{field.of}")
        return f"row.{field.of} == wanted_{field.of}"

    def has_end(self, name: str, value: str) -> str:
        relationship = self.find_relationship(name)
        assert relationship is not None, "fields name known relationships"
        if relationship.single:
            return f"row.{name} == {value}"
        return f"{value} in [end.{name} for end in row.{name}]" if relationship.ordered else f"{value} in row.{name}"

    def match_range(self, attribute: AttributeCode) -> list[str]:
        value = f"row.{attribute.name}"
        present = [f"{value} is not None"] if attribute.spec.optional else []
        return [*present, f"is_between({value}, low, high)" if attribute.is_text else f"low <= {value} <= high"]

    @property
    def order(self) -> str:
        """The expression of the value that sorts the lines."""
        question = self.pattern.answer.question
        name = question.range or question.order
        if name is None or question.deep or (name in question.by and not question.range):
            return "0"
        attribute = self.get_attribute(name)
        value = f"row.{name}"
        if attribute.is_created and not question.range:
            return "row.id"  # ids are in the order of creation
        zero = ZERO.get(attribute.spec.type, "NOON")
        sort = "ascend.sortable({})" if attribute.is_text else "{}"
        if not attribute.spec.optional or question.range:  # a missing value is in no range
            return sort.format(value)
        return f"({value} is None, {sort.format(f'{value} or {zero}')})"

    @property
    def direction(self) -> list[str]:
        return ["descending=True"] if self.pattern.answer.question.descending else []
