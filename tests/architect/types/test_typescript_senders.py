"""Commands that the TypeScript sender sends: their ids, what it makes of replies, and a server in Python behind it."""

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from anyio import to_thread
from support.architect.typescript import TypeScript, to_literal
from support.one_of_each import EXAMPLES
from support.paths import ROOT

import ascend
from ascend.architect.types.typescript.names import name_method

PAGE = (ROOT / "docs" / "how-to" / "use-the-types.md").read_text()
(SERVER,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
HOME, TASK, COMMAND = (f"0199f1d2-7c1e-7a3b-8c4d-5e6f7081920{digit}" for digit in range(3))
FAKE = """
import { CommandId, CommandSender, TaskId, WorkspaceId, isRefusedBy, type CommandReply, type CommandRequest } from "life-os-client";

const sent: CommandRequest[] = [];
const waits: number[] = [];
globalThis.setTimeout = ((run: () => void, wait: number) => { waits.push(wait); queueMicrotask(run); return 0; }) as never;
const [home, task] = [WorkspaceId("HOME"), TaskId("TASK")];
const done = (request: CommandRequest): CommandReply =>
  ({ status: 200, body: { workspace: request.workspace, command_id: request.commandId, position: 7, events: 1, repeated: false } });
const start = (reply: (request: CommandRequest) => CommandReply) =>
  new CommandSender(async (request) => { sent.push(request); return reply(request); });
const attempt = async (call: () => Promise<unknown>): Promise<unknown> => {
  try { return await call(); } catch (error) {
    const { name, rule, commandId, retryable } = error as { name: string; rule?: string; commandId?: string; retryable?: boolean };
    return { name, rule, commandId, retryable };
  }
};
const print = (answers: unknown[]) => console.log(JSON.stringify({ answers, sent, waits }));
""".replace("HOME", HOME).replace("TASK", TASK)


def run(package: TypeScript, program: str) -> Any:
    return json.loads(package.run(FAKE + program))


@pytest.fixture(scope="module")
def many(life_os_package: TypeScript) -> Any:
    """What was sent for one example of each command."""
    calls = "\n".join(
        f"await (send.{name_method(type(example).__name__)} as any)(home, "
        f"{to_literal(example.model_dump(mode='json', exclude_unset=True))});"
        for example in EXAMPLES
    )
    return run(life_os_package, f"const send = start(done);\n{calls}\nprint([]);")


def test_each_command_has_a_method_that_sends_it_under_its_name(many: Any) -> None:
    assert {type(example) for example in EXAMPLES} == set(ascend.LIFE_OS.commands)
    for example, request in zip(EXAMPLES, many["sent"], strict=True):
        assert (request["name"], request["workspace"]) == (type(example).__name__, HOME)
        assert request["command"] == example.model_dump(mode="json", exclude_unset=True)
        assert type(example)(**request["command"]) == example


def test_each_command_has_a_new_id_that_carries_its_time(many: Any) -> None:
    ids = [ascend.CommandId(request["commandId"]) for request in many["sent"]]

    assert len(set(ids)) == len(ids)
    assert all(id.time for id in ids)


def test_a_receipt_comes_back(life_os_package: TypeScript) -> None:
    told = run(
        life_os_package,
        f"""
        const given = {{ commandId: CommandId("{COMMAND}"), expected: [[["task", task], 3]] as const }};
        print([await start(done).completeTask(home, {{ task_id: task }}, given)]);
        """,
    )

    assert told["answers"] == [{"workspace": HOME, "commandId": COMMAND, "position": 7, "events": 1}]
    assert told["sent"][0]["commandId"] == COMMAND
    assert told["sent"][0]["expected"] == [[["task", TASK], 3]]


def test_a_command_without_an_answer_is_sent_again_with_the_same_id(life_os_package: TypeScript) -> None:
    told = run(
        life_os_package,
        """
        let failures = 0;
        const send = start((request) => {
          failures += 1;
          if (failures === 1) throw new TypeError("the network failed");
          return failures === 2 ? { status: 502, body: undefined } : done(request);
        });
        print([await send.completeTask(home, { task_id: task })]);
        """,
    )

    assert [request["commandId"] for request in told["sent"]] == [told["answers"][0]["commandId"]] * 3
    assert [wait <= 50 * 2**attempt for attempt, wait in enumerate(told["waits"])] == [True, True]


def test_in_the_end_the_error_holds_the_id_of_the_command(life_os_package: TypeScript) -> None:
    told = run(
        life_os_package,
        """
        const send = start(() => { throw new TypeError("the network failed"); });
        print([await attempt(() => send.completeTask(home, { task_id: task }))]);
        """,
    )

    ids = {request["commandId"] for request in told["sent"]}
    assert (len(told["sent"]), len(ids)) == (4, 1)
    assert told["answers"] == [{"name": "OutcomeUnknown", "commandId": ids.pop(), "retryable": True}]


REPLIES: tuple[tuple[int, list[str] | None, str, bool], ...] = (
    (409, ["TaskIsCancelled", "Refusal", "AscendError"], "Refusal", False),
    (409, ["NoSuchTask", "NotFound", "Refusal", "AscendError"], "NotFound", False),
    (409, ["NotTheAuthor", "NotAllowed", "Refusal", "AscendError"], "NotAllowed", False),
    (409, ["VersionConflict", "Refusal", "AscendError"], "VersionConflict", False),
    (400, ["LimitExceeded", "InvalidInput", "AscendError"], "InvalidInput", False),
    (400, ["CommandIdReused", "AscendError"], "CommandIdReused", False),
    (400, ["CommandTooOld", "AscendError"], "CommandTooOld", False),
    (400, ["CommandFromTheFuture", "AscendError"], "CommandFromTheFuture", False),
    (503, ["Contention", "AscendError"], "Contention", True),
    (503, ["ProjectionBehind", "AscendError"], "ProjectionBehind", True),
    (503, ["OutcomeUnknown", "AscendError"], "OutcomeUnknown", True),
    (503, ["StoreBusy", "StoreUnavailable", "StoreError", "AscendError"], "StoreUnavailable", True),
    (503, ["LogDiverged", "UnreadableLog", "AscendError"], "UnreadableLog", False),
    (429, None, "Throttled", True),
    (401, None, "AccessDenied", False),
    (413, None, "InvalidInput", False),
    (500, None, "OutcomeUnknown", True),
    (200, None, "OutcomeUnknown", True),
)


def test_each_reply_is_a_typed_error_and_only_what_may_succeed_later_is_repeated(life_os_package: TypeScript) -> None:
    bodies = [
        {"status": status, "body": {"error": {"types": types, "message": "no"}} if types else None}
        for status, types, _, _ in REPLIES
    ]
    told = run(
        life_os_package,
        f"""
        const answers: unknown[] = [];
        for (const reply of {to_literal(bodies)} as CommandReply[]) {{
          sent.length = 0;
          answers.push([await attempt(() => start(() => reply).completeTask(home, {{ task_id: task }})), sent.length]);
        }}
        print(answers);
        """,
    )

    for (_, types, name, retryable), (error, sent) in zip(REPLIES, told["answers"], strict=True):
        assert (error["name"], error["retryable"], sent) == (name, retryable, 4 if retryable else 1)
        if name in {"Refusal", "NotFound", "NotAllowed", "VersionConflict"}:
            assert types is not None
            assert error["rule"] == types[0]


# ---- a server in Python --------------------------------------------------------------------------------------------


@pytest.fixture
async def address() -> AsyncIterator[str]:
    """The address of a server with the function of the page. Every request is one of Ada."""
    page: dict[str, Any] = {"__name__": "page"}
    exec(SERVER, page)

    async with ascend.open_store("memory://", create=True) as store:

        async def post(request: web.Request) -> web.Response:
            workspace, name = request.match_info["workspace"], request.match_info["name"]
            status, body = await page["answer_command"](store, "ada", workspace, name, await request.text())
            return web.Response(status=status, text=body, content_type="application/json")

        app = web.Application()
        app.router.add_post("/api/workspaces/{workspace}/commands/{name}", post)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        try:
            yield f"{runner.addresses[0][0]}:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()


STORY = """
import { CommandSender, TaskId, UserId, VersionConflict, WorkspaceId, fetchTransport, isRefusedBy, newId } from "life-os-client";
const send = new CommandSender(fetchTransport("http://ADDRESS/api/"));
const [home, task] = [newId(WorkspaceId), newId(TaskId)];
const created = await send.createWorkspace(home, { name: "Home", owner_name: "Ada" });
const again = await send.createWorkspace(home, { name: "Home", owner_name: "Ada" }, { commandId: created.commandId });
await send.createTask(home, { task_id: task, title: "Paint" });
const stale = await send.completeTask(home, { task_id: task }, { expected: [[["task", task], 9]] }).catch((error: unknown) => error);
await send.cancelTask(home, { task_id: task });
const refused = await send.completeTask(home, { task_id: task }).catch((error: unknown) => error);
const invalid = await send.renameWorkspace(home, { name: "" }).catch((error: unknown) => error);
console.log(JSON.stringify([
  created.position, again, created, stale instanceof VersionConflict, isRefusedBy(refused, "TaskIsCancelled"),
  (invalid as Error).name, (refused as Error).message,
]));
"""


async def test_commands_reach_a_server_in_python_exactly_once(life_os_package: TypeScript, address: str) -> None:
    printed = await to_thread.run_sync(life_os_package.run, STORY.replace("ADDRESS", address))

    position, again, created, stale, refused, invalid, message = json.loads(printed)
    assert (position, again) == (1, created)
    assert (stale, refused, invalid) == (True, True, "InvalidInput")
    assert message.startswith(str(ascend.TaskIsCancelled()))
