"""Each role runs under its policy, and uses all of it. An evaluator that is not ours decides (`gate`)."""

import json
from collections.abc import AsyncIterator
from copy import deepcopy

import pytest
from support.schema.iam_requests import ARN, Asked
from support.schema.iam_gate import Evaluator, Gate, Policy, evaluator, gate_before
from support.schema.role_work import ADA, CHORE, FOR_ONE, LIVES, PREFIX, create, opened, work, write

import ascend
from ascend.adapters.layout import keys
from ascend.architect.aws.iam import Role, Where, policy
from ascend.cli.app import run
from ascend.domain.errors import AccessDenied, InvalidInput
from ascend.domain.runtime.limits import CommandLimits
from ascend.store import Limits

WHERE = Where(PREFIX, "us-east-1", "123456789012")
HOME, FOREIGN = ascend.WorkspaceId.derive("Home"), ascend.WorkspaceId.derive("Foreign")
Uses = set[tuple[str, str]]


@pytest.fixture
async def gate(moto_url: str, node_env: tuple[str, dict[str, str]]) -> AsyncIterator[Gate]:
    """In front of moto's server, with a user for each role, named as the role."""
    async with gate_before(moto_url, node_env) as gate:
        gate.policies = {role.value: policy(role, WHERE) for role in Role}
        yield gate


@pytest.fixture
async def evaluated(node_env: tuple[str, dict[str, str]]) -> AsyncIterator[Evaluator]:
    async with evaluator(node_env) as one:
        yield one


def granted(document: Policy) -> Uses:
    return {
        (action, resource)
        for statement in document["Statement"]
        for action in statement["Action"]
        for resource in statement["Resource"]
    }


def used(gate: Gate) -> Uses:
    """Since the last look."""
    found = {(one.action, one.resource) for one in gate.used}
    gate.used.clear()
    return found


# ---- under their policies ------------------------------------------------------------------------------------------


async def test_each_role_can_do_all_its_work_and_uses_all_that_it_may(gate: Gate) -> None:
    for role, life in LIVES.items():
        await life(gate.url, role.value, HOME)
        assert used(gate) == granted(gate.policies[role.value])

    assert gate.denied == set()


async def test_each_permission_that_is_missing_is_found(gate: Gate) -> None:
    """Each action that is taken from a statement ends the role's life in AccessDenied; with all of them it goes on."""
    await create(gate.url)
    for role, life in ((role, LIVES[role]) for role in FOR_ONE):
        whole = gate.policies[role.value]
        for number, action in actions(whole):
            gate.policies[role.value] = without(whole, number, action)
            workspace = ascend.WorkspaceId.derive(str(number), action) if role is Role.WRITER else HOME
            with pytest.raises(AccessDenied, match=action):
                await life(gate.url, role.value, workspace)
        gate.policies[role.value] = whole
        await life(gate.url, role.value, HOME)


async def test_a_permission_too_many_is_found(gate: Gate) -> None:
    broad = gate.policies["writer"]
    broad["Statement"][0]["Action"].append("dynamodb:Scan")
    [resource] = broad["Statement"][0]["Resource"]
    await create(gate.url)
    used(gate)

    await write(gate.url, "writer", HOME)

    assert granted(broad) - used(gate) == {("dynamodb:Scan", resource)}


def actions(document: Policy) -> list[tuple[int, str]]:
    return [(number, one) for number, statement in enumerate(document["Statement"]) for one in statement["Action"]]


def without(document: Policy, number: int, action: str) -> Policy:
    less = deepcopy(document)
    less["Statement"][number]["Action"].remove(action)
    less["Statement"] = [statement for statement in less["Statement"] if statement["Action"]]
    return less


async def test_a_writer_far_behind_is_refused_until_a_worker_ran(gate: Gate) -> None:
    """The one thing of a writer's that needs a worker's rights: loud, and nothing is appended."""
    await create(gate.url)
    await write(gate.url, "writer", HOME)
    limits = Limits(commands=CommandLimits(tail_commits=5))
    start = ascend.PrioritiseTask(task_id=CHORE, priority=ascend.Priority.URGENT)

    async with opened(gate.url, "writer") as store:
        writer = ascend.Store(store.tables, limits=limits)
        with pytest.raises(AccessDenied, match=r"dynamodb:Query on .*iam-views"):
            await writer.execute(HOME, start, actor=ADA)
    await work(gate.url, "worker", HOME)
    async with opened(gate.url, "writer") as store:
        writer = ascend.Store(store.tables, limits=limits)
        assert (await writer.execute(HOME, start, actor=ADA)).events == 1


# ---- for one workspace ---------------------------------------------------------------------------------------------


async def test_code_that_acts_for_one_workspace_reaches_no_other(gate: Gate) -> None:
    for role in FOR_ONE:
        gate.policies[f"{role.value}1"] = policy(role, WHERE, HOME)
    await create(gate.url)
    await write(gate.url, "writer", FOREIGN)
    await work(gate.url, "worker", FOREIGN)
    used(gate)
    assert gate.denied == set()

    for role, life in FOR_ONE.items():
        await life(gate.url, f"{role.value}1", HOME)
        assert used(gate) == granted(gate.policies[f"{role.value}1"])
        with pytest.raises(AccessDenied):
            await life(gate.url, f"{role.value}1", FOREIGN)
        used(gate)


