"""A workload: the rates of commands and queries, the sizes of entities, and the number of stored ones.

Every field has a default. The defaults come from the assumptions of the access patterns (`Load`): one workspace of a
hundred people.
"""

import math
from collections.abc import Callable, Collection
from difflib import get_close_matches
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from ascend.architect.cost.mix import SENT_COMMANDS, derive_default_commands
from ascend.architect.cost.prices import REGIONS, PriceOverride
from ascend.architect.cost.protection import Backups, Insights
from ascend.architect.cost.scaling import Scaling
from ascend.architect.cost.sizes import Sizes, WorkloadSection
from ascend.projections.life_os import LIFE_OS
from ascend.projections.pattern import Load, Pattern
from ascend.projections.read_models.assets import ASSETS_OF_WORKSPACE
from ascend.projections.read_models.comments import COMMENTS_ON
from ascend.projections.read_models.history import HISTORY_OF_WORKSPACE
from ascend.projections.read_models.members import MEMBERS_OF_WORKSPACE, WORKSPACES_OF_USER
from ascend.projections.read_models.tasks import TASKS_OF_WORKSPACE
from ascend.projections.read_models.things import SUBTREE
from ascend.projections.workers.work_queue import BATCH_SECONDS
from ascend.projections.workers.worker import PAUSE

Count = Annotated[int, Field(ge=0, le=10**12)]
Rate = Annotated[float, Field(ge=0, le=10**12, allow_inf_nan=False)]

QUERIES = tuple(pattern.query for pattern in LIFE_OS.catalog.patterns)
LARGEST_BATCH = 500
"""Commands of a batch, at most."""
DAYS = 30
"""Days of a month."""
SECONDS_A_DAY = 86_400


def check_known_name(name: str, names: Collection[str], kind: str) -> str:
    """Return the name. Raises: a validation error with similar names where it is not one of `names`."""
    if name not in names:
        similar = get_close_matches(name, names, n=3, cutoff=0.3) or sorted(names)
        context = {"kind": kind, "name": name[:80], "similar": ", ".join(similar)}
        raise PydanticCustomError("name", "there is no {kind} {name}: try {similar}", context)
    return name


def check_command_name(name: str) -> str:
    return check_known_name(name, SENT_COMMANDS, "command")


def check_query_name(name: str) -> str:
    return check_known_name(name, QUERIES, "query")


def check_region(name: str) -> str:
    """Return the region. Raises: a validation error if Ascend knows no prices for it."""
    if name not in REGIONS:
        context = {"name": name[:80], "regions": ", ".join(sorted(REGIONS))}
        text = "there are no prices for the region {name}: take one of {regions}, and set `prices`"
        raise PydanticCustomError("name", text, context)
    return name


CommandName = Annotated[str, AfterValidator(check_command_name)]
QueryName = Annotated[str, AfterValidator(check_query_name)]


def assume_counts(count: Callable[[Load], int]) -> dict[str, int]:
    """Return the number of stored entities that the patterns assume in one workspace, by kind.

    `count` reads the number of one pattern: now, or in a year. There are as many Relations as Assets.
    """
    tasks, assets = count(TASKS_OF_WORKSPACE.load), count(ASSETS_OF_WORKSPACE.load)
    return {
        "things": count(SUBTREE.load),
        "tasks": tasks,
        "assets": assets,
        "comments": tasks * count(COMMENTS_ON.load),
        "relations": assets,
        "commits": count(HISTORY_OF_WORKSPACE.load),
    }


NOW, IN_A_YEAR = assume_counts(lambda load: load.items), assume_counts(lambda load: load.in_a_year)


class StoredCounts(WorkloadSection):
    """Numbers of entities stored in one workspace, and of commits in its log."""

    things: Count = NOW["things"]
    tasks: Count = NOW["tasks"]
    assets: Count = NOW["assets"]
    comments: Count = NOW["comments"]
    relations: Count = NOW["relations"]
    commits: Count = NOW["commits"]


class WorkerLoad(WorkloadSection):
    """Workers that follow all workspaces, woken by the stream of the events table."""

    processes: Annotated[int, Field(ge=1, le=1_000)] = 1
    pause: Annotated[float, Field(ge=0.01, le=86_400, allow_inf_nan=False)] = PAUSE
    """The `pause` of `follow`: seconds between two turns of a shard of the sweep. Less than `PERIOD` counts as `PERIOD`."""
    batch: Annotated[float, Field(ge=1, le=LARGEST_BATCH, allow_inf_nan=False)] | None = None
    """Average number of commands in a batch: 1 if each command is waited for. None: derived from the rates."""
    shards: Annotated[int, Field(ge=1, le=100_000)] | None = None
    """Open shards of the stream of the events table. None: derived from the size of the table."""


def derive_default_reads(users: int, workspaces: int) -> dict[str, float]:
    """Return the pages a day of each query: the assumed rate for each workspace, or for each user where a page is personal."""
    return {
        pattern.query: float(pattern.load.reads_a_day * (users if is_personal(pattern) else workspaces))
        for pattern in LIFE_OS.catalog.patterns
    }


def is_personal(pattern: Pattern[Any]) -> bool:
    """Return True if each user has pages of their own."""
    return "user" in pattern.given


