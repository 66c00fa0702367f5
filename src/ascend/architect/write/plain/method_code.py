"""The methods that answer questions: their parameters and requests, in Python and in TypeScript."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ascend.architect.review.design import TABLE, Answer, Place
from ascend.architect.review.key_fields import FieldSource, KeyField
from ascend.architect.review.proposal import AttributeType, ProposedRelationship, Question
from ascend.architect.write.escaping import to_python
from ascend.architect.write.plain.entity_code import PlainEntity, is_get
from ascend.architect.write.plain.fields import name_choice, name_end_types
from ascend.architect.write.plain.item_code import name_place
from ascend.architect.write.plain.key_code import (
    PYTHON,
    KeyLanguage,
    list_partition,
    may_be_unknown,
    write_bound,
    write_given_value,
)
from ascend.architect.write.plain.layout import Brackets, Code, break_call, break_lines, make_tuple
from ascend.architect.write.plain.names import to_field, to_parameter

PAGE = 50
"""Lines of a page, if the proposal does not say it."""
TYPES = {
    AttributeType.TEXT: ("str", "string"),
    AttributeType.NUMBER: ("int", "number"),
    AttributeType.FLAG: ("bool", "boolean"),
    AttributeType.DATE: ("date", "Day"),
    AttributeType.INSTANT: ("datetime", "Date"),
    AttributeType.CREATED: ("datetime", "Date"),
}


@dataclass(frozen=True, slots=True)
class MethodParameter:
    """A value that the caller gives."""

    name: str
    types: tuple[str, str]
    """In Python and in TypeScript."""
    field: KeyField

    @property
    def python(self) -> str:
        return f"{self.name}: {self.types[0]}"


@dataclass(frozen=True)
class MethodCode:
    """A method that answers a question."""

    name: str
    code: PlainEntity
    answer: Answer
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    """Expressions that stand for parameters."""

    @property
    def question(self) -> Question:
        return self.answer.question

    @property
    def place(self) -> Place:
        return self.code.design.get_place(self.answer)

    @property
    def is_get(self) -> bool:
        return is_get(self.code.design, self.answer)

    @property
    def shown(self) -> ProposedRelationship | None:
        """The relationship whose other ends the lines show. A single one is a field of the line."""
        relationship = self.code.entity.find_relationship(self.question.shows)
        return None if relationship is None or relationship.is_single else relationship

    @property
    def shown_field(self) -> str:
        return to_field(self.shown.name) if self.shown else ""

    @property
    def line(self) -> str:
        """The type of a line."""
        if self.shown is not None:
            return name_end_types(self.code.entity, self.shown)[0]
        return self.code.name if self.code.design.find_item(self.answer.item).whole else self.code.summary

    @property
    def user(self) -> str | None:
        """The parameter of the user of whom the question reads all workspaces."""
        users = (parameter.name for parameter in self.parameters if parameter.field.source is FieldSource.USER)
        return next(users, None) if self.question.across else None

    @property
    def page(self) -> int:
        return self.question.page or PAGE

    # ---- parameters

    @property
    def parameters(self) -> list[MethodParameter]:
        """The values that the caller gives. A job gives the workspaces instead of one."""
        given = [field for field in self.answer.given if field.source is not FieldSource.SUBSET]
        named = {parameter.name: parameter for parameter in map(self.make_parameter, given)}
        return [
            parameter
            for parameter in named.values()
            if not (self.question.everywhere and parameter.name == "workspace")
        ]

    def make_parameter(self, field: KeyField) -> MethodParameter:
        entity, id = self.code.entity, self.code.id
        match field.source:
            case FieldSource.WORKSPACE:
                return MethodParameter("workspace", ("WorkspaceId", "WorkspaceId"), field)
            case FieldSource.ID:
                return MethodParameter("id", (id, id), field)
            case FieldSource.PATH:
                return MethodParameter("path", (f"tuple[{id}, ...]", f"readonly {id}[]"), field)
            case FieldSource.USER | FieldSource.TARGET | FieldSource.TARGET_KIND:
                relationship = entity.find_relationship(field.of)
                assert relationship is not None, "keys name known relationships"
                return MethodParameter(to_parameter(field.of), name_end_types(entity, relationship)[:2], field)
            case _:
                python, typescript = self.name_value_types(field.of)
                if may_be_unknown(entity, field):
                    python, typescript = f"{python} | None", f"{typescript} | undefined"
                return MethodParameter(to_parameter(field.of), (python, typescript), field)

    def name_value_types(self, name: str) -> tuple[str, str]:
        attribute = self.code.entity.attributes[name]
        if attribute.values is None:
            return TYPES[attribute.type]
        choice = name_choice(self.code.entity, name)
        return choice, choice

    @property
    def bounds(self) -> list[MethodParameter]:
        """The first and the last value of a range."""
        field = self.answer.range
        if field is None:
            return []
        return [MethodParameter(name, self.name_value_types(field.of), field) for name in ("first", "last")]

    @property
    def python_signature(self) -> str:
        keywords = [parameter.python for parameter in (*self.parameters, *self.bounds) if parameter.name != "workspace"]
        first = (
            ["workspace: WorkspaceId"] if any(parameter.name == "workspace" for parameter in self.parameters) else []
        )
        if self.question.everywhere:
            first = ["workspaces: Iterable[WorkspaceId]"]
        paging = (
            []
            if self.is_get or self.question.everywhere
            else [f"limit: int = {self.page}", "cursor: str | None = None"]
        )
        members = ["members: Members"] if self.user else []
        given = [*keywords, *members, *paging]
        star = ["*"] if given else []
        line = f" -> {self.python_result}:"
        head = "async def " + self.name
        return break_call(f"{head}(", ["self", *first, *star, *given], f"){line}", 4)

    @property
    def python_result(self) -> str:
        if self.question.everywhere:
            return f"AsyncIterator[{self.line}]"
        return f"{self.line} | None" if self.is_get else f"Page[{self.line}]"

    # ---- the request

    @property
    def sort_given(self) -> tuple[KeyField, ...]:
        return self.answer.given[len(self.place.partition) :]

    def list_partition(self, language: KeyLanguage) -> list[str]:
        return list_partition(self.place, self.write_values(language, self.place.partition))

    def write_values(self, language: KeyLanguage, fields: Sequence[KeyField]) -> list[str]:
        def name(parameter: str) -> str:
            is_local = language is PYTHON or (self.question.everywhere and parameter == "workspace")
            return self.values.get(parameter) or (parameter if is_local else f"ask.{parameter}")

        return [write_given_value(language, self.code.entity, self.place, field, name) for field in fields]

    def list_bounds(self, language: KeyLanguage) -> list[str]:
        """Return the texts of the first and the last value. A range of texts includes all that begin with its last."""
        field = self.answer.range
        assert field is not None, "only a range has bounds"
        own = "" if language is PYTHON else "ask."
        low, high = (write_bound(language, self.code.entity, field, f"{own}{name}") for name in ("first", "last"))
        is_text = self.code.entity.attributes[field.of].type is AttributeType.TEXT
        return [low, f"{high} + LAST" if is_text else high]

    @property
    def condition_name(self) -> str:
        """The function that makes the condition on the sort key."""
        if self.answer.range is not None:
            return "between"
        if self.answer.prefix:
            return "below"
        if not self.sort_given:
            return "everything"
        return "equals" if len(self.sort_given) == len(self.place.sort) else "begins_with"

    @property
    def python_condition(self) -> Code:
        values = self.write_values(PYTHON, self.sort_given)
        match self.condition_name:
            case "everything":
                return "EVERYTHING"
            case "between":
                return Brackets("between(", [make_tuple(values), *self.list_bounds(PYTHON)])
            case name:
                return Brackets(f"{name}(", values)

    @property
    def python_query(self) -> Brackets:
        parts: list[Code] = [
            f"name={to_python(self.name)}",
            add_head("partition=", make_tuple(self.list_partition(PYTHON))),
            add_head("condition=", self.python_condition),
        ]
        if self.answer.place != TABLE:
            parts.append(f"index={to_python(name_place(self.answer.place))}")
        if self.question.descending:
            parts.append("descending=True")
        if self.is_consistent:
            parts.append("consistent=True")
        return Brackets("query = Query(", parts)

    def write_python_query(self, indent: int) -> str:
        return break_lines(self.python_query, indent)

    @property
    def is_consistent(self) -> bool:
        return bool(self.question.consistent) and self.answer.place == TABLE

    def write_python_key(self, indent: int, head: str) -> str:
        sort = make_tuple(self.write_values(PYTHON, self.place.sort))
        return break_lines(Brackets(head, ['""', make_tuple(self.list_partition(PYTHON)), sort]), indent)

    @property
    def python_reader(self) -> str:
        return f"read_{self.shown.name}" if self.shown else f"{self.line}.from_item"


def add_head(head: str, code: Code) -> Code:
    return f"{head}{code}" if isinstance(code, str) else Brackets(head + code.head, code.parts, code.tail)
