"""A process of this release writes while processes of the released code are still at work: they stop loudly, nothing is lost."""

from pathlib import Path

from support.upgrade.fleet import HOME, OTHER, PAINT, Fleet, other_task, start_fleet

REFUSALS = {"dynamodb": {"UpgradeRequired"}, "sqlite": {"UpgradeRequired", "StoreMismatch", "StoreError"}}
"""What an old process may answer, by engine. On SQLite the file itself is newer than the process."""


async def test_old_senders_are_refused_where_a_new_one_has_written(
    old_release: Path, kept_engine: str, kept_url: str
) -> None:
    """Warm or cold, they append nothing. Sent again to a new process, a refused command is applied once."""
    async with start_fleet(kept_url, old_release) as fleet:
        await fleet.start(fleet.old, "cold")
        await fleet.start(fleet.new, "sender", "worker")
        await fleet.apply(fleet.old, "sender", "EditTask", task_id=PAINT, title="Draw")  # so its cache is warm
        await fleet.apply(fleet.new, "sender", "EditTask", task_id=PAINT, title="Draw it")
        head = await read_head(fleet)

        refused = [
            await fleet.send(fleet.old, process, "StartTask", task_id=PAINT) for process in ("sender", "cold", "sender")
        ]

        assert {answer["error"] for answer in refused} <= REFUSALS[kept_engine], refused
        assert await read_head(fleet) == head
        receipts = [(await fleet.repeat(fleet.new, "sender", answer["sent"]))["answer"] for answer in refused]
        assert [receipt["events"] for receipt in receipts] == [1, 0, 0]
        await fleet.check_every_command(fleet.new, "sender")


async def test_an_old_worker_stalls_loudly_and_goes_on_after_its_upgrade(
    old_release: Path, dynamodb_local_url: str
) -> None:
    async with start_fleet(f"dynamodb://fleet?endpoint_url={dynamodb_local_url}", old_release) as fleet:
        await fleet.start(fleet.new, "sender")
        await fleet.apply(fleet.new, "sender", "EditTask", task_id=PAINT, title="Draw")
        await fleet.apply(fleet.old, "sender", "EditTask", OTHER, task_id=other_task(OTHER), title="Draw there")

        assert await fleet.ask(fleet.old, "worker", "work") == [HOME]

        stalled = await fleet.ask(fleet.old, "worker", "status", workspace=HOME)
        assert "commit format json/2" in stalled["stalled"]
        assert stalled["rendered"] == stalled["head"] - 1
        assert await fleet.title(fleet.old, "reader") == "Paint"  # the last good item
        assert await fleet.title(fleet.old, "reader", OTHER) == "Draw there"
        await fleet.start(fleet.new, "worker")
        assert await fleet.ask(fleet.new, "worker", "work") == []
        assert (await fleet.ask(fleet.new, "worker", "status", workspace=HOME))["stalled"] == ""
        assert await fleet.title(fleet.old, "reader") == "Draw"
        assert await fleet.ask(fleet.new, "worker", "differences") == []
        await fleet.check_every_command(fleet.new, "sender")


async def test_an_old_worker_that_wakes_up_late_takes_nothing_back(old_release: Path, dynamodb_local_url: str) -> None:
    async with start_fleet(f"dynamodb://fleet?endpoint_url={dynamodb_local_url}", old_release) as fleet:
        await fleet.start(fleet.new, "sender", "worker")
        await fleet.apply(fleet.new, "sender", "EditTask", task_id=PAINT, title="Draw")
        await fleet.ask(fleet.new, "worker", "work")
        digest = await fleet.ask(fleet.new, "worker", "digest")

        await fleet.ask(fleet.old, "worker", "work")

        assert await fleet.ask(fleet.new, "worker", "digest") == digest
        await fleet.apply(fleet.new, "sender", "EditTask", task_id=PAINT, title="Draw it")
        assert await fleet.ask(fleet.new, "worker", "work") == []
        assert await fleet.title(fleet.new, "worker") == "Draw it"
        assert await fleet.ask(fleet.new, "worker", "differences") == []


async def test_an_old_process_does_not_open_a_file_that_a_new_one_has_written_to(
    old_release: Path, tmp_path: Path
) -> None:
    async with start_fleet(f"sqlite:///{tmp_path}/life.db", old_release) as fleet:
        await fleet.start(fleet.new, "sender")
        await fleet.start(fleet.old, "before")  # a new process that only reads changes nothing in the file
        await fleet.apply(fleet.new, "sender", "EditTask", task_id=PAINT, title="Draw")

        answer = await fleet.old.do("after", "open", url=fleet.url)

        assert answer["error"] == "StoreMismatch"
        assert "has schema 2, this code expects 1" in answer["message"]


async def read_head(fleet: Fleet) -> int:
    status = await fleet.ask(fleet.new, "worker", "status", workspace=HOME)
    return int(status["head"])


async def test_an_old_sender_that_starts_after_new_workers_have_rendered_everything_is_refused(
    old_release: Path, dynamodb_local_url: str
) -> None:
    """It would not read the last commits again if it began behind them, and would append a commit without a hash."""
    async with start_fleet(f"dynamodb://fleet?endpoint_url={dynamodb_local_url}", old_release) as fleet:
        await fleet.start(fleet.new, "sender", "worker")
        await fleet.apply(fleet.new, "sender", "EditTask", task_id=PAINT, title="Draw")
        await fleet.ask(fleet.new, "worker", "work")
        head = await read_head(fleet)
        await fleet.start(fleet.old, "cold")

        answer = await fleet.send(fleet.old, "cold", "StartTask", task_id=PAINT)

        assert (answer["error"], "commit format json/2" in answer["message"]) == ("UpgradeRequired", True)
        assert await read_head(fleet) == head
        await fleet.apply(fleet.old, "cold", "StartTask", OTHER, task_id=other_task(OTHER))
