"""Each role works under its policy and uses all of it. An independent evaluator decides (`iam_gate`)."""

import json
import re
from collections.abc import AsyncIterator
from copy import deepcopy

import pytest
from support.architect.iam_gate import Evaluator, Gate, Policy, open_evaluator, open_gate
from support.architect.iam_requests import ARN, IamRequest
from support.architect.role_work import (
    ADA,
    CHORE,
    PREFIX,
    WORK_IN_WORKSPACE,
    WORK_OF_ROLES,
    create,
    open_gated,
    work,
    write,
)
from support.wire import no_delay

import ascend
from ascend.adapters.layout import keys
from ascend.architect.aws.iam import PUTS, ProcessRole, TableLocation, build_policy
from ascend.cli.app import run
from ascend.domain.errors import AccessDenied, InvalidInput, ProjectionBehind
from ascend.domain.runtime.limits import CommandLimits
from ascend.store import Limits

LOCATION = TableLocation(PREFIX, "us-east-1", "123456789012")
HOME, FOREIGN = ascend.WorkspaceId.derive("Home"), ascend.WorkspaceId.derive("Foreign")
Uses = set[tuple[str, str]]


@pytest.fixture
async def gate(
    moto_url: str, node_env: tuple[str, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Gate]:
    """A gate in front of moto's server. Each role has a user with its name.

    moto crashes on statements, and puts follow. The client need not wait before it sends the crashed request again.
    """
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", no_delay)
    async with open_gate(moto_url, node_env) as gate:
        gate.policies = {role.value: build_policy(role, LOCATION) for role in ProcessRole}
        yield gate


@pytest.fixture
async def evaluated(node_env: tuple[str, dict[str, str]]) -> AsyncIterator[Evaluator]:
    async with open_evaluator(node_env) as evaluator:
        yield evaluator


def list_grants(document: Policy) -> Uses:
    return {
        (action, resource)
        for statement in document["Statement"]
        for action in statement["Action"]
        for resource in statement["Resource"]
    }


def take_uses(gate: Gate) -> Uses:
    """Return the uses since the last call."""
    uses = {(request.action, re.sub("/stream/.*", "/stream/*", request.resource)) for request in gate.used}
    gate.used.clear()
    return uses


# ---- under their policies ------------------------------------------------------------------------------------------


async def test_each_role_can_do_all_its_work_and_uses_every_permission(gate: Gate) -> None:
    for role, do_work in WORK_OF_ROLES.items():
        await do_work(gate.url, role.value, HOME)
        assert take_uses(gate) == list_grants(gate.policies[role.value])

    assert gate.denied == set()


async def test_the_work_fails_without_any_one_permission(gate: Gate) -> None:
    """If one action is removed from a statement, the role's work ends in AccessDenied; with all actions it succeeds."""
    await create(gate.url)
    for role, do_work in ((role, WORK_OF_ROLES[role]) for role in WORK_IN_WORKSPACE):
        whole = gate.policies[role.value]
        for number, action in list_actions(whole):
            gate.policies[role.value] = remove_action(whole, number, action)
            workspace = ascend.WorkspaceId.derive(str(number), action) if role is ProcessRole.WRITER else HOME
            with pytest.raises(AccessDenied, match=action):
                await do_work(gate.url, role.value, workspace)
        gate.policies[role.value] = whole
        await do_work(gate.url, role.value, HOME)


async def test_an_unused_permission_is_found(gate: Gate) -> None:
    broad = gate.policies["writer"]
    broad["Statement"][0]["Action"].append("dynamodb:Scan")
    [resource] = broad["Statement"][0]["Resource"]
    await create(gate.url)
    take_uses(gate)

    await write(gate.url, "writer", HOME)

    assert list_grants(broad) - take_uses(gate) == {("dynamodb:Scan", resource)}


def list_actions(document: Policy) -> list[tuple[int, str]]:
    return [
        (number, action) for number, statement in enumerate(document["Statement"]) for action in statement["Action"]
    ]


def remove_action(document: Policy, number: int, action: str) -> Policy:
    less = deepcopy(document)
    less["Statement"][number]["Action"].remove(action)
    less["Statement"] = [statement for statement in less["Statement"] if statement["Action"]]
    return less


async def test_a_writer_far_behind_is_refused_until_a_worker_ran(gate: Gate) -> None:
    """This is the only case in which a writer needs a worker's permissions. It is told so, and nothing is appended."""
    await create(gate.url)
    await write(gate.url, "writer", HOME)
    limits = Limits(commands=CommandLimits(tail_commits=5))
    start = ascend.PrioritiseTask(task_id=CHORE, priority=ascend.Priority.URGENT)

    async with open_gated(gate.url, "writer") as store:
        writer = ascend.Store(store.tables, limits=limits)
        with pytest.raises(
            ProjectionBehind, match=r"run a worker.*AccessDenied.*dynamodb:PartiQLInsert on .*iam-views"
        ):
            await writer.execute(HOME, start, actor=ADA)
    await work(gate.url, "worker", HOME)
    async with open_gated(gate.url, "writer") as store:
        writer = ascend.Store(store.tables, limits=limits)
        assert (await writer.execute(HOME, start, actor=ADA)).events == 1


# ---- for one workspace ---------------------------------------------------------------------------------------------


async def test_code_that_acts_for_one_workspace_reaches_no_other(gate: Gate) -> None:
    for role in WORK_IN_WORKSPACE:
        gate.policies[f"{role.value}1"] = build_policy(role, LOCATION, HOME)
    await create(gate.url)
    await write(gate.url, "writer", FOREIGN)
    await work(gate.url, "worker", FOREIGN)
    take_uses(gate)
    assert gate.denied == set()

    for role, do_work in WORK_IN_WORKSPACE.items():
        await do_work(gate.url, f"{role.value}1", HOME)
        assert take_uses(gate) == list_grants(gate.policies[f"{role.value}1"])
        with pytest.raises(AccessDenied):
            await do_work(gate.url, f"{role.value}1", FOREIGN)
        take_uses(gate)


LOG, OTHERS_LOG = keys.log_partition(HOME), keys.log_partition(FOREIGN)


@pytest.mark.parametrize(
    ("role", "action", "table", "leading", "is_allowed"),
    [
        (ProcessRole.WRITER, "PutItem", "events", [LOG], True),
        (ProcessRole.WRITER, "PutItem", "events", [OTHERS_LOG], False),
        (ProcessRole.WRITER, "PutItem", "events", [LOG + "0"], False),
        (ProcessRole.WRITER, "PutItem", "events", [keys.registry_key(HOME).pk], True),
        (ProcessRole.WRITER, "Query", "events", [keys.registry_key(HOME).pk], False),
        (ProcessRole.WRITER, "Scan", "events", [], False),
        (ProcessRole.WRITER, "BatchGetItem", "views", [f"{LOG}#generations", "epochs"], True),
        (ProcessRole.WRITER, "BatchGetItem", "views", [f"{LOG}#generations", f"{OTHERS_LOG}#generations"], False),
        (ProcessRole.WRITER, "Query", "views", [f"{LOG}#generations"], True),
        (ProcessRole.WRITER, "Query", "views", [f"{OTHERS_LOG}#generations"], False),
        (ProcessRole.WRITER, "PutItem", "views", [f"{LOG}#generations"], False),
        (ProcessRole.WRITER, "BatchGetItem", "views", [], False),
        (ProcessRole.WORKER, "PutItem", "views", ["U#ada#feed.1.0"], True),
        (ProcessRole.WORKER, "Query", "views", ["U#ada#feed.1.0"], False),
        (ProcessRole.WORKER, "GetItem", "views", [f"{LOG}#starts"], True),
        (ProcessRole.WORKER, "GetItem", "views", [f"{OTHERS_LOG}#starts"], False),
        (ProcessRole.WORKER, "PutItem", "views", ["epochs"], False),
        (ProcessRole.WORKER, "PartiQLInsert", "views", [f"{LOG}#tasks.1.0"], True),
        (ProcessRole.WORKER, "PartiQLUpdate", "views", ["U#ada#feed.1.0"], True),
        (ProcessRole.WORKER, "PartiQLInsert", "views", [f"{OTHERS_LOG}#tasks.1.0"], False),
        (ProcessRole.WORKER, "PartiQLUpdate", "views", ["epochs"], False),
        (ProcessRole.WORKER, "PartiQLInsert", "events", [LOG], False),
        (ProcessRole.WORKER, "PartiQLDelete", "views", [f"{LOG}#tasks.1.0"], False),
        (ProcessRole.WRITER, "PartiQLInsert", "views", [f"{LOG}#tasks.1.0"], False),
        (ProcessRole.WORKER, "PutItem", "events", [LOG], False),
        (ProcessRole.READER, "Query", "views", [f"{LOG}#tasks.1.0"], True),
        (ProcessRole.READER, "Query", "views", [f"{OTHERS_LOG}#tasks.1.0"], False),
        (ProcessRole.READER, "Query", "views/index/gsi1", [f"{LOG}#open#tasks.1.0"], True),
        (ProcessRole.READER, "Query", "views/index/gsi1", ["U#ada#feed.1.0"], False),
        (ProcessRole.READER, "Query", "views/index/gsi3", [f"{LOG}#open#tasks.1.0"], False),
        (ProcessRole.READER, "PutItem", "views", [f"{LOG}#tasks.1.0"], False),
    ],
)
async def test_a_policy_for_one_workspace_allows_only_its_leading_keys(
    evaluated: Evaluator, role: ProcessRole, action: str, table: str, leading: list[str], is_allowed: bool
) -> None:
    request = IamRequest(f"dynamodb:{action}", f"{ARN}iam-{table}", tuple(leading))

    assert await evaluated.allows(build_policy(role, LOCATION, HOME), request) is is_allowed


async def test_without_the_null_condition_a_scan_would_pass(evaluated: Evaluator) -> None:
    """The condition is needed because an empty set of keys matches everything."""
    document = build_policy(ProcessRole.READER, LOCATION, HOME)
    scan = IamRequest("dynamodb:Scan", ARN + "iam-views")
    for statement in document["Statement"]:
        statement["Action"].append("dynamodb:Scan")
    bound = {
        "Version": document["Version"],
        "Statement": [statement for statement in document["Statement"] if "Condition" in statement],
    }
    assert not await evaluated.allows(bound, scan)

    for statement in bound["Statement"]:
        del statement["Condition"]["Null"]

    assert await evaluated.allows(bound, scan)


# ---- what is declared ----------------------------------------------------------------------------------------------


def test_only_the_operator_scans_deletes_and_creates() -> None:
    for role in (ProcessRole.WRITER, ProcessRole.WORKER, ProcessRole.READER):
        for action, resource in list_grants(build_policy(role, LOCATION)):
            if resource.endswith("/stream/*") or (role, action) == (ProcessRole.WORKER, "dynamodb:DeleteItem"):
                continue
            assert action.removeprefix("dynamodb:") in {*PUTS, "BatchGetItem", "DescribeTable", "GetItem", "Query"}


@pytest.mark.parametrize(
    ("leading", "is_allowed"),
    [(["leases"], True), ([f"{LOG}#generations"], False), (["U#ada"], False), (["epochs"], False), ([], False)],
)
async def test_a_worker_deletes_nothing_but_leases(evaluated: Evaluator, leading: list[str], is_allowed: bool) -> None:
    request = IamRequest("dynamodb:DeleteItem", f"{ARN}iam-views", tuple(leading))

    assert await evaluated.allows(build_policy(ProcessRole.WORKER, LOCATION), request) is is_allowed
    assert not await evaluated.allows(build_policy(ProcessRole.WORKER, LOCATION, HOME), request)


def test_only_workers_of_all_workspaces_read_the_stream() -> None:
    """The stream names every workspace, so code for one workspace does not read it."""
    reading = {f"dynamodb:{action}" for action in ("DescribeStream", "GetRecords", "GetShardIterator")}
    for role in ProcessRole:
        actions = {action for action, resource in list_grants(build_policy(role, LOCATION)) if "/stream/" in resource}
        assert actions == (reading if role is ProcessRole.WORKER else set())
    assert not any(
        "/stream/" in resource for _, resource in list_grants(build_policy(ProcessRole.WORKER, LOCATION, HOME))
    )


def test_no_role_may_update_or_delete_an_event() -> None:
    for role in ProcessRole:
        events = {action for action, resource in list_grants(build_policy(role, LOCATION)) if "-events" in resource}
        assert not {action for action in events if "PartiQL" in action}
        may_delete = {"dynamodb:DeleteItem"} if role is ProcessRole.OPERATOR else set[str]()  # policy positions
        assert (
            events & {"dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem", "dynamodb:*"}
            == may_delete
        )


@pytest.mark.parametrize(
    ("leading", "is_allowed"),
    [
        ([f"{LOG}#policies"], True),
        ([LOG], False),
        ([keys.registry_key(HOME).pk], False),
        ([keys.INSTALLED.pk], False),
        ([keys.APPLICATION.pk], False),
        ([], False),
    ],
)
async def test_an_operator_deletes_nothing_but_policy_positions_in_the_events_table(
    evaluated: Evaluator, leading: list[str], is_allowed: bool
) -> None:
    request = IamRequest("dynamodb:DeleteItem", f"{ARN}iam-events", tuple(leading))

    assert await evaluated.allows(build_policy(ProcessRole.OPERATOR, LOCATION), request) is is_allowed


def test_there_is_no_policy_for_an_operator_of_one_workspace() -> None:
    with pytest.raises(InvalidInput, match="whole tables"):
        build_policy(ProcessRole.OPERATOR, LOCATION, HOME)


def test_the_command_prints_the_policy(capsys: pytest.CaptureFixture[str]) -> None:
    location = ["--prefix", PREFIX, "--region", "us-east-1", "--account", "123456789012"]

    assert run(["schema", "iam", "reader", "--workspace", HOME, *location]) == 0
    assert json.loads(capsys.readouterr().out) == build_policy(ProcessRole.READER, LOCATION, HOME)

    assert run(["schema", "iam", "operator"]) == 0
    assert json.loads(capsys.readouterr().out) == build_policy(ProcessRole.OPERATOR, TableLocation())

    assert run(["schema", "iam", "operator", "--workspace", HOME]) == 2
    assert run(["schema", "iam", "writer", "--workspace", "no id"]) == 2
    assert run(["schema", "iam", "nobody"]) == 2


@pytest.mark.parametrize(
    "part", [{"prefix": "*"}, {"prefix": ""}, {"prefix": "a b"}, {"region": ""}, {"account": "abc"}, {"account": ""}]
)
def test_a_location_that_would_cover_other_stores_is_refused(part: dict[str, str]) -> None:
    with pytest.raises(InvalidInput):
        TableLocation(**part)
