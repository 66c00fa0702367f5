"""The TypeScript client on DynamoDB Local returns what the Python queries return, for every access pattern."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from dynamodb_local import fresh_credentials
from pydantic import JsonValue
from support.architect.household import ODD, Household, open_household
from support.architect.iam_gate import open_gate
from support.architect.typescript import Client, ClientError, TypeScript, open_client

import ascend
from ascend.adapters.dynamodb.client import open_client as open_dynamodb_client
from ascend.adapters.dynamodb.tables import DynamoTables
from ascend.architect.aws.iam import ProcessRole, TableLocation, build_policy
from ascend.architect.sample import BEN, EVE
from ascend.architect.types.typescript.names import name_method
from ascend.architect.types.typescript.repositories import group_patterns
from ascend.projections.queries import Entry, RelationEntry, ThingView, WorkspaceSummary
from ascend.projections.queries.pages import IndexPage, Page

GROUPS = group_patterns(ascend.LIFE_OS)
LATER = 6_000
"""Milliseconds: after five seconds, a client reads the epochs again."""


@pytest.fixture
async def household(dynamodb_tables: DynamoTables) -> Household:
    """A household of its own, for a test that changes it."""
    return await open_household(dynamodb_tables)


@pytest.fixture
async def client(
    life_os_package: TypeScript, dynamodb_local_url: str, aws_env: dict[str, str]
) -> AsyncIterator[Client]:
    async with open_client(life_os_package, "test", to_client_env(dynamodb_local_url, aws_env)) as client:
        yield client


@dataclass(frozen=True)
class Shared:
    """A household that tests only read, with a client."""

    household: Household
    client: Client
    env: dict[str, str]


@pytest.fixture(scope="module")
async def shared(dynamodb_local: str, life_os_package: TypeScript) -> AsyncIterator[Shared]:
    credentials = fresh_credentials()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in credentials.items():
            patch.setenv(name, value)
        async with open_dynamodb_client(None, dynamodb_local) as dynamodb:
            tables = DynamoTables(dynamodb, "test", stream=False)
            await tables.create()
            household = await open_household(tables)
            env = to_client_env(dynamodb_local, credentials)
            async with open_client(life_os_package, "test", env) as client:
                yield Shared(household, client, env)


def to_client_env(url: str, credentials: dict[str, str]) -> dict[str, str]:
    return credentials | {"AWS_ENDPOINT_URL_DYNAMODB": url, "NO_PROXY": "127.0.0.1"}


# ---- the questions -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Question:
    """A question in both languages. An id in braces is one of the household."""

    query: str
    python: dict[str, Any]
    given: dict[str, Any] | None
    """The first argument in TypeScript; None if there is none."""
    options: dict[str, Any] = field(default_factory=dict[str, Any])
    viewer: str = "ada"


IN_BERLIN = {"start": date(2030, 2, 1), "end": date(2030, 2, 1), "zone": "Europe/Berlin"}
DAYS_IN_BERLIN = {"days": {"from": "2030-02-01", "to": "2030-02-01", "zone": "Europe/Berlin"}}
IN_NEW_YORK = {"start": date(2030, 1, 31), "end": date(2030, 1, 31), "zone": "America/New_York"}
DAYS_IN_NEW_YORK = {"days": {"from": "2030-01-31", "to": "2030-01-31", "zone": "America/New_York"}}
"""West of Greenwich, the range of keys also holds all-day lines of the next day: they are left out."""
HOME: dict[str, Any] = {"workspace": "{home}"}
CLUB: dict[str, Any] = {"workspace": "{club}"}
QUESTIONS: tuple[Question, ...] = (
    Question("workspace", HOME, HOME),
    Question("members", HOME, HOME),
    Question("invitations", HOME, HOME),
    Question("workspaces", {"user": "ada"}, None),
    Question("invitations_of", {"user": "eve"}, None, viewer="eve"),
    Question("feed", {"user": "ada"}, None),
    Question("feed", {"user": "ada", **IN_BERLIN}, None, DAYS_IN_BERLIN),
    Question(
        "feed", {"user": "ada", "end": date(2030, 1, 31)}, None, {"days": {"to": {"$date": "2030-01-31T23:59:59Z"}}}
    ),
    Question("feed", {"user": "ada", **IN_NEW_YORK}, None, DAYS_IN_NEW_YORK),
    Question("done", {"user": "ben"}, None, viewer="ben"),
    Question("done", {"user": "ada", "start": date(2030, 1, 1)}, None, {"days": {"from": "2030-01-01"}}),
    Question("tasks_of", {"user": "ada", **HOME}, {"user": "ada", **HOME}, viewer="ben"),
    Question("feed", {"user": ODD}, None, viewer=ODD),
    Question("workspaces", {"user": ODD}, None, viewer=ODD),
    Question("tasks_of", {"user": ODD, **CLUB}, {"user": ODD, **CLUB}, viewer=ODD),
    Question("members", CLUB, CLUB, viewer=ODD),
    Question("task", {**HOME, "task": "{Pay the rent}"}, {**HOME, "task": "{Pay the rent}"}),
    Question("tasks", HOME, HOME),
    Question("tasks_by_status", {**HOME, "status": "open"}, {**HOME, "status": "open"}),
    Question("tasks_by_status", {**HOME, "status": "open", **IN_BERLIN}, {**HOME, "status": "open"}, DAYS_IN_BERLIN),
    Question("tasks_by_priority", HOME, HOME),
    Question("tasks_by_priority", {**HOME, "priority": 3}, {**HOME, "priority": 3}),
    Question("tasks_about", {**HOME, "thing": "{Flat}"}, {**HOME, "thing": "{Flat}"}),
    Question("subtasks", {**HOME, "task": "{Pay the rent}"}, {**HOME, "task": "{Pay the rent}"}),
    Question("blocks", {**HOME, "task": "{Late}"}, {**HOME, "task": "{Late}"}),
    Question("blocked_by", {**HOME, "task": "{Later}"}, {**HOME, "task": "{Later}"}),
    Question("thing", {**HOME, "thing": "{Lamp}"}, {**HOME, "thing": "{Lamp}"}),
    Question("children", {**HOME, "parent": "{Flat}"}, {**HOME, "parent": "{Flat}"}),
    Question("children", {**HOME, "parent": None}, {**HOME, "parent": None}),
    Question("subtree", {**HOME, "root": "{Flat}"}, {**HOME, "root": "{Flat}"}),
    Question("subtree", {**HOME, "root": None}, {**HOME, "root": None}),
    Question("things_by_kind", {**HOME, "kind": "digital"}, {**HOME, "kind": "digital"}),
    Question("asset", {**HOME, "asset": "{Lease}"}, {**HOME, "asset": "{Lease}"}),
    Question("assets", HOME, HOME),
    Question("assets_of", {**HOME, "target": ("thing", "{Flat}")}, {**HOME, "target": ["thing", "{Flat}"]}),
    Question("targets_of", {**HOME, "asset": "{Lease}"}, {**HOME, "asset": "{Lease}"}),
    Question("relations_from", {**HOME, "source": ("thing", "{Flat}")}, {**HOME, "source": ["thing", "{Flat}"]}),
    Question(
        "relations_from",
        {**HOME, "source": ("thing", "{Flat}"), "type": "50 %#1"},
        {**HOME, "source": ["thing", "{Flat}"], "type": "50 %#1"},
    ),
    Question("relations_to", {**HOME, "target": ("thing", "{Flat}")}, {**HOME, "target": ["thing", "{Flat}"]}),
    Question("comment", {**HOME, "comment": "{Signed.}"}, {**HOME, "comment": "{Signed.}"}),
    Question("comments", {**HOME, "on": "{Pay the rent}"}, {**HOME, "on": ["task", "{Pay the rent}"]}),
    Question("mentions", {"user": "ada"}, None),
    Question("tagged", {**HOME, "tag": "family"}, {**HOME, "tag": "family"}),
    Question("tagged", {**HOME, "tag": "50 %#1", "kind": "task"}, {**HOME, "tag": "50 %#1", "kind": "task"}),
    Question("history_of", {**HOME, "entity": ("task", "{Pay the rent}")}, {**HOME, "at": ["task", "{Pay the rent}"]}),
    Question("history", HOME, HOME),
)


def fill(value: JsonValue | tuple[str, str], household: Household) -> Any:
    """Return the value with the ids of the household in place of the names in braces."""
    match value:
        case dict():
            return {name: fill(part, household) for name, part in value.items()}
        case list():
            return [fill(part, household) for part in value]
        case tuple():
            kind, id = value
            return ascend.Ref(kind, fill(id, household))
        case str() if value.startswith("{"):
            return {**household.ids, "home": household.home, "club": household.club}[value[1:-1]]
        case _:
            return value


async def ask_python(household: Household, question: Question, **options: Any) -> Any:
    arguments = fill(question.python, household)
    if "on" in arguments:
        arguments["on"] = ascend.TaskId(arguments["on"])
    query = getattr(household.store.queries, question.query)
    return await query(**arguments, **options, viewer=ascend.UserId(question.viewer))


async def ask_typescript(client: Client, household: Household, question: Question, **options: Any) -> Any:
    arguments = [] if question.given is None else [fill(question.given, household)]
    return await client.ask(question.viewer, find_method(question.query), *arguments, {**question.options, **options})


def find_method(query: str) -> str:
    (group,) = (name for name, patterns in GROUPS.items() if query in {pattern.query for pattern in patterns})
    return f"{group}.{name_method(query)}"


def to_plain(answer: Any) -> Any:
    """Return the answer of a Python query as the client returns it. Cursors are other texts in the two languages."""
    if isinstance(answer, Page):
        page: Page[Any] = answer  # pyright: ignore[reportUnknownVariableType]
        consistent = not isinstance(page, IndexPage)
        return {"items": list(map(to_plain, page.items)), "cursor": page.cursor is not None, "consistent": consistent}
    match answer:
        case ascend.ReadItem():
            return answer.model_dump(mode="json", exclude_none=True)
        case Entry(line, workspace_name, archived):
            return {"line": to_plain(line), "workspaceName": workspace_name, "archived": archived}
        case RelationEntry(line, other):
            return {"line": to_plain(line), "other": to_plain(other)}
        case ThingView(card, ancestors):
            return {"card": to_plain(card), "ancestors": list(map(to_plain, ancestors))}
        case WorkspaceSummary(card, counts):
            return {"card": to_plain(card), "counts": dict(counts)}
        case _:
            return list(map(to_plain, answer))


def hide_cursor(answer: Any) -> Any:
    return answer | {"cursor": answer["cursor"] is not None} if "cursor" in answer else answer


def without_about(answer: Any) -> Any:
    """Return a history without what each event concerns, which only the code that wrote it knows."""
    return answer | {
        "items": [{name: value for name, value in line.items() if name != "about"} for line in answer["items"]]
    }


async def find_differences(client: Client, household: Household, questions: Sequence[Question]) -> list[Any]:
    differences: list[Any] = []
    for question in questions:
        expected = to_plain(await ask_python(household, question))
        if question.query == "history":
            expected = without_about(expected)
        answer = hide_cursor(await ask_typescript(client, household, question))
        if answer != expected:
            differences.append((question, answer, expected))
    return differences


PAGED = [
    question
    for question in QUESTIONS
    if question.query not in {"workspace", "task", "blocked_by", "thing", "asset", "comment"}
]


def is_answered(answer: Any) -> bool:
    match answer:
        case {"items": []}:
            return False
        case _:
            return bool(answer)


def test_every_access_pattern_with_a_query_of_its_own_is_asked() -> None:
    """A pattern that only `ask` asks is a method as well: test_typescript_applications.py compares such patterns."""
    queries = {pattern.query for pattern in ascend.LIFE_OS.catalog.patterns if hasattr(ascend.Queries, pattern.query)}

    assert {question.query for question in QUESTIONS} == queries


async def test_every_access_pattern_returns_what_python_returns(shared: Shared) -> None:
    household, client = shared.household, shared.client
    assert await find_differences(client, household, QUESTIONS) == []
    for question in QUESTIONS:  # none of them is compared with an empty page only
        assert is_answered(to_plain(await ask_python(household, question))), question


async def read_all(client: Client, household: Household, question: Question, limit: int) -> list[Any]:
    """Return the lines of all pages. Every page but the last one of a plain list is full."""
    lines: list[Any] = []
    cursor: str | None = None
    while True:
        page = await ask_typescript(client, household, question, limit=limit, cursor=cursor)
        assert len(page["items"]) <= limit or question.query == "history"
        lines += page["items"]
        if (cursor := page["cursor"]) is None:
            return lines


async def test_pages_of_one_line_and_of_two_lead_through_the_same_lines(shared: Shared) -> None:
    household, client = shared.household, shared.client
    for question in PAGED:
        whole = await ask_typescript(client, household, question)
        for limit in (1, 2):
            assert await read_all(client, household, question, limit) == whole["items"], question


async def test_a_page_goes_on_over_tombstones_until_it_is_full(client: Client, household: Household) -> None:
    await create_and_delete_tasks(household, deleted=40, kept=3)

    page = await client.ask("ada", "tasks.tasks", {"workspace": household.club}, {"limit": 4})

    assert [line["title"] for line in page["items"]] == ["Race", "Medal", "Kept 0", "Kept 1"]
    rest = await client.ask("ada", "tasks.tasks", {"workspace": household.club}, {"limit": 4, "cursor": page["cursor"]})
    assert ([line["title"] for line in rest["items"]], rest["cursor"]) == (["Kept 2"], None)


async def create_and_delete_tasks(household: Household, deleted: int, kept: int) -> None:
    gone = [ascend.TaskId(household.environment.new_id()) for _ in range(deleted)]
    stay = [ascend.TaskId(household.environment.new_id()) for _ in range(kept)]
    await household.send(household.club, *(ascend.CreateTask(task_id=task, title="Gone") for task in gone))
    await household.send(
        household.club, *(ascend.CreateTask(task_id=task, title=f"Kept {at}") for at, task in enumerate(stay))
    )
    await household.project()
    await household.send(household.club, *(ascend.DeleteTask(task_id=task) for task in gone))
    await household.project()


# ---- who may see it ------------------------------------------------------------------------------------------------


async def test_a_removed_member_sees_nothing_from_the_moment_the_removal_is_projected(
    client: Client, household: Household
) -> None:
    of_home = [question for question in QUESTIONS if question.given and question.given.get("workspace") == "{home}"]
    assert is_answered(await client.ask("ben", "tasks.tasks", {"workspace": household.home}))
    before = await client.ask("ben", "across.mentions")
    await household.send(household.home, ascend.RemoveMember(user_id=BEN))
    await household.project()

    for question in of_home:
        with pytest.raises(ClientError) as error:
            await client.ask("ben", find_method(question.query), fill(question.given, household))
        assert (error.value.name, question.query) == ("NotAllowed", question.query)
    assert [entry["workspaceName"] for entry in before["items"]] == ["Home"]
    for feed in ("across.feed", "across.done", "across.mentions"):
        page = await client.ask("ben", feed)
        assert {entry["workspaceName"] for entry in page["items"]} <= {"Club"}
    assert [line["workspace"] for line in (await client.ask("ben", "across.workspaces"))["items"]] == [household.club]


async def test_a_stranger_and_an_invited_user_see_nothing(shared: Shared) -> None:
    household, client = shared.household, shared.client
    for user in ("zoe", EVE):
        with pytest.raises(ClientError) as error:
            await client.ask(user, "tasks.tasks", {"workspace": household.home})
        assert error.value.name == "NotAllowed"
        assert not is_answered(await client.ask(user, "across.feed"))


async def test_a_line_of_a_lagging_index_shows_nothing_to_a_removed_member(
    client: Client, household: Household, dynamodb_tables: DynamoTables
) -> None:
    """The index still holds the member's line, as it does for some milliseconds after a removal."""
    key = {"pk": {"S": f"W#{household.club}#members.2.0"}, "sk": {"S": "member#ada"}}
    await dynamodb_tables.client.update_item(
        TableName="test-views", Key=key, UpdateExpression="REMOVE #data", ExpressionAttributeNames={"#data": "data"}
    )

    assert {entry["workspaceName"] for entry in (await client.ask("ada", "across.feed"))["items"]} == {"Home"}
    with pytest.raises(ClientError) as error:
        await client.ask("ada", "tasks.tasks", {"workspace": household.club})
    assert error.value.name == "NotAllowed"