LOG, OTHERS_LOG = keys.log_partition(HOME), keys.log_partition(FOREIGN)


@pytest.mark.parametrize(
    ("role", "action", "table", "leading", "is_allowed"),
    [
        (Role.WRITER, "PutItem", "events", [LOG], True),
        (Role.WRITER, "PutItem", "events", [OTHERS_LOG], False),
        (Role.WRITER, "PutItem", "events", [LOG + "0"], False),
        (Role.WRITER, "PutItem", "events", [keys.registry_key(HOME).pk], True),
        (Role.WRITER, "Query", "events", [keys.registry_key(HOME).pk], False),
        (Role.WRITER, "Scan", "events", [], False),
        (Role.WRITER, "BatchGetItem", "views", [f"{LOG}#generations", "epochs"], True),
        (Role.WRITER, "BatchGetItem", "views", [f"{LOG}#generations", f"{OTHERS_LOG}#generations"], False),
        (Role.WRITER, "PutItem", "views", [f"{LOG}#generations"], False),
        (Role.WRITER, "BatchGetItem", "views", [], False),
        (Role.WORKER, "PutItem", "views", ["U#ada#feed.1.0"], True),
        (Role.WORKER, "Query", "views", ["U#ada#feed.1.0"], False),
        (Role.WORKER, "PutItem", "views", ["epochs"], False),
        (Role.WORKER, "PutItem", "events", [LOG], False),
        (Role.READER, "Query", "views", [f"{LOG}#tasks.1.0"], True),
        (Role.READER, "Query", "views", [f"{OTHERS_LOG}#tasks.1.0"], False),
        (Role.READER, "Query", "views/index/gsi1", [f"{LOG}#open#tasks.1.0"], True),
        (Role.READER, "Query", "views/index/gsi1", ["U#ada#feed.1.0"], False),
        (Role.READER, "Query", "views/index/gsi3", [f"{LOG}#open#tasks.1.0"], False),
        (Role.READER, "PutItem", "views", [f"{LOG}#tasks.1.0"], False),
    ],
)
async def test_leading_keys_bind(
    evaluated: Evaluator, role: Role, action: str, table: str, leading: list[str], is_allowed: bool
) -> None:
    one = Asked(f"dynamodb:{action}", f"{ARN}iam-{table}", tuple(leading))

    assert await evaluated.allows(policy(role, WHERE, HOME), one) is is_allowed


async def test_without_the_null_condition_a_scan_would_pass(evaluated: Evaluator) -> None:
    """Why it is there: a set that is empty matches everything."""
    document = policy(Role.READER, WHERE, HOME)
    scan = Asked("dynamodb:Scan", ARN + "iam-views")
    for statement in document["Statement"]:
        statement["Action"].append("dynamodb:Scan")
    bound = {"Version": document["Version"], "Statement": [one for one in document["Statement"] if "Condition" in one]}
    assert not await evaluated.allows(bound, scan)

    for statement in bound["Statement"]:
        del statement["Condition"]["Null"]

    assert await evaluated.allows(bound, scan)


# ---- what is declared ----------------------------------------------------------------------------------------------


def test_only_the_operator_scans_deletes_and_creates() -> None:
    for role in (Role.WRITER, Role.WORKER, Role.READER):
        for action, _ in granted(policy(role, WHERE)):
            assert action.removeprefix("dynamodb:") in {"BatchGetItem", "DescribeTable", "GetItem", "PutItem", "Query"}


def test_nobody_updates_or_deletes_an_event() -> None:
    for role in Role:
        events = {action for action, resource in granted(policy(role, WHERE)) if "-events" in resource}
        assert not events & {"dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem", "dynamodb:*"}


def test_an_operator_of_one_workspace_there_is_not() -> None:
    with pytest.raises(InvalidInput, match="whole tables"):
        policy(Role.OPERATOR, WHERE, HOME)


def test_the_command_writes_the_policy(capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--prefix", PREFIX, "--region", "us-east-1", "--account", "123456789012"]

    assert run(["schema", "iam", "reader", "--workspace", HOME, *where]) == 0
    assert json.loads(capsys.readouterr().out) == policy(Role.READER, WHERE, HOME)

    assert run(["schema", "iam", "operator"]) == 0
    assert json.loads(capsys.readouterr().out) == policy(Role.OPERATOR, Where())

    assert run(["schema", "iam", "operator", "--workspace", HOME]) == 2
    assert run(["schema", "iam", "writer", "--workspace", "no id"]) == 2
    assert run(["schema", "iam", "nobody"]) == 2


@pytest.mark.parametrize(
    "wrong", [{"prefix": "*"}, {"prefix": ""}, {"prefix": "a b"}, {"region": ""}, {"account": "abc"}, {"account": ""}]
)
def test_a_place_that_would_cover_other_stores_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(InvalidInput):
        Where(**wrong)
