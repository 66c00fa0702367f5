"""The requests that the TypeScript client sends, and what it makes of replies that DynamoDB Local never gives.

A fake client of the SDK replies from a script: `reply(name, input)`. Waits are recorded instead of waited for.
"""

import json
from typing import Any
from zlib import compress

import pytest
from support.architect.scripted_client import HOME, run
from support.architect.typescript import TypeScript, to_literal


def test_a_page_is_one_query_with_one_batch_get_beside_it(life_os_package: TypeScript) -> None:
    told = run(
        life_os_package,
        """
        const me = start((name) => name === "QueryCommand"
          ? { Items: [line(1)] } : { Responses: { "ascend-views": [member, { pk: "epochs", sk: "epochs", epochs: {} }] } });
        const first = await me.tasks.tasks({ workspace: home }, { limit: 5 });
        print([first, await me.tasks.tasks({ workspace: home }, { limit: 5 })]);
        """,
    )

    (batch, query), again = sorted(told["sent"][:2], key=lambda request: request[0]), told["sent"][2:]
    assert query == [
        "QueryCommand",
        {
            "TableName": "ascend-views",
            "KeyConditionExpression": "pk = :pk AND begins_with(sk, :prefix)",
            "ExpressionAttributeValues": {":pk": f"W#{HOME}#tasks.2.0", ":prefix": "line#"},
            "ScanIndexForward": True,
            "ConsistentRead": True,
            "Limit": 5,
        },
    ]
    keys = [{"pk": f"W#{HOME}#members.2.0", "sk": "member#ada"}, {"pk": "epochs", "sk": "epochs"}]
    assert batch == ["BatchGetCommand", {"RequestItems": {"ascend-views": {"Keys": keys, "ConsistentRead": True}}}]
    later = ["BatchGetCommand", {"RequestItems": {"ascend-views": {"Keys": keys[:1], "ConsistentRead": True}}}]
    assert sorted(again, key=lambda request: request[0]) == [later, query]
    assert told["answers"][0]["items"] == [{"workspace": HOME, "task": 1}]


def test_keys_that_were_left_unprocessed_are_read_again_after_a_wait(life_os_package: TypeScript) -> None:
    told = run(
        life_os_package,
        """
        let replies = 0;
        const me = start((name, input) => {
          if (name === "QueryCommand") return { Items: [] };
          const keys = asked(input);
          replies += 1;
          if (replies <= 2) return { Responses: {}, UnprocessedKeys: { "ascend-views": { Keys: keys } } };
          const [first, ...others] = keys;
          const found = [member].filter((item) => item.sk === first?.["sk"]);
          const left = { "ascend-views": { Keys: others } };
          return { Responses: { "ascend-views": found }, ...(others.length > 0 && { UnprocessedKeys: left }) };
        });
        print([await me.tasks.tasks({ workspace: home })]);
        """,
    )

    batches = [
        request["RequestItems"]["ascend-views"]["Keys"] for name, request in told["sent"] if name == "BatchGetCommand"
    ]
    assert [len(keys) for keys in batches] == [2, 2, 2, 1]
    assert told["answers"][0]["items"] == []
    assert len(told["waits"]) == 3
    assert all(0 <= wait <= 50 * 2**attempt for wait, attempt in zip(told["waits"], (1, 2, 0), strict=True))


def test_a_batch_that_stays_unprocessed_is_throttled_in_the_end(life_os_package: TypeScript) -> None:
    told = run(
        life_os_package,
        """
        const me = start((name, input) => name === "QueryCommand"
          ? { Items: [] } : { UnprocessedKeys: { "ascend-views": { Keys: asked(input) } } });
        print([await attempt(() => me.tasks.tasks({ workspace: home }))]);
        """,
    )

    assert (told["answers"][0]["error"], told["answers"][0]["retryable"]) == ("Throttled", True)
    assert len(told["waits"]) == 8
    assert max(told["waits"]) <= 5_000


