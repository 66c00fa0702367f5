"""The TypeScript package of applications of one's own: the bank of the examples, and an extension of the Life OS."""

import subprocess
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, ClassVar

import pytest
from pydantic import Field
from support.applications import KERNEL, LEDGER
from support.architect.typescript import Client, ClientError, TypeScript, open_client
from support.cli.command_line import find_program
from support.paths import ROOT

import ascend
from ascend.adapters.dynamodb.tables import DynamoTables
from ascend.architect.types.typescript.package import render_package
from ascend.architect.types.typescript.repositories import find_words
from ascend.architect.types.typescript.schema_file import render_schema
from ascend.domain.values import ZonedTime, due_text
from ascend.projections.key_text import DueKey, InstantKey, LabelKey, RefKey
from ascend.projections.read_models.tasks import TASKS, TaskLine
from ascend.testing import FakeEnvironment

ADA, BEN = ascend.UserId("ada"), ascend.UserId("ben")
SHARED = 'import { UserId, WorkspaceId, type Viewer } from "PACKAGE";\ndeclare const me: Viewer;\n'


@pytest.fixture
def client_env(dynamodb_local_url: str, aws_env: dict[str, str]) -> dict[str, str]:
    return aws_env | {"AWS_ENDPOINT_URL_DYNAMODB": dynamodb_local_url, "NO_PROXY": "127.0.0.1"}


# ---- the bank ------------------------------------------------------------------------------------------------------


async def test_the_package_of_the_bank_reads_its_two_patterns(
    bank: Any, bank_package: TypeScript, dynamodb_tables: DynamoTables, client_env: dict[str, str]
) -> None:
    store = ascend.Store(dynamodb_tables, FakeEnvironment(), bank.APP)
    banks = [await open_bank(bank, store, name) for name in ("First bank", "Second bank")]

    async with open_client(bank_package, "test", client_env) as client:
        for workspace in banks:
            accounts = await client.ask("ada", "accounts.accountsOfBank", {"workspace": workspace})
            page = await store.queries.ask(bank.ACCOUNTS_OF_BANK, workspace, viewer=ADA)
            assert accounts == to_page(page.items)
            assert [line["cents"] for line in accounts["items"]] == [700, 300]
        own = await client.ask("ada", "accounts.accountsOfUser")
        assert [(entry["workspaceName"], entry["line"]["cents"]) for entry in own["items"]] == [
            ("First bank", 700),
            ("First bank", 300),
            ("Second bank", 700),
            ("Second bank", 300),
        ]
        with pytest.raises(ClientError, match="NotAllowed"):
            await client.ask("ben", "accounts.accountsOfBank", {"workspace": banks[0]})


async def open_bank(bank: Any, store: ascend.Store, name: str) -> ascend.WorkspaceId:
    workspace = ascend.WorkspaceId(store.environment.new_id())
    rent, food = (bank.AccountId(store.environment.new_id()) for _ in range(2))
    for command in (
        ascend.CreateWorkspace(name=name, owner_name="Ada"),
        bank.OpenAccount(account_id=rent, name="Rent"),
        bank.OpenAccount(account_id=food, name="Food"),
        bank.Deposit(account_id=rent, cents=1_000),
        bank.Transfer(source_id=rent, target_id=food, cents=300),
    ):
        await store.execute(workspace, command, actor=ADA)
    await store.worker_for([workspace]).run_once()
    return workspace


def to_page(items: Sequence[ascend.ReadItem], *, consistent: bool = True) -> dict[str, Any]:
    lines = [item.model_dump(mode="json", exclude_none=True) for item in items]
    return {"items": lines, "cursor": None, "consistent": consistent}


