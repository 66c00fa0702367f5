from pathlib import Path

import pytest
from support.cli.command_line import AscendCommand
from support.cli.filled_store import HOME, WORK, damage_views
from support.hurry import Hurry

OPERATIONS = [
    ["init"],
    ["status"],
    ["verify"],
    ["rebuild"],
    ["prune"],
    ["digest"],
    ["worker", "--until-caught-up"],
    ["demo"],
]


@pytest.mark.parametrize("command", OPERATIONS, ids=lambda command: command[0])
def test_operations_are_refused_to_users(ascend: AscendCommand, command: list[str]) -> None:
    refused = ascend("--as", "ada", *command)

    assert (refused.code, refused.out) == (3, "")
    assert command[0] in refused.error


def test_status_shows_the_positions_of_every_workspace(ascend: AscendCommand) -> None:
    lines = {line["workspace"]: line for line in ascend("--json", "status").json}
    shown = ascend("status").out.splitlines()

    work = lines[WORK]
    assert (work["head"], work["rendered"], work["folded"], work["lag"]) == (6, 6, 6, 0)
    assert work["lag_seconds"] == 0
    assert (work["stalled"], work["parked"], work["other_generations"]) == (None, [], [])
    assert len(lines) == 4
    assert shown[0].split() == ["WORKSPACE", "HEAD", "RENDERED", "FOLDED", "LAG", "SECONDS", "STATE"]
    assert [WORK, "6", "6", "6", "0", "0", "ok"] in [line.split() for line in shown]


def test_status_shows_stalled_workspaces(ascend: AscendCommand, file: Path) -> None:
    damage_views(
        file,
        f"UPDATE events SET attributes = replace(attributes, 'json/2', 'json/9') WHERE pk = 'W#{WORK}' AND sk = '0000000000000006'",
    )
    damage_views(file, "DELETE FROM views")

    caught_up = ascend("worker", "--until-caught-up")
    status = ascend("status")

    assert caught_up.code == 1
    assert "3 workspaces" in caught_up.out
    assert f"{WORK} stalled: " in caught_up.err
    assert "json/9" in caught_up.err
    assert status.code == 1
    (line,) = [line.split() for line in status.out.splitlines() if line.endswith("stalled")]
    assert (line[:5], line[5].isdigit()) == ([WORK, "6", "5", "5", "1"], True)
    assert f"{WORK} stalled: " in status.out
    assert ascend("--json", "status").code == 1
    verified = ascend("--json", "verify")
    assert (verified.code, [problem["workspace"] for problem in verified.json["problems"]]) == (1, [WORK])
    assert f"{WORK} stalled: " in ascend("verify").out


def test_a_rebuild_gives_the_same_bytes(ascend: AscendCommand) -> None:
    before = ascend("digest").out
    first, rebuilt = ascend("rebuild"), ascend("rebuild")

    assert (first.code, rebuilt.code) == (0, 0)
    assert ascend("digest").out == before
    assert "other generation" in ascend("status").out
    assert ascend("--json", "prune", "--now").json["records"] == 8
    assert "other generation" not in ascend("status").out
    assert ascend("digest").out == before
    assert ascend("tasks", "Home").code == 0


def test_prune_waits_until_no_old_worker_writes_any_more(ascend: AscendCommand, hurry: Hurry) -> None:
    before = ascend("digest").out
    ascend("rebuild")
    began = hurry.seconds

    pruned = ascend("--json", "prune")

    assert (pruned.code, pruned.json["records"]) == (0, 4)
    assert hurry.seconds - began > 15 * 60
    assert ascend("digest").out == before


def test_prune_refuses_while_an_old_worker_works(ascend: AscendCommand, file: Path) -> None:
    """The work is of later than the quarter of an hour that `prune` waits."""
    ascend("rebuild")
    later = "json_set(attributes, '$.moved.S', '2999-01-01T00:00:00+00:00')"
    damage_views(file, f"UPDATE views SET attributes = {later} WHERE pk LIKE '%#generations'")

    assert ascend("prune").code == 2
    assert "--now" in ascend("prune").error
    assert ascend("--json", "prune", "--now").json["records"] == 4


def test_one_projection_is_rebuilt(ascend: AscendCommand, file: Path) -> None:
    before = ascend("--json", "digest").json
    damage_views(file, "DELETE FROM views WHERE pk LIKE '%#feed.2.0'")

    assert ascend("--json", "digest").json["items"] < before["items"]
    assert ascend("--json", "rebuild", "feed").json["rebuilt"] == ["feed"]
    assert ascend("--json", "digest").json == before


def test_an_unknown_projection_is_an_error_that_names_the_others(ascend: AscendCommand) -> None:
    unknown = ascend("rebuild", "feeds")

    assert unknown.code == 2
    assert (
        "no projection feeds; there are members, feed, tasks, things, assets, links, relations, comments, tags, history"
        in unknown.error
    )


def test_the_digest_changes_with_one_field_of_one_item(ascend: AscendCommand, file: Path) -> None:
    before = ascend("digest").out
    damage_views(
        file, "UPDATE views SET attributes = replace(attributes, 'in a week', 'in a weak') WHERE pk LIKE 'U#ada#feed%'"
    )

    assert ascend("digest").out != before


def test_the_digest_of_a_store_that_is_not_rendered_comes_with_a_note(ascend: AscendCommand, file: Path) -> None:
    damage_views(file, "DELETE FROM views")

    digest = ascend("digest")

    assert digest.out.split()[1:] == ["0", "items"]
    assert "not rendered yet" in digest.err


def test_a_worker_catches_up_and_ends(ascend: AscendCommand, file: Path) -> None:
    before = ascend("digest").out
    damage_views(file, "DELETE FROM views")

    assert ascend("--json", "worker", "--until-caught-up").json == {
        "workspaces": 4,
        "batches": 4,
        "stalled": [],
        "parked": 0,
        "parked_entities": [],
        "unfinished": [],
    }
    assert ascend("digest").out == before
    assert ascend("worker", "--until-caught-up").out == "Caught up with 4 workspaces in 0 batches.\n"
    assert ascend("tasks", HOME).code == 0


def test_init_creates_a_store_and_does_nothing_the_second_time(ascend: AscendCommand, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"

    assert ascend("--store", url, "status").code == 4
    assert ascend("--store", url, "--json", "init").json == {"store": url}
    assert ascend("--store", url, "--json", "status").json == []
    assert ascend("--store", url, "init").code == 0


def test_init_leaves_an_existing_store_unchanged(ascend: AscendCommand) -> None:
    before = ascend("digest").out

    assert ascend("init").code == 0
    assert ascend("digest").out == before
