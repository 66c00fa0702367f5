"""The views table is deleted under running workers: they pause, and build everything from the log once it is there again."""

import logging
from collections.abc import Sequence

import anyio
import pytest
from support.workers.house import create, following, rename

import ascend
from ascend.adapters.dynamodb.client import open_client
from ascend.domain.errors import StoreMissing

WORKSPACES = 5


async def delete_views(url: str) -> None:
    async with open_client(None, url) as client:
        await client.delete_table(TableName="any-views")
        while "any-views" in (await client.list_tables())["TableNames"]:  # noqa: ASYNC110  the service removes it
            await anyio.sleep(0.05)


async def find_rendered(store: ascend.Store) -> Sequence[ascend.WorkspaceId]:
    return [status.workspace async for status in store.status() if not status.lag]


async def test_a_dropped_views_table_is_filled_again_from_the_log(
    dynamodb_local_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    url = f"dynamodb://any?endpoint_url={dynamodb_local_url}"
    async with ascend.open_store(url, create=True) as store, ascend.open_store(url) as writer:
        workspaces = [await create(writer, str(number)) for number in range(WORKSPACES)]
        async with following(store.worker):
            for workspace in workspaces:
                await writer.wait_for(await rename(writer, workspace, "Ours"), seconds=20)
            await delete_views(dynamodb_local_url)
            with pytest.raises(StoreMissing):
                await find_rendered(writer)
            await anyio.sleep(6)  # longer than a worker counts on its leases
            await store.tables.create()

            with anyio.fail_after(60):
                while len(await find_rendered(writer)) < WORKSPACES:  # noqa: ASYNC110 - others work
                    await anyio.sleep(0.2)
            receipt = await rename(writer, workspaces[0], "Mine")
            await writer.wait_for(receipt, seconds=20)

        assert (await writer.verify()).clean
    assert [record.getMessage() for record in caplog.records if record.levelno > logging.WARNING] == []
    assert caplog.text.count("leases.no_answer") == 1
