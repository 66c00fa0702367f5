"""Hints from a stream that follows a script: what DynamoDB Local, with its one shard, never does. Time is virtual."""

import logging
from contextlib import aclosing
from itertools import pairwise

import anyio
import pytest
from support.scripted_stream import ScriptedStream, TheEnd, commit_keys, make_record

from ascend.adapters.dynamodb.hints import Clients, StreamHints
from ascend.adapters.dynamodb.stream_replies import read_records
from ascend.domain.errors import AccessDenied
from ascend.domain.ids import WorkspaceId
from ascend.testing import FakeEnvironment

OLD, HOME, WORK, CLUB = (WorkspaceId.derive(name) for name in ("old", "home", "work", "club"))
THROTTLED = "LimitExceededException"


@pytest.fixture
def environment() -> FakeEnvironment:
    return FakeEnvironment()


@pytest.fixture
def stream(environment: FakeEnvironment) -> ScriptedStream:
    return ScriptedStream(environment)


@pytest.fixture
def hints(stream: ScriptedStream, environment: FakeEnvironment) -> StreamHints:
    return StreamHints(Clients(stream, stream), "test-events", environment)


async def listen(hints: StreamHints, shard: str) -> list[WorkspaceId]:
    """Return what one shard names until it ends, or until the script does."""
    heard: list[WorkspaceId] = []
    try:
        async with aclosing(hints.listen(shard)) as listener:
            async for workspaces in listener:
                heard.extend(workspaces)
    except TheEnd:
        pass
    return heard


async def follow(hints: StreamHints) -> list[WorkspaceId]:
    """Return what all shards name until the script ends. As a worker does, look for shards from time to time."""
    heard: list[WorkspaceId] = []
    running: set[str] = set()

    async def run(shard: str) -> None:
        heard.extend(await listen(hints, shard))
        running.discard(shard)

    async with anyio.create_task_group() as tasks:
        try:
            while True:
                for shard in await hints.shards():
                    if shard not in running:
                        running.add(shard)
                        tasks.start_soon(run, shard)
                await hints.environment.sleep(0.2)
        except TheEnd:
            pass
    return heard


# ---- where reading begins ------------------------------------------------------------------------------------------


async def test_a_shard_that_was_there_is_read_from_its_end(hints: StreamHints, stream: ScriptedStream) -> None:
    stream.open("a")
    stream.commit("a", OLD)
    stream.commit("a", HOME, second=3)

    assert await hints.shards() == ["a"]
    assert await listen(hints, "a") == [HOME]


async def test_all_pages_of_the_listing_are_read(environment: FakeEnvironment) -> None:
    stream = ScriptedStream(environment, page=2)
    stream.open("a", "b", "c", "d", "e")

    assert await StreamHints(Clients(stream, stream), "t", environment).shards() == ["a", "b", "c", "d", "e"]
    times = [sent.second for sent in stream.sent if sent.operation == "describe_stream"]
    assert len(times) == 3
    assert all(later - earlier >= 0.25 for earlier, later in pairwise(times))


async def test_shards_that_ended_before_are_not_listened_to(hints: StreamHints, stream: ScriptedStream) -> None:
    stream.open("a")
    stream.split("a", "b")

    assert await hints.shards() == ["b"]


async def test_the_children_of_a_split_are_read_from_their_beginning(
    hints: StreamHints, stream: ScriptedStream
) -> None:
    stream.open("a")
    stream.commit("a", HOME, second=1)
    stream.at(2, lambda: stream.split("a", "b", "c"))
    stream.commit("b", WORK, second=2)
    stream.commit("c", CLUB, second=2)

    assert await follow(hints) == [HOME, WORK, CLUB]
    stream.until = float("inf")
    assert await hints.shards() == ["b", "c"]


async def test_shards_that_merge_are_followed_by_the_one_that_continues_them(
    hints: StreamHints, stream: ScriptedStream
) -> None:
    stream.open("a", "b")

    def merge() -> None:
        stream.shards["b"].is_open = False
        stream.split("a", "c")
        stream.commit("c", HOME)

    stream.at(2, merge)

    assert await follow(hints) == [HOME]


