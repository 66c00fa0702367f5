"""All entities with a tag, of whatever kind: one line for each tag of each entity."""

from collections.abc import Iterable

from ascend.domain.assets.asset import Asset
from ascend.domain.comments.comment import Comment
from ascend.domain.ids import Ref
from ascend.domain.labels import distinct_labels
from ascend.domain.relations.relation import Relation
from ascend.domain.tasks.task import Task
from ascend.domain.text_keys import label_key
from ascend.domain.things.thing import Thing
from ascend.domain.workspaces.workspace import Workspace
from ascend.projections.item import ReadItem, keyed
from ascend.projections.key_text import LabelKey
from ascend.projections.pattern import SPLITS_BY_SORT_KEY, Load, Pattern
from ascend.projections.projection import Projection, RenderContext
from ascend.projections.read_models.comments import EXCERPT_CHARACTERS
from ascend.projections.read_models.things import living_path


class TagLine(ReadItem, key=("W#{workspace}", "{tag_key}#{kind}#{entity}")):
    """A tag of an entity, as it is spelled there. `title` is copied: an entity has at most 20 tags, so a rename rewrites at most 20 lines."""

    tag: str
    kind: str
    entity: str
    title: str
    on: tuple[Ref, ...] = ()
    """The entities that it belongs to. If one of them is deleted, queries leave out this line."""

    @property
    def tag_key(self) -> LabelKey:
        return keyed(label_key(self.tag))


def tag_lines(
    context: RenderContext, ref: Ref, title: str, tags: tuple[str, ...], on: tuple[Ref, ...] = ()
) -> Iterable[TagLine]:
    for tag in distinct_labels(tags):
        yield TagLine(workspace=context.workspace, tag=tag, kind=ref.kind, entity=ref.id, title=title, on=on)


def render_workspace_tags(workspace: Workspace, context: RenderContext) -> Iterable[TagLine]:
    return tag_lines(context, Ref(Workspace.entity, workspace.id), workspace.name, workspace.tags)


def render_thing_tags(thing: Thing, context: RenderContext) -> Iterable[TagLine]:
    lives = bool(thing.tags) and living_path(thing, context) is not None
    return tag_lines(context, Ref(Thing.entity, thing.id), thing.name, thing.tags if lives else ())


def render_asset_tags(asset: Asset, context: RenderContext) -> Iterable[TagLine]:
    return tag_lines(context, Ref(Asset.entity, asset.id), asset.details.name, asset.details.tags)


def render_task_tags(task: Task, context: RenderContext) -> Iterable[TagLine]:
    return tag_lines(context, Ref(Task.entity, task.id), task.title, () if task.deleted else task.tags)


def render_relation_tags(relation: Relation, context: RenderContext) -> Iterable[TagLine]:
    ref, ends = Ref(Relation.entity, relation.id), (relation.source, relation.target)
    return tag_lines(context, ref, relation.type, () if relation.removed else relation.tags, ends)


def render_comment_tags(comment: Comment, context: RenderContext) -> Iterable[TagLine]:
    return tag_lines(
        context, Ref(Comment.entity, comment.id), comment.text[:EXCERPT_CHARACTERS], comment.tags, (comment.on,)
    )


TAGGED = Pattern(
    name="Everything that carries a tag, across kinds or of one kind",
    query="tagged",
    example="queries.tagged(home, 'garden', viewer=ada, limit=33)",
    item=TagLine,
    given=("workspace", "tag_key", "kind"),
    joined="what comments and relations hang on",
    load=Load(reads_a_day=300, writes_a_day=100, items=200, in_a_year=1_000, page=33, bytes=300),
    hot=SPLITS_BY_SORT_KEY,
)

TAGS = Projection(
    "tags",
    2,
    (TagLine,),
    {
        Workspace: render_workspace_tags,
        Thing: render_thing_tags,
        Asset: render_asset_tags,
        Task: render_task_tags,
        Relation: render_relation_tags,
        Comment: render_comment_tags,
    },
    patterns=(TAGGED,),
)
