from pathlib import Path

import anyio
import pytest
from support.cli.command_line import AscendCommand
from support.cli.filled_store import HOME, OTHER_TWIN, TWIN, damage_views

from ascend import CreateWorkspace, UserId, open_store


def test_an_ambiguous_workspace_lists_its_candidates(ascend: AscendCommand) -> None:
    ambiguous = ascend("tasks", "Twin")

    assert ambiguous.code == 2
    assert TWIN in ambiguous.error
    assert OTHER_TWIN in ambiguous.error


def test_an_ambiguous_user_lists_their_ids(ascend: AscendCommand) -> None:
    ambiguous = ascend("feed", "Bob")

    assert ambiguous.code == 2
    assert "bob, eve" in ambiguous.error
    assert ascend("feed", "bob").code == 0


def test_a_name_is_found_only_if_the_user_sees_its_workspace(ascend: AscendCommand) -> None:
    assert ascend("tasks", "Work").code == 0
    assert "workspace 'Work'" in ascend("--as", "bob", "tasks", "Work").error


def test_a_user_can_be_named_by_their_name(ascend: AscendCommand) -> None:
    assert ascend("--as", "Cyd", "members", "Work").code == 0


def test_a_user_is_found_by_any_id_that_a_login_system_gives(tmp_path: Path, ascend: AscendCommand) -> None:
    url, user = f"sqlite:///{tmp_path}/odd.db", UserId("CN=[bold]Ada[/] Lovelace,OU=x#1")
    anyio.run(house_of, url, user)

    assert ascend("--store", url, "feed", user).out.splitlines()[0] == f"{user}: 0 open tasks"
    assert user in ascend("--store", url, "--as", user, "members", "Home").out
    assert ascend("--store", url, "--as", "Ada Lovelace", "workspaces").code == 0
    for unknown in (user[:-1], f"{user} ", "a\u200bb", "~operator", "x" * 300):
        assert "lists them" in ascend("--store", url, "feed", unknown).error


async def house_of(url: str, user: UserId) -> None:
    async with open_store(url, create=True) as store:
        await store.execute(HOME, CreateWorkspace(name="Home", owner_name="Ada Lovelace"), actor=user)
        await store.worker.run_once()


@pytest.mark.parametrize(
    "name", ["Nowhere", "", "home", "00000000-0000-5000-8000-000000000000", "\udcff", "a#b", "x" * 5_000]
)
def test_an_unknown_workspace_is_an_error(ascend: AscendCommand, name: str) -> None:
    for command in ("tasks", "members", "tree", "history"):
        unknown = ascend(command, name)

        assert unknown.code == 3
        assert unknown.error


def test_a_workspace_that_is_not_rendered_is_named_by_its_id_with_a_hint(ascend: AscendCommand, file: Path) -> None:
    damage_views(file, "DELETE FROM views")

    assert "not rendered yet" in ascend("workspaces").out
    assert "run `ascend worker --until-caught-up`" in ascend("tasks", HOME).error
    assert "Home" in ascend("history", HOME).out
