"""The statements that an SQLite store executes."""

from ascend.adapters.sqlite.tables import SqliteTables


async def trace_writer(tables: SqliteTables) -> list[str]:
    """Return a list to which every statement of the connection that writes is added from now on."""
    statements: list[str] = []
    connection = await tables._writer.write(lambda connection: connection)  # pyright: ignore[reportPrivateUsage]
    connection.set_trace_callback(statements.append)
    return statements


def count_transactions(statements: list[str]) -> int:
    assert statements.count("BEGIN IMMEDIATE") == statements.count("COMMIT") + statements.count("ROLLBACK")
    return statements.count("COMMIT")
