"""Equal labels in commands: a label that an entity has already keeps the spelling in which it was first given.

So a command changes nothing where it gives the same label in another spelling. To change a spelling, remove the label, and
add it again.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from ascend.domain.text_keys import label_key


class Labelled(Protocol):
    """An entity, or a part of one, with tags and metadata."""

    @property
    def tags(self) -> tuple[str, ...]: ...

    @property
    def metadata(self) -> Mapping[str, str]: ...


def distinct_labels(labels: Iterable[str]) -> tuple[str, ...]:
    """Return the labels in their order, without those that are equal to an earlier one."""
    first: dict[str, str] = {}
    for label in labels:
        first.setdefault(label_key(label), label)
    return tuple(first.values())


def keep_spelling(changes: Mapping[str, Any], old: Labelled) -> dict[str, Any]:
    """Return the new values of fields, with tags and keys of metadata spelled as in the entity that has them already."""
    kept = dict(changes)
    if "tags" in changes:
        kept["tags"] = respell_tags(changes["tags"], old.tags)
    if "metadata" in changes:
        kept["metadata"] = respell_metadata(changes["metadata"], old.metadata)
    return kept


def respell_tags(new: tuple[str, ...], old: tuple[str, ...]) -> tuple[str, ...]:
    """Return the new tags. Those that are equal to an old one are spelled as that one."""
    spelled = {label_key(tag): tag for tag in reversed(old)}
    return tuple(spelled.get(label_key(tag), tag) for tag in new)


def respell_metadata(new: Mapping[str, str], old: Mapping[str, str]) -> dict[str, str]:
    """Return the new metadata. Keys that are equal to an old one are spelled as that one."""
    spelled = {label_key(key): key for key in reversed(tuple(old))}
    return {spelled.get(label_key(key), key): text for key, text in new.items()}


def respell_label(new: str | None, old: str | None) -> str | None:
    """Return the new label; the old one if they are equal."""
    return old if new is not None and old is not None and label_key(new) == label_key(old) else new