def test_more_than_a_hundred_keys_are_several_batches(life_os_package: TypeScript) -> None:
    told = run(
        life_os_package,
        """
        const links = Array.from({ length: 150 }, (_, at) => ({ pk: "w", sk: `l${at}`, data: JSON.stringify({ other: ["task", `t${at}`] }) }));
        const present = (key: Item): Item => ({ ...key, data: JSON.stringify({ workspace: home, title: key["sk"] }) });
        const me = start((name, input) => name === "QueryCommand"
          ? { Items: links } : { Responses: { "ascend-views": asked(input).filter((key) => key["pk"] !== "epochs").map(present) } });
        const page = await me.tasks.subtasks({ workspace: home, task: TaskId("HOME") }, { limit: 200 });
        print([page.items.length]);
        """.replace("HOME", HOME),
    )

    batches = [
        len(request["RequestItems"]["ascend-views"]["Keys"])
        for name, request in told["sent"]
        if name == "BatchGetCommand"
    ]
    assert told["answers"] == [150]
    assert batches == [100, 53]


def test_a_run_of_tombstones_takes_a_bounded_number_of_requests(life_os_package: TypeScript) -> None:
    told = run(
        life_os_package,
        """
        const gone = (at: number): Item => ({ pk: `W#${home}#tasks.2.0`, sk: `line#${at}` });
        let at = 0;
        const me = start((name, input) => {
          if (name !== "QueryCommand") return { Responses: { "ascend-views": [member] } };
          const items = Array.from({ length: input.Limit }, () => gone(at++));
          return { Items: items, LastEvaluatedKey: { pk: "w", sk: `line#${at}` } };
        });
        const page = await me.tasks.tasks({ workspace: home }, { limit: 3 });
        print([page.items, page.cursor !== null]);
        """,
    )

    limits = [request["Limit"] for name, request in told["sent"] if name == "QueryCommand"]
    assert told["answers"] == [[], True]
    assert limits == [3, *[25] * 9]


ERRORS = {
    "ProvisionedThroughputExceededException": ("Throttled", True),
    "ThrottlingException": ("Throttled", True),
    "AccessDeniedException": ("AccessDenied", False),
    "ResourceNotFoundException": ("StoreMissing", False),
    "ValidationException": ("StoreError", False),
    "TimeoutError": ("StoreUnavailable", True),
    "InternalServerError": ("StoreUnavailable", True),
}


def test_errors_of_the_sdk_become_typed_errors(life_os_package: TypeScript) -> None:
    told = run(
        life_os_package,
        f"""
        const answers: unknown[] = [];
        for (const name of {to_literal(list(ERRORS))}) {{
          const me = start(() => {{ throw Object.assign(new Error("no"), {{ name }}); }});
          answers.push(await attempt(() => me.tasks.tasks({{ workspace: home }})));
        }}
        print(answers);
        """,
    )

    assert [(answer["error"], answer["retryable"]) for answer in told["answers"]] == list(ERRORS.values())


def test_epochs_that_nobody_can_read_are_an_error(life_os_package: TypeScript) -> None:
    told = run(
        life_os_package,
        """
        const me = start((name) => name === "QueryCommand"
          ? { Items: [] } : { Responses: { "ascend-views": [member, { pk: "epochs", sk: "epochs", epochs: { tasks: "?" } }] } });
        print([await attempt(() => me.tasks.tasks({ workspace: home }))]);
        """,
    )

    assert told["answers"][0]["error"] == "StoreError"


def test_a_question_that_meets_a_rebuild_is_asked_again_for_the_new_items(life_os_package: TypeScript) -> None:
    told = run(
        life_os_package,
        """
        const rebuilt = { ...member, pk: `W#${home}#members.2.1` };
        const me = start((name) => name === "QueryCommand" ? { Items: [] }
          : { Responses: { "ascend-views": [member, rebuilt, { pk: "epochs", sk: "epochs", epochs: { tasks: 4, members: 1 } }] } });
        print([await me.tasks.tasks({ workspace: home })]);
        """,
    )

    partitions = [
        request["ExpressionAttributeValues"][":pk"] for name, request in told["sent"] if name == "QueryCommand"
    ]
    assert partitions == [f"W#{HOME}#tasks.2.0", f"W#{HOME}#tasks.2.4"]


def test_no_page_is_shown_before_the_membership_is_known(life_os_package: TypeScript) -> None:
    told = run(
        life_os_package,
        """
        const isOfRecords = (input: Input) => JSON.stringify(input).includes("#generations");
        const me = start((name, input) => name !== "QueryCommand" ? { Responses: { "ascend-views": [] } }
          : { Items: isOfRecords(input) ? [] : [line(1)] });
        print([await attempt(() => me.tasks.tasks({ workspace: home }))]);
        """,
    )

    assert told["answers"][0]["error"] == "NotAllowed"