def test_the_types_of_the_bank_keep_its_ids_and_its_rules_apart(bank_package: TypeScript) -> None:
    right = """
import { AccountId, CommandSender, WorkspaceId, isRefusedBy, newId, type Ref, type Transport } from "bank-client";
declare const transport: Transport;
const [bank, rent, food] = [newId(WorkspaceId), newId(AccountId), newId(AccountId)];
const send = new CommandSender(transport);
send.transfer(bank, { source_id: rent, target_id: food, cents: 300 });
export const belowZero = isRefusedBy(new Error(), "BelowZero");
export const ref: Ref = ["account", rent];
"""
    wrong = """
// @ts-expect-error a workspace's id for that of an account
send.transfer(bank, { source_id: bank, target_id: food, cents: 300 });
// @ts-expect-error a rule of the Life OS
isRefusedBy(new Error(), "TaskIsDone");
// @ts-expect-error a command of the Life OS
send.createTask(bank, { task_id: rent, title: "Paint" });
// @ts-expect-error a kind of the Life OS
export const task: Ref = ["task", rent];
"""
    assert bank_package.compile(right + wrong) == []


def test_the_command_line_writes_the_package_of_the_bank(bank: Any, tmp_path: Path) -> None:
    command = [
        find_program(),
        "--app",
        "bank:APP",
        "schema",
        "types",
        "--format",
        "typescript",
        "--write",
        str(tmp_path),
    ]
    subprocess.run(command, cwd=ROOT / "examples" / "bank", check=True, capture_output=True)

    for path, text in render_package(bank.APP).items():
        assert (tmp_path / path).read_text() == text
    assert "AccountId" in (tmp_path / "src" / "types.ts").read_text()
    assert not {"TaskId", "Target"} & set(find_words((tmp_path / "src" / "types.ts").read_text()))


@pytest.mark.parametrize("app", [LEDGER, KERNEL], ids=lambda app: app.name)
def test_the_packages_of_small_applications_compile(
    app: ascend.Application, tmp_path: Any, tsc: list[str], node_env: tuple[str, dict[str, str]]
) -> None:
    TypeScript.build(app, tmp_path, tsc, node_env)


# ---- an extension of the Life OS -----------------------------------------------------------------------------------


class PlanLine(
    ascend.ReadItem,
    key=("W#{workspace}", "{rank}#{mine}#{label}#{task}"),
    gsi1=("W#{workspace}#plan#{who}", "{due_at}#{task}"),
    gsi2=("W#{workspace}#at#{place}", "{made_at}#{task}"),
):
    """A task as a plan sees it: a field of every form in its keys."""

    task: ascend.TaskId
    title: str
    rank: int
    mine: bool
    who: ascend.UserId
    due: ascend.Due | None = None
    created_at: ascend.Instant

    @property
    def label(self) -> LabelKey:
        return ascend.keyed(ascend.label_key(self.title))

    @property
    def place(self) -> RefKey:
        return f"task:{self.task}"

    @property
    def due_at(self) -> DueKey:
        return "~" if self.due is None else due_text(self.due)

    @property
    def made_at(self) -> InstantKey:
        return ascend.instant_text(self.created_at)


class DayLine(ascend.ReadItem, key=("U#{user}", "day#{day}#{workspace}#{task}")):
    """A task in the calendar of its author."""

    user: ascend.UserId
    task: ascend.TaskId
    day: date


def render_plan(task: ascend.Task, context: ascend.RenderContext) -> Iterable[ascend.ReadItem]:
    who, day = task.created_by, task.created_at.date()
    home, id = context.workspace, task.id
    yield PlanLine(
        workspace=home,
        task=id,
        title=task.title,
        rank=task.priority,
        mine=True,
        who=who,
        due=task.due,
        created_at=task.created_at,
    )
    yield DayLine(workspace=home, task=id, user=who, day=day)


LOAD = ascend.Load(reads_a_day=1, writes_a_day=1, items=10, in_a_year=10, page=10, bytes=300)


def declare(query: str, item: type[ascend.ReadItem], *given: str, **options: Any) -> ascend.Pattern[Any]:
    return ascend.Pattern(name=query, query=query, item=item, given=given, load=LOAD, **options)


