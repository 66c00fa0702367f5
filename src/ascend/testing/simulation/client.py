"""Clients: they send commands until there is an answer, send them again, wait for their effect, and read."""

import random
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any, cast

import anyio
from anyio.lowlevel import checkpoint

from ascend.domain.errors import (
    CommandFromTheFuture,
    Contention,
    NotAllowed,
    NotFound,
    NotReady,
    NotVisibleYet,
    OutcomeUnknown,
    ProjectionBehind,
    Refusal,
    StoreUnavailable,
)
from ascend.domain.ids import CommandId, UserId, WorkspaceId
from ascend.domain.runtime.request import Receipt
from ascend.domain.workspaces.command import Command
from ascend.projections.item import ReadItem
from ascend.projections.pattern import Pattern, RequestKind
from ascend.projections.projection import Projection
from ascend.testing.faults import Crash
from ascend.testing.simulation.ledger import Order, Refused
from ascend.testing.simulation.observer import Look
from ascend.testing.simulation.process import Process
from ascend.testing.simulation.world import USERS, World

HURRIED = 0.3
"""The longest pause of a client, in seconds, just after something was put at hand."""
SENDS = 12
"""Sends of one command before its user gives up."""
UNANSWERED = (OutcomeUnknown, Contention, ProjectionBehind, StoreUnavailable, CommandFromTheFuture)
"""After these, the same command is sent again."""


@contextmanager
def crashes_only(process: Process) -> Generator[None]:
    """Go on after a crash of the process: its callers notice nothing but that no answer comes."""
    tables = process.tables
    try:
        yield
    except BaseException as error:
        if not tables.crashed or not is_crash(error):
            raise


def is_crash(error: BaseException) -> bool:
    """Return True if a crash has led to this error."""
    if isinstance(error, BaseExceptionGroup):
        return any(is_crash(cause) for cause in cast("BaseExceptionGroup[BaseException]", error).exceptions)
    return isinstance(error, Crash)


