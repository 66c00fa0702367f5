"""Checks of the log and of the read items from outside, when everything has come to rest."""

from collections.abc import Mapping, Sequence

from ascend.adapters.layout import keys
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.operations.verify import Verifier
from ascend.adapters.table.item import Item, Key, Table
from ascend.adapters.table.pages import scan_pages
from ascend.domain.ids import WorkspaceId
from ascend.projections.application import Application
from ascend.projections.build import Generation
from ascend.projections.generation_state import Turn
from ascend.projections.key_template import ViewKey
from ascend.store import Store
from ascend.testing.simulation.expected import ExpectedItems, ExpectedWorkspace
from ascend.testing.simulation.journal import SimulationFailed
from ascend.testing.simulation.world import World

Stored = Mapping[ViewKey, tuple[object, object, object, object]]
"""By key: the position, the data (None for a tombstone), and the keys in both indexes."""


async def check_all(world: World, apps: Sequence[Application]) -> None:
    """Check the log, the answers, and the stored items of these applications.

    Raises:
        SimulationFailed: an invariant is broken.
    """
    items = [item async for page in scan_pages(world.machine.tables) for item in page]
    await check_logs_are_dense(world)
    for workspace in world.expected:
        world.ledger.check(await world.read(workspace))
    for app in apps:
        store = Store(world.machine.tables, world.machine.environment, app)
        await store.worker.generation()
        for generation in store.current.kept():
            for workspace in world.expected:
                await check_items(store, generation, await world.read(workspace), items)
        if store.current.knows(store.current.state.current):
            await check_verified(store)
            await check_sent_again(world, store)
    check_walls(world, items)


async def check_logs_are_dense(world: World) -> None:
    """Check that the positions in each log are 1, 2, 3, … with nothing between them."""
    found: dict[str, list[str]] = {}
    async for page in scan_pages(world.machine.tables, Table.EVENTS):
        for item in page:
            found.setdefault(item.key.pk, []).append(item.key.sk)
    for workspace in world.expected:
        positions = sorted(found.get(keys.log_partition(workspace), []))
        if positions != [keys.format_position(number) for number in range(1, len(positions) + 1)]:
            raise SimulationFailed(f"the log is not dense: {positions}", workspace)


async def check_items(store: Store, generation: Generation, expected: ExpectedWorkspace, items: Sequence[Item]) -> None:
    """Compare the stored items and counts of one workspace with a fresh rendering of its log, positions included."""
    starts = await store.views.starts(expected.workspace)
    for projection in store.current.projections:
        build = generation.build_of(projection.name)
        stored = {
            without_build(item.key): (
                item.attributes["position"],
                item.attributes.get("data"),
                item.gsi1 and without_build(item.gsi1),
                item.gsi2 and without_build(item.gsi2),
            )
            for item in items
            if keys.parse_owner(item.key) == str(build) and item.attributes["workspace"] == expected.workspace
        }
        compare(expected, str(build), expected.items[projection.name, projection.version], stored, starts.get(build, 0))
    counts, wanted = (
        await store.reader.attempt(Turn(generation, 0)).counts(expected.workspace),
        expected.counts(generation, starts),
    )
    if dict(counts) != dict(wanted):
        raise SimulationFailed(f"the counts are {counts} instead of {wanted}", expected.workspace)


def compare(expected: ExpectedWorkspace, build: str, items: ExpectedItems, stored: Stored, start: int) -> None:
    """Compare the items of one build that was written as of `start`."""
    wanted: dict[ViewKey, tuple[object, ...]] = {}
    for key in items.versions:
        version = items.version_from(key, start)
        if version.position:
            content = (
                (None, None, None) if version.item is None else (version.item.content(), *version.item.index_keys())
            )
            wanted[key] = (version.position, *content)
    for key in sorted({*wanted, *stored}):
        if wanted.get(key) != stored.get(key):
            raise SimulationFailed(
                f"{build} stores {stored.get(key)} at {key}, and a fresh rendering of the log has {wanted.get(key)}",
                expected.workspace,
            )


async def check_verified(store: Store) -> None:
    """Check that `verify` finds nothing wrong, and that nothing lags."""
    verifier = Verifier(store.tables, MemoryTables(), store.model, store.current, store.environment)
    verified = await verifier.run()
    if not verified.clean or verified.lag:
        raise SimulationFailed(f"verify is not clean: {verified}")


async def check_sent_again(world: World, store: Store) -> None:
    """Check that a process with empty caches gives the first receipt for each command that was acknowledged."""
    for receipt in list(world.ledger.receipts.values()):
        order = world.ledger.orders[receipt.command_id]
        again = await store.execute(order.workspace, order.command, actor=order.actor, command_id=order.id)
        world.ledger.acknowledge(order, again)


def check_walls(world: World, items: Sequence[Item]) -> None:
    """Check that no workspace's items lie in a partition of another workspace."""
    for item in items:
        workspace = item.attributes.get("workspace")
        if isinstance(workspace, str) and item.key.pk.startswith("W#") and item.key.pk.split("#")[1] != workspace:
            raise SimulationFailed(f"an item of {workspace} lies at {item.key}", WorkspaceId(workspace))
        if isinstance(workspace, str) and workspace not in world.expected:
            raise SimulationFailed(f"an item of a workspace that does not exist: {item.key}")


def without_build(key: Key) -> ViewKey:
    """Return the key without the build at the end of its partition."""
    return ViewKey(key.pk.rpartition("#")[0], key.sk)
