"""Faults planted into group commit, each of which the simulation must find."""

from collections.abc import Collection

import pytest
from support.simulation.planted import Plant

from ascend.domain.ids import Ref
from ascend.domain.runtime.call import Call
from ascend.domain.runtime.execution import Execution
from ascend.domain.runtime.group import CallGroup, GroupStates
from ascend.domain.runtime.loader import CacheLoader
from ascend.domain.runtime.ports import Applied
from ascend.domain.workspaces.view import Versioned


def group_decided_on_one_state(patch: pytest.MonkeyPatch) -> None:
    """Each call of a group is decided on the state at the head, without what the calls before it change."""

    def get(self: GroupStates, ref: Ref) -> Versioned:
        return self._base[ref]  # pyright: ignore[reportPrivateUsage]

    patch.setattr(GroupStates, "__getitem__", get)


def id_applied_twice_in_a_group(patch: pytest.MonkeyPatch) -> None:
    """A command that is sent twice at the same time is applied twice."""

    def find_record(self: CallGroup, call: Call) -> Applied | None:
        return call.find_record(self.cache)

    patch.setattr(CallGroup, "_find_record", find_record)


def answered_before_the_commit_is_durable(patch: pytest.MonkeyPatch) -> None:
    """The calls of a group get their outcomes before their commit is written."""
    real = Execution._append  # pyright: ignore[reportPrivateUsage]

    async def append(self: Execution, loader: CacheLoader, group: CallGroup) -> bool:
        self.outcomes.give(group)
        return await real(self, loader, group)

    patch.setattr(Execution, "_append", append)


PLANTED_GROUPS: Collection[Plant] = (
    group_decided_on_one_state,
    id_applied_twice_in_a_group,
    answered_before_the_commit_is_durable,
)
