"""Using a closed store is a mistake of the program, so nothing sends the request again."""

from pathlib import Path

import anyio
import pytest
from support.conformance.stub_dynamodb import Reply, stub_dynamodb

import ascend
from ascend.adapters.dynamodb.tables import open_dynamodb
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Item, Key, Table

ADA = ascend.UserId("ada")
HOME = ascend.WorkspaceId.derive("home")
CLOSED = r"is closed: it lives as long as its `async with`"


async def test_a_closed_store_refuses_every_call(tmp_path: Path) -> None:
    async with ascend.open_store(f"sqlite:///{tmp_path}/life.db", create=True) as store:
        await store.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)

    for call in (
        lambda: store.execute(HOME, ascend.RenameWorkspace(name="Ours"), actor=ADA),
        lambda: store.execute(ascend.new_id(ascend.WorkspaceId), ascend.RenameWorkspace(name="Ours"), actor=ADA),
        lambda: store.queries.workspace(HOME, viewer=ADA),
        store.worker.run_once,
    ):
        with pytest.raises(ascend.InvalidInput, match=CLOSED):
            await call()


async def test_a_worker_on_a_closed_store_ends_with_an_error(tmp_path: Path) -> None:
    async with ascend.open_store(f"sqlite:///{tmp_path}/life.db", create=True) as store:
        pass

    with anyio.fail_after(5), pytest.raises(ascend.InvalidInput, match=CLOSED):
        await store.worker.follow()


async def test_a_closed_client_of_dynamodb_sends_nothing(aws_env: dict[str, str]) -> None:
    async with stub_dynamodb(Reply()) as stub:
        async with open_dynamodb("mine", "eu-west-1", stub.url) as tables:
            await tables.get(Table.VIEWS, Key("a", "b"))
        sent = len(stub.requests)

        for call in (
            lambda: tables.get(Table.VIEWS, Key("a", "b")),
            lambda: tables.batch_get(Table.VIEWS, [Key("a", "b")]),
            lambda: tables.put(Table.VIEWS, Item(Key("a", "b"), {}), Absent()),
            lambda: tables.scan(Table.VIEWS),
        ):
            with pytest.raises(ascend.InvalidInput, match=f"dynamodb://mine {CLOSED}"):
                await call()
        assert len(stub.requests) == sent
