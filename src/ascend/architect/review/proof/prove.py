"""Prove a design: fill a store on the memory engine, ask every question, and compare with the brute-force answers."""

import random
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import anyio

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.architect.check.rules import check_schema
from ascend.architect.check.schema import Schema
from ascend.architect.review.design import Design
from ascend.architect.review.proof import truth
from ascend.architect.review.proof.answers import Asker
from ascend.architect.review.proof.application import ProofApplication, build_application
from ascend.architect.review.proof.faults import Fault, Proof
from ascend.architect.review.proof.filling import Filler
from ascend.architect.review.proof.questions import ask_for
from ascend.architect.review.proof.rows import Maker
from ascend.architect.review.proof.truth import Asked, Found
from ascend.domain.errors import InvalidInput, LimitExceeded
from ascend.testing.environment import FakeEnvironment

SEED = 11


def prove(design: Design) -> Proof:
    """Return the proof of the design. It is the same at every run."""
    try:
        built = build_application(design)
        return anyio.run(run_proof, design, built)
    except (LimitExceeded, InvalidInput) as error:  # a key that a value or the application does not fit into
        return Proof(0, 0, 0, (Fault("", str(error)),))


async def run_proof(design: Design, built: ProofApplication) -> Proof:
    environment = FakeEnvironment()
    store = ascend.Store(MemoryTables(), environment, built.app)
    maker = Maker(design.proposal, environment, random.Random(SEED))  # noqa: S311  the same rows in every run
    filler = Filler(store, design, built, maker)
    await filler.fill()
    faults = [*check(built), *filler.faults, *await list_parked(store)]
    asker = Asker(store, filler.rows)
    asked = lines = 0
    for answer, pattern in built.patterns:
        for question in ask_for(design, answer, filler.rows):
            expected = truth.answer(question, filler.rows)
            found = await asker.ask(answer, pattern, question)
            asked, lines = asked + 1, lines + len(expected)
            if (said := compare(question, expected, found)) is not None:
                faults.append(Fault(answer.question.question, said))
                break
    return Proof(len(filler.rows), asked, lines, tuple(faults))


def check(built: ProofApplication) -> Iterator[Fault]:
    """Yield what `schema check` finds in the draft."""
    schema = Schema.collect(built.app.projections, built.app.model.events.values(), built.key_fields)
    for finding in check_schema(schema):
        asked = (pattern.name for _, pattern in built.patterns if finding.where.startswith(pattern.query))
        yield Fault(next(asked, finding.where.partition(" ")[0]), str(finding))


async def list_parked(store: ascend.Store) -> list[Fault]:
    """Return a fault for each entity whose lines could not be rendered."""
    return [
        Fault("", f"{parked.ref} cannot be rendered: {parked.error}")
        async for workspace in store.status()
        for parked in workspace.parked
    ]


def compare(asked: Asked, expected: Sequence[tuple[Any, Found]], found: Sequence[Found]) -> str | None:
    """Return the difference between the lines; None if there is none. Lines of one sort value may come in any order."""
    values = {line: value for value, line in expected}
    missing, extra = len(set(values) - set(found)), len(set(found) - set(values))
    if missing or extra or len(found) != len(expected):
        return f"{missing} lines are missing, {extra} are wrong, {len(found)} of {len(expected)} came"
    if asked.question.everywhere or asked.question.deep:
        return None  # in the order of workspaces, or of paths
    pairs = pairwise([values[line] for line in found])
    is_sorted = all(second <= first if asked.question.descending else first <= second for first, second in pairs)
    return None if is_sorted else "the lines come in another order"
