"""Tags: how an edit command changes them, all at once or one by one."""

from typing import Any, Protocol, Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from ascend.domain.errors import Refusal
from ascend.domain.text_keys import label_key
from ascend.domain.values import FEW, Tags
from ascend.domain.workspaces.command import EditCommand


class TooManyTags(Refusal):
    """The entity would have more tags than an entity can have: remove some of them in the same command."""


class Tagged(Protocol):
    @property
    def tags(self) -> tuple[str, ...]: ...


class EditTagsCommand(EditCommand):
    """The base class of edit commands on what carries tags.

    `tags` replaces all tags by those that the sender names. `add_tags` and `remove_tags` change the tags that the entity
    has at the moment of the decision: two people who add a tag at once lose nothing. A tag that is there already, or
    that is missing already, changes nothing.
    """

    tags: Tags | None = None
    """All tags from now on."""
    add_tags: Tags = ()
    """Tags to add to those that are there. Not together with `tags`."""
    remove_tags: Tags = ()
    """Tags to remove from those that are there. Not together with `tags`."""

    @model_validator(mode="after")
    def all_tags_or_some(self) -> Self:
        if "tags" in self.model_fields_set and (self.add_tags or self.remove_tags):
            raise PydanticCustomError("tags", "give all tags, or those to add and to remove")
        if {label_key(tag) for tag in self.add_tags} & {label_key(tag) for tag in self.remove_tags}:
            raise PydanticCustomError("tags", "the same tag cannot be added and removed")
        return self

    def changes_to(self, entity: Tagged) -> dict[str, Any]:
        """Return the new values as `changes` does, with the new tags of the entity if some are added or removed.

        Raises:
            TooManyTags: the entity would have too many.
        """
        changes = self.changes()
        added, removed = changes.pop("add_tags", ()), changes.pop("remove_tags", ())
        return {**changes, "tags": change_tags(entity.tags, added, removed)} if added or removed else changes


def change_tags(tags: tuple[str, ...], added: tuple[str, ...], removed: tuple[str, ...]) -> tuple[str, ...]:
    """Return the tags without those removed, and behind them those added that are new. Tags that look the same are one.

    Raises:
        TooManyTags: there would be too many.
    """
    missing = {label_key(tag) for tag in removed}
    kept = [tag for tag in tags if label_key(tag) not in missing]
    present = {label_key(tag) for tag in kept}
    new = [tag for key, tag in {label_key(tag): tag for tag in added}.items() if key not in present]
    if len(kept) + len(new) > FEW:
        raise TooManyTags(f"at most {FEW}, this would be {len(kept) + len(new)}")
    return (*kept, *new)
