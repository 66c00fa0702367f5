"""`ascend retime` lists the planned tasks that are no longer at their wall time, and corrects them with --apply."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import anyio
import pytest
from support.cli.command_line import AscendCommand
from support.cli.filled_store import HOME
from support.scenario import task_id
from support.zone_rules import rules_of_zone

import ascend
from ascend.testing import ADA

CALL = task_id("call")


@pytest.fixture
def called(file: Path) -> None:
    """A task of the filled store at nine in Berlin, in summer."""

    async def schedule() -> None:
        async with ascend.open_store(f"sqlite:///{file}") as store:
            due = ascend.ZonedTime.of(datetime(2026, 6, 1, 9, tzinfo=ZoneInfo("Europe/Berlin")))
            owner = (await store.queries.members(HOME, viewer=ascend.OPERATOR)).items[0].user
            for command in (ascend.CreateTask(task_id=CALL, title="Call"), ascend.ScheduleTask(task_id=CALL, due=due)):
                await store.execute(HOME, command, actor=owner)
            await store.worker.run_once()

    anyio.run(schedule)


@pytest.mark.usefixtures("called")
def test_shifted_tasks_are_listed_then_corrected(ascend: AscendCommand, tmp_path: Path) -> None:
    right = ascend("retime")
    assert (right.code, right.out.splitlines()[1:]) == (0, [])
    assert "Every planned task is at its wall time." in right.err
    with rules_of_zone(tmp_path, "Europe/Berlin", like="Africa/Lagos"):
        listed = ascend("retime")
        assert listed.code == 1
        words = (
            HOME,
            CALL,
            "due",
            "2026-06-01 09:00",
            "Europe/Berlin",
            "2026-06-01 07:00Z",
            "2026-06-01 08:00Z",
            "Call",
        )
        assert [word for word in words if word not in listed.out] == []
        assert "1 time is not at the wall time; `ascend retime --apply` corrects them." in listed.err

        corrected = ascend("retime", "--apply")
        assert (corrected.code, "corrected" in corrected.out) == (0, True)
        ascend("worker", "--until-caught-up")
        assert ascend("retime").code == 0
        assert ascend("verify").code == 0


@pytest.mark.usefixtures("called")
def test_the_list_is_one_json_array(ascend: AscendCommand, tmp_path: Path) -> None:
    with rules_of_zone(tmp_path, "Europe/Berlin", like="Africa/Lagos"):
        listed = ascend("--json", "retime", "--workspace", HOME)
        assert listed.code == 1
        [task] = listed.json
        assert task == {
            "workspace": HOME,
            "task": CALL,
            "title": "Call",
            "field": "due",
            "zone": "Europe/Berlin",
            "wall": "2026-06-01T09:00:00",
            "stored": "2026-06-01T07:00:00Z",
            "right": "2026-06-01T08:00:00Z",
            "corrected": False,
            "reason": "",
        }
        assert ascend("--json", "retime", "--apply").json == [task | {"corrected": True}]


def test_a_workspace_that_does_not_exist_is_named_and_a_user_may_not_retime(ascend: AscendCommand) -> None:
    assert ascend("retime", "--workspace", "Nowhere").code == 3
    assert ascend("--as", ADA, "retime").code == 3