async def test_a_shard_that_came_and_ended_between_two_listings_is_read(
    hints: StreamHints, stream: ScriptedStream
) -> None:
    stream.open("a")

    def split_twice() -> None:
        stream.split("a", "b")
        stream.commit("b", HOME)
        stream.split("b", "c")
        stream.commit("c", WORK)

    stream.at(2, split_twice)

    assert sorted(await follow(hints)) == sorted([HOME, WORK])


async def test_a_child_that_shows_late_is_looked_for_every_second(hints: StreamHints, stream: ScriptedStream) -> None:
    stream.open("a")

    def end() -> None:
        stream.shards["a"].is_open = False

    def show() -> None:
        stream.open("b", parent="a")
        stream.commit("b", HOME)

    stream.at(2, end)
    stream.at(5, show)
    stream.until = 15

    assert await follow(hints) == [HOME]
    assert stream.count("describe_stream") <= 7


async def test_a_new_shard_is_read_from_its_beginning_only_once(
    hints: StreamHints, stream: ScriptedStream, environment: FakeEnvironment
) -> None:
    stream.open("a")
    await hints.shards()
    stream.split("a", "b", "c")
    stream.commit("b", OLD)
    stream.commit("c", OLD)
    environment.advance(seconds=31)
    stream.until = environment.elapsed() + 5
    assert await hints.shards() == ["b", "c"]

    assert await listen(hints, "b") == [OLD]
    stream.until = environment.elapsed() + 5
    assert await listen(hints, "b") == []
    environment.advance(seconds=60)  # meanwhile, another worker has listened
    stream.until = environment.elapsed() + 5
    assert await listen(hints, "c") == []


# ---- places that are lost ------------------------------------------------------------------------------------------


async def test_after_an_expired_iterator_reading_goes_on_behind_the_last_record(
    hints: StreamHints, stream: ScriptedStream, environment: FakeEnvironment
) -> None:
    stream.open("a")
    await hints.shards()
    stream.commit("a", HOME, second=1)
    stream.until = 2_000
    async with aclosing(hints.listen("a")) as heard:
        assert list(await anext(heard)) == []
        assert list(await anext(heard)) == [HOME]
        environment.advance(seconds=1_000)
        stream.commit("a", WORK)
        assert list(await anext(heard)) == [WORK]
    assert stream.count("get_shard_iterator") == 2


async def test_after_an_expired_iterator_without_a_record_reading_goes_on_at_the_end(
    hints: StreamHints, stream: ScriptedStream, environment: FakeEnvironment
) -> None:
    stream.open("a")
    await hints.shards()
    stream.until = 2_000
    async with aclosing(hints.listen("a")) as heard:
        assert list(await anext(heard)) == []
        environment.advance(seconds=1_000)
        stream.commit("a", HOME, second=1_002)
        assert list(await anext(heard)) == [HOME]


async def test_after_trimmed_records_reading_goes_on_with_the_oldest_that_is_left(
    hints: StreamHints, stream: ScriptedStream
) -> None:
    stream.open("a")
    await hints.shards()
    async with aclosing(hints.listen("a")) as heard:
        assert list(await anext(heard)) == []
        stream.commit("a", HOME)
        assert list(await anext(heard)) == [HOME]
        for workspace in (OLD, WORK, CLUB):
            stream.commit("a", workspace)
        stream.shards["a"].trimmed = 2
        assert list(await anext(heard)) == [WORK, CLUB]


async def test_empty_pages_for_minutes_are_normal(hints: StreamHints, stream: ScriptedStream) -> None:
    stream.open("a")
    await hints.shards()
    stream.until = 300
    stream.shards["a"].empty_pages = 400
    stream.commit("a", HOME, second=1)

    assert await listen(hints, "a") == [HOME]


# ---- a stream that is off ------------------------------------------------------------------------------------------


async def test_a_stream_that_is_off_has_no_shards_is_logged_once_and_looked_for_slowly(
    hints: StreamHints, stream: ScriptedStream, environment: FakeEnvironment, caplog: pytest.LogCaptureFixture
) -> None:
    stream.arn = None
    stream.until = float("inf")
    for _ in range(600):
        assert await hints.shards() == []
        await environment.sleep(0.1)
    assert stream.count("describe_table") == 2
    assert stream.count("describe_stream") == 0
    assert caplog.text.count("stream.off") == 1


