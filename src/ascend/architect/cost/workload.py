"""A workload: how often people do and ask what, how large things are, how much lies there. All of it is assumed.

What is not said is taken from the assumptions of the access patterns (`Load`): one workspace of a hundred people.
"""

from collections.abc import Callable, Collection
from difflib import get_close_matches
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from ascend.architect.cost.mix import SENT, default_commands
from ascend.architect.cost.prices import REGIONS, Override
from ascend.projections.pattern import Load, Pattern
from ascend.projections.queries import patterns
from ascend.projections.queries.patterns import PATTERNS

Count = Annotated[int, Field(ge=0, le=10**12)]
Rate = Annotated[float, Field(ge=0, le=10**12, allow_inf_nan=False)]
Characters = Annotated[int, Field(ge=1, le=300)]
Text = Annotated[int, Field(ge=0, le=65_536)]
Few = Annotated[int, Field(ge=0, le=20)]

QUERIES = tuple(pattern.query for pattern in PATTERNS)
DAYS = 30
"""Of a month."""


def known(name: str, names: Collection[str], what: str) -> str:
    if name not in names:
        near = get_close_matches(name, names, n=3, cutoff=0.3) or sorted(names)
        said = {"what": what, "name": name[:80], "near": ", ".join(near)}
        raise PydanticCustomError("name", "there is no {what} {name}: try {near}", said)
    return name


def known_command(name: str) -> str:
    return known(name, SENT, "command")


def known_query(name: str) -> str:
    return known(name, QUERIES, "query")


def known_region(name: str) -> str:
    return known(name, REGIONS, "table of prices for the region (take another, and give `prices`)")


CommandName = Annotated[str, AfterValidator(known_command)]
QueryName = Annotated[str, AfterValidator(known_query)]


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Workspaces(Part):
    name: Characters = 20
    people: Annotated[int, Field(ge=3, le=500)] = 100
    """Members of one workspace."""
    of_a_user: Annotated[int, Field(ge=1, le=99)] = 5
    """Workspaces that a user is in."""


class Things(Part):
    name: Characters = 30
    description: Text = 250
    tags: Few = 1
    level: Annotated[int, Field(ge=1, le=19)] = 4
    """How many are above a Thing, itself included."""
    below: Annotated[int, Field(ge=0, le=200)] = 5
    """How many are in one that is moved or deleted."""


class Tasks(Part):
    title: Characters = 40
    description: Text = 300
    tags: Few = 0
    about: Few = 1
    assignees: Annotated[int, Field(ge=1, le=20)] = 2
    blockers: Annotated[int, Field(ge=1, le=20)] = 1


class Assets(Part):
    name: Characters = 20
    uri: Annotated[int, Field(ge=20, le=2_000)] = 60
    description: Text = 0
    tags: Few = 0


class Comments(Part):
    text: Annotated[int, Field(ge=1, le=65_536)] = 300
    mentions: Few = 1
    places: Annotated[int, Field(ge=1, le=48)] = 20
    """How many Tasks a page of a user's mentions stands on."""


class Relations(Part):
    type: Annotated[int, Field(ge=1, le=100)] = 10
    tags: Few = 0


class Sizes(Part):
    """Of an average entity, in characters and in numbers."""

    workspace: Workspaces = Workspaces()
    thing: Things = Things()
    task: Tasks = Tasks()
    asset: Assets = Assets()
    comment: Comments = Comments()
    relation: Relations = Relations()

    @model_validator(mode="after")
    def there_are_so_many_people(self) -> Self:
        people = self.workspace.people - 1
        if max(self.task.assignees, self.comment.mentions) > people:
            raise PydanticCustomError("people", "a Task has at most {people} assignees, and a comment as many mentions: "
                "there are no more people in a workspace", {"people": people})  # fmt: skip
        return self


def assumed(count: Callable[[Load], int]) -> dict[str, int]:
    """What lies in one workspace as the patterns assume, now or in a year: as many Relations as Assets."""
    tasks, assets = count(patterns.TASKS_OF_WORKSPACE.load), count(patterns.ASSETS_OF_WORKSPACE.load)
    return {
        "things": count(patterns.SUBTREE.load),
        "tasks": tasks,
        "assets": assets,
        "comments": tasks * count(patterns.COMMENTS_ON.load),
        "relations": assets,
        "commits": count(patterns.HISTORY_OF_WORKSPACE.load),
    }


