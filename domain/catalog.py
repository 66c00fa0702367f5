"""The kinds of entities of the Life OS, each with its events and commands. To register a command, add a line."""

from ascend.domain import links as link
from ascend.domain.assets import asset
from ascend.domain.assets import commands as assets
from ascend.domain.comments import commands as comments
from ascend.domain.comments import comment
from ascend.domain.relations import commands as relations
from ascend.domain.relations import relation
from ascend.domain.runtime.model import Hierarchy, Kind
from ascend.domain.tasks import commands as tasks
from ascend.domain.tasks import dependencies as task_dependencies
from ascend.domain.tasks import next_occurrence as task_recurrence
from ascend.domain.tasks import older_events as older
from ascend.domain.tasks import stopping as task_stopping
from ascend.domain.tasks import task
from ascend.domain.things import commands as things
from ascend.domain.things import thing

thing_hierarchy = Hierarchy(parent=thing.parent_of, children=thing.children_of, inherited=thing.inherited_part)

KINDS = (
    Kind(
        thing.Thing,
        thing.ThingEvents,
        thing.evolve,
        thing_hierarchy,
        commands=(
            things.CreateThing,
            things.RenameThing,
            things.DescribeThing,
            things.MoveThing,
            things.ArchiveThing,
            things.RestoreThing,
            things.DeleteThing,
        ),
    ),
    Kind(
        asset.Asset,
        asset.AssetEvents,
        asset.evolve,
        commands=(
            assets.CreateAsset,
            assets.EditAsset,
            assets.RetireAsset,
        ),
    ),
    Kind(
        link.Link,
        link.LinkEvents,
        link.evolve,
        commands=(
            link.LinkAsset,
            link.UnlinkAsset,
        ),
    ),
    Kind(
        task.Task,
        task.TaskEvents,
        task.evolve,
        commands=(
            tasks.CreateTask,
            tasks.EditTask,
            tasks.ScheduleTask,
            tasks.PrioritiseTask,
            tasks.AssignTask,
            tasks.UnassignTask,
            tasks.ReleaseTask,
            tasks.StartTask,
            task_stopping.StopTask,
            tasks.CompleteTask,
            tasks.ReopenTask,
            tasks.CancelTask,
            tasks.DeleteTask,
            task_dependencies.BlockTask,
            task_dependencies.UnblockTask,
            task_recurrence.OpenNextOccurrence,
        ),
    ),
    Kind(
        relation.Relation,
        relation.RelationEvents,
        relation.evolve,
        commands=(
            relations.AddRelation,
            relations.EditRelation,
            relations.RemoveRelation,
        ),
    ),
    Kind(
        comment.Comment,
        comment.CommentEvents,
        comment.evolve,
        commands=(
            comments.PostComment,
            comments.EditComment,
            comments.DeleteComment,
        ),
    ),
)
"""The kinds of the Life OS besides the kernel."""

SNAPSHOTS = 3
UPCASTERS = {("task.edited", 1): older.upcast_task_edited}
WRITES = {"task.edited": older.downcast_task_edited}
"""Release 0.1.0 reads only version 1: remove this in 0.3.0."""
