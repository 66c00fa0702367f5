"""Open a store by its URL."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TypeVar

from ascend.adapters.environment import SystemEnvironment
from ascend.domain.ids import Id
from ascend.domain.runtime.arguments import check_type, to_text
from ascend.domain.runtime.ports import Environment
from ascend.projections.application import Application
from ascend.projections.life_os import LIFE_OS
from ascend.store import Store
from ascend.store_url import open_tables

I = TypeVar("I", bound=Id)  # noqa: E741 - an Id


@asynccontextmanager
async def open_store(
    url: str,
    *,
    create: bool = False,
    app: Application = LIFE_OS,
    environment: Environment | None = None,
) -> AsyncGenerator[Store]:
    """Open the store at `url` for the length of an `async with` block.

    memory://[NAME]                             gone when closed; with a name, shared within this process
    sqlite:///FILE                              one file
    dynamodb://PREFIX?region=…&endpoint_url=…   two tables

    `create` creates what is missing. In a store without workspaces, policies then answer all events from the first on.
    `app` says which commands, events, read items and policies the store is used with: every process of the store passes
    the same application. Who creates the store, or else the first worker or operator's job, records its name there. A
    process of an application with another name is refused: its commands, workers and jobs by `WrongApplication`, its
    queries by `NotReady`, unless it has the same projections.

    Raises:
        InvalidInput: an argument has the wrong type.
        InvalidStoreUrl: the URL names no store.
        StoreMissing: there is no store, and `create` is not set.
        StoreMismatch: the file or the tables belong to another program or to another version.
        AccessDenied: the store refuses the credentials or a permission is missing.
        StoreUnavailable: the store gives no answer.
    """
    check_type("app", Application, app)
    check_type("create", bool, create)
    if environment is not None:
        check_type("environment", Environment, environment)
    async with open_tables(to_text("url", url)) as tables:
        if create:
            await tables.create()
        await tables.check()
        store = Store(tables, environment, app)
        await store.current.refresh(store.views.state)  # learn which items to read: those of the latest rebuild
        await store.ownership.read()  # commands of another application are refused
        if create:
            await store.ownership.claim_empty_store()
            await store.policies.installation.install_in_empty_store()
        yield store


def new_id(kind: type[I]) -> I:
    """Return a new id of this type: a UUIDv7. UUIDv7 ids sort by the time of their creation."""
    return kind(SystemEnvironment().new_id())
