"""The tables of a result, as Markdown: for the terminal, and for the page in the docs."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Result = Mapping[str, Any]
VERDICTS = {0: "never", 1: "once", 2: "twice"}


def write_tables(result: Result) -> str:
    """Return all tables, one below the other."""
    tables = [speed_table(result, kind) for kind in ("dynamodb", "sqlite")]
    return "\n\n".join(
        [
            *filter(None, tables),
            lead_table(result),
            units_table(result),
            correctness_table(result),
            not_run_lines(result),
        ]
    )


def speed_table(result: Result, kind: str) -> str:
    """Return a row for each work: the rate, and the CPU of the client's process, of raw puts and of each store."""
    stores = {name: store for name, store in result["stores"].items() if store["kind"] == kind}
    if not stores:
        return ""
    columns = {f"raw-{kind}": "raw puts"} | {name: store["title"] for name, store in stores.items()}
    cells = {(row["store"], row["work"]): f"{row['a_second']:,.0f} · {row['cpu_ms']:.3f}" for row in result["speed"]}
    works = dict.fromkeys(work for store, work in cells if store in columns)
    rows = [[work, *(cells.get((name, work), "–") for name in columns)] for work in works]
    return table(["events a second · CPU ms an event", *columns.values()], rows)


def ratio_table(result: Result, kind: str) -> str:
    """Return a row for each work: the rate beside the best rate of raw puts up to 16 at once, in the same turns."""
    stores = {name: store["title"] for name, store in result["stores"].items() if store["kind"] == kind}
    cells = {
        (row["store"], row["work"]): row for row in result["speed"] if row["store"] in stores and row["work"] != "read"
    }
    works = dict.fromkeys(work for _, work in cells)
    rows = [
        [work, *(f"{cells[name, work]['rate_to_raw']:.2f} · {cells[name, work]['cpu_to_raw']:.2f}" for name in stores)]
        for work in works
    ]
    return table(["rate · CPU, both beside raw puts", *stores.values()], rows)


def lead_table(result: Result) -> str:
    """Return Ascend at its best beside each other store: its rate beside theirs at 16, its CPU of a read event."""
    cells = {(row["store"], row["work"]): row for row in result["speed"]}
    others = [name for name, store in result["stores"].items() if not store["title"].startswith("Ascend")]
    rows = [
        [
            result["stores"][name]["title"],
            f"{cells[name, 'append, 16 at once']['ascend_rate']:.2f}",
            f"{cells[name, 'read']['ascend_cpu']:.2f}",
        ]
        for name in others
    ]
    return table(
        ["Ascend beside", "appends: its best rate, beside 16 at once there", "CPU of an event that is read"], rows
    )


def units_table(result: Result) -> str:
    """Return a row for each store on DynamoDB Local."""
    checks = {name: found for name, found in result["checks"].items() if "units" in found}
    rows: list[list[str]] = []
    for name, found in checks.items():
        units = found["units"]
        shared = [number for work, number in units.items() if work.startswith("append") and work != "append, 1 at once"]
        requests = ", ".join(
            f"{count:g} × {operation}" for operation, count in units["requests of three in one call"].items()
        )
        rows.append(
            [
                result["stores"][name]["title"],
                f"{units['append, 1 at once']:.2f}",
                f"{shared[0]:.3f}" if shared else "–",
                f"{units['three in one call']:.2f}",
                requests,
                f"{units['a read event']:.3f}",
            ]
        )
    header = [
        "store",
        "append",
        "append, 256 at once",
        "three events",
        "sent for three events",
        "an event that is read",
    ]
    return table(header, rows)


def length_table(result: Result) -> str:
    """Return the units of a command, written + read, by the length of its stream."""
    checks = {name: found["by_length"] for name, found in result["checks"].items() if "by_length" in found}
    lengths = dict.fromkeys(row["length"] for rows in checks.values() for row in rows)
    cells = {
        (name, row["length"], row["command"]): describe_units(row) for name, rows in checks.items() for row in rows
    }
    rows = [
        [result["stores"][name]["title"], *(cells[name, length, order] for length in lengths for order in ORDERS)]
        for name in checks
    ]
    return table(["store", *(f"{length:,} events, {order}" for length in lengths for order in ORDERS)], rows)


ORDERS = ("first", "next")


def describe_units(row: Mapping[str, Any]) -> str:
    units = f"{row['write_units']:g} + {row['read_units']:g}"
    return units if row["told"] == "ok" else f"{units}, {row['told']}"


def correctness_table(result: Result) -> str:
    rows = [
        [
            result["stores"][name]["title"],
            describe_place(found["correctness"]["taken place"]),
            describe_twice(found["correctness"]["duplicate"]),
            describe_lost(found["correctness"].get("lost reply")),
            describe_read_back(found["correctness"]["read back"]),
        ]
        for name, found in result["checks"].items()
    ]
    header = ["store", "a place that is taken", "a command sent twice", "a lost reply", "read back"]
    return table(header, rows)


def describe_place(found: Mapping[str, Any]) -> str:
    stored = [title for title, count in found["stored"].items() if count]
    match found["told"], stored:
        case ["ok", "ok"], ["first", "second"]:
            return "both kept"
        case ["ok", "ok"], ["second"]:
            return "**overwritten**, and both were told ok"
        case [_, error], ["first"] if error != "ok":
            return f"refused ({error})"
        case told, _:
            return f"told {' and '.join(told)}; stored: {' and '.join(stored) or 'nothing'}"


def describe_twice(found: Mapping[str, Any]) -> str:
    return f"applied {applied(found)} (told {', then '.join(found['told'])})"


def describe_lost(found: Mapping[str, Any] | None) -> str:
    if found is None:
        return "no reply that could be lost"
    if not found["lost"]:
        return "not measured: no reply was lost"
    return describe_twice(found)


def applied(found: Mapping[str, Any]) -> str:
    count = found["stored"]["once"]
    word = VERDICTS.get(count, f"{count} times")
    return word if count == 1 else f"**{word}**"


def describe_read_back(found: Mapping[str, int]) -> str:
    if found["read"] == found["written"]:
        return f"all {found['written']:,}"
    return f"**{found['read']:,} of {found['written']:,}**, without an error"


def not_run_lines(result: Result) -> str:
    return "\n".join(f"- {name}: not run ({reason})" for name, reason in result["not_run"].items())


def versions_line(result: Result) -> str:
    return ", ".join(f"{store['title']} {store['version']}" for store in result["stores"].values())


def machine_line(result: Result, turns: int) -> str:
    machine = result["machine"]
    return (
        f"Measured on {machine['date']} on a shared machine with {machine['cores']} cores ({machine['system']}); load: "
        f"{machine['load']}. Each figure is the median of {turns} turn{'s' if turns > 1 else ''}."
    )


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