async def test_a_stream_that_is_turned_on_while_the_worker_runs_is_read_from_its_beginning(
    hints: StreamHints, stream: ScriptedStream
) -> None:
    stream.arn = None

    def turn_on() -> None:
        stream.arn = "arn:stream/2"
        stream.open("a")
        stream.commit("a", HOME)

    stream.at(5, turn_on)

    assert await follow(hints) == [HOME]


async def test_a_stream_that_is_turned_off_ends_its_shards_and_another_one_takes_its_place(
    hints: StreamHints, stream: ScriptedStream
) -> None:
    stream.open("a")

    def turn_off() -> None:
        stream.arn = None
        stream.shards.clear()

    def turn_on() -> None:
        stream.arn = "arn:stream/2"
        stream.open("b")
        stream.commit("b", HOME)

    stream.at(5, turn_off)
    stream.at(20, turn_on)
    stream.until = 90

    assert await follow(hints) == [HOME]
    assert stream.count("describe_table") < 20


async def test_a_shard_that_is_gone_has_ended(
    hints: StreamHints, stream: ScriptedStream, environment: FakeEnvironment
) -> None:
    stream.open("a")
    await hints.shards()
    stream.at(5, stream.shards.clear)

    assert await listen(hints, "a") == []
    assert environment.elapsed() < 10
    assert await listen(hints, "a") == []
    assert stream.sent[-1].second < 10


async def test_children_of_an_ended_shard_are_looked_for_only_for_some_seconds(
    hints: StreamHints, stream: ScriptedStream
) -> None:
    stream.open("a")
    stream.at(5, lambda: stream.split("a"))
    stream.until = 300

    assert await follow(hints) == []
    assert stream.count("describe_stream") < 25


# ---- a service that refuses ----------------------------------------------------------------------------------------


async def test_a_throttled_shard_waits_alone(hints: StreamHints, stream: ScriptedStream) -> None:
    stream.open("a", "b")
    stream.fail("get_records", *[THROTTLED] * 5, shard="a")
    stream.commit("a", HOME, second=1)
    stream.commit("b", WORK, second=1)
    stream.until = 120

    assert await follow(hints) == [WORK, HOME]
    requests = [sent.second for sent in stream.sent if (sent.operation, sent.shard) == ("get_records", "a")][:6]
    waits = [later - earlier for earlier, later in pairwise(requests)]
    assert all(wait >= 0.5 * 2**n for n, wait in enumerate(waits))


@pytest.mark.parametrize("code", [THROTTLED, "ProvisionedThroughputExceededException", "InternalServerError"])
async def test_a_request_without_an_answer_is_sent_again_and_loses_nothing(
    hints: StreamHints, stream: ScriptedStream, code: str
) -> None:
    stream.open("a")
    await hints.shards()
    stream.fail("get_shard_iterator", code)
    stream.fail("get_records", "", "", code, code)
    stream.commit("a", HOME, second=3)

    assert await listen(hints, "a") == [HOME]


async def test_a_broken_reply_is_asked_for_again(hints: StreamHints, stream: ScriptedStream) -> None:
    stream.open("a")
    await hints.shards()
    stream.commit("a", HOME, second=1)
    broken = iter([{}, {"Records": "?"}])
    stream.reply = lambda reply: next(broken, reply)

    assert await listen(hints, "a") == [HOME]


async def test_a_listing_that_fails_keeps_the_known_shards_and_is_logged_once(
    hints: StreamHints, stream: ScriptedStream, environment: FakeEnvironment, caplog: pytest.LogCaptureFixture
) -> None:
    stream.open("a")
    stream.until = float("inf")
    assert await hints.shards() == ["a"]
    stream.fail("describe_stream", THROTTLED, "InternalServerError", "AccessDeniedException")
    for _ in range(3):
        environment.advance(seconds=31)
        assert await hints.shards() == ["a"]

    (warning,) = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert "stream.not_read" in warning.getMessage()