PLAN_PATTERNS = (
    declare("plan", PlanLine, "workspace", "rank", "mine", "label"),
    declare("plan_of", PlanLine, "workspace", "who", index=1, range="due_at"),
    declare("plan_at", PlanLine, "workspace", "place", index=2, range="made_at", descending=True),
    declare("planned", PlanLine, "workspace", "rank", "mine", "label", "task", kind=ascend.RequestKind.GET),
    declare("days_of", DayLine, "user", range="day"),
)
PLAN_OF_TEXT = declare("titles", PlanLine, "workspace", "rank", "mine", range="label")
PLAN = ascend.Projection(
    "plan-of-tasks", 1, (PlanLine, DayLine), {ascend.Task: render_plan}, patterns=(*PLAN_PATTERNS, PLAN_OF_TEXT)
)
EXTENDED = ascend.LIFE_OS.extended(name="planner", projections=(PLAN,))


@pytest.fixture(scope="session")
def plan_package(
    tmp_path_factory: pytest.TempPathFactory, tsc: list[str], node_env: tuple[str, dict[str, str]]
) -> TypeScript:
    return TypeScript.build(EXTENDED, tmp_path_factory.mktemp("plan"), tsc, node_env)


@dataclass(frozen=True)
class Plans:
    store: ascend.Store
    home: ascend.WorkspaceId
    tasks: dict[str, ascend.TaskId]
    BERLIN: ClassVar[str] = "Europe/Berlin"


@pytest.fixture
async def plans(dynamodb_tables: DynamoTables) -> Plans:
    environment = FakeEnvironment()
    store, home = ascend.Store(dynamodb_tables, environment, EXTENDED), ascend.WorkspaceId(environment.new_id())
    tasks = {title: ascend.TaskId(environment.new_id()) for title in ("Paint #1", "Sow", "Reap", "Rest")}
    late = ZonedTime(instant=datetime.fromisoformat("2030-01-31T23:30:00Z"), zone="UTC")
    dues: dict[str, Any] = {"Paint #1": late, "Sow": date(2030, 1, 31), "Reap": date(2030, 2, 1)}
    await store.execute(home, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
    for title, task in tasks.items():
        await store.execute(home, ascend.CreateTask(task_id=task, title=title), actor=ADA)
        if title in dues:
            await store.execute(home, ascend.ScheduleTask(task_id=task, due=dues[title]), actor=ADA)
    await store.worker_for([home]).run_once()
    return Plans(store, home, tasks)


@pytest.fixture
async def planner(plan_package: TypeScript, client_env: dict[str, str]) -> AsyncIterator[Client]:
    async with open_client(plan_package, "test", client_env) as client:
        yield client


async def test_patterns_of_ones_own_take_fields_of_every_form(planner: Client, plans: Plans) -> None:
    home, paint = plans.home, plans.tasks["Paint #1"]
    rank = int(ascend.Priority.NORMAL)
    by_hand = {"label": "Paint %231", "rank": rank, "mine": True}
    asked: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
        ("plan", {}, {}),
        ("plan", {"rank": rank}, {"rank": rank}),
        ("plan", {"rank": rank, "mine": True, "label": "Paint #1"}, by_hand),
        ("planOf", {"who": "ada"}, {"who": ADA}),
        ("planAt", {"place": ["task", paint]}, {"place": f"task:{paint}"}),
    ]
    for method, given, values in asked:
        query = {"planOf": "plan_of", "planAt": "plan_at"}.get(method, method)
        (pattern,) = (pattern for pattern in PLAN_PATTERNS if pattern.query == query)
        page = await plans.store.queries.ask(pattern, home, viewer=ADA, **values)

        answer = await planner.ask("ada", f"planOfTasks.{method}", {"workspace": home, **given})

        assert page.items
        assert answer == to_page(page.items, consistent=pattern.index is None)


