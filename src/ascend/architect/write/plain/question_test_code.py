"""The test of one question: the brute-force answer, and the call whose answer must be the same."""

from collections.abc import Iterator
from dataclasses import dataclass

from ascend.architect.review.key_fields import FieldSource
from ascend.architect.review.proposal import ID, WORKSPACE, AttributeType
from ascend.architect.review.subsets import Subset
from ascend.architect.write.escaping import to_python
from ascend.architect.write.plain.item_code import write_condition
from ascend.architect.write.plain.key_code import PYTHON
from ascend.architect.write.plain.layout import Brackets, Code, break_call, break_comprehension, break_lines
from ascend.architect.write.plain.method_code import MethodCode
from ascend.architect.write.plain.names import to_camel, to_field, to_parameter

LOWEST = {
    AttributeType.TEXT: '""',
    AttributeType.NUMBER: "0",
    AttributeType.FLAG: "False",
    AttributeType.DATE: "date.min",
    AttributeType.INSTANT: "NOW",
    AttributeType.CHOICE: '""',
}
"""Any value of the type, for the comparison of missing values with each other."""


@dataclass(frozen=True)
class PlainQuestionTest:
    """The test of one question."""

    method: MethodCode

    @property
    def names(self) -> list[str]:
        """The parameters for what the caller knows."""
        return [parameter.name for parameter in self.method.parameters]

    @property
    def is_paged(self) -> bool:
        return not self.method.is_get and not self.method.question.everywhere and not self.method.question.only

    @property
    def targets(self) -> str:
        variables = [f"known_{name}" for name in self.names]
        return f"({variables[0]},)" if len(variables) == 1 else ", ".join(variables)

    @property
    def known(self) -> str:
        """Return the statement that collects all combinations of known values that occur."""
        values: list[str] = []
        loops: list[str] = []
        conditions: list[str] = []
        for parameter in self.method.parameters:
            field, name = parameter.field, to_field(parameter.field.of)
            relationship = self.method.code.entity.find_relationship(field.of)
            if field.source in {FieldSource.WORKSPACE, FieldSource.ID, FieldSource.PATH}:
                values.append(f"row.{parameter.name}")
            elif relationship is not None and not relationship.is_single:
                loops.append(f"for each_{parameter.name} in row.{name}")
                values.append(f"each_{parameter.name}")
            else:
                values.append(f"row.{name}")
                optional = (
                    relationship.optional if relationship else self.method.code.entity.attributes[field.of].optional
                )
                conditions += [f"row.{name} is not None"] if optional or self.is_parent(field.of) else []
        tuple_ = f"({', '.join(values)}{',' if len(values) == 1 else ''})"
        return break_comprehension("known = {", [tuple_, "for row in made", *loops], conditions, "}", 4)

    def is_parent(self, name: str) -> bool:
        return self.method.code.parent is not None and self.method.code.parent.name == name

    def write_expected(self, indent: int) -> str:
        """Return the brute-force answer: the rows that fit."""
        conditions = list(self.list_conditions())
        if not conditions:
            return "expected = list(made)"
        return break_comprehension("expected = [", ["row", "for row in made"], conditions, "]", indent)

    def list_conditions(self) -> Iterator[str]:
        entity, question = self.method.code.entity, self.method.question
        if "workspace" in self.names:
            yield "row.workspace == known_workspace"
        for name in question.by:
            relationship = entity.find_relationship(name)
            if name == ID:
                yield "row.id == known_id"
            elif question.deep and relationship is not None:
                yield "row.path[: len(known_path)] == known_path"
            elif relationship is not None and not relationship.is_single:
                yield f"known_{to_parameter(name)} in row.{to_field(name)}"
            elif name != WORKSPACE:
                yield f"row.{to_field(name)} == known_{to_parameter(name)}"
        subset = Subset.of(entity, question)
        assert isinstance(subset, Subset), "the proposal was checked"
        for condition in subset.conditions:
            yield write_condition(self.method.code, *condition, PYTHON).replace("entity.", "row.")
        yield from self.list_range_conditions()

    def list_range_conditions(self) -> Iterator[str]:
        name = self.method.question.range
        if name is None:
            return
        attribute, field = self.method.code.entity.attributes[name], f"row.{to_field(name)}"
        if attribute.optional:
            yield f"{field} is not None"
        if attribute.type is AttributeType.TEXT:
            yield f"is_in_range({field}, first, last)"
        else:
            yield f"first <= {field} <= last"

    @property
    def range_values(self) -> str | None:
        """The values of which the test takes a first and a last one."""
        name = self.method.question.range
        if name is None:
            return None
        attribute = self.method.code.entity.attributes[name]
        where = f" if row.{to_field(name)} is not None" if attribute.optional else ""
        key = ", key=sort_text" if attribute.type is AttributeType.TEXT else ""
        return f"sorted({{row.{to_field(name)} for row in made{where}}}{key})"

    @property
    def order(self) -> str | None:
        """The value of a `line` that sorts it."""
        question = self.method.question
        name = question.range or question.order
        if name is None or question.deep or (name in question.by and question.range is None):
            return None
        attribute, field = self.method.code.entity.attributes[name], f"line.{to_field(name)}"
        value = f"sort_text({field})" if attribute.type is AttributeType.TEXT else field
        if not attribute.optional:
            return value
        return f"(True, {LOWEST[attribute.type]}) if {field} is None else (False, {value})"

    def write_call(self, indent: int) -> str:
        """Return the question with its values, without the page."""
        question, names = self.method.question, self.names
        keywords = [f"{name}=known_{name}" for name in names if name != "workspace"]
        keywords += [f"{bound.name}={bound.name}" for bound in self.method.bounds]
        first = ["known_workspace"] if "workspace" in names else []
        if question.everywhere:
            return break_call(f"found = repository.{self.method.name}(", ["WORKSPACES", *keywords], ")", indent)
        if self.method.is_get:
            return break_call(f"line = await repository.{self.method.name}(", [*first, *keywords], ")", indent)
        members = ["members=everyone"] if self.method.user else []
        parts = [f"repository.{self.method.name}", *first, *keywords, *members, "limit=3"]
        return break_call("ask_page = partial(", parts, ")", indent)

    def write_asked(self, indent: int) -> str:
        """Return the statement that notes the question and its answer for TypeScript."""
        values = [f"{to_python(name)}: known_{name}" for name in self.names]
        values += [f"{to_python(bound.name)}: {bound.name}" for bound in self.method.bounds]
        workspaces = ['"workspaces": WORKSPACES'] if self.method.question.everywhere else []
        parts: list[Code] = [
            f'"repository": {to_python(self.method.code.repository)}',
            f'"method": {to_python(to_camel(self.method.name))}',
            Brackets('"ask": {', [*workspaces, *values], "}"),
            '"lines": shown',
        ]
        return break_lines(Brackets("asked.append(", [Brackets("{", parts, "}")]), indent)

    @property
    def line_text(self) -> str:
        """The text of a `line` by which both languages are compared."""
        if self.method.shown is None:
            return "line.id"
        return 'f"{line.kind}/{line.id}"' if self.method.shown.has_kinds else "str(line)"

    @property
    def is_ordered(self) -> bool:
        shown = self.method.shown
        return shown is not None and shown in self.method.code.ranked
