"""Processes of the released code are replaced by processes of this release, in the order of docs/how-to/upgrade.md."""

from pathlib import Path

import pytest
from support.upgrade.fleet import HOME, OTHER, PAINT, SWEEP, Fleet, other_task, start_fleet

ALL = ("sender", "worker", "reader")


async def test_a_fleet_on_dynamodb_is_replaced_while_it_runs(old_release: Path, dynamodb_local_url: str) -> None:
    async with start_fleet(f"dynamodb://fleet?endpoint_url={dynamodb_local_url}", old_release) as fleet:
        await replace_the_workers(fleet)
        await replace_the_readers(fleet)
        await replace_the_senders(fleet)
        await check_the_new_fleet(fleet)


async def replace_the_workers(fleet: Fleet) -> None:
    """Old and new workers run side by side. Nothing is built anew, and what either renders, both releases show."""
    await fleet.start(fleet.new, "worker")
    for number, (host, worker) in enumerate([(fleet.new, "worker"), (fleet.old, "worker")] * 2):
        await fleet.apply(fleet.old, "sender", "EditTask", task_id=PAINT, title=f"Paint {number}")
        assert await fleet.ask(host, worker, "work") == []
        assert await fleet.title(fleet.old, "reader") == f"Paint {number}"
    await fleet.apply(fleet.old, "sender", "EditTask", OTHER, task_id=other_task(OTHER), title="Paint there")
    assert await fleet.ask(fleet.new, "worker", "work") == []
    assert await fleet.ask(fleet.new, "worker", "differences") == []
    assert await fleet.ask(fleet.old, "worker", "differences") == []


async def replace_the_readers(fleet: Fleet) -> None:
    await fleet.start(fleet.new, "reader")
    for workspace in (HOME, OTHER):
        old, new = [await fleet.ask(host, "reader", "ask", workspace=workspace) for host in (fleet.old, fleet.new)]
        assert old == new


async def replace_the_senders(fleet: Fleet) -> None:
    """From a workspace's first new commit on, old senders are refused there. In other workspaces they go on."""
    await fleet.check_every_command(fleet.old, "sender")
    await fleet.start(fleet.new, "sender")
    await fleet.check_every_command(fleet.new, "sender")
    await fleet.apply(fleet.new, "sender", "EditTask", task_id=PAINT, title="Paint it")
    refused = await fleet.send(fleet.old, "sender", "StartTask", task_id=PAINT)
    assert refused["error"] == "UpgradeRequired"
    await fleet.apply(fleet.old, "sender", "StartTask", OTHER, task_id=other_task(OTHER))
    sent_again = await fleet.repeat(fleet.new, "sender", refused["sent"])
    assert sent_again["answer"]["events"] == 1


async def check_the_new_fleet(fleet: Fleet) -> None:
    """No event is lost or applied twice; a policy answers what it had not answered, and only that."""
    await fleet.apply(fleet.new, "sender", "CompleteTask", task_id=SWEEP)
    assert await fleet.ask(fleet.new, "worker", "work") == []
    assert await fleet.ask(fleet.new, "worker", "work") == []
    shown = (await fleet.ask(fleet.new, "reader", "ask", workspace=HOME))[HOME]
    titles = sorted((task["title"], task["status"]) for task in shown["tasks"]["items"])
    assert titles == [("Paint it", "started"), ("Sweep", "done"), ("Sweep", "open")]
    await fleet.check_every_command(fleet.new, "sender")
    assert await fleet.ask(fleet.new, "worker", "differences") == []


async def test_an_sqlite_file_goes_over_to_new_processes_when_the_old_ones_have_ended(
    old_release: Path, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/life.db"
    async with start_fleet(url, old_release) as ended:
        await ended.apply(ended.old, "sender", "EditTask", task_id=PAINT, title="Paint 0")
        accepted = ended.accepted
    async with start_fleet(f"sqlite:///{tmp_path}/unused.db", old_release) as other:
        fleet = Fleet(url, other.old, other.new, accepted)
        await fleet.start(fleet.new, *ALL)
        await fleet.check_every_command(fleet.new, "sender")
        assert await fleet.ask(fleet.new, "worker", "work") == []
        assert await fleet.title(fleet.new, "reader") == "Paint 0"
        await fleet.apply(fleet.new, "sender", "EditTask", task_id=PAINT, title="Paint it")
        await fleet.apply(fleet.new, "sender", "StartTask", task_id=PAINT)
        await check_the_new_fleet(fleet)


@pytest.mark.parametrize("first", ["old", "new"])
async def test_policies_of_both_releases_answer_each_event_once(
    first: str, old_release: Path, dynamodb_local_url: str
) -> None:
    """The new workers take over the positions. An event that only one of them has seen is answered; one that both see, once."""
    async with start_fleet(f"dynamodb://fleet?endpoint_url={dynamodb_local_url}", old_release) as fleet:
        await fleet.start(fleet.new, "worker", "reader")
        hosts = (fleet.old, fleet.new) if first == "old" else (fleet.new, fleet.old)
        await fleet.apply(fleet.old, "sender", "CompleteTask", task_id=SWEEP)
        for host in (*hosts, fleet.new):
            await fleet.ask(host, "worker", "work")

        shown = (await fleet.ask(fleet.new, "reader", "ask", workspace=HOME))[HOME]
        assert sorted((task["title"], task["status"]) for task in shown["tasks"]["items"]) == [
            ("Paint", "open"),
            ("Sweep", "done"),
            ("Sweep", "open"),
        ]
