"""`ascend status` says nothing about policies as long as none is behind or has stalled."""

from support.policies.given import LOUDER, START, a_place
from support.staged import send

from ascend import WorkspaceStatus
from ascend.cli.operations.status import describe_problems, describe_state, status_to_json
from ascend.projections.policies.policy import PolicyPosition
from ascend.testing import HOME


def at(position: int, stalled: str = "") -> WorkspaceStatus:
    policy = PolicyPosition(HOME, "louder", position, stalled=stalled)
    return WorkspaceStatus(HOME, 9, 9, 9, "", (), (), (policy,))


def test_where_all_is_well_nothing_is_said() -> None:
    assert (describe_state(at(9)), describe_problems(at(9))) == ("ok", [])


def test_one_that_is_behind_is_named() -> None:
    assert describe_problems(at(8)) == [f"{HOME} policy louder is at position 8"]


def test_one_that_stalls_is_named_with_the_reason() -> None:
    stalled = at(8, "ValueError: poison")

    assert describe_state(stalled) == "policy stalled"
    assert describe_problems(stalled) == [f"{HOME} policy louder is at position 8, stalled: ValueError: poison"]
    assert status_to_json(stalled)["policies"] == [{"name": "louder", "position": 8, "stalled": "ValueError: poison"}]


async def test_a_stores_status_says_how_far_they_are() -> None:
    place = await a_place(LOUDER)
    await send(place.process(), START)
    await place.process().worker.run_once()

    (status,) = [status async for status in place.process().status()]

    assert [(policy.policy, policy.position, policy.stalled) for policy in status.policies] == [
        ("louder", status.head, "")
    ]
