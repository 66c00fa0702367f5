"""A read item: what a projection writes and a query reads. Its keys are templates over its own fields.

    class FeedLine(ReadItem, key=("U#{user}", "{workspace}#{task}"), gsi1=("U#{user}", "{when}#{task}")): …

A template's fields are ids or text made by `sortable`, none of which can hold the separator `#`, so that a key that
was rendered can be parsed, and no value can reach into another's key. The workspace or the user comes first.
"""

import re
import unicodedata
from typing import Any, ClassVar, NamedTuple, Self

from pydantic import BaseModel, ConfigDict

from ascend.domain.errors import LimitExceeded
from ascend.domain.ids import WorkspaceId

FIELD = re.compile(r"\{(\w+)\}")
SORTABLE_CHARACTERS = 100


class ViewKey(NamedTuple):
    """Where an item stands within one build of a projection."""

    partition: str
    sort: str


class KeyTemplate:
    """Renders and parses one pair of keys."""

    def __init__(self, partition: str, sort: str) -> None:
        self.partition, self.sort = partition, sort
        parts = (re.escape(part).replace(r"\{", "{").replace(r"\}", "}") for part in (partition, sort))
        self._parsers = [re.compile(FIELD.sub(r"(?P<\1>[^#]*)", part)) for part in parts]

    def render(self, item: BaseModel) -> ViewKey:
        """The keys of an item. Raises `LimitExceeded` where a field holds the separator."""
        return ViewKey(fill(self.partition, item), fill(self.sort, item))

    def parse(self, key: ViewKey) -> dict[str, str]:
        """The fields that a rendered key holds. Raises `ValueError` for a key of another template."""
        fields: dict[str, str] = {}
        for parser, text in zip(self._parsers, key, strict=True):
            match = parser.fullmatch(text)
            if match is None:
                raise ValueError(f"{text!r} is not {self.partition} {self.sort}")
            fields.update(match.groupdict())
        return fields


def fill(template: str, item: BaseModel) -> str:
    def value(field: re.Match[str]) -> str:
        text = str(getattr(item, field[1]))
        if "#" in text:
            raise LimitExceeded(f"{type(item).__name__}.{field[1]} cannot stand in a key: it holds '#'")
        return text

    return FIELD.sub(value, template)


class ReadItem(BaseModel):
    """Base of all read items. `gsi1` and `gsi2` are sparse: an item without one is not in that index."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
    key: ClassVar[KeyTemplate]
    gsi1: ClassVar[KeyTemplate | None]
    gsi2: ClassVar[KeyTemplate | None]
    workspace: WorkspaceId

    def __init_subclass__(
        cls,
        *,
        key: tuple[str, str] = ("", ""),
        gsi1: tuple[str, str] | None = None,
        gsi2: tuple[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init_subclass__(**kwargs)
        cls.key = KeyTemplate(*key)
        cls.gsi1 = KeyTemplate(*gsi1) if gsi1 else None
        cls.gsi2 = KeyTemplate(*gsi2) if gsi2 else None

    def content(self) -> str:
        """The item's bytes, as JSON: a pure function of the log."""
        return self.model_dump_json(exclude_none=True)

    @classmethod
    def of(cls, content: str) -> Self:
        return cls.model_validate_json(content)


def sortable(text: str) -> str:
    """Text for the middle of a sort key: in the order people expect, without separators, bounded."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(" " if c == "#" or c < " " else c for c in folded[:SORTABLE_CHARACTERS])
