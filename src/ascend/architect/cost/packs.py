"""The write units of the command records of a batch: one record for a command that is alone, packs for several."""

from datetime import timedelta
from functools import lru_cache
from hashlib import sha256
from math import ceil

from ascend.adapters.environment import uuid7
from ascend.adapters.store.command_records import command_puts
from ascend.adapters.table.item import Table
from ascend.architect.cost.units import count_write_units, measure_item
from ascend.architect.sample import SAMPLE_TIME
from ascend.domain.ids import CommandId, UserId, WorkspaceId
from ascend.domain.runtime.chain import START_HASH
from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.ports import Folded, Rendered
from ascend.domain.runtime.record import CommandRecord
from ascend.projections.build import Generation
from ascend.projections.generation_record import GenerationRecord

HOME = WorkspaceId.derive("home")
RECORD = GenerationRecord(HOME, Generation(0, ()), Rendered(0), Folded(0), "", 0, incarnation="0" * 12)


def make_commit(number: int) -> Commit:
    """Return a commit with one command: its id and its digest are random, as real ones, and the same in each run."""
    random = sha256(str(number).encode())
    time = SAMPLE_TIME + timedelta(milliseconds=number)
    id = CommandId(uuid7(round(time.timestamp() * 1_000), random.digest()[:10]))
    actor = UserId(f"user-{random.hexdigest()[0]}")
    command = CommandRecord(id, random.hexdigest()[32:], actor, events=())
    return Commit(HOME, number, id, 0, time, (command,), START_HASH)


@lru_cache
def count_record_units(commands: int) -> int:
    """Return the units of the command records of a batch of so many commands, whose ids were made in the same seconds."""
    puts = command_puts(RECORD, [make_commit(number) for number in range(1, commands + 1)])
    return sum(round(count_write_units(measure_item(Table.VIEWS, put.item))) for put in puts)


def share_of_record(batch: float) -> float:
    """Return the units of one command's record, where a batch has so many commands on average. A command alone: 1.

    A batch with a part of a command more is taken as one with a whole one more.
    """
    return min(1, count_record_units(ceil(batch)) / batch)