# ---- rebuilds ------------------------------------------------------------------------------------------------------


async def test_a_rebuild_in_between_is_survived(client: Client, household: Household) -> None:
    names = [projection.name for projection in ascend.LIFE_OS.projections]
    assert await find_differences(client, household, QUESTIONS) == []
    pages = [await ask_typescript(client, household, question, limit=1) for question in PAGED]

    await household.store.rebuild(*names)
    await household.send(
        household.home, ascend.CreateTask(task_id=ascend.TaskId(household.environment.new_id()), title="New")
    )
    await household.project()
    await client.wait(LATER)

    assert await find_differences(client, household, QUESTIONS) == []
    for question, page in zip(PAGED, pages, strict=True):  # pages that began before the rebuild go on after it
        if cursor := page["cursor"]:
            whole = await ask_typescript(client, household, question)
            rest = await ask_typescript(client, household, question, cursor=cursor)
            assert rest["items"] == whole["items"][len(whole["items"]) - len(rest["items"]) :]


async def test_old_items_serve_until_the_epochs_are_read_again(client: Client, household: Household) -> None:
    home = {"workspace": household.home}
    first = await client.ask("ada", "tasks.tasks", home)
    await household.store.rebuild("tasks")

    assert await client.ask("ada", "tasks.tasks", home) == first
    await client.wait(LATER)
    assert await client.ask("ada", "tasks.tasks", home) == first


