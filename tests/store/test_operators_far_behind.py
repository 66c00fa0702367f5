"""An operator's job goes on where no worker ran for long."""

from dataclasses import dataclass

import pytest
from support.staged import Home, paint, send, staged_home

import ascend
from ascend.cli.operations.imports import make_target
from ascend.domain.runtime.limits import CommandLimits
from ascend.store import Limits
from ascend.testing import ADA, HOME

FAR = 160


@dataclass
class Context:
    """What an import needs of the command line."""

    store: ascend.Store


async def home_far_behind() -> Home:
    home = await staged_home()
    for n in range(FAR):
        await send(home.process(), paint(n))
    home.limits = Limits(commands=CommandLimits(tail_commits=4))
    with pytest.raises(ascend.ProjectionBehind):
        await send(home.process(), paint())
    return home


async def test_an_import_runs_a_workers_batches_and_sends_the_command_again() -> None:
    home = await home_far_behind()
    store, command_id = home.process(), home.new_id()
    target = make_target(Context(store))  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]

    receipt = await target.send(HOME, paint(), ADA, command_id, {})

    assert (receipt.events, receipt.repeated) == (1, False)
    assert (await home.applied()).count(command_id) == 1


async def test_an_erasure_needs_no_worker() -> None:
    home = await home_far_behind()
    head = home.head

    erased = await home.process().erase(HOME, workers_stopped=True)

    assert (erased.position, erased.commits) == (head + 1, head)
