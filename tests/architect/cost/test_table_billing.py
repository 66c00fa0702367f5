"""The billing mode and the class are chosen for each table, at its own peak; reservations are only offered."""

from collections.abc import Mapping

import anyio
import pytest

from ascend.architect.cost.bill import CostReport, build_report
from ascend.architect.cost.capacity import PlaceDemand
from ascend.architect.cost.footprints import CostProfile
from ascend.architect.cost.prices import HOURS, REGIONS, Prices, TableClass
from ascend.architect.cost.profiler import CostProfiler
from ascend.architect.cost.reserved import list_offers
from ascend.architect.cost.scaling import Demand, Scaling, scale_capacity
from ascend.architect.cost.table_billing import BillingMode, TableBilling, TableLoad, choose_billing
from ascend.architect.cost.workload import DAYS, SECONDS_A_DAY, Workload
from ascend.cli.schema.yaml_file import parse_yaml
from ascend.domain.errors import InvalidInput

US, FRANKFURT = REGIONS["us-east-1"], REGIONS["eu-central-1"]
ON_DEMAND, PROVISIONED = BillingMode.ON_DEMAND, BillingMode.PROVISIONED


@pytest.fixture(scope="module")
def profile() -> CostProfile:
    return anyio.run(CostProfiler(Workload().sizes).run)


def report_on(profile: CostProfile, **fields: object) -> CostReport:
    return build_report(Workload.model_validate(fields), profile)


def bill_table(
    average: float, peak: float, *, gigabytes: float = 0, free: float = 0, prices: Prices = US, hours: float = 2
) -> TableBilling:
    """Choose the billing of a table without indexes, whose writes and reads are as many."""
    demand = Demand(average, peak)
    load = TableLoad("events", {"events": PlaceDemand(demand, demand)}, gigabytes, free)
    return choose_billing(load, prices, Scaling(peak_hours=hours))


# ---- the mode ------------------------------------------------------------------------------------------------------


def test_a_steady_table_is_provisioned_and_an_uneven_one_is_on_demand() -> None:
    assert bill_table(100, 120).advised.mode is PROVISIONED
    assert bill_table(100, 120 * 20, hours=8).advised.mode is ON_DEMAND


def test_a_small_saving_is_not_worth_the_throttles() -> None:
    """Between the price of the default and nine tenths of it, the default stays."""
    between = bill_table(100, 450, hours=8.8)
    provisioned = between.find(PROVISIONED)
    assert provisioned is not None
    assert 0.9 * between.default.money < provisioned.money < between.default.money
    assert between.advised == between.default


def test_the_mode_is_decided_for_each_table_by_itself(profile: CostProfile) -> None:
    """Writes of both tables are steady, and the pages that people read have a peak: only the views have it."""
    report = report_on(
        profile,
        workspaces=2_000,
        peak=1.5,
        peak_reads={"feed": 1_000_000, "subtree": 1_000_000},
        scaling={"peak_hours": 24},
        worker={"pause": 60},
    )
    modes = {table.table: table.advised.mode for table in report.tables}

    assert modes == {"events": PROVISIONED, "views": ON_DEMAND}
    assert report.as_advised < report.money["total"]
    saved = sum(table.default.money - table.advised.money for table in report.tables)
    assert report.as_advised == pytest.approx(report.money["total"] - saved)


def test_the_defaults_of_all_tables_are_the_bill(profile: CostProfile) -> None:
    for free in (False, True):
        report = report_on(profile, workspaces=100, free_storage=free)
        paid = sum(report.money[name] for name in ("writes", "reads", "looks", "heartbeats", "storage"))
        assert sum(table.default.money for table in report.tables) == pytest.approx(paid)


# ---- the peak ------------------------------------------------------------------------------------------------------


def find_peak(report: CostReport) -> Mapping[str, float]:
    return {place: demand.writes.peak for table in report.tables for place, demand in table.demands.items()}


def test_the_peak_is_a_multiple_of_the_average_or_a_rate_a_second(profile: CostProfile) -> None:
    commands = {"CreateTask": 86_400.0, "PostComment": 86_400.0}
    tenfold = report_on(profile, commands=commands, peak=10)
    named = report_on(profile, commands=commands, peak=10, peak_commands={"CreateTask": 10, "PostComment": 10})
    higher = report_on(profile, commands=commands, peak=10, peak_commands={"CreateTask": 50})

    assert find_peak(named) == pytest.approx(find_peak(tenfold))
    assert find_peak(higher)["events"] > 3 * find_peak(tenfold)["events"] / 2
    assert higher.money == tenfold.money