async def test_ranges_of_patterns_of_ones_own_take_days_in_any_zone_or_texts(planner: Client, plans: Plans) -> None:
    of_ada = {"workspace": plans.home, "who": "ada"}
    days = {"from": "2030-01-31", "to": "2030-01-31"}
    in_utc = await planner.ask("ada", "planOfTasks.planOf", of_ada, {"days": days})
    in_berlin = await planner.ask("ada", "planOfTasks.planOf", of_ada, {"days": {**days, "zone": Plans.BERLIN}})
    given = {"workspace": plans.home, "rank": int(ascend.Priority.NORMAL), "mine": True}
    texts = await planner.ask("ada", "planOfTasks.titles", given, {"range": {"low": "Re", "high": "Re"}})
    own = await planner.ask("ada", "planOfTasks.daysOf", {"days": {"from": "2026-01-01", "to": "2040-01-01"}})

    assert [line["title"] for line in in_utc["items"]] == ["Sow", "Paint #1"]
    assert [line["title"] for line in in_berlin["items"]] == ["Sow"]
    assert sorted(line["title"] for line in texts["items"]) == ["Reap", "Rest"]
    assert len(own["items"]) == len(plans.tasks)


async def test_one_item_of_a_pattern_of_ones_own_is_found_or_not(planner: Client, plans: Plans) -> None:
    given = {"workspace": plans.home, "rank": 3, "mine": True, "label": "Sow", "task": plans.tasks["Sow"]}

    found = await planner.ask("ada", "planOfTasks.planned", given)

    assert found["title"] == "Sow"
    with pytest.raises(ClientError, match="NotFound"):
        await planner.ask("ada", "planOfTasks.planned", given | {"label": "Reap"})


WRONG = """
// @ts-expect-error a number as text
me.planOfTasks.plan({ workspace, rank: "3" });
// @ts-expect-error a user as plain text
me.planOfTasks.planOf({ workspace, who: "ada" });
// @ts-expect-error a range of texts for a field of days
me.planOfTasks.planOf({ workspace, who }, { range: { low: "2030" } });
// @ts-expect-error a range of days for a field of texts
me.planOfTasks.titles({ workspace }, { days: { from: "2030-01-01" } });
"""


def test_what_fits_no_field_of_a_pattern_of_ones_own_does_not_compile(plan_package: TypeScript) -> None:
    head = SHARED.replace("PACKAGE", "planner-client")
    given = 'const [workspace, who] = [WorkspaceId("0199f1d2-7c1e-7a3b-8c4d-5e6f70819200"), UserId("ada")];\n'
    right = "me.planOfTasks.planOf({ workspace, who }, { days: { from: new Date() } });\nme.planOfTasks.plan({ workspace, rank: 3 });\n"

    assert plan_package.compile(head + given + right + WRONG) == []


# ---- read models that replace those of the Life OS -----------------------------------------------------------------


class MyTaskLine(TaskLine):
    colour: Annotated[str, Field(max_length=20)] = "red"


def test_a_read_model_that_replaces_one_of_the_life_os_is_read_under_its_own_names() -> None:
    items = tuple(MyTaskLine if item is TaskLine else item for item in TASKS.items)
    patterns = tuple(
        replace(pattern, item=MyTaskLine) if pattern.item is TaskLine else pattern for pattern in TASKS.patterns
    )
    mine = ascend.Projection("tasks", TASKS.version + 1, items, dict(TASKS.renders), patterns=patterns)
    app = ascend.LIFE_OS.replacing(mine)

    files = render_package(app)

    assert "Promise<Page<MyTaskLine>>" in files["src/repositories/tasks.ts"]
    assert not any(" TaskLine" in text or "<TaskLine" in text for path, text in files.items() if "repositories" in path)
    assert "task: [ITEMS.MyTaskLine" in render_schema(app)


class Page(ascend.ReadItem, key=("W#{workspace}", "page#{task}")):
    task: ascend.TaskId


def test_a_type_with_a_name_of_the_package_is_refused() -> None:
    pages = ascend.Projection("pages", 1, (Page,), {ascend.Task: lambda _task, _context: ()})

    with pytest.raises(ascend.InvalidInput, match="Page is a name of the TypeScript package"):
        render_package(ascend.LIFE_OS.extended(name="wiki", projections=(pages,)))
