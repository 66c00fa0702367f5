"""The reads of the stream: their number is that of real readers, and their price leaves out the free ones."""

from contextlib import aclosing, suppress

import anyio
import pytest
from support.scripted_stream import ScriptedStream, TheEnd

from ascend.adapters.dynamodb.hints import Clients, StreamHints
from ascend.adapters.dynamodb.shard_reader import BUSY_SECONDS
from ascend.architect.cost.bill import build_report
from ascend.architect.cost.footprints import CostProfile
from ascend.architect.cost.prices import FREE_STREAM_READS, REGIONS
from ascend.architect.cost.profiler import CostProfiler
from ascend.architect.cost.stream import PARTITIONS, count_reads_a_second, count_shards
from ascend.architect.cost.workload import DAYS, SECONDS_A_DAY, Workload
from ascend.domain.ids import WorkspaceId
from ascend.testing import FakeEnvironment

HOME = WorkspaceId.derive("home")
SECONDS = 600.0
US = REGIONS["us-east-1"]


@pytest.fixture(scope="module")
def profile() -> CostProfile:
    return anyio.run(CostProfiler(Workload().sizes).run)


async def count_reads(*commits: float) -> float:
    """Return the requests a second of the reader of a shard; the commits come in these seconds."""
    environment = FakeEnvironment()
    stream = ScriptedStream(environment)
    stream.open("a")
    begin = BUSY_SECONDS + 1  # a reader begins as if its shard were busy
    stream.until = begin + SECONDS
    for second in commits:
        stream.commit("a", HOME, second=begin + second)
    hints = StreamHints(Clients(stream, stream), "test-events", environment)
    await hints.shards()
    with suppress(TheEnd):
        async with aclosing(hints.listen("a")) as listener:
            async for _ in listener:
                pass
    sent = [each for each in stream.sent if each.operation == "get_records"]
    return sum(each.second > begin for each in sent) / SECONDS


async def test_an_idle_shard_is_read_as_often_as_the_estimate_says() -> None:
    assert await count_reads() == pytest.approx(count_reads_a_second(1, 0), rel=0.01)


async def test_a_shard_is_read_more_often_after_a_record_as_the_estimate_says() -> None:
    commits = (50.0, 100.0, 200.0, 300.0, 400.0, 500.0)

    estimated = count_reads_a_second(1, len(commits) / SECONDS)

    assert await count_reads(*commits) == pytest.approx(estimated, rel=0.01)


def test_a_shard_is_read_no_more_often_however_many_records_come() -> None:
    assert count_reads_a_second(3, 1_000_000) == 2 * count_reads_a_second(3, 0) == 3 * 4


def test_each_month_has_free_reads_of_workers_and_of_your_own_readers_together(profile: CostProfile) -> None:
    nothing = {"commands": {"CreateTask": 0}, "worker": {"shards": 1}}
    alone = build_report(Workload.model_validate(nothing), profile)
    with_others = build_report(Workload.model_validate(nothing | {"stream_reads": 100_000}), profile)

    assert alone.stream_reads == 2 * SECONDS_A_DAY * DAYS
    assert alone.money["stream"] == pytest.approx((alone.stream_reads - FREE_STREAM_READS) / 1e6 * 0.2)
    assert with_others.money["stream"] - alone.money["stream"] == pytest.approx(
        DAYS * 0.1 * US.require("million_stream_reads")
    )


def test_the_stream_has_a_shard_for_each_partition_of_the_events(profile: CostProfile) -> None:
    large = Workload.model_validate({"stored": {"commits": 1_000_000_000}})
    gigabytes = build_report(large, profile).money["recovery"] / US.recovery

    assert count_shards(Workload(), profile) == PARTITIONS
    assert gigabytes / 10 <= count_shards(large, profile) < gigabytes / 10 + 1
    assert count_shards(Workload.model_validate({"worker": {"shards": 7}}), profile) == 7
