"""The money of backups, alarms and Contributor Insights: what a month costs beside reads, writes and storage.

backups    of the events table; the views are rebuilt from it
alarms     the metrics that the alarms of the CloudFormation template watch
insights   a price for each rule, and in the mode `accessed` for each item that is read or written
"""

from enum import Enum
from typing import Annotated

from pydantic import Field

from ascend.adapters.layout.table_specs import EVENTS, TABLES, VIEWS, TableSpec
from ascend.architect.cost.prices import Prices
from ascend.architect.cost.sizes import WorkloadSection

Times = Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False)]
SIDES = 2
"""Reads and writes: each table and index has an alarm for throttled requests of both."""
WATCHED_OPERATIONS = {EVENTS.table: 2, VIEWS.table: 5}
"""Operations of each table whose errors are summed in one alarm. The service bills each metric of a sum."""
RULES = {"throttled": 2, "accessed": 4}
"""Rules of Contributor Insights for a table or index with a sort key: by partition key, and by both keys."""
EVENTS_AN_ITEM = 2
"""Events of Contributor Insights for an item that is read or written, in a table with a sort key."""


class Backups(WorkloadSection):
    """Backups of the events table."""

    recovery_days: Annotated[int, Field(ge=1, le=35)] = 35
    """Days that point-in-time recovery reaches back. The price is the same for each number of days."""
    kept: Times = 0.0
    """On-demand backups that are kept at any time."""
    exports: Times = 0.0
    """Full exports to S3 in a month. The storage in S3 is not counted."""
    restores: Times = 0.0
    """Restores in a month."""


class InsightsMode(Enum):
    """The keys that Contributor Insights shows."""

    NONE = "none"
    THROTTLED = "throttled"
    ACCESSED = "accessed"
    """The keys that are read or written most, and the throttled ones."""


class Insights(WorkloadSection):
    """The mode of Contributor Insights of each table and its indexes."""

    events: InsightsMode = InsightsMode.NONE
    views: InsightsMode = InsightsMode.NONE

    def find_mode(self, spec: TableSpec) -> InsightsMode:
        return self.events if spec is EVENTS else self.views


def price_backups(backups: Backups, gigabytes: float, prices: Prices) -> dict[str, float]:
    """Return dollars a month by kind; `gigabytes` is the size of the events table.

    Raises: `InvalidInput` for a price that is needed and not known.
    """
    return {
        "backups": prices.price_amount("backup", backups.kept * gigabytes),
        "exports": prices.price_amount("export", backups.exports * gigabytes),
        "restores": prices.price_amount("restore", backups.restores * gigabytes),
    }


def count_alarm_metrics() -> int:
    """Return the number of metrics that the alarms of the CloudFormation template watch, with the one for the lag."""
    throttles = sum(SIDES * (1 + len(spec.indexes)) for spec in TABLES)
    return throttles + sum(WATCHED_OPERATIONS.values()) + 1


def price_insights(insights: Insights, items: dict[str, float], prices: Prices) -> float:
    """Return dollars a month. `items` is the number of items that a month reads and writes, by place.

    Raises: `InvalidInput` for a price that is needed and not known.
    """
    rules, events = 0, 0.0
    for spec in TABLES:
        mode = insights.find_mode(spec)
        places = (spec.table.value, *(index.name for index in spec.indexes))
        rules += RULES.get(mode.value, 0) * len(places)
        if mode is InsightsMode.ACCESSED:
            events += EVENTS_AN_ITEM * sum(items.get(place, 0) for place in places)
    return prices.price_amount("insights_rule", rules) + prices.price_amount("million_insights_events", events / 10**6)
