"""Everything that carries a tag, whatever its kind: one line for each tag of each entity."""

from collections.abc import Iterable

from ascend.domain.assets.asset import Asset
from ascend.domain.comments.comment import Comment
from ascend.domain.ids import Ref
from ascend.domain.relations.relation import Relation
from ascend.domain.tasks.task import Task
from ascend.domain.things.thing import Thing
from ascend.domain.workspaces.workspace import Workspace
from ascend.projections.item import ReadItem, keyed
from ascend.projections.projection import Projection, RenderContext
from ascend.projections.read_models.comments import EXCERPT
from ascend.projections.read_models.things import living_path


class TagLine(ReadItem, key=("W#{workspace}", "{tag_key}#{kind}#{entity}")):
    """`title` is copied: an entity has at most 20 tags, so a rename rewrites at most 20 lines."""

    tag: str
    kind: str
    entity: str
    title: str
    on: tuple[Ref, ...] = ()
    """What it hangs on: where one of these is gone, so is this."""

    @property
    def tag_key(self) -> str:
        return keyed(self.tag)


def lines(
    context: RenderContext, ref: Ref, title: str, tags: tuple[str, ...], on: tuple[Ref, ...] = ()
) -> Iterable[TagLine]:
    for tag in tags:
        yield TagLine(workspace=context.workspace, tag=tag, kind=ref.kind, entity=ref.id, title=title, on=on)


def of_workspace(workspace: Workspace, context: RenderContext) -> Iterable[TagLine]:
    return lines(context, Ref(Workspace.entity, workspace.id), workspace.name, workspace.tags)


def of_thing(thing: Thing, context: RenderContext) -> Iterable[TagLine]:
    lives = bool(thing.tags) and living_path(thing, context) is not None
    return lines(context, Ref(Thing.entity, thing.id), thing.name, thing.tags if lives else ())


def of_asset(asset: Asset, context: RenderContext) -> Iterable[TagLine]:
    return lines(context, Ref(Asset.entity, asset.id), asset.details.name, asset.details.tags)


def of_task(task: Task, context: RenderContext) -> Iterable[TagLine]:
    return lines(context, Ref(Task.entity, task.id), task.title, () if task.deleted else task.tags)


def of_relation(relation: Relation, context: RenderContext) -> Iterable[TagLine]:
    ref, ends = Ref(Relation.entity, relation.id), (relation.source, relation.target)
    return lines(context, ref, relation.type, () if relation.removed else relation.tags, ends)


def of_comment(comment: Comment, context: RenderContext) -> Iterable[TagLine]:
    return lines(context, Ref(Comment.entity, comment.id), comment.text[:EXCERPT], comment.tags, (comment.on,))


TAGS = Projection(
    "tags",
    1,
    (TagLine,),
    {
        Workspace: of_workspace,
        Thing: of_thing,
        Asset: of_asset,
        Task: of_task,
        Relation: of_relation,
        Comment: of_comment,
    },
)
