"""`ascend --app … schema …` works for any application, also for one that has only workspaces and members."""

from pathlib import Path

import pytest
from support.cli.command_line import AscendCommand

APPS = ("support.applications:LEDGER", "support.applications:KERNEL")
REVIEWED = Path(__file__).parents[2] / "examples" / "review" / "comments.yaml"
COMMANDS: tuple[tuple[object, ...], ...] = (
    ("docs",),
    ("types",),
    ("types", "--format", "typescript"),
    ("workbench",),
    ("cost",),
    ("check",),
    ("iam", "worker"),
    ("cloudformation",),
    ("review", REVIEWED),
)


@pytest.mark.parametrize("app", APPS)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(map(str, command[:3]))[:20])
def test_every_command_works_for_another_application(
    ascend: AscendCommand, app: str, command: tuple[object, ...]
) -> None:
    shown, as_json = ascend("--app", app, "schema", *command), ascend("--app", app, "--json", "schema", *command)

    assert (shown.code, as_json.code) == (0, 0)
    assert shown.out
    assert as_json.json
    assert "CreateTask" not in shown.out


def test_the_tables_and_the_permissions_are_the_same_for_all_applications(ascend: AscendCommand) -> None:
    for command in (("cloudformation",), ("iam", "writer")):
        assert ascend("--app", APPS[0], "schema", *command).out == ascend("schema", *command).out


def test_the_check_says_that_it_compares_with_no_release(ascend: AscendCommand) -> None:
    shown = ascend("--app", APPS[0], "schema", "check")

    assert "Clean: 20 item types, 6 patterns and 13 event types checked." in shown.out
    assert "not compared with a release" in shown.err
    assert ascend("schema", "check").err == ""


def test_the_cost_says_that_it_is_an_estimate_from_the_declared_loads(ascend: AscendCommand) -> None:
    shown = ascend("--app", APPS[0], "schema", "cost")
    document = ascend("--app", APPS[0], "--json", "schema", "cost").json

    assert shown.out.startswith("ledger: an estimate from the loads that its patterns declare")
    assert "not included" in shown.out
    assert document["estimated_from"] == "the declared loads of the patterns"
    assert document["cost"]["application"] == "ledger"


def test_a_workload_of_the_life_os_is_refused_for_another_application(ascend: AscendCommand, tmp_path: Path) -> None:
    file = tmp_path / "workload.yaml"
    file.write_text("workspaces: 2\n")

    refused = ascend("--app", APPS[0], "schema", "cost", file)

    assert (refused.code, refused.out) == (2, "")
    assert "only the Life OS as it ships" in refused.error
    assert f"leave out {file}" in refused.error
