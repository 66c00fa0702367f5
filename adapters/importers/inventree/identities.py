"""Ids of imported entities and of the people who act, derived from the names in a dump."""

from collections.abc import Mapping

from ascend.adapters.importers.records import IMPORTER, Person, SourceIdentity, source_person
from ascend.domain.ids import AssetId, TaskId, ThingId, UserId, WorkspaceId


def row_identity(workspace: WorkspaceId, model: str, *keys: int) -> SourceIdentity:
    """Return the identity of a row, or of a pair of rows."""
    return SourceIdentity(workspace, ("inventree", model, *(str(key) for key in keys)))


def image_identity(workspace: WorkspaceId, path: str) -> SourceIdentity:
    return SourceIdentity(workspace, ("inventree", "image", path))


def thing_id(workspace: WorkspaceId, model: str, pk: int) -> ThingId:
    return ThingId.derive(workspace, *row_identity(workspace, model, pk).names)


def task_id(workspace: WorkspaceId, model: str, pk: int) -> TaskId:
    return TaskId.derive(workspace, *row_identity(workspace, model, pk).names)


def image_id(workspace: WorkspaceId, path: str) -> AssetId:
    return AssetId.derive(workspace, *image_identity(workspace, path).names)


def resolve_actor(username: str | None) -> tuple[UserId, tuple[Person, ...]]:
    """Return the actor of a command and the people to add as members before it.

    The actor is the importer where the dump names nobody.
    """
    if username is None:
        return IMPORTER, ()
    person = source_person("inventree", username)
    return person.id, (person,)


def without_empty(metadata: Mapping[str, str]) -> dict[str, str]:
    """Return the entries whose text is not empty."""
    return {name: text for name, text in metadata.items() if text}
