"""Provisioned capacity with auto scaling: the capacity at peak and otherwise, and the unit-hours of a month.

units a second
      peak ─┐ ┌──┐ most = peak / target
            └─┤  │
   average ───┘  └───── least = average / target, and never below the minimum
              peak_hours a day

Outside of the peak hours the capacity follows the average rate. As the peak hours take a part of the day's units, the true
rate is lower, so provisioned capacity costs no more than this. Target tracking keeps the used share near `target`:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.html
"""

from dataclasses import dataclass
from math import ceil
from typing import Annotated

from pydantic import Field

from ascend.architect.cost.prices import HOURS
from ascend.architect.cost.sizes import WorkloadSection

HOURS_A_DAY = 24


class Scaling(WorkloadSection):
    """Auto scaling of provisioned capacity, the same for each table and index."""

    target: Annotated[float, Field(ge=0.2, le=0.9)] = 0.7
    """Share of the capacity that is used. The service allows 0.2 to 0.9."""
    minimum: Annotated[int, Field(ge=1, le=40_000)] = 5
    """Units a second that the capacity never falls below."""
    peak_hours: Annotated[float, Field(ge=0, le=24)] = 2.0
    """Hours a day at the peak rate. Auto scaling follows within minutes: a shorter peak needs the capacity all the same."""


@dataclass(frozen=True, slots=True)
class Demand:
    """Units a second: on average, and in the busiest second."""

    average: float
    peak: float


@dataclass(frozen=True, slots=True)
class ScaledCapacity:
    """Units a second that are provisioned for one table or index, for reads or for writes."""

    least: int
    """Outside of the peak hours."""
    most: int
    """At peak."""
    unit_hours: float
    """Units × hours of a month."""
    used: float
    """Average share of the capacity that is used."""


def scale_capacity(demand: Demand, scaling: Scaling) -> ScaledCapacity:
    """Return the capacity that auto scaling keeps for the demand."""
    least = max(scaling.minimum, round_up(demand.average / scaling.target))
    most = max(least, round_up(demand.peak / scaling.target))
    hours = scaling.peak_hours
    unit_hours = HOURS / HOURS_A_DAY * (hours * most + (HOURS_A_DAY - hours) * least)
    return ScaledCapacity(least, most, unit_hours, demand.average * HOURS / unit_hours)


def round_up(units: float) -> int:
    """Return the next whole number of units. An error of the division (700 / 0.7 is a little more than 1,000) is no unit."""
    return ceil(round(units, 6))
