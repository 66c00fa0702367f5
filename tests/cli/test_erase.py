import pytest
from support.cli.given import HOME, OTHER_TWIN, TWIN, Ascend

from ascend.adapters.operations import erase


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erase, "LATE", 0.02)
    monkeypatch.setattr(erase, "LOOK", 0.01)


def test_without_yes_it_is_only_said_what_would_be_erased(ascend: Ascend) -> None:
    before = ascend("digest").out
    asked = ascend("erase", "Home")

    assert (asked.code, asked.out) == (2, "")
    assert "--yes" in asked.error
    assert "'Home'" in asked.error
    assert HOME in asked.error
    assert ascend("digest").out == before
    assert "Home" in ascend("workspaces").out


def test_a_workspace_is_erased_by_its_name(ascend: Ascend) -> None:
    erased = ascend("erase", "Home", "--yes")

    assert erased.code == 0
    assert erased.out.startswith(f"Erased {HOME}: emptied ")
    assert "snapshot: " in erased.out
    assert "run it again with the id" in erased.err
    assert "VACUUM" in erased.err
    assert "Home" not in ascend("workspaces").out
    assert HOME not in ascend("status").out
    assert ascend("verify").code == 0
    assert "in a week" not in ascend("feed", "ada").out
    for command in ("tasks", "members", "tree"):
        gone = ascend(command, HOME)
        assert gone.code == 3
        assert "no worker" not in gone.error
    assert [line.split()[4] for line in ascend("history", HOME).out.splitlines()[1:]] == ["workspace.erased"]


def test_by_its_id_it_is_erased_again_to_no_effect(ascend: Ascend) -> None:
    first = ascend("--json", "erase", HOME, "--yes", "--workers-stopped").json
    again = ascend("--json", "erase", HOME, "--yes", "--workers-stopped").json

    assert (first["workspace"], first["commits"]) == (HOME, first["position"] - 1)
    assert first["removed"]["user's read item"] > 0
    assert again == {"workspace": HOME, "position": first["position"], "commits": 0, "removed": {}}


def test_a_name_that_stands_for_several_is_refused(ascend: Ascend) -> None:
    ambiguous = ascend("erase", "Twin", "--yes")

    assert ambiguous.code == 2
    assert TWIN in ambiguous.error
    assert OTHER_TWIN in ambiguous.error
    assert ascend("workspaces").out.count("Twin") == 2


@pytest.mark.parametrize("name", ["Nowhere", "00000000-0000-5000-8000-000000000000"])
def test_what_never_was_cannot_be_erased(ascend: Ascend, name: str) -> None:
    unknown = ascend("erase", name, "--yes")

    assert unknown.code == 3
    assert name in unknown.error


def test_users_erase_nothing(ascend: Ascend) -> None:
    refused = ascend("--as", "ada", "erase", "Home", "--yes")

    assert (refused.code, refused.out) == (3, "")
    assert "Home" in ascend("workspaces").out
