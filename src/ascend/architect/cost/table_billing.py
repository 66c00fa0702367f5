"""The billing mode and the class of one table, chosen by their price.

                    on demand        provisioned with auto scaling
Standard            the default      ×
Standard-IA         ×                ×                               × where it saves a tenth of the default or more

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CostOptimization_TableCapacityMode.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CostOptimization_TableClass.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from ascend.architect.cost.capacity import (
    PlaceCapacity,
    PlaceDemand,
    plan_capacity,
    price_on_demand,
    price_provisioned,
)
from ascend.architect.cost.prices import ClassPrices, Prices, TableClass
from ascend.architect.cost.scaling import Scaling

WORTHWHILE = 0.9
"""Share of the default's price below which another choice is advised. Provisioned capacity throttles what was not foreseen,
and a table's class can be changed only twice in 30 days: neither is worth a saving that a wrong guess undoes."""


class BillingMode(Enum):
    """The billing modes. The values are those of the service."""

    ON_DEMAND = "PAY_PER_REQUEST"
    PROVISIONED = "PROVISIONED"


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to bill a table."""

    mode: BillingMode
    table_class: TableClass
    throughput: float
    """Dollars a month for reads and writes, also of the indexes."""
    storage: float
    """Dollars a month."""

    @property
    def money(self) -> float:
        return self.throughput + self.storage


@dataclass(frozen=True, slots=True)
class TableLoad:
    """The load of one table with its indexes."""

    table: str
    demands: Mapping[str, PlaceDemand]
    """By place: the table and its indexes."""
    gigabytes: float
    """Stored in the table and its indexes, with the overhead of each item."""
    free_gigabytes: float = 0.0
    """Part of them that is free in the Standard class."""


@dataclass(frozen=True, slots=True)
class TableBilling:
    """The choices for one table, and the advised one."""

    table: str
    demands: Mapping[str, PlaceDemand]
    capacity: Mapping[str, PlaceCapacity]
    """The capacity that the provisioned mode would need, by place."""
    choices: tuple[Choice, ...]
    """The first one is the default: on demand, in the Standard class. Choices without known prices are left out."""
    advised: Choice
    infrequent_above: float | None
    """Gigabytes above which Standard-IA is cheaper on demand. None: its prices are not known in this region."""

    @property
    def default(self) -> Choice:
        return self.choices[0]

    def find(self, mode: BillingMode, table_class: TableClass = TableClass.STANDARD) -> Choice | None:
        matches = (choice for choice in self.choices if (choice.mode, choice.table_class) == (mode, table_class))
        return next(matches, None)


def choose_billing(load: TableLoad, prices: Prices, scaling: Scaling) -> TableBilling:
    """Price all choices and advise one."""
    capacity = plan_capacity(load.demands, scaling)
    choices = tuple(list_choices(load, capacity, prices))
    cheapest = min(choices, key=lambda choice: choice.money)
    advised = cheapest if cheapest.money <= WORTHWHILE * choices[0].money else choices[0]
    return TableBilling(load.table, load.demands, capacity, choices, advised, find_break_even(load, prices))


def list_choices(load: TableLoad, capacity: Mapping[str, PlaceCapacity], prices: Prices) -> Iterator[Choice]:
    for table_class in TableClass:
        of_class = prices.find_class_prices(table_class)
        if of_class is None:
            continue
        storage = price_storage(load, table_class, of_class)
        yield Choice(BillingMode.ON_DEMAND, table_class, price_on_demand(load.demands, of_class), storage)
        provisioned = price_provisioned(capacity, of_class, prices.alarm)
        if provisioned is not None:
            yield Choice(BillingMode.PROVISIONED, table_class, provisioned, storage)


def price_storage(load: TableLoad, table_class: TableClass, prices: ClassPrices) -> float:
    """Return dollars a month. Only storage of the Standard class is partly free."""
    free = load.free_gigabytes if table_class is TableClass.STANDARD else 0
    return max(0, load.gigabytes - free) * prices.storage


def find_break_even(load: TableLoad, prices: Prices) -> float | None:
    """Return the gigabytes at which both classes cost the same on demand, for as many reads and writes."""
    standard, infrequent = (prices.find_class_prices(table_class) for table_class in TableClass)
    if standard is None or infrequent is None or infrequent.storage >= standard.storage:
        return None
    dearer = price_on_demand(load.demands, infrequent) - price_on_demand(load.demands, standard)
    return (dearer + load.free_gigabytes * standard.storage) / (standard.storage - infrequent.storage)