NOW, IN_A_YEAR = assumed(lambda load: load.items), assumed(lambda load: load.in_a_year)


class Stored(Part):
    """What lies in one workspace, in numbers. `commits`: of its log."""

    things: Count = NOW["things"]
    tasks: Count = NOW["tasks"]
    assets: Count = NOW["assets"]
    comments: Count = NOW["comments"]
    relations: Count = NOW["relations"]
    commits: Count = NOW["commits"]


class Worker(Part):
    processes: Annotated[int, Field(ge=1, le=1_000)] = 1
    pause: Annotated[float, Field(ge=0.01, le=86_400, allow_inf_nan=False)] = 1.0
    """Seconds between two looks at all workspaces."""
    batch: Annotated[float, Field(ge=1, le=500, allow_inf_nan=False)] = 1.0
    """Commands that a batch finds, on average: 1 where they come one by one."""


def default_reads(users: int, workspaces: int) -> dict[str, float]:
    """Pages a day: as the patterns assume; a user's own feeds once for each user."""
    return {
        pattern.query: float(pattern.load.reads_a_day * (users if is_personal(pattern) else workspaces))
        for pattern in PATTERNS
    }


def is_personal(pattern: Pattern[Any]) -> bool:
    return "user" in pattern.given


class Workload(Part):
    """Rates are of a day, in all workspaces together."""

    region: Annotated[str, AfterValidator(known_region)] = "us-east-1"
    workspaces: Annotated[int, Field(ge=1, le=10_000_000)] = 1
    users: Annotated[int, Field(ge=1, le=10**9)] | None = None
    """None: as many as there are if each is in as many workspaces as the sizes say."""
    commands: dict[CommandName, Rate] = {}
    """By name of the command. Empty: the default mix, once for each workspace."""
    reads: dict[QueryName, Rate] = {}
    """Pages, by name of the query. What is not named is read as the patterns assume."""
    lines: dict[QueryName, Annotated[int, Field(ge=1, le=1_000)]] = {}
    """Of a page, by name of the query. What is not named has as many as the patterns assume."""
    sizes: Sizes = Sizes()
    stored: Stored = Stored()
    worker: Worker = Worker()
    cold: Annotated[float, Field(ge=0, le=1)] = 0.1
    """Share of the commands that a process decides which does not know the workspace yet."""
    peak: Annotated[float, Field(ge=1, le=100_000, allow_inf_nan=False)] = 10.0
    """The busiest second, compared with an average one. Provisioned capacity must stand it."""
    stream_reads: Rate = 0.0
    """GetRecords a day of readers of your own; a Lambda function's cost nothing."""
    prices: Override = Override()

    @property
    def commands_a_day(self) -> dict[str, float]:
        return self.commands or {name: rate * self.workspaces for name, rate in default_commands().items()}

    @property
    def reads_a_day(self) -> dict[str, float]:
        return default_reads(self.people, self.workspaces) | self.reads

    @property
    def people(self) -> int:
        """All users."""
        return self.users or max(1, self.memberships // self.memberships_of_a_user)

    @property
    def memberships(self) -> int:
        return self.sizes.workspace.people * self.workspaces

    @property
    def memberships_of_a_user(self) -> int:
        """Where the users are counted: as many as all memberships come to for one of them."""
        said = round(self.memberships / self.users) if self.users else self.sizes.workspace.of_a_user
        return max(1, min(said, self.workspaces))

    def lines_of(self, pattern: Pattern[Any]) -> int:
        return self.lines.get(pattern.query, min(pattern.load.page, self.items_of(pattern)))

    def items_of(self, pattern: Pattern[Any]) -> int:
        """In a list: as sizes and what is stored say, where they do."""
        return self.counted.get(pattern.query, pattern.load.items)

    @property
    def counted(self) -> dict[str, int]:
        """By name of the query."""
        return {
            patterns.MEMBERS_OF_WORKSPACE.query: self.sizes.workspace.people,
            patterns.WORKSPACES_OF_USER.query: self.memberships_of_a_user,
            patterns.TASKS_OF_WORKSPACE.query: self.stored.tasks,
            patterns.SUBTREE.query: self.stored.things,
            patterns.ASSETS_OF_WORKSPACE.query: self.stored.assets,
            patterns.HISTORY_OF_WORKSPACE.query: self.stored.commits,
        }
