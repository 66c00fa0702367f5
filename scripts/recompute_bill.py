"""Recompute the monthly bill of a workload from AWS's published formulas alone.

    recompute_bill.py USAGE.json

This is the second opinion on `ascend schema cost`: it imports nothing of Ascend, has its own prices and its own formulas, and
computes from the requests with their items. tests/architect/cost/test_recomputed_bill.py records the requests and compares.

Sources, as of 2026-09:
    item sizes            https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
    units of requests     https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
    units of indexes      https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html
    streams               https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CostOptimization_StreamsUsage.html
    prices                https://aws.amazon.com/dynamodb/pricing/on-demand/, …/provisioned/, …/cloudwatch/pricing/
"""

import base64
import json
import math
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

Json = Mapping[str, Any]
DAYS, HOURS_A_DAY, SECONDS_A_DAY, GB = 30, 24, 86_400, 1e9
STEPS = 400
"""Sizes over which a varying size is averaged."""
FREE_STREAM_READS = 2_500_000
"""GetRecords requests of a month."""
TABLES = {"events": ("events",), "views": ("views", "gsi1", "gsi2")}
PRICES = {
    "us-east-1": {
        "STANDARD": {"write": 0.625e-6, "read": 0.125e-6, "wcu": 0.00065, "rcu": 0.00013, "gb": 0.25},
        "STANDARD_INFREQUENT_ACCESS": {"write": 0.78e-6, "read": 0.155e-6, "wcu": 0.00081, "rcu": 0.00016, "gb": 0.10},
        "other": {"pitr": 0.20, "backup": 0.10, "restore": 0.15, "export": 0.10, "stream": 0.02 / 100_000,
                  "alarm": 0.10, "rule": 0.50, "event": 0.03e-6},
    },
    "eu-central-1": {
        "STANDARD": {"write": 0.7625e-6, "read": 0.1525e-6, "wcu": 0.000793, "rcu": 0.0001586, "gb": 0.306},
        "STANDARD_INFREQUENT_ACCESS": {"write": 0.955e-6, "read": 0.1905e-6, "gb": 0.1224},
        "other": {"pitr": 0.2448, "stream": 0.02448 / 100_000, "alarm": 0.10},
    },
}  # fmt: skip


# ---- sizes ---------------------------------------------------------------------------------------------------------


def item_size(item: Json | None) -> int:
    """The sum of the lengths of the attribute names in UTF-8 and of the values."""
    return sum(len(name.encode()) + value_size(value) for name, value in (item or {}).items())


def value_size(value: Mapping[str, Any]) -> int:
    [(type, content)] = value.items()
    match type:
        case "S":
            return len(content.encode())
        case "N":  # a byte for two significant digits, and one more; another one for a negative number
            digits = content.lstrip("-").replace(".", "").strip("0")
            return math.ceil(len(digits) / 2) + 1 + int(content.startswith("-"))
        case "B":  # Base64 in JSON, bytes in the table
            return len(base64.b64decode(content))
        case "BOOL" | "NULL":
            return 1
        case "M":
            return 3 + len(content) + item_size(content)
        case "L":
            return 3 + len(content) + sum(map(value_size, content))
        case _:
            raise ValueError(f"no size is known for the type {type}")


def index_key(item: Json | None, index: str) -> Any:
    """The item's key in the index; None where the index does not hold it."""
    return (item[f"{index}pk"], item[f"{index}sk"]) if item and f"{index}pk" in item else None


# ---- units ---------------------------------------------------------------------------------------------------------


def write_units(size: float, spread: float) -> float:
    """A unit for each started 1,024 bytes: the average over sizes that vary by `spread` in both directions."""
    sizes = [size * (1 - spread + 2 * spread * (step + 0.5) / STEPS) for step in range(STEPS)] if spread else [size]
    return sum(max(1, math.ceil(each / 1_024)) for each in sizes) / len(sizes)


def put_units(put: Json) -> dict[str, float]:
    """The units of a put by place: the larger of both items; in an index twice, where its key changes."""
    before, after, spread = put["before"], put["after"], put["spread"]
    old, new = item_size(before), item_size(after)
    units = {put["table"]: write_units(max(old, new), spread)}
    if put["table"] == "events" or before == after:
        return units
    for index in ("gsi1", "gsi2"):
        was, now = index_key(before, index), index_key(after, index)
        if was and was == now:
            units[index] = write_units(max(old, new), spread)
        else:
            units[index] = (write_units(old, spread) if was else 0) + (write_units(new, spread) if now else 0)
    return units


def read_units(read: Json) -> float:
    """A unit for each started 4,096 bytes, at least one: of each item of a get, of the sum of a query."""
    if read["kind"] == "rest of a page":  # it only makes a longer page a little longer
        units = float(read["bytes"]) / 4_096
    elif read["kind"] == "query":
        units = max(1, math.ceil(read["bytes"] / 4_096))
    else:
        units = sum(max(1, math.ceil(size / 4_096)) for size in read["sizes"])
    return units if read["consistent"] else units / 2


def sum_units(usage: Json) -> Iterator[tuple[str, str, float, float]]:
    """Yield what is read or written, the place, its units a second on average, and in the busiest second."""
    for put in usage["puts"]:
        for place, units in put_units(put).items():
            yield "writes", place, units * put["a_day"] / SECONDS_A_DAY, units * put["peak"]
    for read in usage["reads"]:
        units = read_units(read)
        yield "reads", read["place"], units * read["a_day"] / SECONDS_A_DAY, units * read["peak"]
    for put in usage["heartbeats"]:
        for place, units in put_units(put).items():
            yield "heartbeats", place, units * put["a_day"] / SECONDS_A_DAY, units * put["a_day"] / SECONDS_A_DAY
    for read in usage["idle_reads"]:
        average = read_units(read) * read["a_day"] / SECONDS_A_DAY
        yield "looks", read["place"], average, average