def test_a_busiest_second_below_the_average_is_an_error() -> None:
    with pytest.raises(InvalidInput, match="CreateTask is below its average"):
        parse_yaml("commands: {CreateTask: 86400}\npeak_commands: {CreateTask: 0.5}", Workload)


def test_idle_workers_have_no_peak(profile: CostProfile) -> None:
    quiet = report_on(profile, commands={"CreateTask": 0}, reads=dict.fromkeys(Workload().reads_a_day, 0), peak=1_000)

    for table in quiet.tables:
        for demand in table.demands.values():
            assert demand.reads.peak == pytest.approx(demand.reads.average)
            assert demand.writes.peak == pytest.approx(demand.writes.average)


def test_auto_scaling_keeps_the_target_the_minimum_and_the_hours_at_peak() -> None:
    scaling = Scaling(target=0.5, minimum=10, peak_hours=6)
    capacity = scale_capacity(Demand(20, 100), scaling)

    assert (capacity.least, capacity.most) == (40, 200)
    assert capacity.unit_hours == HOURS * (0.25 * 200 + 0.75 * 40)
    assert capacity.used == pytest.approx(20 / 80)
    assert scale_capacity(Demand(0, 0), scaling).unit_hours == HOURS * 10
    assert scale_capacity(Demand(70, 70), Scaling(target=0.7)).used == pytest.approx(0.7)


def test_a_month_has_as_many_hours_as_seconds() -> None:
    assert HOURS * 3_600 == DAYS * SECONDS_A_DAY


def test_the_alarms_of_auto_scaling_are_part_of_the_provisioned_price() -> None:
    provisioned = bill_table(0, 0).find(PROVISIONED)

    assert provisioned is not None
    capacity = 5 * HOURS * (US.write_capacity_hour + US.read_capacity_hour)
    assert provisioned.money == pytest.approx(capacity + 8 * 0.1)


# ---- the class -----------------------------------------------------------------------------------------------------


def test_a_table_that_is_large_and_quiet_is_of_the_class_for_infrequent_access() -> None:
    archive, busy = bill_table(1, 2, gigabytes=1_000), bill_table(1_000, 2_000, gigabytes=10)

    assert archive.advised.table_class is TableClass.INFREQUENT_ACCESS
    assert busy.advised.table_class is TableClass.STANDARD


def test_both_classes_cost_the_same_at_the_break_even() -> None:
    for free in (0.0, 25.0):
        above = bill_table(10, 20, gigabytes=500, free=free).infrequent_above
        assert above is not None
        even = bill_table(10, 20, gigabytes=above, free=free)
        infrequent = even.find(ON_DEMAND, TableClass.INFREQUENT_ACCESS)
        assert infrequent is not None
        assert infrequent.money == pytest.approx(even.default.money)


def test_requests_of_the_other_class_are_dearer_and_its_storage_has_no_free_part() -> None:
    table = bill_table(10, 20, gigabytes=100, free=25)
    infrequent = table.find(ON_DEMAND, TableClass.INFREQUENT_ACCESS)

    assert infrequent is not None
    assert infrequent.throughput > 1.2 * table.default.throughput
    assert (table.default.storage, infrequent.storage) == pytest.approx((75 * 0.25, 100 * 0.1))


def test_a_choice_without_a_known_price_is_left_out() -> None:
    """Frankfurt's price of provisioned capacity in the other class is not known."""
    choices = [(choice.mode, choice.table_class) for choice in bill_table(1, 2, prices=FRANKFURT).choices]

    assert (PROVISIONED, TableClass.INFREQUENT_ACCESS) not in choices
    assert len(choices) == 3


# ---- reservations --------------------------------------------------------------------------------------------------


def test_units_that_are_provisioned_at_every_hour_could_be_reserved() -> None:
    steady = bill_table(140, 200)
    [one_year, three_years] = list_offers([steady], US)

    assert (one_year.writes, one_year.reads) == (200, 200)
    assert one_year.upfront == 2 * 150 + 2 * 30
    assert one_year.money == pytest.approx(360 / 12 + 2 * (0.0128 + 0.0025) * HOURS)
    assert three_years.money < one_year.money < one_year.instead_of == pytest.approx(200 * HOURS * (0.00065 + 0.00013))


def test_nothing_is_reserved_for_less_than_a_block_on_demand_or_where_the_price_is_not_known() -> None:
    assert list_offers([bill_table(30, 40)], US) == ()
    assert list_offers([bill_table(200, 200 * 50, hours=24)], US) == ()
    assert list_offers([bill_table(140, 200, prices=FRANKFURT)], FRANKFURT) == ()
