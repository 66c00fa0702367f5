from support.cli.command_line import AscendCommand
from support.cli.filled_store import ADA, BOB, CYD, EVE, EVIL, HOME, OTHER_TWIN, TWIN, WORK


def test_the_operator_sees_every_workspace(ascend: AscendCommand) -> None:
    lines = ascend("--json", "workspaces").json

    assert {line["workspace"]: (line["name"], line["members"]) for line in lines} == {
        HOME: ("Home", 3),
        WORK: ("Work", 2),
        TWIN: ("Twin", 1),
        OTHER_TWIN: ("Twin", 1),
    }


def test_a_user_sees_their_workspaces_with_their_role(ascend: AscendCommand) -> None:
    lines = ascend("--as", "ada", "--json", "workspaces").json

    assert {line["name"]: line["role"] for line in lines} == {"Home": "owner", "Work": "member"}


def test_a_table_in_a_pipe_is_aligned_and_complete_without_colours(ascend: AscendCommand) -> None:
    shown = ascend("members", "Home")

    assert shown.out.splitlines() == [
        "ID                                ROLE      NAME",
        "ada                               owner     Ada",
        "bob                               member    Bob",
        "eve                               member    Bob",
    ]
    assert (shown.code, shown.err) == (0, "")


def test_members_are_listed_as_json(ascend: AscendCommand) -> None:
    assert [line["user"] for line in ascend("--json", "members", HOME).json] == [ADA, BOB, EVE]


def test_all_tasks_of_a_workspace_are_listed(ascend: AscendCommand) -> None:
    assert len(ascend("--json", "tasks", "Home").json) == 8
    assert ascend("tasks", "Home").out.count("\n") == 9


def test_tasks_with_one_status_are_listed_by_due_date(ascend: AscendCommand) -> None:
    lines = ascend("tasks", "Home", "--status", "open").out.splitlines()[1:]

    assert lines[0].split()[1:] == ["open", "urgent", "2026-03-09", "ada", "yesterday"]
    assert lines[-1].split()[1:] == ["open", "normal", "ada", "some", "day"]
    assert ascend("--json", "tasks", "Home", "--status", "done").json == []


def test_history_shows_every_event_in_order(ascend: AscendCommand) -> None:
    shown = ascend("history", "Work").out.splitlines()[1:]
    commits = ascend("--json", "history", "Work").json

    assert [line.split()[0] for line in shown] == [str(position) for position in range(1, 7)]
    assert [commit["position"] for commit in commits] == list(range(1, 7))
    assert [event["type"] for commit in commits for command in commit["commands"] for event in command["events"]] == [
        "workspace.created",
        "workspace.member_added",
        "task.created",
        "comment.posted",
        "task.created",
        "task.created",
    ]
    assert commits[0]["commands"][0]["actor"] == CYD


def test_names_are_exact_in_json_and_escaped_on_a_screen(ascend: AscendCommand) -> None:
    titles = [line["title"] for line in ascend("--json", "tasks", "Work").json]
    shown = ascend("tasks", "Work").out

    assert EVIL in titles
    assert r"[bold red]x[/] #1 :smile: \u200bend" in shown
    assert "\u200b" not in shown


def test_the_history_of_a_workspace_is_for_its_members(ascend: AscendCommand) -> None:
    refused = ascend("--as", "bob", "history", WORK)

    assert refused.code == 3
    assert "bob is no member of" in refused.error
    assert refused.out == ""


def test_a_user_who_is_not_a_member_sees_nothing(ascend: AscendCommand) -> None:
    for command in (("tasks", WORK), ("members", WORK), ("tree", WORK), ("show", WORK, "Call back")):
        refused = ascend("--as", "bob", *command)

        assert (refused.code, refused.out) == (3, "")
        assert "bob is no member of" in refused.error