# ---- what is refused -----------------------------------------------------------------------------------------------

WRONG: tuple[tuple[str, str, dict[str, Any], str], ...] = (
    ("tasks.tasks", "a limit of nothing", {"limit": 0}, "InvalidInput"),
    ("tasks.tasks", "a limit that is too large", {"limit": 1_001}, "InvalidInput"),
    ("tasks.tasks", "a cursor that is none", {"cursor": "no cursor"}, "InvalidCursor"),
    ("workspaces.members", "a cursor of another question", {"cursor": "{cursor}"}, "InvalidCursor"),
    ("tasks.tasksByStatus", "a day that is none", {"days": {"from": "2030-02-30"}}, "InvalidInput"),
    ("tasks.tasksByStatus", "an unknown zone", {"days": {"from": "2030-02-01", "zone": "Berlin"}}, "InvalidInput"),
    (
        "tasks.tasksByStatus",
        "an end before the start",
        {"days": {"from": "2030-02-02", "to": "2030-02-01"}},
        "InvalidInput",
    ),
)


async def test_wrong_options_are_refused(shared: Shared) -> None:
    household, client = shared.household, shared.client
    page = await client.ask("ada", "tasks.tasks", {"workspace": household.home}, {"limit": 1})
    given = {"workspace": household.home, "status": "open"}
    for method, fault, options, error in WRONG:
        wrong = {"cursor": page["cursor"]} if options.get("cursor") == "{cursor}" else options
        with pytest.raises(ClientError) as raised:
            await client.ask("ada", method, given, wrong)
        assert (raised.value.name, fault) == (error, fault)