def stored_gigabytes(usage: Json) -> dict[str, float]:
    """The stored bytes by place, with 100 bytes for each item in the table and in each index."""
    stored = defaultdict[str, float](float)
    for put in usage["stored"]:
        for item, sign in ((put["before"], -1), (put["after"], 1)):
            if item:
                size = sign * put["times"] * (item_size(item) + 100) / GB
                stored[put["table"]] += size
                for index in ("gsi1", "gsi2"):
                    stored[index] += size if put["table"] == "views" and index_key(item, index) else 0
    return stored


# ---- money ---------------------------------------------------------------------------------------------------------


def recompute(usage: Json) -> dict[str, Any]:
    """Return dollars a month: the lines of the bill on demand, and each table's price in each mode and class."""
    prices, seconds = PRICES[usage["region"]], DAYS * SECONDS_A_DAY
    average = defaultdict[tuple[str, str], float](float)
    peak = defaultdict[tuple[str, str], float](float)
    for side, place, mean, most in sum_units(usage):
        average[side, place] += mean
        peak[side, place] += most
    units = {side: sum(count for (kind, _), count in average.items() if kind == side) * seconds
             for side in ("writes", "reads", "looks", "heartbeats")}  # fmt: skip
    stored = stored_gigabytes(usage)
    free = 25.0 if usage["free_storage"] else 0.0
    standard, other = prices["STANDARD"], prices["other"]
    bill = {
        "writes": units["writes"] * standard["write"],
        "reads": units["reads"] * standard["read"],
        "looks": units["looks"] * standard["read"],
        "heartbeats": units["heartbeats"] * standard["write"],
        "storage": max(0, sum(stored.values()) - free) * standard["gb"],
        "recovery": stored["events"] * other["pitr"],
        "stream": max(0, usage["stream_reads"] * DAYS - FREE_STREAM_READS) * other["stream"],
        "backups": usage["kept"] * stored["events"] * other["backup"] if usage["kept"] else 0,
        "exports": usage["exports"] * stored["events"] * other["export"] if usage["exports"] else 0,
        "restores": usage["restores"] * stored["events"] * other["restore"] if usage["restores"] else 0,
        "alarms": usage["alarm_metrics"] * other["alarm"],
        "insights": price_insights(usage, average, other),
    }
    tables = {}
    for table, places in TABLES.items():
        gigabytes = sum(stored[place] for place in places)
        tables[table] = dict(price_table(usage, places, average, peak, gigabytes, min(free, gigabytes)))
        free -= min(free, gigabytes)
    return {"bill": bill | {"total": sum(bill.values())}, "tables": tables}


Units = Mapping[tuple[str, str], float]


def price_insights(usage: Json, average: Units, other: Mapping[str, float]) -> float:
    """Two rules a table or index for throttled keys, four for accessed ones, and two events for each item then."""
    money = 0.0
    for table, places in TABLES.items():
        mode = usage["insights"][table]
        money += len(places) * {"none": 0, "throttled": 2, "accessed": 4}[mode] * other.get("rule", 0)
        if mode == "accessed":
            items = sum(units for (_, place), units in average.items() if place in places) * DAYS * SECONDS_A_DAY
            money += 2 * items * other["event"]
    return money


def price_table(
    usage: Json, places: tuple[str, ...], average: Units, peak: Units, gigabytes: float, free: float
) -> Iterator[tuple[str, float]]:
    """Yield the price of a table with its indexes in each mode and class: reads, writes and storage."""
    prices, scaling = PRICES[usage["region"]], usage["scaling"]
    for name in ("STANDARD", "STANDARD_INFREQUENT_ACCESS"):
        of_class = prices[name]
        storage = max(0, gigabytes - (free if name == "STANDARD" else 0)) * of_class["gb"]
        demand, capacity = 0.0, 0.0
        for place in places:
            for sides, request, unit in (
                (("writes", "heartbeats"), "write", "wcu"),
                (("reads", "looks"), "read", "rcu"),
            ):
                mean = sum(average[side, place] for side in sides)
                most = sum(peak[side, place] for side in sides)
                demand += mean * DAYS * SECONDS_A_DAY * of_class[request]
                capacity += unit_hours(mean, most, scaling) * of_class.get(unit, math.nan)
        scaling_alarms = len(places) * 2 * 4 * prices["other"]["alarm"]
        yield f"PAY_PER_REQUEST {name}", demand + storage
        if not math.isnan(capacity):
            yield f"PROVISIONED {name}", capacity + scaling_alarms + storage


def unit_hours(mean: float, most: float, scaling: Json) -> float:
    """The hours of a month times the capacity: at the target share of use, at peak for some hours of each day."""
    usual: int = max(scaling["minimum"], math.ceil(round(mean / scaling["target"], 6)))
    high: int = max(usual, math.ceil(round(most / scaling["target"], 6)))
    peak_hours: float = scaling["peak_hours"]
    return DAYS * (peak_hours * high + (HOURS_A_DAY - peak_hours) * usual)


def main() -> None:
    """Print the recomputed bill of a file."""
    print(json.dumps(recompute(json.loads(Path(sys.argv[1]).read_text())), indent=2))


if __name__ == "__main__":
    main()
