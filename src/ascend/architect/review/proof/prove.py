"""Prove a design: fill a store on the memory engine, ask every question, and compare with the brute-force answers."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import anyio

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.architect.check.rules import check_schema
from ascend.architect.check.schema import Schema
from ascend.architect.review.design import Answer, Design
from ascend.architect.review.key_fields import FieldSource
from ascend.architect.review.needs import find_hierarchy
from ascend.architect.review.proof import truth
from ascend.architect.review.proof.application import ProofApplication, build_application
from ascend.architect.review.proof.questions import ask_for, find_given
from ascend.architect.review.proof.rows import USERS, WORKSPACES, Maker, Row
from ascend.architect.review.proof.stored import from_text, to_text
from ascend.architect.review.proof.truth import Asked, Found
from ascend.architect.review.proposal import USER
from ascend.domain.errors import InvalidInput, LimitExceeded
from ascend.projections.pattern import Pattern
from ascend.testing.environment import FakeEnvironment

PAGE = 3
"""Lines of a page: small, so that every list has several."""
CHANGED, DELETED = 4, 2
"""Entities of each kind in each workspace that are changed, and deleted."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A question whose answer was wrong, or a rule that its keys break."""

    question: str
    """Empty if no single question is to blame."""
    said: str


@dataclass(frozen=True, slots=True)
class Proof:
    """The result of a proof."""

    rows: int
    """Entities that were made up."""
    questions: int
    """Questions that were asked, with all values."""
    lines: int
    """Lines that were compared."""
    faults: tuple[Fault, ...]


def prove(design: Design) -> Proof:
    """Return the proof of the design. It is the same at every run."""
    try:
        built = build_application(design)
    except InvalidInput as error:
        return Proof(0, 0, 0, (Fault("", error.detail),))
    return anyio.run(run_proof, design, built)


async def run_proof(design: Design, built: ProofApplication) -> Proof:
    faults = list(check(built))
    environment = FakeEnvironment()
    store = ascend.Store(MemoryTables(), environment, built.app)
    try:
        rows = await fill(store, Maker(design.proposal, environment, random.Random(11)), built)  # noqa: S311
    except (LimitExceeded, InvalidInput) as error:
        return Proof(0, 0, 0, (*faults, Fault("", str(error))))
    faults += await list_parked(store)
    asked = lines = 0
    for answer, pattern in built.patterns:
        for question in ask_for(design, answer, rows):
            expected = truth.answer(question, rows)
            found = await ask(store, answer, pattern, question, rows)
            asked, lines = asked + 1, lines + len(expected)
            if (fault := compare(question, expected, found)) is not None:
                faults.append(Fault(answer.question.question, fault))
                break
    return Proof(len(rows), asked, lines, tuple(faults))


def check(built: ProofApplication) -> Iterator[Fault]:
    """Yield what `schema check` finds in the draft."""
    schema = Schema.collect(built.app.projections, built.app.model.events.values(), built.key_fields)
    for finding in check_schema(schema):
        asked = next((pattern.name for _, pattern in built.patterns if finding.where.startswith(pattern.query)), "")
        yield Fault(asked, str(finding))


async def fill(store: ascend.Store, maker: Maker, built: ProofApplication) -> list[Row]:
    """Write made-up rows, change and delete some, and return those that are left."""
    rows: list[Row] = []
    owner, *members = USERS
    for _ in range(WORKSPACES):
        home = ascend.WorkspaceId(maker.environment.new_id())
        await store.execute(home, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=owner)
        for member in members:
            await store.execute(home, ascend.AddMember(user_id=member, name="Member"), actor=owner)
        first = maker.make_rows(home)
        await put(store, built, maker, home, [(row, None) for row in first])
        await store.worker.run_once()
        second = change_some(maker, first)
        await put(
            store, built, maker, home, [(new, old) for old, new in zip(first, second, strict=True) if new is not old]
        )
        gone = pick_leaves(maker, second)
        await put(store, built, maker, home, [(None, row) for row in gone])
        await store.worker.run_once()
        rows += [row for row in second if row not in gone]
    return rows


def change_some(maker: Maker, rows: Sequence[Row]) -> list[Row]:
    """Return the rows with some of each kind changed. A row below others moves, too."""
    changed: list[Row] = []
    for row in rows:
        chosen = sum(known.kind == row.kind for known in rows[: rows.index(row)]) % 2 == 1
        changed.append(maker.change(row, rows) if chosen else row)
    return changed


