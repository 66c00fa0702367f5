"""Readers go from process to process, wait, list, and hand each other what they saw. Writers append to the logs."""

from collections.abc import Callable, Sequence

from support.models.switching.names import FREE, LEASE, PROJECTIONS, Builds, Damage, Key, T, Task
from support.models.switching.workspace import Views, random_op
from support.models.switching.world import Process, World

Page = dict[tuple[str, Key], str | None]
Read = Callable[[Views, Builds], Task[tuple[T, int]]]
"""It returns what is found, and a position that this does not go beyond."""


class Reader:
    def __init__(self, world: World, processes: Sequence[Process]) -> None:
        self.world, self.processes = world, processes
        self.seen: list[dict[tuple[str, Key], int]] = [{} for _ in world.workspaces]
        self.promised = [0] * len(world.workspaces)
        """The position that was waited for, by workspace."""

    def run(self) -> Task[None]:
        world = self.world
        while True:
            yield world.rng.randint(1, 60 if world.now - world.changed > LEASE else 5)
            process, number = world.rng.choice(self.processes), world.rng.randrange(len(world.workspaces))
            self.talk(number)
            workspace = world.workspaces[number]
            if workspace.log.ops and world.rng.random() < 0.4:
                yield from self.wait(process, number, world.rng.randint(1, workspace.log.head))
            page = yield from answer(world, process, workspace, read_page)
            if page is not None:
                self.check(number, page)

    def talk(self, number: int) -> None:
        chance, mine, heard = self.world.rng.random(), self.seen[number], self.world.seen[number]
        if chance < 0.2:
            heard.update({key: max(position, heard.get(key, 0)) for key, position in mine.items()})
        elif chance < 0.5:
            mine.update({key: max(position, mine.get(key, 0)) for key, position in heard.items()})

    def wait(self, process: Process, number: int, position: int) -> Task[None]:
        workspace = self.world.workspaces[number]
        for _ in range(10):
            if ((yield from answer(self.world, process, workspace, read_rendered)) or 0) >= position:
                for name in PROJECTIONS:
                    for key in workspace.log.truth[name]:
                        self.seen[number][name, key] = max(position, self.seen[number].get((name, key), 0))
                self.promised[number] = max(position, self.promised[number])
                return
            yield self.world.rng.randint(1, 20)

    def check(self, number: int, page: Page) -> None:
        self.world.stats["pages"] += 1
        for (name, key), value in page.items():
            if name == "A" and key.number in self.world.workspaces[number].ever_parked:
                continue
            least = max(self.seen[number].get((name, key), 0), self.promised[number])
            position = self.world.workspaces[number].log.first_at(name, key, value, least)
            if position is None:
                raise Damage("a reader was shown less")
            self.seen[number][name, key] = position


def answer(world: World, process: Process, workspace: Views, read: Read[T]) -> Task[T | None]:
    """Answer by one turn, as long as what is known is good. None: the caller may try again."""
    while True:
        if process.is_old:
            yield 0
            process.learn()
        asks = process.known.at_hand and not process.known.is_deployment and world.has("ask")
        has_asked = asks and world.rng.random() < 0.5
        if has_asked:
            yield 0
            process.learn()  # before the page or after it: a batch read has no order
        turn = process.turn()
        if turn is None:
            return None
        found, reached = yield from read(workspace, turn[0])
        must_ask = process.known.at_hand and not process.known.is_deployment and world.has("ask") and not has_asked
        if process.is_old or must_ask:
            yield 0
            process.learn()
        if process.turn() != turn:
            continue
        other = process.follower(turn[0])
        return found if other is None or (yield from follows(world, workspace, other, reached)) else None


def follows(world: World, workspace: Views, other: Builds, position: int) -> Task[bool]:
    """Wait a while until the other generation has rendered a position. Return True if it has."""
    for _ in range(10):
        yield 0
        if other in workspace.records and workspace.records[other].rendered >= position:
            return True
        yield world.rng.randint(1, 20)
    return False


def read_rendered(workspace: Views, generation: Builds) -> Task[tuple[int, int]]:
    yield 0
    record = workspace.records.get(generation)
    rendered = record.rendered if record else 0
    return rendered, rendered


def read_page(workspace: Views, generation: Builds) -> Task[tuple[Page, int]]:
    page: Page = {}
    reached = [0]
    for build in generation.builds:
        yield 0
        items = workspace.items[build]
        keys = {*workspace.log.truth[build.projection], *items}
        page |= {(build.projection, key): workspace.value(build, key) for key in keys}
        reached += [item.position for item in items.values()]
    yield 0
    record = workspace.records.get(generation)
    return page, max(*reached, record.rendered if record else 0)


def write(world: World, *, is_eager: bool) -> Task[None]:
    """Append events now and then. An eager writer does so soon after the state has changed, in new workspaces above all."""
    while True:
        workspace = world.workspaces[-1]
        if is_eager and world.busy <= world.now:
            if world.rng.random() < 0.3:
                world.busy = FREE
            world.late = 0
            yield world.rng.choice((1, 5))
        else:
            yield 10 if is_eager else world.rng.choice((1, 20, 100, 400))
            workspace = world.rng.choice(world.workspaces)
            if is_eager or (workspace is world.workspaces[-1] and world.now < world.late):
                continue
        workspace.log.append(random_op(world.rng, workspace.log))
