"""The content of a workspace, to compare two imports: without times of changes, versions and what is gone."""

from collections.abc import Mapping
from dataclasses import replace

from support.importers.store import ImportStore

from ascend.domain.assets.asset import Asset
from ascend.domain.comments.comment import Comment
from ascend.domain.links import Link
from ascend.domain.relations.relation import Relation
from ascend.domain.tasks.task import Task
from ascend.domain.things.thing import Thing
from ascend.domain.workspaces.view import Entity
from ascend.domain.workspaces.workspace import Workspace


async def content(store: ImportStore) -> Mapping[str, Entity]:
    """Return everything that is there, by its id. Assets count where something is linked with them.

    The height of a thing does not count: it is a bound that does not fall when a thing below moves away.
    """
    links = [link for link in await store.entities(Link) if link.there]
    shown = {link.asset for link in links}
    there: list[Task | Thing | Comment | Relation | Link | Asset] = [
        *links,
        *(task for task in await store.entities(Task) if not task.deleted),
        *(replace(thing, height=0) for thing in await store.entities(Thing) if not thing.deleted),
        *(comment for comment in await store.entities(Comment) if not comment.deleted),
        *(relation for relation in await store.entities(Relation) if not relation.removed),
        *(asset for asset in await store.entities(Asset) if asset.id in shown),
    ]
    return {entity.id: entity for entity in there}


async def members(store: ImportStore) -> Mapping[str, str]:
    """Return the names of the members of the only workspace, by their ids."""
    return {user: member.name for user, member in (await store.only_entity(Workspace)).members.items()}
