"""The reads of the stream of the events table, by workers and by readers of your own, and their price.

Every GetRecords request has the same price, whether it finds records or not; nothing else of a stream costs anything:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CostOptimization_StreamsUsage.html
"""

from math import ceil

from ascend.adapters.dynamodb.shard_reader import BUSY_INTERVAL, BUSY_SECONDS, IDLE_INTERVAL
from ascend.adapters.table.item import Table
from ascend.architect.cost.footprints import CostProfile
from ascend.architect.cost.prices import FREE_STREAM_READS, GIGABYTE, Prices
from ascend.architect.cost.storage import sum_stored_bytes
from ascend.architect.cost.workload import DAYS, SECONDS_A_DAY, Workload
from ascend.architect.cost.writes import sum_by_place, sum_write_units

PARTITIONS = 4
"""Partitions of a new table on demand: it takes 4,000 write units a second, and a partition 1,000."""
PARTITION_GIGABYTES = 10
"""The largest size of a partition. The stream has an open shard for each partition of its table."""


def count_shards(workload: Workload, profile: CostProfile) -> int:
    """Return the number of open shards of the stream: as the workload says, else as the size of the events suggests."""
    gigabytes = sum_by_place(sum_stored_bytes(workload, profile)).get(Table.EVENTS.value, 0) / GIGABYTE
    return workload.worker.shards or max(PARTITIONS, ceil(gigabytes / PARTITION_GIGABYTES))


def count_reads_a_second(shards: int, records: float) -> float:
    """Return the GetRecords requests of workers in a second, if so many records come in a second, in all shards together.

    After a record, a shard is read more often for a while. No two records share such a while: this is an upper bound.
    """
    idle, busy = 1 / IDLE_INTERVAL, 1 / BUSY_INTERVAL
    return shards * idle + (busy - idle) * min(shards, records * BUSY_SECONDS)


def count_stream_reads(workload: Workload, profile: CostProfile) -> float:
    """Return the requests of a month, of workers and of your own readers. Each write unit is taken as a record."""
    writes = sum_by_place(sum_write_units(workload, profile)).get(Table.EVENTS.value, 0)
    a_second = count_reads_a_second(count_shards(workload, profile), writes / (DAYS * SECONDS_A_DAY))
    return DAYS * (SECONDS_A_DAY * a_second + workload.stream_reads)


def price_stream(requests: float, prices: Prices) -> float:
    """Return dollars a month. Raises: `InvalidInput` if the price is needed and not known."""
    return prices.price_amount("million_stream_reads", max(0, requests - FREE_STREAM_READS) / 1_000_000)
