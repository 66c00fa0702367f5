"""The builder of each access pattern makes the condition that the query of the pattern sends."""

from datetime import date
from typing import Any

from support.architect import stored_samples
from support.architect.typescript import TypeScript, to_literal
from support.derived import derive_value
from typescript_fields import FIXED_VALUES, KEY_ARGUMENTS

import ascend
from ascend.adapters.dynamodb import requests as dynamodb_requests
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.item import Key, Table
from ascend.adapters.table.query import Query, TablePage
from ascend.architect.sample import ADA, EVE, SAMPLE_TIME, sample_tables
from ascend.projections.life_os import LIFE_OS
from ascend.projections.pattern import Pattern, RequestKind
from ascend.testing import FakeEnvironment


class RecordingTables(MemoryTables):
    """Tables that record the conditions and keys of the requests they get."""

    def __init__(self, tables: MemoryTables) -> None:
        super().__init__()
        vars(self).update(vars(tables))
        self.conditions: list[dict[str, Any]] = []
        self.keys: list[Key] = []

    async def query(self, query: Query) -> TablePage:
        request = dynamodb_requests.build_query("", query)
        values = {name: value["S"] for name, value in request["ExpressionAttributeValues"].items()}
        condition = {name: value for name, value in request.items() if name not in {"TableName", "Limit"}}
        self.conditions.append(condition | {"ExpressionAttributeValues": values})
        return await super().query(query)

    async def batch_get(self, table: Table, keys: Any, *, consistent: bool = True) -> Any:
        self.keys += keys
        return await super().batch_get(table, keys, consistent=consistent)


def find_value(kind: str, field: str, having: str | None = None) -> Any:
    """Return a field of the first read item of this kind in the sample store (whose `having` is not empty)."""
    items = (
        item for name, item in stored_samples.list_read_items() if name == kind and (having is None or item[having])
    )
    return next(items)[field]


HOME, TASK = find_value("WorkspaceCard", "workspace"), find_value("TaskCard", "task", "about")
PATH = next(
    item["path"] for name, item in stored_samples.list_read_items() if name == "ThingNode" and len(item["path"]) == 3
)
ASSET, COMMENT = find_value("AssetCard", "asset"), find_value("CommentLine", "comment")
HOUSE, FLAT, LAMP = PATH

NAMES: dict[str, Any] = {
    "ada": ADA,
    "eve": EVE,
    "home": ascend.WorkspaceId(HOME),
    "task": ascend.TaskId(TASK),
    "thing": ascend.ThingId(FLAT),
    "deep": ascend.ThingId(LAMP),
    "asset": ascend.AssetId(ASSET),
    "comment": ascend.CommentId(COMMENT),
    "date": date,
    **{name: getattr(ascend, name) for name in ("Status", "Priority", "Ref", "ThingKind")},
}
AT_THING, AT_TASK, AT_ASSET = ({"at": [kind, id]} for kind, id in (("thing", FLAT), ("task", TASK), ("asset", ASSET)))
YEAR, OF_ADA = {"from": "2026-01-01", "to": "2026-12-31"}, {"user": "ada"}
ACROSS: dict[str, dict[str, Any]] = {
    "workspaces": OF_ADA,
    "invitations_of": {"user": "eve"},
    "feed": OF_ADA | YEAR,
    "done": OF_ADA,
    "mentions": OF_ADA,
}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "workspace": {},
    "members": {},
    "invitations": {},
    "tasks_of": OF_ADA,
    "task": {"task": TASK},
    "tasks": {},
    "tasks_by_status": {"status": "open", "to": "2026-12-31"},
    "tasks_by_priority": {"priority": 2},
    "tasks_about": AT_THING,
    "subtasks": AT_TASK,
    "blocks": AT_TASK,
    "blocked_by": {"task": TASK},
    "thing": {"thing": LAMP},
    "children": {"parent": FLAT},
    "subtree": {"path": [HOUSE, FLAT]},
    "things_by_kind": {"kind": "digital"},
    "asset": {"asset": ASSET},
    "assets": {},
    "assets_of": AT_THING,
    "targets_of": AT_ASSET,
    "relations_from": AT_THING | {"type": "contains"},
    "relations_to": AT_THING | {"type": "contains"},
    "comment": {"comment": COMMENT},
    "comments": {"target_kind": "task", "target": TASK},
    "tagged": {"tag": "garden"},
    "history_of": AT_TASK,
    "history": {},
}
"""The arguments of the builder that correspond to the example of each pattern, without the workspace."""
OTHER_CASES: list[tuple[str, str, dict[str, Any]]] = [
    ("feed", "queries.feed(ada, viewer=ada)", OF_ADA),
    ("feed", "queries.feed(ada, viewer=ada, start=date(2026, 1, 1))", OF_ADA | {"from": "2026-01-01"}),
    (
        "tasks_by_status",
        "queries.tasks_by_status(home, Status.DONE, viewer=ada)",
        {"workspace": HOME, "status": "done"},
    ),
    ("tasks_by_priority", "queries.tasks_by_priority(home, viewer=ada)", {"workspace": HOME}),
    ("children", "queries.children(home, None, viewer=ada)", {"workspace": HOME, "parent": None}),
    ("subtree", "queries.subtree(home, None, viewer=ada)", {"workspace": HOME}),
    (
        "tagged",
        "queries.tagged(home, '50 %#1', viewer=ada, kind='task')",
        {"workspace": HOME, "tag": "50 %#1", "kind": "task"},
    ),
    ("relations_to", "queries.relations_to(home, Ref('thing', thing), viewer=ada)", {"workspace": HOME} | AT_THING),
]
"""The same queries with other arguments."""
CASES = [
    (pattern.query, pattern.example, ACROSS.get(pattern.query) or {"workspace": HOME} | ARGUMENTS[pattern.query])
    for pattern in LIFE_OS.catalog.patterns
    if pattern.query in ACROSS | ARGUMENTS
]


