"""A backend worker that embeds Ascend, and has a package `domain` of its own. Run by `test_scratch_project`."""

import anyio
import ascend
import domain

DELAYS = [0, 0.0005, 0.001, 0.002, 0.003, 0.004, 0.006, 0.01, 0.02, 0.05]
"""Seconds after which a command is cancelled: somewhere in its reads, its write, or behind it."""


async def main() -> None:
    ada = ascend.UserId("ada")
    async with ascend.open_store("dynamodb://scratch", create=True) as store:
        home = ascend.new_id(ascend.WorkspaceId)
        await store.execute(home, ascend.CreateWorkspace(name=domain.NAME, owner_name="Ada"), actor=ada)
        cancelled = 0
        for delay in DELAYS:
            task, command_id = ascend.new_id(ascend.TaskId), ascend.new_id(ascend.CommandId)
            command = ascend.CreateTask(task_id=task, title=f"after {delay}")
            with anyio.move_on_after(delay) as scope:
                await store.execute(home, command, actor=ada, command_id=command_id)
            cancelled += scope.cancelled_caught
            receipt = await store.execute(home, command, actor=ada, command_id=command_id)
            assert receipt.events == 1, receipt
            await store.execute(home, ascend.AssignTask(task_id=task, users=(ada,)), actor=ada)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(store.worker.follow)
            last = await store.execute(home, ascend.RenameWorkspace(name="Our home"), actor=ada)
            await store.wait_for(last, seconds=30)
            feed = await store.queries.feed(ada, viewer=ada)
            tasks.cancel_scope.cancel()
        print(cancelled, len(feed.items), {entry.workspace_name for entry in feed.items}, last.position)


if __name__ == "__main__":
    anyio.run(main)
