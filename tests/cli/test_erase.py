import pytest
from support.cli.command_line import AscendCommand
from support.cli.filled_store import HOME, OTHER_TWIN, TWIN

from ascend.adapters.operations import erase


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erase, "LATE_WRITE_SECONDS", 0.02)
    monkeypatch.setattr(erase, "REPORT_SECONDS", 0.01)


def test_without_yes_nothing_is_erased_and_the_workspace_is_named(ascend: AscendCommand) -> None:
    before = ascend("digest").out
    refused = ascend("erase", "Home")

    assert (refused.code, refused.out) == (2, "")
    assert "--yes" in refused.error
    assert "'Home'" in refused.error
    assert HOME in refused.error
    assert ascend("digest").out == before
    assert "Home" in ascend("workspaces").out


def test_a_workspace_is_erased_by_its_name(ascend: AscendCommand) -> None:
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
        refused = ascend(command, HOME)
        assert refused.code == 3
        assert "no worker" not in refused.error
    assert [line.split()[4] for line in ascend("history", HOME).out.splitlines()[1:]] == ["workspace.erased"]


def test_a_second_erasure_by_id_has_no_effect(ascend: AscendCommand) -> None:
    first = ascend("--json", "erase", HOME, "--yes", "--workers-stopped").json
    again = ascend("--json", "erase", HOME, "--yes", "--workers-stopped").json

    assert (first["workspace"], first["commits"]) == (HOME, first["position"] - 1)
    assert first["removed"]["user's read item"] > 0
    assert again == {"workspace": HOME, "position": first["position"], "commits": 0, "removed": {}}


def test_an_ambiguous_name_is_refused(ascend: AscendCommand) -> None:
    ambiguous = ascend("erase", "Twin", "--yes")

    assert ambiguous.code == 2
    assert TWIN in ambiguous.error
    assert OTHER_TWIN in ambiguous.error
    assert ascend("workspaces").out.count("Twin") == 2


@pytest.mark.parametrize("name", ["Nowhere", "00000000-0000-5000-8000-000000000000"])
def test_an_unknown_workspace_cannot_be_erased(ascend: AscendCommand, name: str) -> None:
    unknown = ascend("erase", name, "--yes")

    assert unknown.code == 3
    assert name in unknown.error


def test_a_user_cannot_erase(ascend: AscendCommand) -> None:
    refused = ascend("--as", "ada", "erase", "Home", "--yes")

    assert (refused.code, refused.out) == (3, "")
    assert "Home" in ascend("workspaces").out