def is_plain(pattern: Pattern[Any]) -> bool:
    """Return True if the builder takes the values that `ask` takes: fields of the item, or ones that the caller computes."""
    is_page = pattern.kind is RequestKind.QUERY and pattern.template.partition.startswith("W#{workspace}")
    names = set(pattern.given) - pattern.item.model_fields.keys()
    return is_page and not names & KEY_ARGUMENTS.keys() and pattern.query not in FIXED_VALUES


PLAIN = [pattern for pattern in LIFE_OS.catalog.patterns if is_plain(pattern)]


def derive_arguments(pattern: Pattern[Any]) -> dict[str, Any]:
    """Return a value for each field that the caller gives."""
    fields = pattern.item.model_fields
    return {
        name: derive_value(fields[name].annotation if name in fields else str, name)
        for name in pattern.given
        if name != "workspace"
    }


def to_camel_case(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def format_call(pattern: Pattern[Any], arguments: dict[str, Any], epoch: int) -> str:
    arguments = arguments if pattern.kind is RequestKind.LOG else arguments | {"epoch": epoch}
    return f"patterns.{to_camel_case(pattern.query)}({to_literal(arguments)})"


async def test_each_builder_makes_the_condition_that_its_query_sends(project: TypeScript) -> None:
    tables = RecordingTables(await sample_tables(LIFE_OS))
    store = ascend.Store(tables, FakeEnvironment(start=SAMPLE_TIME))
    await store.worker.generation()  # the epochs are known from here on
    calls: list[str] = []
    sent: list[Any] = []
    for query, example, arguments in [*CASES, *OTHER_CASES]:
        (pattern,) = (pattern for pattern in LIFE_OS.catalog.patterns if pattern.query == query)
        tables.conditions.clear()
        tables.keys.clear()
        await eval(example, {"queries": store.queries, **NAMES})
        calls.append(format_call(pattern, arguments, store.current.build(LIFE_OS.catalog.owner(pattern)).epoch))
        sent.append(
            [{"pk": key.pk, "sk": key.sk} for key in tables.keys]
            if pattern.kind is RequestKind.GET
            else list(tables.conditions)
        )

    answers = project.evaluate(calls)

    assert [
        (call, answer, all) for call, answer, all in zip(calls, answers, sent, strict=True) if answer not in all
    ] == []


async def test_a_builder_takes_the_values_that_ask_takes(project: TypeScript) -> None:
    """A new pattern needs no entry in `ARGUMENTS`: its values are derived from the types of its fields."""
    tables = RecordingTables(await sample_tables(LIFE_OS))
    store = ascend.Store(tables, FakeEnvironment(start=SAMPLE_TIME))
    await store.worker.generation()
    calls: list[str] = []
    sent: list[Any] = []
    for pattern in PLAIN:
        tables.conditions.clear()
        arguments = derive_arguments(pattern)
        await store.queries.ask(pattern, NAMES["home"], viewer=ADA, **arguments)
        epoch = store.current.build(LIFE_OS.catalog.owner(pattern)).epoch
        calls.append(format_call(pattern, {"workspace": HOME} | arguments, epoch))
        sent.append(list(tables.conditions))

    answers = project.evaluate(calls)

    assert len(PLAIN) >= 5
    assert [call for call, answer, all in zip(calls, answers, sent, strict=True) if answer not in all] == []


async def test_the_feed_of_the_sample_store_was_rebuilt() -> None:
    """The feed was rebuilt so that an epoch other than 0 is compared as well."""
    store = ascend.Store(await sample_tables(LIFE_OS), FakeEnvironment(start=SAMPLE_TIME))
    await store.worker.generation()

    assert {
        pattern.query
        for pattern in LIFE_OS.catalog.patterns
        if store.current.build(LIFE_OS.catalog.owner(pattern)).epoch
    } == {
        "feed",
        "done",
        "tasks_of",
    }


WRONG = [
    f'keys.taskLine({{ workspace: "{HOME}", epoch: 0 }})',
    f'keys.taskLine({{ workspace: "{HOME}", task: 7, epoch: 0 }})',
    f'keys.taskLine({{ workspace: "{HOME}", task: "{TASK}" }})',
    f'patterns.tasksByStatus({{ workspace: "{HOME}", status: "asleep", epoch: 0 }})',
    f'patterns.children({{ workspace: "{HOME}", epoch: 0 }})',
    f'patterns.members({{ workspace: "{HOME}", user: "ada", epoch: 0 }})',
    f'patterns.tasksAbout({{ workspace: "{HOME}", at: "thing", epoch: 0 }})',
    f'patterns.members({{ workspace: "{HOME}", from: "2026-01-01", epoch: 0 }})',
]


def test_a_call_with_a_wrong_or_missing_argument_does_not_compile(project: TypeScript) -> None:
    head = ['import { keys, patterns } from "./ascend.js";', f'patterns.members({{ workspace: "{HOME}", epoch: 0 }});']

    errors = project.compile("\n".join([*head, *(f"{wrong};" for wrong in WRONG)]))

    lines = {error.partition(",")[0] for error in errors if error.startswith("program.ts(")}
    assert lines == {f"program.ts({3 + at}" for at in range(len(WRONG))}
