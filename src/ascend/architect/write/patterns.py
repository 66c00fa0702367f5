"""An access pattern of a design, and the function that asks it, in the words of the written code."""

import keyword
import re
import unicodedata
from collections.abc import Container
from dataclasses import dataclass

from ascend.architect.review.design import GSI1, GSI2, TABLE, Answer, Design, KeyPlace
from ascend.architect.review.key_fields import FieldSource, KeyField
from ascend.architect.review.loads import estimate_load, explain_heat
from ascend.architect.write.code_lines import wrap
from ascend.architect.write.items import ItemCode
from ascend.projections.pattern import Load
from ascend.projections.queries.base import ACROSS_LIMIT, MAX_LIMIT

NAME_CHARACTERS = 48
INDEX = {TABLE: None, GSI1: 1, GSI2: 2}


@dataclass(frozen=True)
class ParameterCode:
    """A parameter of a function that asks a question."""

    name: str
    type: str


@dataclass(frozen=True)
class PatternCode:
    answer: Answer
    design: Design
    item: ItemCode
    query: str
    """The name of the function, and of the pattern."""
    name: str
    """The question, unless another pattern has it: then with a number."""
    path_pattern: str = ""
    """For a subtree: the pattern that reads the item of the top, which holds its path. Empty for other questions."""
    is_internal: bool = False
    """True if no question is answered: a policy or a function of the written code reads it."""

    @property
    def constant(self) -> str:
        return self.query.upper()

    @property
    def place(self) -> KeyPlace:
        return self.design.get_place(self.answer)

    @property
    def index(self) -> int | None:
        return INDEX[self.answer.place]

    @property
    def given(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(field.name for field in self.answer.given))

    @property
    def range(self) -> str | None:
        return None if self.answer.range is None else self.answer.range.name

    @property
    def load(self) -> Load:
        return estimate_load(self.design, self.answer)

    @property
    def hot(self) -> str:
        return explain_heat(self.design, self.answer)

    # The function

    @property
    def across(self) -> bool:
        """True if it reads the lines of a user in all workspaces."""
        sources = [field.source for field in self.answer.given]
        return sources[0] is FieldSource.USER and FieldSource.WORKSPACE not in sources

    @property
    def is_one(self) -> bool:
        return self.answer.is_one and not self.across

    @property
    def is_deep(self) -> bool:
        return self.answer.question.deep

    @property
    def page(self) -> int:
        return min(self.load.page, ACROSS_LIMIT if self.across else MAX_LIMIT)

    @property
    def parameters(self) -> list[ParameterCode]:
        """The parameters after the workspace or the user."""
        found: dict[str, ParameterCode] = {}
        for field in self.answer.given:
            if (parameter := self.make_parameter(field)) is not None:
                found.setdefault(parameter.name, parameter)
        if self.answer.range is not None:
            attribute = self.item.get_attribute(self.answer.range.of)
            type_ = "dt.datetime" if attribute.is_time else attribute.stored
            found |= {name: ParameterCode(name, type_) for name in ("low", "high")}
        return list(found.values())

    def make_parameter(self, field: KeyField) -> ParameterCode | None:
        match field.source:
            case FieldSource.USER:
                return None if self.across else ParameterCode(field.of, "ascend.UserId")
            case FieldSource.ID | FieldSource.PATH:
                return ParameterCode(field.of, self.item.id_type)
            case FieldSource.TARGET | FieldSource.TARGET_KIND:
                relationship = next(known for known in self.item.relationships if known.name == field.of)
                return ParameterCode(field.of, relationship.type)
            case FieldSource.ATTRIBUTE:
                attribute = self.item.get_attribute(field.of)
                return ParameterCode(field.of, "dt.datetime" if attribute.is_time else attribute.stored)
            case _:
                return None

    @property
    def arguments(self) -> list[str]:
        """The arguments of `ask` that say which lines are wanted."""
        found: dict[str, str] = {}
        for field in self.answer.given:
            if (value := self.make_argument(field)) is not None:
                found.setdefault(field.name, value)
        if self.answer.range is not None:
            attribute = self.item.get_attribute(self.answer.range.of)
            for name in ("low", "high"):
                text = f"ascend.sortable({name})" if attribute.is_text else attribute.exact(name)
                found[name] = f"{text}.value" if attribute.is_choice else text
        return [f"{name}={value}" for name, value in found.items()]

    @property
    def given_literals(self) -> list[str]:
        return [f'"{name}"' for name in self.given]

    @property
    def given_words(self) -> str:
        return ", ".join(f"`{name}`" for name in self.given)

    @property
    def example(self) -> str:
        """A call, as the page shows it."""
        owner = "user" if self.across else "workspace"
        arguments = ["store", owner, *self.passed, f"viewer={'user' if self.across else 'viewer'}"]
        name = "found" if self.is_one else "page"
        return wrap(f"{name} = await {self.answer.entity}_queries.{self.query}(", arguments, ")")

    @property
    def declared(self) -> list[str]:
        return [f"{parameter.name}: {parameter.type}" for parameter in self.parameters]

    @property
    def passed(self) -> list[str]:
        return [parameter.name for parameter in self.parameters]

    @property
    def result(self) -> str:
        if self.is_one:
            return self.item.name
        return f"ascend.Page[ascend.Entry[{self.item.name}]]" if self.across else f"ascend.Page[{self.item.name}]"

    @property
    def missing(self) -> str:
        """The expression that says what was not found."""
        ids = [field.of for field in self.answer.given if field.source is FieldSource.ID]
        return f"{ids[0]}_ref({ids[0]})" if ids else self.passed[0]

    def make_argument(self, field: KeyField) -> str | None:
        match field.source:
            case FieldSource.WORKSPACE:
                return None
            case FieldSource.USER:
                return None if self.across else field.of
            case FieldSource.ID:
                return field.of
            case FieldSource.PATH:
                return "path_text(top.items[0].path)"
            case FieldSource.TARGET_KIND:
                return f"{field.of}.kind"
            case FieldSource.TARGET:
                has_kinds = any(known.has_kinds for known in self.item.relationships if known.name == field.of)
                return f"{field.of}.id" if has_kinds else field.of
            case FieldSource.SUBSET:
                return f'"{field.of}"'
            case _:
                return self.item.get_attribute(field.of).exact(field.of)


def find_name(question: str, taken: Container[str]) -> str:
    """Return an identifier for a question: its words, as many as fit, with a number if it is taken."""
    plain = unicodedata.normalize("NFKD", question).encode("ascii", "ignore").decode().lower()
    words, name = re.findall("[a-z0-9]+", plain), ""
    for word in words:
        if len(name) + 1 + len(word) > NAME_CHARACTERS:
            break
        name = f"{name}_{word}".lstrip("_")
    name = name or "question"
    name = f"ask_{name}" if name[0].isdigit() or keyword.iskeyword(name) else name
    numbered = (name if number == 1 else f"{name}_{number}" for number in range(1, 10_000))
    return next(free for free in numbered if free not in taken)