async def test_a_process_without_the_permission_to_list_gets_no_hints(
    hints: StreamHints, stream: ScriptedStream, caplog: pytest.LogCaptureFixture
) -> None:
    stream.open("a")
    stream.fail("describe_stream", "AccessDeniedException")

    assert await hints.shards() == []
    assert "AccessDeniedException" in caplog.text


async def test_a_process_without_the_permission_to_read_is_told(hints: StreamHints, stream: ScriptedStream) -> None:
    stream.open("a")
    await hints.shards()
    stream.fail("get_records", "AccessDeniedException")

    with pytest.raises(AccessDenied, match="stream of table test-events"):
        await listen(hints, "a")


# ---- what it costs -------------------------------------------------------------------------------------------------


async def test_no_shard_is_asked_more_than_four_times_a_second(hints: StreamHints, stream: ScriptedStream) -> None:
    stream.open("a", "b")
    for second in range(1, 40):
        stream.commit("a", HOME, second=second)
    stream.fail("get_records", *["ExpiredIteratorException", "", "TrimmedDataAccessException", THROTTLED, ""] * 8)

    assert HOME in await follow(hints)
    for shard in ("a", "b"):
        times = [sent.second for sent in stream.sent if sent.shard == shard]
        assert len(times) > 60
        assert all(later - earlier >= 1 for earlier, later in zip(times, times[4:], strict=False))


async def test_listening_anew_does_not_ask_more_often(
    hints: StreamHints, stream: ScriptedStream, environment: FakeEnvironment
) -> None:
    stream.open("a")
    await hints.shards()
    for _ in range(20):
        async with aclosing(hints.listen("a")) as heard:
            await anext(heard)
    assert environment.elapsed() >= 19 * 0.25


async def test_an_idle_shard_is_asked_twice_a_second_and_the_shards_are_listed_every_half_minute(
    hints: StreamHints, stream: ScriptedStream
) -> None:
    stream.open("a")
    stream.until = 310

    assert await follow(hints) == []
    late = [sent for sent in stream.sent if sent.operation == "get_records" and sent.second > 10]
    assert 500 <= len(late) <= 601
    assert stream.count("describe_stream") <= 11


async def test_a_worker_that_listens_to_nothing_lists_the_shards_every_half_minute(
    hints: StreamHints, stream: ScriptedStream, environment: FakeEnvironment
) -> None:
    stream.open("a")
    stream.until = float("inf")
    for _ in range(3_000):
        await hints.shards()
        await environment.sleep(0.1)
    assert len(stream.sent) == 2 * 10


# ---- records -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "record",
    [
        make_record(1, commit_keys(HOME, 2), "MODIFY"),
        make_record(1, commit_keys(HOME, 2), "REMOVE"),
        make_record(1, {"pk": {"S": f"W#{HOME}"}, "sk": {"S": "12"}}),
        make_record(1, {"pk": {"S": f"W#{HOME}"}, "sk": {"S": "٠" * 16}}),
        make_record(1, {"pk": {"S": f"W#{HOME}#life"}, "sk": {"S": "0" * 16}}),
        make_record(1, {"pk": {"S": "W#" + "x" * 36}, "sk": {"S": "0" * 16}}),
        make_record(1, {"pk": {"S": "R#1"}, "sk": {"S": HOME}}),
        make_record(1, {"pk": {"N": "1"}, "sk": {"B": b"1"}}),
        make_record(1, {"pk": {"S": 1}, "sk": {"S": None}}),
        make_record(1, {"pk": "W", "sk": []}),
        make_record(1, {}),
        make_record(1, None),
        {"dynamodb": {"SequenceNumber": "1"}},
    ],
    ids=str,
)
def test_a_record_that_is_not_of_a_new_commit_is_read_and_names_nothing(record: dict[str, object]) -> None:
    page = read_records({"Records": [record], "NextShardIterator": "next"})
    assert (page.workspaces, page.last, page.next) == ((), "1", "next")


def test_a_workspace_is_named_once_for_all_its_records() -> None:
    records = [make_record(n, commit_keys(workspace, n)) for n, workspace in enumerate((HOME, WORK, HOME, HOME))]
    page = read_records({"Records": records, "NextShardIterator": None})
    assert (page.workspaces, page.last, page.next) == ((HOME, WORK), "3", None)
