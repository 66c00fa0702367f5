"""A strategy for recurrence rules of every allowed shape."""

from hypothesis import strategies as st

DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


def _numbers(highest: int, *, from_the_end: bool = True) -> st.SearchStrategy[str]:
    number = st.integers(1, highest)
    signed = number | number.map(lambda n: -n) if from_the_end else number
    return st.lists(signed, min_size=1, max_size=5).map(lambda numbers: ",".join(map(str, numbers)))


def _days(highest: int) -> st.SearchStrategy[str]:
    """Return a strategy for weekdays, numbered ones if `highest` is not 0."""
    day = st.sampled_from(DAYS)
    plain = st.lists(day, min_size=1, max_size=7)
    if not highest:
        return plain.map(",".join)
    numbered = st.tuples(st.integers(1, highest), st.sampled_from(["", "+", "-"]), day)
    texts = numbered.map(lambda drawn: f"{drawn[1]}{drawn[0]}{drawn[2]}")
    return (plain | st.lists(texts, min_size=1, max_size=4)).map(",".join)


@st.composite
def rules(draw: st.DrawFn, *, ends: bool = True, longest_interval: int = 1000) -> str:
    freq = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    calendar = freq in {"MONTHLY", "YEARLY"}
    highest = min(longest_interval, 50 if freq == "YEARLY" else 1000)
    parts = {"INTERVAL": st.integers(1, highest).map(str), "WKST": st.sampled_from(DAYS)}
    parts["BYMONTH"] = _numbers(12, from_the_end=False)
    if freq != "WEEKLY":
        parts["BYMONTHDAY"] = _numbers(31)
    drawn = {name: draw(values) for name, values in parts.items() if draw(st.booleans())}
    if freq == "YEARLY":
        drawn |= {
            name: draw(_numbers(most)) for name, most in (("BYWEEKNO", 53), ("BYYEARDAY", 366)) if draw(st.booleans())
        }
    if draw(st.booleans()):
        drawn["BYDAY"] = draw(
            _days(0 if not calendar or "BYWEEKNO" in drawn else 5 if freq == "MONTHLY" or "BYMONTH" in drawn else 53)
        )
    if calendar and draw(st.booleans()) and drawn.keys() & {"BYDAY", "BYMONTHDAY", "BYMONTH", "BYWEEKNO", "BYYEARDAY"}:
        drawn["BYSETPOS"] = draw(_numbers(10))
    if ends:
        count = st.integers(1, 10_000).map(lambda n: f"COUNT={n}")
        until = st.dates().map(lambda day: f"UNTIL={day.isoformat().replace('-', '')}")
        end = draw(st.none() | count | until)
        drawn |= dict([end.split("=")]) if end else {}
    order = draw(st.permutations([("FREQ", freq), *drawn.items()]))
    return ";".join(f"{name}={value}" for name, value in order)
