"""The formulas of `ascend schema cost` are within ten percent of what DynamoDB Local reports."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import anyio
import pytest
from support.environment import FakeEnvironment
from support.schema.mixed import OWNER, Mixed
from support.schema.recorded import record

import ascend
from ascend.adapters.dynamodb.tables import DynamoTables
from ascend.adapters.layout.catalog import type_of
from ascend.adapters.layout.items import COMMIT
from ascend.architect.cost import units
from ascend.architect.cost.footprints import ONCE_A_BATCH, TYPES, Life, Lived, Where
from ascend.architect.cost.mix import SENT
from ascend.architect.cost.reads import joined_units, page_of
from ascend.architect.cost.typical_workspace import Deed
from ascend.architect.cost.workload import DAYS, Sizes, Worker, Workload
from ascend.architect.cost.writes import by_place, command_reads, owner, shared_units, writes_of
from ascend.architect.documents.measured import measured
from ascend.projections.pattern import Pattern
from ascend.projections.queries.patterns import PATTERNS
from ascend.projections.workers.worker import BATCHES

BATCH = 5
LIVES = 5
SIZES = Sizes.model_validate({"workspace": {"people": 6}, "thing": {"level": 3, "below": 2}, "comment": {"text": 250}})
TENTH = 0.1
UNMEASURED = {"CreateWorkspace", "ArchiveWorkspace", "RestoreWorkspace", "ReleaseTask", "OpenNextOccurrence"}
"""They come once in a workspace's life, or policies send them: formulas only."""


@dataclass
class Spent:
    """What DynamoDB Local reported, by command."""

    commands: Counter[str] = field(default_factory=Counter[str])
    writes: dict[str, Counter[Where]] = field(default_factory=dict[str, Counter[Where]])
    """Units by item type and place."""
    shared: Counter[Where] = field(default_factory=Counter[Where])
    """Units of what moves once a batch."""
    cold: Counter[str] = field(default_factory=Counter[str])
    """Read units of senders that knew nothing."""
    worker: float = 0.0
    """Read units."""
    looks: int = 0


class Mixing:
    """A mixed workload on DynamoDB Local. What an item cost is of the command whose position it carries."""

    def __init__(self, store: ascend.Store, environment: FakeEnvironment) -> None:
        assert isinstance(store.tables, DynamoTables)
        self.store, self.environment, self.recorder = store, environment, record(store.tables)
        self.home = ascend.WorkspaceId(environment.new_id())
        self.names: dict[int, str] = {}
        self.spent = Spent()

    async def run(self) -> Spent:
        mixed = Mixed(SIZES, self.environment, LIVES)
        await self.store.worker.run_once()
        for command in mixed.stage():
            await self.store.execute(self.home, command, actor=OWNER)
        await self.store.worker.run_once()
        self.recorder.clear()
        for batch in batches(mixed.commands()):
            await self.send(batch)
        self.count()
        return self.spent

    async def send(self, batch: list[Deed]) -> None:
        for command, actor in batch:
            name, self.recorder.reads = type(command).__name__, 0.0
            receipt = await ascend.Store(self.store.tables, self.environment).execute(self.home, command, actor=actor)
            self.names[receipt.position] = name
            self.spent.commands[name] += 1
            self.spent.cold[name] += self.recorder.reads  # type: ignore[assignment]
        self.recorder.reads = 0.0
        await self.store.worker.run_once(most=BATCHES)
        self.spent.worker += self.recorder.reads
        self.spent.looks += 1

    def count(self) -> None:
        for put in self.recorder.puts:
            name = type_of(put.table, put.item, TYPES).name
            position = put.item.key.sk if name == COMMIT.name else put.item.attributes.get("position")
            shared = name in ONCE_A_BATCH and name != COMMIT.name
            command = "" if shared else self.names[int(str(position))]
            of = self.spent.shared if shared else self.spent.writes.setdefault(command, Counter())
            of.update({(name, place): int(units) for place, units in put.units.items()})


def batches(commands: Iterable[Deed]) -> Iterable[list[Deed]]:
    left = iter(commands)
    while batch := list(islice(left, BATCH)):
        yield batch


