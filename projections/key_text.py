"""Forms of the texts that a read item computes for its keys, as the types of its properties.

    @property
    def when(self) -> DueKey:
        return due_text(self.due)

To type checkers, each of them is `str`. Readers in other languages learn from them how to make the text, and which ranges
can be asked: a caller gives the label, the reference, the day or the moment.
"""

from enum import Enum
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from ascend.projections.item import ReadItem


class KeyText(Enum):
    """The form of a text in a key."""

    DUE = "due"
    INSTANT = "instant"
    LABEL = "label"
    REF = "ref"


DueKey = Annotated[str, KeyText.DUE]
"""A due date by `due_text`, or a text that sorts after all dates if there is none."""
InstantKey = Annotated[str, KeyText.INSTANT]
"""A moment by `instant_text`."""
LabelKey = Annotated[str, KeyText.LABEL]
"""A label by `keyed(label_key(…))`."""
RefKey = Annotated[str, KeyText.REF]
"""A reference to an entity as `kind:id`."""


def find_key_text(item: type[ReadItem], name: str) -> KeyText | None:
    """Return the declared form of a field of an item's keys; None for a field without one. `X | None` counts as `X`."""
    field = item.model_fields.get(name)
    if field is not None:
        return find_form(field.metadata)
    getter = getattr(getattr(item, name, None), "fget", None)
    declared: Any = get_type_hints(getter, include_extras=True).get("return") if getter else None
    parts = (declared, *get_args(declared))
    return next((find_form(get_args(part)) for part in parts if get_origin(part) is Annotated), None)


def find_form(metadata: Any) -> KeyText | None:
    return next((part for part in metadata if isinstance(part, KeyText)), None)
