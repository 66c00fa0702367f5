"""Sizes of average entities: the section `sizes` of a workload."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

Characters = Annotated[int, Field(ge=1, le=300)]
Text = Annotated[int, Field(ge=0, le=65_536)]
Few = Annotated[int, Field(ge=0, le=20)]


class WorkloadSection(BaseModel):
    """A section of the workload file. A name that it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class WorkspaceSizes(WorkloadSection):
    name: Characters = 20
    people: Annotated[int, Field(ge=3, le=500)] = 100
    """Members of a workspace."""
    of_a_user: Annotated[int, Field(ge=1, le=99)] = 5
    """Workspaces of a user."""


class ThingSizes(WorkloadSection):
    name: Characters = 30
    description: Text = 250
    tags: Few = 1
    level: Annotated[int, Field(ge=1, le=19)] = 4
    """Number of Things on the path from the root to a Thing, both included."""
    below: Annotated[int, Field(ge=0, le=200)] = 5
    """Number of Things below a Thing that is moved or deleted."""


class TaskSizes(WorkloadSection):
    title: Characters = 40
    description: Text = 300
    tags: Few = 0
    about: Few = 1
    assignees: Annotated[int, Field(ge=1, le=20)] = 2
    blockers: Annotated[int, Field(ge=1, le=20)] = 1


class AssetSizes(WorkloadSection):
    name: Characters = 20
    uri: Annotated[int, Field(ge=20, le=2_000)] = 60
    description: Text = 0
    tags: Few = 0


class CommentSizes(WorkloadSection):
    text: Annotated[int, Field(ge=1, le=65_536)] = 300
    mentions: Few = 1
    places: Annotated[int, Field(ge=1, le=48)] = 20
    """Number of Tasks to which the comments on a page of mentions belong."""


class RelationSizes(WorkloadSection):
    type: Annotated[int, Field(ge=1, le=100)] = 10
    tags: Few = 0


class Sizes(WorkloadSection):
    """Sizes of an average entity: lengths in characters, and numbers of items."""

    workspace: WorkspaceSizes = WorkspaceSizes()
    thing: ThingSizes = ThingSizes()
    task: TaskSizes = TaskSizes()
    asset: AssetSizes = AssetSizes()
    comment: CommentSizes = CommentSizes()
    relation: RelationSizes = RelationSizes()

    @model_validator(mode="after")
    def check_people(self) -> Self:
        people = self.workspace.people - 1
        if max(self.task.assignees, self.comment.mentions) > people:
            raise PydanticCustomError("people", "a Task has at most {people} assignees, and a comment at most {people} "
                "mentions: the workspace has no more members", {"people": people})  # fmt: skip
        return self