MISSING: tuple[tuple[str, dict[str, JsonValue]], ...] = (
    ("tasks.task", {"task": "{home}"}),
    ("tasks.subtasks", {"task": "{Gone}"}),
    ("things.subtree", {"root": "{home}"}),
    ("comments.comments", {"on": ["task", "{Gone}"]}),
)


async def test_what_is_not_there_is_not_found(shared: Shared) -> None:
    household, client = shared.household, shared.client
    for method, given in MISSING:
        with pytest.raises(ClientError) as raised:
            await client.ask("ada", method, {"workspace": household.home, **fill(given, household)})
        assert (raised.value.name, method) == ("NotFound", method)


# ---- permissions ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("one_workspace", [False, True], ids=["of all workspaces", "of one workspace"])
async def test_the_policy_of_a_reader_allows_each_request_of_the_client(
    shared: Shared,
    life_os_package: TypeScript,
    dynamodb_local: str,
    node_env: tuple[str, dict[str, str]],
    *,
    one_workspace: bool,
) -> None:
    of_home = [question for question in QUESTIONS if question.given and question.given.get("workspace") == "{home}"]
    asked = [question for question in of_home if question.query != "tasks_of"] if one_workspace else QUESTIONS
    limit = shared.household.home if one_workspace else None
    async with open_gate(dynamodb_local, node_env) as gate:
        gate.policies[shared.env["AWS_ACCESS_KEY_ID"]] = build_policy(ProcessRole.READER, TableLocation("test"), limit)
        async with open_client(life_os_package, "test", to_client_env(gate.url, shared.env)) as client:
            for question in asked:
                await ask_typescript(client, shared.household, question)

        assert gate.denied == set()
        assert {request.action for request in gate.used} == {"dynamodb:BatchGetItem", "dynamodb:Query"}
