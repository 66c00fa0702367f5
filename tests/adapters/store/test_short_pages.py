"""A page may end early, and may be empty, wherever the service likes: whoever reads a partition reads on."""

from support.staged import StagedTables, paint, staged_home

from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.operations.prune import prune
from ascend.adapters.store.policy_positions import TablePolicyPositions
from ascend.adapters.store.views import TableViews
from ascend.adapters.table.query import Query, TablePage
from ascend.projections.generation import CurrentGeneration
from ascend.projections.workers.switching import Switching
from ascend.testing import HOME


class ShortPages(StagedTables):
    """Each page holds one item, and an empty page precedes each further one."""

    def __init__(self, tables: MemoryTables) -> None:
        super().__init__(tables)
        self._was_empty = False

    async def query(self, query: Query) -> TablePage:
        self._was_empty = query.after is not None and not self._was_empty
        if self._was_empty:
            return TablePage((), query.after)
        page = await super().query(query)
        if len(page.items) < 2:
            return page
        key = page.items[0].key
        assert query.index is None
        return TablePage(page.items[:1], (key.sk,))


async def test_prune_leaves_the_generations_whose_records_come_on_a_later_page() -> None:
    home = await staged_home(paint())
    store = home.process()
    await store.worker.run_once()
    await store.rebuild("tasks")
    await store.worker.run_once()
    tables = ShortPages(home.tables)
    views = TableViews(tables, store.model, home.environment)
    current = CurrentGeneration(store.model, store.app.catalog, home.environment)
    current.learn(await views.state(), home.environment.elapsed())

    pruned = await prune(tables, views, Switching(views, current))

    assert pruned.records == 1
    assert (await home.process().verify()).clean


async def test_all_records_of_a_workspace_are_read() -> None:
    home = await staged_home(paint())
    store = home.process()
    await store.worker.run_once()
    await store.rebuild("tasks")
    stored = await TableViews(ShortPages(home.tables), store.model, home.environment).stored_records(HOME)
    assert len(stored.readable) == 2


async def test_all_positions_of_policies_are_read() -> None:
    home = await staged_home(paint())
    await home.caught_up()
    known = await TablePolicyPositions(home.tables).read(HOME, consistent=True)
    assert await TablePolicyPositions(ShortPages(home.tables)).read(HOME, consistent=True) == known
    assert known


async def test_the_log_is_read_over_empty_pages() -> None:
    home = await staged_home(*(paint(n) for n in range(4)))
    log = home.process(ShortPages(home.tables)).log
    commits = await home.log()
    positions, position = list[int](), 1
    while page := await log.commits(HOME, position, 100, consistent=True):
        positions += [commit.position for commit in page]
        position = positions[-1] + 1
    assert positions == [commit.position for commit in commits]
    assert (await log.head(HOME)).position == home.head
    assert [commit.position for commit in await log.latest(HOME, 4, 2)][:1] == [3]
