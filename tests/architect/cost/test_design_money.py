"""The money of a design that nothing has measured is split into its parts, by the same formulas as the bill."""

import pytest

from ascend.architect.cost.design_money import (
    PEAK,
    DesignLoad,
    ReadLoad,
    StoredItems,
    WriteLoad,
    estimate_design,
)
from ascend.architect.cost.prices import HOURS, REGIONS
from ascend.architect.cost.scaling import Scaling
from ascend.architect.cost.table_billing import BillingMode

LOAD = DesignLoad(
    reads=(ReadLoad(a_day=1_000_000, units=2), ReadLoad(a_day=100_000, units=10)),
    writes=(WriteLoad(a_day=500_000, units=1, index_units=3),),
    items=(StoredItems(count=10_000_000, bytes=900, indexes=2, index_bytes=150),),
    indexes=2,
)


def test_the_money_of_a_design_is_split_into_its_parts() -> None:
    money = estimate_design(LOAD)

    assert money.reads == pytest.approx(30 * 3_000_000 / 1e6 * 0.125)
    assert money.writes == pytest.approx(30 * 500_000 / 1e6 * 0.625)
    assert money.index_writes == pytest.approx(3 * money.writes)
    assert money.storage == pytest.approx(10 * 0.25)
    assert money.index_storage == pytest.approx(2 * 2.5 * 0.25)
    assert money.recovery == pytest.approx(10 * 0.2)
    assert money.on_demand == pytest.approx(money.reads + money.writes + money.index_writes)
    assert money.total == pytest.approx(money.on_demand + money.storage + money.index_storage + money.recovery)
    assert money.billing.default.throughput == pytest.approx(money.on_demand)
    assert money.billing.default.storage == pytest.approx(money.storage + money.index_storage)


def test_provisioned_capacity_of_a_design_follows_its_peak() -> None:
    second = 86_400.0
    steady = DesignLoad(writes=(WriteLoad(a_day=70 * second, units=1, index_units=2, peak=70),), indexes=2)
    uneven = DesignLoad(writes=(WriteLoad(a_day=70 * second, units=1, index_units=2),), indexes=2)
    scaling = Scaling(target=0.7, minimum=1, peak_hours=24)

    money = estimate_design(steady, scaling=scaling)

    alarms = 3 * 8 * 0.1
    assert money.provisioned == pytest.approx(3 * HOURS * (100 * 0.00065 + 1 * 0.00013) + alarms)
    assert money.billing.advised.mode is BillingMode.PROVISIONED
    assert estimate_design(uneven, scaling=scaling).provisioned == pytest.approx(
        3 * HOURS * (100 * PEAK * 0.00065 + 1 * 0.00013) + alarms
    )


def test_a_design_has_the_prices_of_its_region_and_may_do_without_recovery() -> None:
    frankfurt = estimate_design(LOAD, REGIONS["eu-central-1"])

    assert frankfurt.writes == pytest.approx(estimate_design(LOAD).writes * 0.7625 / 0.625)
    assert estimate_design(DesignLoad(items=LOAD.items, recovery=False)).recovery == 0
    assert estimate_design(DesignLoad()).total == 0