def test_lines_of_an_index_that_lags_are_read_again_from_the_table(life_os_package: TypeScript) -> None:
    told = run(
        life_os_package,
        """
        const found = (workspace: string, name: string) => JSON.stringify({ workspace, workspace_name: name });
        const old = { gsi1pk: "U#ada#members.2.0", gsi1sk: "member#w", pk: "w", sk: "s" };
        const me = start((name) => name === "QueryCommand"
          ? { Items: [{ ...old, data: found(home, "Old name") }, { ...old, data: found("left", "Left long ago") }] }
          : { Responses: { "ascend-views": [{ ...member, data: found(home, "New name") }] } });
        print([await me.across.workspaces()]);
        """,
    )

    page = told["answers"][0]
    assert [line["workspace_name"] for line in page["items"]] == ["New name"]
    assert page["consistent"] is False


# ---- the log -------------------------------------------------------------------------------------------------------

BODY: dict[str, Any] = {
    "commands": [
        {"id": "c1", "digest": "", "actor": "ada", "events": [["task.created", 1, "2030-01-01T08:00:00Z", {}]]},
        {"id": "c2", "digest": "", "actor": "ben", "events": [["task.edited", 2, "2030-01-01T08:00:01Z", {}]] * 2},
    ]
}
READ_LOG = """
const commits: Item[] = COMMITS;
for (const commit of commits) if (commit["zip"]) commit["body"] = Uint8Array.from(commit["zip"] as number[]);
const me = start((name) => name === "QueryCommand" ? { Items: commits } : { Responses: { "ascend-views": [member] } });
print([await attempt(() => me.workspaces.history({ workspace: home }))]);
"""


def read_log(package: TypeScript, *commits: dict[str, Any]) -> Any:
    (answer,) = run(package, READ_LOG.replace("COMMITS", to_literal(commits)))["answers"]
    return answer


def commit(position: int, **attributes: Any) -> dict[str, Any]:
    return {"sk": f"{position:016}", "format": "json/2", "body": json.dumps(BODY)} | attributes


def test_a_history_shows_the_latest_event_first_and_leaves_out_erased_commits(life_os_package: TypeScript) -> None:
    zipped = list(compress(json.dumps(BODY).encode()))
    told = read_log(
        life_os_package,
        commit(7),
        {"sk": f"{6:016}", "format": "erased/2"},
        commit(5, format="json+zlib/2", zip=zipped),
    )

    assert [
        (line["position"], line["index"], line["event"], line["actor"], line["command"]) for line in told["items"]
    ] == [
        (7, 2, "task.edited", "ben", "c2"),
        (7, 1, "task.edited", "ben", "c2"),
        (7, 0, "task.created", "ada", "c1"),
        (5, 2, "task.edited", "ben", "c2"),
        (5, 1, "task.edited", "ben", "c2"),
        (5, 0, "task.created", "ada", "c1"),
    ]
    assert told["cursor"] is not None


@pytest.mark.parametrize(
    ("commits", "error"),
    [
        ((commit(7), commit(5)), "Damaged"),
        ((commit(7, body="{"),), "Damaged"),
        ((commit(7, format="json/9"),), "UpgradeRequired"),
    ],
    ids=["a gap", "no JSON", "a format of a later version"],
)
def test_a_commit_that_cannot_be_read_stops_the_history(
    life_os_package: TypeScript, commits: tuple[dict[str, Any], ...], error: str
) -> None:
    assert read_log(life_os_package, *commits)["error"] == error


# ---- what no request is sent for -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "call",
    [
        "me.tasks.tasks({ workspace: other })",
        "me.tasks.task({ workspace: other, task: TaskId(home) })",
        "me.workspaces.workspace({ workspace: other })",
        "me.workspaces.history({ workspace: other })",
        "me.tasks.tasks({ workspace: home }, { days: { from: '2030-01-01' } } as never)",
    ],
)
def test_text_that_reaches_into_other_keys_or_a_range_that_is_not_there_is_refused(
    life_os_package: TypeScript, call: str
) -> None:
    """Parsed JSON may be anything: a cast makes an id of it."""
    told = run(
        life_os_package,
        f"""
        const other = `${{home}}#policies` as WorkspaceId;
        const me = start(() => ({{ Items: [], Responses: {{ "ascend-views": [member] }} }}));
        print([await attempt(() => {call})]);
        """,
    )

    assert told["answers"][0]["error"] == "InvalidInput"
    assert [request for name, request in told["sent"] if name == "QueryCommand"] == []
