from support.conformance.contract import TablesContract


class TestSqlite(TablesContract):
    pass
