"""The views table as an operator handles it past Ascend: count its items, and drop it."""

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from typing import Any, Protocol
from urllib.parse import urlsplit

from botocore.session import get_session


class ViewsTable(Protocol):
    def count(self) -> int: ...
    def drop(self) -> None: ...


@contextmanager
def open_views(url: str) -> Generator[ViewsTable]:
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        with closing(sqlite3.connect(parts.path.removeprefix("/"), isolation_level=None)) as connection:
            yield SqliteViews(connection)
    else:
        endpoint = parts.query.removeprefix("endpoint_url=")
        with closing(get_session().create_client("dynamodb", endpoint_url=endpoint)) as client:
            yield DynamoViews(client, f"{parts.netloc}-views")


class SqliteViews:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def count(self) -> int:
        (count,) = self.connection.execute("SELECT count(*) FROM views").fetchone()
        return int(count)

    def drop(self) -> None:
        self.connection.execute("DELETE FROM views")


class DynamoViews:
    def __init__(self, client: Any, table: str) -> None:
        self.client = client
        self.table = table

    def count(self) -> int:
        """DynamoDB Local counts at once. The service itself counts only every six hours."""
        return int(self.client.describe_table(TableName=self.table)["Table"]["ItemCount"])

    def drop(self) -> None:
        self.client.delete_table(TableName=self.table)
