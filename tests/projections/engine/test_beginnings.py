"""The beginning of a generation in a workspace: the position as of which each of its builds is written is noted once."""

from support.deploying import Deploying


async def test_a_new_workspace_notes_that_its_builds_begin_at_zero() -> None:
    """Another generation that shares one of them begins there, however far the log has come by then."""
    deploying = Deploying()
    (home, *_) = await deploying.fill()

    starts = await deploying.old.views.starts(home)

    assert starts == dict.fromkeys(deploying.old.current.generation.builds, 0)


async def test_only_the_builds_that_new_code_brings_begin_at_a_later_position() -> None:
    deploying = Deploying()
    (home, *_) = await deploying.fill()

    await deploying.new.worker.run_once()

    starts = await deploying.old.views.starts(home)
    new = set(deploying.new.current.generation.builds) - set(deploying.old.current.generation.builds)
    assert starts == dict.fromkeys(deploying.old.current.generation.builds, 0) | dict.fromkeys(new, 1)
