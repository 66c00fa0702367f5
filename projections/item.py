"""A read item: written by a projection, read by a query. Its keys are templates over its own fields.

    class FeedLine(ReadItem, key=("U#{user}", "{workspace}#{task}"), gsi1=("U#{user}", "{when}#{task}")): …

The fields of a template are ids, or text made by `sortable` or `keyed`: none of them can hold the separator `#`. The
workspace or the user comes first.
"""

import re
from collections.abc import Sequence
from operator import itemgetter
from typing import Any, ClassVar, Self, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import from_json

from ascend.domain.errors import DamagedViews, InvalidInput
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.constructors import NOT_AS_WRITTEN, find_constructor
from ascend.domain.runtime.shapes import Constructor
from ascend.domain.text_keys import name_key
from ascend.domain.values import name_faults
from ascend.projections.key_template import KeyTemplate, ViewKey

R = TypeVar("R", bound="ReadItem")


class ReadItem(BaseModel):
    """Base of all read items. A class that is derived from a read item has its keys, unless it declares others.

    `gsi1` and `gsi2` are sparse: an item without a template for an index, or with None in a field of that template, is
    not in the index.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)
    key: ClassVar[KeyTemplate]
    gsi1: ClassVar[KeyTemplate | None] = None
    gsi2: ClassVar[KeyTemplate | None] = None
    _values: ClassVar[Any]
    """An `itemgetter` of the values of all fields."""
    workspace: WorkspaceId

    def __init_subclass__(
        cls,
        *,
        key: tuple[str, str] | None = None,
        gsi1: tuple[str, str] | None = None,
        gsi2: tuple[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init_subclass__(**kwargs)
        if key is not None:
            cls.key = KeyTemplate(*key)
        if gsi1 is not None:
            cls.gsi1 = KeyTemplate(*gsi1)
        if gsi2 is not None:
            cls.gsi2 = KeyTemplate(*gsi2)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        cls._values = itemgetter(*cls.model_fields)

    @property
    def counted(self) -> str | None:
        """The name under which this item counts in its workspace (`tasks.open`). The code knows a few such names."""
        return None

    def index_keys(self) -> tuple[ViewKey | None, ViewKey | None]:
        """The keys of the item in each of the two indexes. They are computed once."""
        made = vars(self)
        if "_index_keys" not in made:  # no `cached_property`: it takes a lock for each item
            gsi1, gsi2 = self.gsi1, self.gsi2
            first, second = gsi1.render_sparse(self) if gsi1 else None, gsi2.render_sparse(self) if gsi2 else None
            made["_index_keys"] = first, second
        keys: tuple[ViewKey | None, ViewKey | None] = made["_index_keys"]
        return keys

    def content(self) -> str:
        """Return the item's stored JSON: a pure function of the log. It is made once."""
        made = vars(self)
        if "_content" not in made:
            made["_content"] = self.model_dump_json(exclude_none=True)
        content: str = made["_content"]
        return content

    @classmethod
    def from_content(cls, content: str) -> Self:
        """Return the item of stored content. Nothing is validated that the projection rendered. Raises: DamagedViews."""
        [item] = cls.from_contents([content])
        return item

    @classmethod
    def from_contents(cls, contents: Sequence[str]) -> list[Self]:
        """Return the items of stored contents, like `from_content`. Raises: DamagedViews."""
        shapes = find_constructor(cls)
        if shapes is None:
            return [validate_content(cls, content) for content in contents]
        items: list[Self] = []
        names: list[str] = []
        construct: Constructor = shapes
        for content in contents:
            try:
                stored = from_json(content, cache_strings="keys")
                if [*stored] != names:  # most items of a page have the same fields
                    names, construct = [*stored], shapes[tuple(stored)]
                items.append(construct(stored))
            except NOT_AS_WRITTEN:
                items.append(validate_content(cls, content))
        return items


def validate_content(cls: type[R], content: str) -> R:
    """Return the item of stored content, validated. Raises: DamagedViews."""
    try:
        return cls.model_validate_json(content)
    except (ValidationError, InvalidInput) as error:
        fault = name_faults(error) if isinstance(error, ValidationError) else type(error).__name__
        raise DamagedViews(f"a read item of type {cls.__name__}: {fault}") from None


def have_same_values(one: ReadItem, other: ReadItem) -> bool:
    """Return True if both items are of the same type and have the same values: `==`, at less cost."""
    return type(one) is type(other) and bool(one._values(vars(one)) == one._values(vars(other)))  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]


def sortable(text: str) -> str:
    """Return text for the middle of a sort key: in the order that people expect, without separators.

    Accents, case, width and invisible marks are folded, and numbers are in order of their value: "Äpfel" comes before
    "Birnen", "Box 2" before "Box 10". It has at most 100 characters (400 bytes), and is the same on every Python. Texts that
    differ in other things than these can have one sort key: end the template with an id.
    """
    return name_key(text)


UNSAFE = re.compile(r"[%#\x00-\x1f\x7f-\x9f]")
ESCAPED = re.compile(r"(?:%[0-9A-F]{2})+")


def keyed(text: str) -> str:
    """Return text for exact matches in a key. Nothing is lost: `unkeyed` gives the original back.

    Labels are equal by their `label_key`: use `keyed(label_key(tag))`.
    """
    return UNSAFE.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), text)


def unkeyed(text: str) -> str:
    """Return the original of a text made by `keyed`."""
    return ESCAPED.sub(lambda match: bytes.fromhex(match[0].replace("%", "")).decode(), text)