def pick_leaves(maker: Maker, rows: Sequence[Row]) -> list[Row]:
    """Return some rows at which no other row points."""
    pointed = {end.id for row in rows for ends in row.ends.values() for end in ends}
    free = [row for row in rows if row.id not in pointed]
    return [row for kind in maker.proposal.kinds for row in [row for row in free if row.kind == kind][:DELETED]]


async def put(
    store: ascend.Store,
    built: ProofApplication,
    maker: Maker,
    home: ascend.WorkspaceId,
    changes: Sequence[tuple[Row | None, Row | None]],
) -> None:
    """Write pairs of a row as it is from now on and as it was."""
    rows = [describe(maker, new, old) for new, old in changes]
    if rows:
        await store.execute(home, built.put(rows=tuple(rows)), actor=USERS[0])


def describe(maker: Maker, new: Row | None, old: Row | None) -> tuple[str, str, str, tuple[str, ...]]:
    row = new or old
    assert row is not None, "a change has a row before or after"
    entity = maker.proposal.find_entity(row.kind)
    parent = find_hierarchy(entity)
    parents = {
        end.id for version in (new, old) if version is not None and parent is not None for end in version.ends[parent]
    }
    before, after = (
        {end.id for end in version.ends[parent]} if version and parent else set[str]() for version in (old, new)
    )
    return row.kind, row.id, to_text(new), tuple(sorted(parents & (before ^ after)))


async def list_parked(store: ascend.Store) -> list[Fault]:
    """Return a fault for each entity whose lines could not be rendered."""
    return [
        Fault("", f"{parked.ref} cannot be rendered: {parked.error}")
        async for workspace in store.status()
        for parked in workspace.parked
    ]


async def ask(
    store: ascend.Store, answer: Answer, pattern: Pattern[Any], asked: Asked, rows: Sequence[Row]
) -> list[Found]:
    """Return the lines of all pages."""
    if answer.question.everywhere:
        homes = sorted({row.workspace for row in rows})
        return [line for home in homes for line in await ask_workspace(store, answer, pattern, asked, home, rows)]
    return await ask_workspace(store, answer, pattern, asked, asked.workspace, rows)


async def ask_workspace(
    store: ascend.Store, answer: Answer, pattern: Pattern[Any], asked: Asked, home: str, rows: Sequence[Row]
) -> list[Found]:
    given = find_given(answer, asked, rows)
    low, high = given.pop("low", None), given.pop("high", None)
    lines: list[Found] = []
    cursor: str | None = None
    while True:
        bounds: Mapping[str, Any] = {"low": low, "high": high, "limit": PAGE, "cursor": cursor}
        if pattern.across:
            user = ascend.UserId(str(given["user"]))
            others = {name: value for name, value in given.items() if name != "user"}
            page: Any = await store.queries.ask_across(pattern, user, viewer=user, **bounds, **others)
            items = [entry.line for entry in page.items]
        else:
            page = await store.queries.ask(pattern, ascend.WorkspaceId(home), viewer=USERS[0], **bounds, **given)
            items = page.items
        lines += [line for item in items for line in to_found(answer, item)]
        cursor = page.cursor
        if cursor is None:
            return lines


def to_found(answer: Answer, item: Any) -> list[Found]:
    """Return what an item shows: the entity, the other end of its line, or those that the entity itself lists."""
    row = from_text(item.stored_row)
    assert row is not None, "a line is rendered from a row"
    shown = answer.question.shows
    if shown is None:
        return [Found(row.workspace, row.id, "")]
    ends = (
        [end.id for end in row.ends[shown]]
        if answer.is_one
        else [getattr(item, shown if hasattr(item, shown) else USER)]
    )
    return [Found(row.workspace, row.id, end) for end in ends]


def compare(asked: Asked, expected: Sequence[tuple[Any, Found]], found: Sequence[Found]) -> str | None:
    """Return the difference between the lines; None if there is none. Lines of one sort value may come in any order."""
    values = {line: value for value, line in expected}
    missing, extra = len(set(values) - set(found)), len(set(found) - set(values))
    if missing or extra or len(found) != len(expected):
        return f"{missing} lines are missing, {extra} are wrong, {len(found)} of {len(expected)} came"
    ordered = [values[line] for line in found]
    is_sorted = (
        asked.question.everywhere
        or asked.question.deep
        or all(
            (second <= first) if asked.question.descending else (first <= second) for first, second in pairwise(ordered)
        )
    )
    return None if is_sorted else "the lines come in another order"


__all__ = ["CHANGED", "Fault", "FieldSource", "Proof", "prove"]
