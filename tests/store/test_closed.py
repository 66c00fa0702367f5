"""Using a closed store is a mistake of the program, so nothing sends the request again."""

import anyio
import pytest
from support.conformance.stub_dynamodb import Reply, stub_dynamodb

import ascend
from ascend.adapters.dynamodb.tables import open_dynamodb
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Item, Key, Table

ADA = ascend.UserId("ada")
HOME = ascend.WorkspaceId.derive("home")


async def test_a_closed_store_refuses_every_call(any_url: str) -> None:
    async with ascend.open_store(any_url, create=True) as store:
        await store.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)

    for call in (
        lambda: store.execute(HOME, ascend.RenameWorkspace(name="Ours"), actor=ADA),
        lambda: store.execute(ascend.new_id(ascend.WorkspaceId), ascend.RenameWorkspace(name="Ours"), actor=ADA),
        lambda: store.queries.workspace(HOME, viewer=ADA),
        store.worker.run_once,
        store.worker.follow,
        store.verify,
        store.tables.check,
        store.tables.create,
    ):
        with anyio.fail_after(5), pytest.raises(ascend.StoreClosed, match="open it again with `open_store`"):
            await call()


async def test_a_shared_store_in_memory_is_open_until_its_last_user_closes_it() -> None:
    async with ascend.open_store("memory://ours", create=True) as store:
        async with ascend.open_store("memory://ours") as other:
            await other.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
        with pytest.raises(ascend.StoreClosed):
            await other.worker.run_once()

        assert (await store.worker.run_once()).workspaces == 1


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
            with pytest.raises(ascend.StoreClosed, match="dynamodb://mine"):
                await call()
        assert len(stub.requests) == sent
