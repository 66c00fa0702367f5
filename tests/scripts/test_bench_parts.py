"""The parts of figures: bare stores, a proxy that counts units and loses replies, titles, processes. No time is asserted."""

import json
import sys
from pathlib import Path
from subprocess import CalledProcessError

import pytest
from anyio.lowlevel import checkpoint
from bench import titles
from bench.loading import make_archive
from bench.metering import metered, sum_units
from bench.place import Place
from bench.processes import measure_process
from bench.raw import fill_partition, make_rows, measure_puts_at_once, open_raw, put_rows
from botocore.exceptions import ClientError


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
async def test_a_bare_store_reads_what_was_put_and_refuses_a_second_row_in_one_place(kind: str, tmp_path: Path) -> None:
    async with open_raw(Place(kind, str(tmp_path))) as raw:
        partition = await fill_partition(raw, 5)
        await fill_partition(raw, 3)

        assert await raw.read(partition) == 5
        with pytest.raises(Exception, match=r"UNIQUE|raw"):
            await raw.put((partition, 4, "other"))
        assert set(await measure_puts_at_once(raw, 2)) == {"cpu_ms", "wall_ms", "a_second"}


async def test_puts_at_once_are_never_more_than_the_store_takes() -> None:
    class Slow:
        at_once, now, most, rows = 3, 0, 0, 0

        async def put(self, row: object) -> None:
            self.now += 1
            self.most = max(self.most, self.now)
            await checkpoint()
            self.now -= 1
            self.rows += 1

        async def read(self, partition: str) -> int:
            return 0

    store = Slow()
    await put_rows(store, make_rows(10), 3)

    assert (store.most, store.rows) == (3, 10)


async def test_the_proxy_counts_units_and_loses_a_reply_after_the_write(dynamodb_local_url: str) -> None:
    async with open_raw(Place("dynamodb", dynamodb_local_url)) as raw:
        partition = await fill_partition(raw, 20)
        assert await raw.read(partition) == 20
    with metered(dynamodb_local_url) as meter:
        async with open_raw(Place("dynamodb", meter.url)) as raw:
            meter.clear()
            partition = await fill_partition(raw, 20)
            assert (meter.requests, meter.write_units, meter.read_units) == ({"PutItem": 20}, 20, 0)
            assert await raw.read(partition) == 20
            assert (meter.requests["Query"], meter.read_units) == (1, 1.5)

            meter.clear()
            meter.losing = 1
            with pytest.raises(ClientError, match="ConditionalCheckFailed"):  # the client tries again
                await raw.put(("lost", 1, "applied"))
            assert (meter.lost, meter.requests) == (1, {"PutItem": 2})
            assert await raw.read("lost") == 1


def test_units_of_one_table_and_of_many_are_added() -> None:
    assert sum_units({"CapacityUnits": 1.5}) == 1.5
    assert sum_units([{"CapacityUnits": 1.5}, {"CapacityUnits": 2}]) == 3.5
    assert sum_units(()) == 0


def test_titles_are_many_also_without_the_data_of_others(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(titles, "ARCHIVE", tmp_path / "missing.json")
    titles.read_titles.cache_clear()

    made = titles.read_titles()

    titles.read_titles.cache_clear()
    assert len(set(made)) > 200
    issues = json.loads(make_archive(tmp_path, 3).read_text())["issues"]
    assert [issue["number"] for issue in issues] == [1, 2, 3]


async def test_a_process_is_measured_with_its_output_and_its_failure_is_raised() -> None:
    took, printed = await measure_process([sys.executable, "-c", "print(sum(range(2_000_000)))"])

    assert printed.strip() == b"1999999000000"
    assert took["cpu_ms"] > 0
    with pytest.raises(CalledProcessError):
        await measure_process([sys.executable, "-c", "raise SystemExit(3)"])
