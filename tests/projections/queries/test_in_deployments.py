"""Answers of new code while processes of the old code still read what old workers render."""

import pytest
from support.deploying import Deploying

import ascend
from ascend.testing import ADA


async def deploy(deploying: Deploying) -> ascend.WorkspaceId:
    """Bring new code to where its queries are answered. Old workers go on."""
    (home,) = await deploying.fill(1)
    await deploying.new.worker.run_once()
    assert (await deploying.state()).at_hand
    return home


async def rename(deploying: Deploying, home: ascend.WorkspaceId, name: str) -> ascend.Receipt:
    return await deploying.old.execute(home, ascend.RenameWorkspace(name=name), actor=ADA)


async def test_new_code_answers_once_the_old_one_shows_what_was_read_however_busy_the_workspace_is() -> None:
    """The old workers are always one commit behind: what was read is what they must show, not what comes meanwhile."""
    deploying = Deploying()
    home = await deploy(deploying)
    await rename(deploying, home, "Read")
    await deploying.new.worker.catch_up(home)
    numbers = iter(range(100))

    async def go_on() -> None:
        await deploying.old.worker.catch_up(home)
        await rename(deploying, home, f"Later {next(numbers)}")
        await deploying.new.worker.catch_up(home)

    async def ask() -> None:
        shown = await deploying.new.queries.workspace(home, viewer=ADA)
        assert shown.card.name == "Read"

    await deploying.while_it_waits(ask, go_on)
    assert next(numbers) == 1


async def test_new_code_answers_nothing_that_the_old_one_does_not_show() -> None:
    deploying = Deploying()
    home = await deploy(deploying)
    await rename(deploying, home, "Read")
    await deploying.new.worker.catch_up(home)

    with pytest.raises(ascend.NotReady, match="`ascend switch`"):
        await deploying.new.queries.workspace(home, viewer=ADA)

    await deploying.old.worker.catch_up(home)
    assert (await deploying.new.queries.workspace(home, viewer=ADA)).card.name == "Read"
