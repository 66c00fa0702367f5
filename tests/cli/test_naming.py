from pathlib import Path

import pytest
from support.cli.given import HOME, OTHER_TWIN, TWIN, Ascend, views


def test_an_ambiguous_workspace_lists_its_candidates(ascend: Ascend) -> None:
    ambiguous = ascend("tasks", "Twin")

    assert ambiguous.code == 2
    assert TWIN in ambiguous.error
    assert OTHER_TWIN in ambiguous.error


def test_an_ambiguous_user_lists_their_ids(ascend: Ascend) -> None:
    ambiguous = ascend("feed", "Bob")

    assert ambiguous.code == 2
    assert "bob, eve" in ambiguous.error
    assert ascend("feed", "bob").code == 0


def test_names_stand_only_for_what_the_user_sees(ascend: Ascend) -> None:
    assert ascend("tasks", "Work").code == 0
    assert "workspace 'Work'" in ascend("--as", "bob", "tasks", "Work").error


def test_a_user_is_named_by_their_name_too(ascend: Ascend) -> None:
    assert ascend("--as", "Cyd", "members", "Work").code == 0


@pytest.mark.parametrize(
    "name", ["Nowhere", "", "home", "00000000-0000-5000-8000-000000000000", "\udcff", "a#b", "x" * 5_000]
)
def test_an_unknown_workspace(ascend: Ascend, name: str) -> None:
    for command in ("tasks", "members", "tree", "history"):
        unknown = ascend(command, name)

        assert unknown.code == 3
        assert unknown.error


def test_what_no_worker_has_rendered_is_named_by_its_id_and_says_so(ascend: Ascend, file: Path) -> None:
    views(file, "DELETE FROM views")

    assert "not rendered yet" in ascend("workspaces").out
    assert "run `ascend worker --until-caught-up`" in ascend("tasks", HOME).error
    assert "Home" in ascend("history", HOME).out
