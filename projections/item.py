"""A read item: what a projection writes and a query reads. Its keys are templates over its own fields.

    class FeedLine(ReadItem, key=("U#{user}", "{workspace}#{task}"), gsi1=("U#{user}", "{when}#{task}")): …

A template's fields are ids or text made by `sortable` or `keyed`, none of which can hold the separator `#`, so that a
key that was rendered can be parsed, and no value can reach into another's key. The workspace or the user comes first.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple, Self

from pydantic import BaseModel, ConfigDict

from ascend.domain.errors import InvalidInput, LimitExceeded
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
        self.partition_fields: tuple[str, ...] = tuple(FIELD.findall(partition))
        self.sort_fields: tuple[str, ...] = tuple(FIELD.findall(sort))
        self.fields = tuple(dict.fromkeys((*self.partition_fields, *self.sort_fields)))
        """Names, the partition's first, each once."""
        parts = (re.escape(part).replace(r"\{", "{").replace(r"\}", "}") for part in (partition, sort))
        self._parsers = [re.compile(FIELD.sub(r"(?P<\1>[^#]*)", part)) for part in parts]

    def render(self, item: BaseModel) -> ViewKey:
        """The keys of an item. Raises `LimitExceeded` where a field holds the separator, `InvalidInput` where it is None."""
        values = {name: getattr(item, name) for name in self.fields}
        return ViewKey(fill(self.partition, values), fill(self.sort, values))

    def sparse(self, item: BaseModel) -> ViewKey | None:
        """The keys of an item in an index; None where one of the fields is None: it is not in that index."""
        if any(getattr(item, name) is None for name in self.fields):
            return None
        return self.render(item)

    def partition_of(self, **values: object) -> str:
        """The partition that these values name. Values of the sort key may be among them.

        Raises `InvalidInput` where one is missing, is none of this template, or holds the separator.
        """
        self._known(values)
        return fill(self.partition, values)

    def prefix_of(self, **values: object) -> str:
        """The sort key up to the first field that is not given (or None). Values of the partition may be among them.

        Raises as `partition_of` does, and for a value behind one that is not given: it would narrow nothing.
        """
        self._known(values)
        missing = next((field for field in FIELD.finditer(self.sort) if values.get(field[1]) is None), None)
        if missing is None:
            return fill(self.sort, values)
        behind = FIELD.findall(self.sort, missing.end())
        if useless := [name for name in behind if values.get(name) is not None and name not in self.partition_fields]:
            raise InvalidInput(f"{useless[0]} says nothing without {missing[1]}, which comes before it in {self.sort}")
        return fill(self.sort[: missing.start()], values)

    def _known(self, values: Mapping[str, object]) -> None:
        if strange := sorted(values.keys() - set(self.fields)):
            raise InvalidInput(f"{', '.join(strange)}: no field of {self.partition} {self.sort}")

    def parse(self, key: ViewKey) -> dict[str, str]:
        """The fields that a rendered key holds. Raises `ValueError` for a key of another template."""
        fields: dict[str, str] = {}
        for parser, text in zip(self._parsers, key, strict=True):
            match = parser.fullmatch(text)
            if match is None:
                raise ValueError(f"{text!r} is not {self.partition} {self.sort}")
            fields.update(match.groupdict())
        return fields


def fill(template: str, values: Mapping[str, object]) -> str:
    def value(field: re.Match[str]) -> str:
        found = values.get(field[1])
        if found is None:
            raise InvalidInput(f"a key {template} needs a {field[1]}")
        if "#" in (text := str(found)):
            raise LimitExceeded(f"{field[1]} cannot stand in a key {template}: it holds '#'")
        return text

    return FIELD.sub(value, template)


class ReadItem(BaseModel):
    """Base of all read items. `gsi1` and `gsi2` are sparse: an item without one is not in that index.

    Neither is an item for which one of the index key's fields is None.
    """

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

    @property
    def counted(self) -> str | None:
        """Under which name this item counts in its workspace (`tasks.open`): one of a few that the code knows."""
        return None

    def index_keys(self) -> tuple[ViewKey | None, ViewKey | None]:
        """Where the item stands in each of the two indexes."""
        return (self.gsi1.sparse(self) if self.gsi1 else None, self.gsi2.sparse(self) if self.gsi2 else None)

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


UNSAFE = re.compile(r"[%#\x00-\x1f\x7f-\x9f]")
ESCAPED = re.compile(r"(?:%[0-9A-F]{2})+")


def keyed(text: str) -> str:
    """Text for a key, for exact matches: nothing is lost, and `unkeyed` gives it back."""
    return UNSAFE.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), text)


def unkeyed(text: str) -> str:
    return ESCAPED.sub(lambda found: bytes.fromhex(found[0].replace("%", "")).decode(), text)