class Client:
    """A user's device. It outlives the processes that it talks to."""

    def __init__(self, world: World, name: str) -> None:
        self.world = world
        self.name = name
        self.dice = random.Random(f"{world.machine.seed}/{name}")  # noqa: S311  the same client in every run

    def note(self, text: str, workspace: str = "") -> None:
        self.world.machine.note(self.name, text, workspace)

    # Commands

    async def write(self, workspaces: Sequence[WorkspaceId], commands: int) -> None:
        """Send random commands, some of them again later, and read after some of them."""
        sent = 0
        while sent < commands or self.world.operating:
            await anyio.sleep(await self._pause(self.dice.choice((0.0, 0.0, 0.02, 0.5, 3.0)), is_late=sent >= commands))
            sent += 1
            order = await self._make_order(self.dice.choice(list(workspaces)))
            receipt = await (self._send_many(order) if self.dice.random() < 0.2 else self.send(order))
            if receipt is not None and self.dice.random() < 0.4:
                await self.read_own_write(receipt)
            if self.world.ledger.orders and self.dice.random() < 0.15:
                await self.send(self.dice.choice(list(self.world.ledger.orders.values())))

    async def _make_order(self, workspace: WorkspaceId) -> Order:
        scene = await self.world.draw_scene(self.dice, workspace)
        command = cast("Command", self.world.make_command(scene))
        return Order(self._command_id(), workspace, command, scene.actor)

    async def _send_many(self, order: Order) -> Receipt | None:
        """Send the command together with others of its workspace: some of them leave as one commit."""
        others = [await self._make_order(order.workspace) for _ in range(self.dice.randint(1, 6))]
        receipts: list[Receipt | None] = []

        async def send() -> None:
            receipts.append(await self.send(order))

        async with anyio.create_task_group() as group:
            group.start_soon(send)
            if self.dice.random() < 0.4:
                group.start_soon(self.send, order)  # the same command twice at the same time
            for other in others:
                group.start_soon(self.send, other)
        return receipts[0]

    async def _pause(self, seconds: float, *, is_late: bool) -> float:
        """Return a random pause. A client who only waits for the end of the operations makes longer and longer ones.

        But everybody hurries while two generations are read, or where a switch comes soon.
        """
        if await self.world.is_just_at_hand():
            return HURRIED * self.dice.random()
        longest = max(3.0, self.world.machine.environment.elapsed() / 10 - 6) if is_late else seconds
        return longest * self.dice.random()

    def _command_id(self) -> CommandId:
        id = self.world.machine.environment.new_id()
        return CommandId.derive(id) if self.dice.random() < 0.2 else CommandId(id)

    async def send(self, order: Order) -> Receipt | None:
        """Send the command until it is accepted or refused. Return None for a refusal, and if no answer comes at all."""
        self.world.ledger.orders[order.id] = order
        for _ in range(SENDS):
            process = self._choose_process()
            if process is not None:
                low = (await self.world.read(order.workspace)).head
                answer = await self._send_once(process, order, low)
                if answer is not None:
                    return answer if isinstance(answer, Receipt) else None
            await anyio.sleep(self.dice.random() * 2)
        self.note(f"gives up {order}", order.workspace)
        return None

    async def _send_once(self, process: Process, order: Order, low: int) -> Receipt | Refused | None:
        began, store = process.environment.now(), process.store
        self.note(f"sends {order} to {process.name}", order.workspace)
        self.world.ledger.begin_send(order)
        try:
            with (
                crashes_only(process),
                process.tables.cancellable(),
                anyio.move_on_after(self.dice.choice((0.1, 5, 20))),
            ):
                receipt = await store.execute(order.workspace, order.command, actor=order.actor, command_id=order.id)
                self.note(f"{order} is at {receipt.position}", order.workspace)
                self.world.ledger.end_send(order)
                self.world.ledger.acknowledge(order, receipt)
                return receipt
        except Refusal as refusal:
            high = (await self.world.read(order.workspace)).head
            self.note(f"{order} is refused: {refusal.rule}", order.workspace)
            times = began, process.environment.now()
            refused = Refused(order, refusal.rule, low, high, times, self.world.ledger.end_send(order))
            self.world.ledger.refused.append(refused)
            return refused
        except UNANSWERED as error:
            self.note(f"{order}: {type(error).__name__}", order.workspace)
        self.world.ledger.end_send(order)
        return None

    def _choose_process(self) -> Process | None:
        serving = self.world.serving()
        return self.dice.choice(serving) if serving else None

    # Queries

    async def read_own_write(self, receipt: Receipt) -> None:
        """Wait until the receipt is visible, then read."""
        process = self._choose_process()
        if process is None:
            return
        store = process.store
        try:
            with crashes_only(process), process.tables.cancellable(), anyio.move_on_after(60):
                await store.wait_for(receipt, seconds=20)
                self.note(f"{process.name} shows {receipt.position}", receipt.workspace)
                self.world.observer.floor(receipt.workspace).promise(receipt.position)
        except (NotReady, NotVisibleYet, StoreUnavailable):
            return
        reader = self._choose_process() if self.dice.random() < 0.5 else process
        if reader is not None:
            await self.look(reader, receipt.workspace)

    async def read(self, workspaces: Sequence[WorkspaceId], looks: int) -> None:
        """Look at random lists."""
        looked = 0
        while looked < looks or self.world.operating:
            await anyio.sleep(await self._pause(3.0, is_late=looked >= looks))
            looked += 1
            process = self._choose_process()
            if process is not None:
                await self.look(process, self.dice.choice(list(workspaces)))

    async def look(self, process: Process, workspace: WorkspaceId) -> None:
        """Read a random list from its first page to its last, and compare it with the log."""
        expected = await self.world.read(workspace)
        user = self.dice.choice(USERS)
        projection, pattern = self._choose_pattern(process)
        items = expected.items[projection.name, projection.version]
        given = draw_given(self.dice, pattern, workspace, list(items.live()))
        if given is None:
            return
        floor = self.world.observer.floor(workspace)
        look = Look(process.name, user, pattern, projection, given, floor.copy())
        lines: list[ReadItem] | None = None
        refused = False
        try:
            with crashes_only(process), process.tables.cancellable(), anyio.move_on_after(60):
                lines = await self._read_all(process, look, user)
        except (NotAllowed, NotFound):
            refused = True
        except (NotReady, StoreUnavailable):
            return
        await checkpoint()
        if lines is None and not refused:
            return  # no answer has come
        expected = await self.world.read(workspace)
        self.note(f"{look}: {'refused' if lines is None else f'{len(lines)} lines'}", workspace)
        if lines is None:
            self.world.observer.check_member(look, expected, floor, shown=False)
        else:
            self.world.observer.check(look, expected, lines, floor)

    async def _read_all(self, process: Process, look: Look, user: UserId) -> list[ReadItem]:
        lines: list[ReadItem] = []
        cursor: str | None = None
        limit = self.dice.choice((1, 3, 100))
        given: dict[str, Any] = dict(look.given)
        workspace = cast("WorkspaceId", given.pop("workspace"))
        while True:
            page = await process.store.queries.ask(
                look.pattern, workspace, viewer=user, limit=limit, cursor=cursor, **given
            )
            lines += page.items
            if (cursor := page.cursor) is None:
                return lines

    def _choose_pattern(self, process: Process) -> tuple[Projection, Pattern[ReadItem]]:
        choices = [
            (projection, pattern)
            for projection in process.app.projections
            for pattern in projection.patterns
            if "workspace" in pattern.given and pattern.kind is RequestKind.QUERY
        ]
        return self.dice.choice(choices)


def draw_given(
    dice: random.Random, pattern: Pattern[ReadItem], workspace: WorkspaceId, items: Sequence[ReadItem]
) -> dict[str, object] | None:
    """Return values for the pattern: those of an item that exists, so that the list is not empty. None: there is no item."""
    names = [name for name in pattern.given if name != "workspace"]
    if not names:
        return {"workspace": workspace}
    mine = [item for item in items if isinstance(item, pattern.item)]
    found = [values for item in mine if None not in (values := [getattr(item, name) for name in names])]
    return {"workspace": workspace, **dict(zip(names, dice.choice(found), strict=True))} if found else None