@pytest.fixture(scope="module")
def lived() -> Lived:
    """What the formulas start from. What is missing costs nothing on DynamoDB Local (the service bills one unit)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(units, "MISSING", 0.0)
        return anyio.run(Life(SIZES).run)


@pytest.fixture
async def spent(dynamodb_local_url: str) -> Spent:
    environment, url = FakeEnvironment(), f"dynamodb://mixed?endpoint_url={dynamodb_local_url}"
    async with ascend.open_store(url, create=True, environment=environment) as store:
        return await Mixing(store, environment).run()


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_a_mixed_workload_costs_what_the_formulas_say(spent: Spent, lived: Lived) -> None:
    """By command, by projection, by place, and in all; what is shared in a batch; what senders and workers read."""
    workload = Workload(sizes=SIZES, commands=dict(spent.commands), worker=Worker(batch=BATCH), cold=0)
    formula = writes_of(workload, lived)
    month = {where: units * DAYS for where, units in total(spent).items()}

    assert set(SENT) - set(spent.commands) == UNMEASURED
    for name, count in spent.commands.items():
        one = lived.footprints[name]
        assert near(sum(one.writes.values()) * count, sum(spent.writes[name].values())), name
        assert near(one.cold * count, spent.cold[name]), name
    assert near_in_each(by(owner, formula), by(owner, month)) == {}
    assert near_in_each(by_place(formula), by_place(month)) == {}
    assert near(sum(formula.values()), sum(month.values()))
    shared = sum(sum(shared_units(workload, lived.footprints[n]).values()) * c for n, c in spent.commands.items())
    assert near(shared, sum(spent.shared.values()))
    own = sum(sum(command_reads(workload, lived.footprints[n]).values()) * c for n, c in spent.commands.items())
    assert near(own + spent.looks * sum(lived.idle.values()), spent.worker)


def total(spent: Spent) -> Counter[Where]:
    found = Counter(spent.shared)
    for one in spent.writes.values():
        found.update(one)
    return found


def by(key: Callable[[Where], str], units: Mapping[Where, float]) -> dict[str, float]:
    found: dict[str, float] = {}
    for where, count in units.items():
        found[key(where)] = found.get(key(where), 0) + count
    return found


def near(formula: float, reported: float) -> bool:
    return reported * (1 - TENTH) <= formula <= reported * (1 + TENTH)


def near_in_each(formula: Mapping[str, float], reported: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """Those that are not."""
    pairs = {name: (formula.get(name, 0), reported.get(name, 0)) for name in {**formula, **reported}}
    return {name: pair for name, pair in pairs.items() if not near(*pair)}


# ---- queries, as `measured.json` has them: a test asks DynamoDB Local for these at every run -----------------------

GARDEN = {
    "workspace": {"name": 10, "people": 99, "of_a_user": 5},
    "thing": {"name": 26, "description": 249, "tags": 1, "level": 2},
    "task": {"title": 25, "description": 415, "assignees": 2, "blockers": 2},
    "asset": {"name": 14, "uri": 45, "description": 170},
    "comment": {"text": 415, "mentions": 1, "places": 21},
    "relation": {"type": 8},
}
"""The sizes in `realistic`; the description of its Assets stands for their media type, size and checksum."""
DEEP = GARDEN | {"thing": {**GARDEN["thing"], "level": 11}}
"""Where its deepest Thing lies."""


@pytest.fixture(scope="module")
def gardens() -> dict[int, tuple[Workload, Lived]]:
    """By the level of Things. The last that happened in the garden is that comments were posted."""
    made: dict[int, tuple[Workload, Lived]] = {}
    for sizes in (Sizes.model_validate(GARDEN), Sizes.model_validate(DEEP)):
        workload = Workload(workspaces=5, sizes=sizes, commands={"PostComment": 1})
        made[sizes.thing.level] = workload, anyio.run(Life(sizes).run)
    return made


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.query)
def test_a_page_costs_what_the_formula_says(gardens: dict[int, tuple[Workload, Lived]], pattern: Pattern[Any]) -> None:
    workload, lived = gardens[DEEP["thing"]["level"] if pattern.query == "thing" else GARDEN["thing"]["level"]]
    reported = measured()[pattern.query]

    assert near(units_of(workload, lived, pattern, reported.lines), reported.units)


def test_all_pages_together_cost_what_the_formulas_say(gardens: dict[int, tuple[Workload, Lived]]) -> None:
    workload, lived = gardens[GARDEN["thing"]["level"]]
    formula = sum(
        units_of(workload, lived, one, measured()[one.query].lines) for one in PATTERNS if one.query != "thing"
    )

    assert near(formula, sum(found.units for query, found in measured().items() if query != "thing"))


def units_of(workload: Workload, lived: Lived, pattern: Pattern[Any], lines: int) -> float:
    return page_of(workload, lived, pattern, lines) + joined_units(workload, lived, pattern, lines)