class Workload(WorkloadSection):
    """The whole workload file. Rates are per day, in all workspaces together."""

    region: Annotated[str, AfterValidator(check_region)] = "us-east-1"
    workspaces: Annotated[int, Field(ge=1, le=10_000_000)] = 1
    users: Annotated[int, Field(ge=1, le=10**9)] | None = None
    """Number of users. None: derived from the members of all workspaces and the workspaces of a user in `sizes`."""
    commands: dict[CommandName, Rate] = {}
    """Commands a day, by name of the command. Empty: the default mix, once for each workspace."""
    reads: dict[QueryName, Rate] = {}
    """Pages a day, by name of the query. The patterns' assumptions hold for queries that are not named."""
    lines: dict[QueryName, Annotated[int, Field(ge=1, le=1_000)]] = {}
    """Lines of a page, by name of the query. The patterns' assumptions hold for queries that are not named."""
    sizes: Sizes = Sizes()
    stored: StoredCounts = StoredCounts()
    worker: WorkerLoad = WorkerLoad()
    cold: Annotated[float, Field(ge=0, le=1)] = 0.1
    """Share of commands that arrive at a process with an empty cache of the workspace."""
    peak: Annotated[float, Field(ge=1, le=100_000, allow_inf_nan=False)] = 10.0
    """Ratio of the busiest second to the average one, for what `peak_commands` and `peak_reads` do not name."""
    peak_commands: dict[CommandName, Rate] = {}
    """Commands in the busiest second, by name."""
    peak_reads: dict[QueryName, Rate] = {}
    """Pages in the busiest second, by name of the query."""
    scaling: Scaling = Scaling()
    """Auto scaling, where provisioned capacity is compared with requests on demand."""
    cap: Annotated[float, Field(ge=1, le=100_000, allow_inf_nan=False)] | None = None
    """Throughput cap of tables on demand, as a multiple of their units at peak. None: no cap."""
    free_storage: bool = False
    """True if nothing else in the account uses the 25 GB of storage that are free in each region."""
    backups: Backups = Backups()
    insights: Insights = Insights()
    alarms: bool = True
    """False if the alarms of the CloudFormation template are not deployed."""
    stream_reads: Rate = 0.0
    """GetRecords requests a day of your own stream readers, beside those of workers; those of a Lambda function are free."""
    prices: PriceOverride = PriceOverride()

    @model_validator(mode="after")
    def check_peaks(self) -> Self:
        """Refuse a busiest second below the average one. Raises: a validation error that names the command or query."""
        for peaks, rates in ((self.peak_commands, self.commands_a_day), (self.peak_reads, self.reads_a_day)):
            for name, peak in peaks.items():
                if peak * SECONDS_A_DAY < rates.get(name, 0):
                    context = {"name": name, "least": math.ceil(rates[name] / SECONDS_A_DAY * 1_000) / 1_000}
                    text = "the busiest second of {name} is below its average: give {least} a second or more"
                    raise PydanticCustomError("peak", text, context)
        return self

    def at_peak(self) -> "Workload":
        """Return the workload whose every second is like the busiest one."""
        commands, reads = (
            {name: peaks.get(name, a_day * self.peak / SECONDS_A_DAY) * SECONDS_A_DAY for name, a_day in rates.items()}
            for rates, peaks in ((self.commands_a_day, self.peak_commands), (self.reads_a_day, self.peak_reads))
        )
        worker = self.worker.model_copy(update={"batch": self.commands_of_a_batch})  # larger batches would need less
        return self.model_copy(update={"commands": commands, "reads": reads, "worker": worker})

    @property
    def commands_of_a_batch(self) -> float:
        """Commands in an average batch: the first one, and those that follow in the same workspace within `BATCH_SECONDS`."""
        a_second = sum(self.commands_a_day.values()) / SECONDS_A_DAY / self.workspaces
        return self.worker.batch or 1 + min(a_second * BATCH_SECONDS, LARGEST_BATCH - 1)

    @property
    def commands_a_day(self) -> dict[str, float]:
        return self.commands or {name: rate * self.workspaces for name, rate in derive_default_commands().items()}

    @property
    def reads_a_day(self) -> dict[str, float]:
        return derive_default_reads(self.people, self.workspaces) | self.reads

    @property
    def people(self) -> int:
        """Number of users."""
        return self.users or max(1, self.memberships // self.memberships_of_a_user)

    @property
    def memberships(self) -> int:
        return self.sizes.workspace.people * self.workspaces

    @property
    def memberships_of_a_user(self) -> int:
        """Workspaces of a user. Where the number of users is set, they share all memberships evenly."""
        count = round(self.memberships / self.users) if self.users else self.sizes.workspace.of_a_user
        return max(1, min(count, self.workspaces))

    def count_lines(self, pattern: Pattern[Any]) -> int:
        """Return the number of lines on a page of the pattern."""
        return self.lines.get(pattern.query, min(pattern.load.page, self.count_items(pattern)))

    def count_items(self, pattern: Pattern[Any]) -> int:
        """Return the length of the whole list: from `sizes` and `stored` where they tell it, else as assumed."""
        return self.known_counts.get(pattern.query, pattern.load.items)

    @property
    def known_counts(self) -> dict[str, int]:
        """Lengths of the lists that `sizes` and `stored` tell, by name of the query."""
        return {
            MEMBERS_OF_WORKSPACE.query: self.sizes.workspace.people,
            WORKSPACES_OF_USER.query: self.memberships_of_a_user,
            TASKS_OF_WORKSPACE.query: self.stored.tasks,
            SUBTREE.query: self.stored.things,
            ASSETS_OF_WORKSPACE.query: self.stored.assets,
            HISTORY_OF_WORKSPACE.query: self.stored.commits,
        }
