"""The cost of a workload: the origin of its numbers, their dependencies, and the errors for invalid workloads."""

import re
from pathlib import Path

import anyio
import pytest
from support.cli.command_line import AscendCommand
from support.paths import ROOT

from ascend.architect.cost.bill import build_report
from ascend.architect.cost.footprints import CostProfile
from ascend.architect.cost.mix import COMMAND_MIX, SENT_COMMANDS, derive_default_commands
from ascend.architect.cost.prices import REGIONS, PriceOverride
from ascend.architect.cost.profiler import CostProfiler
from ascend.architect.cost.units import count_write_units, integrate_write_units
from ascend.architect.cost.workload import DAYS, QUERIES, StoredCounts, WorkerLoad, Workload
from ascend.architect.cost.writes import CommandCost
from ascend.cli.schema.yaml_file import parse_yaml
from ascend.domain.errors import InvalidInput


@pytest.fixture(scope="module")
def profile() -> CostProfile:
    return anyio.run(CostProfiler(Workload().sizes).run)


def compute_total(profile: CostProfile, **fields: object) -> float:
    return build_report(Workload.model_validate(fields), profile).money["total"]


# ---- origin of the numbers -----------------------------------------------------------------------------------------


def test_every_command_that_can_be_sent_has_a_footprint(profile: CostProfile) -> None:
    assert set(profile.footprints) == set(SENT_COMMANDS)
    assert all(footprint.writes["commit", "events"] >= 1 for footprint in profile.footprints.values())


def test_the_defaults_are_the_assumptions_of_the_patterns() -> None:
    workload = Workload(workspaces=2)

    assert set(workload.reads_a_day) == set(QUERIES)
    for pattern, mix in COMMAND_MIX:
        assert sum(mix.values()) == pytest.approx(100)
        assert sum(derive_default_commands()[name] for name in mix) == pytest.approx(pattern.load.writes_a_day)
        assert workload.reads_a_day[pattern.query] == 2 * pattern.load.reads_a_day
    assert sum(workload.commands_a_day.values()) == pytest.approx(2 * sum(derive_default_commands().values()))


def test_each_sum_is_the_sum_of_its_parts(profile: CostProfile) -> None:
    report = build_report(Workload(), profile)

    assert report.writes == pytest.approx(sum(projection.writes for projection in report.projections))
    assert report.writes == pytest.approx(DAYS * sum(map(sum_writes, report.commands)))
    assert report.gigabytes == pytest.approx(sum(projection.gigabytes for projection in report.projections))
    reads = sum(command.a_day * command.reads for command in report.commands)
    reads += sum(pattern.a_day * (pattern.page + pattern.joined) for pattern in report.patterns)
    assert report.reads == pytest.approx(DAYS * reads)
    assert report.money["total"] == pytest.approx(sum(report.money.values()) / 2)
    assert report.money["writes"] == pytest.approx(report.writes / 1e6 * REGIONS["us-east-1"].million_writes)


def sum_writes(cost: CommandCost) -> float:
    """Return the write units of all such commands of a day."""
    return cost.a_day * (cost.log + cost.items + cost.indexes + cost.engine + cost.share)


def test_an_average_size_costs_as_much_as_its_items_cost_on_average() -> None:
    """The formula adds half a unit if half of the items need one more unit."""
    for average in (100, 980, 1_024, 1_500, 3_072):
        sizes = [average * (0.9 + 0.2 * (number + 0.5) / 10_000) for number in range(10_000)]
        assert count_write_units(average, spread=0.1) == pytest.approx(
            sum(map(count_write_units, sizes)) / 10_000, abs=0.001
        )
    assert (count_write_units(1), count_write_units(1_024), count_write_units(1_025)) == (1, 1, 2)
    assert integrate_write_units(2_048) == 3 * 1_024


# ---- dependencies ---------------------------------------------------------------------------------------------------


def test_fewer_workers_a_slower_sweep_fewer_shards_and_larger_batches_cost_less(profile: CostProfile) -> None:
    assert (
        compute_total(profile, worker={"pause": 100.0})
        < compute_total(profile)
        < compute_total(profile, worker={"processes": 2})
    )
    assert compute_total(profile, worker={"shards": 2}) < compute_total(profile, worker={"shards": 3})
    assert compute_total(profile, worker={"batch": 20.0}) < compute_total(profile)


def test_a_command_that_changes_a_subtree_has_a_batch_of_its_own(profile: CostProfile) -> None:
    reports = {batch: build_report(Workload(worker=WorkerLoad(batch=batch)), profile) for batch in (1, 10)}
    shares = {(batch, cost.command): cost.share for batch, report in reports.items() for cost in report.commands}

    assert shares[10, "CreateTask"] == shares[1, "CreateTask"] / 10
    assert shares[10, "MoveThing"] > shares[1, "MoveThing"] / 2


def test_storage_grows_with_the_entities_and_recovery_with_the_log(profile: CostProfile) -> None:
    small, large = (
        build_report(Workload(stored=StoredCounts(tasks=tasks, comments=0, commits=commits)), profile).money
        for tasks, commits in ((0, 1_000), (100_000, 1_000))
    )

    assert large["storage"] > 5 * small["storage"]
    assert large["recovery"] == small["recovery"] < build_report(Workload(), profile).money["recovery"]


def test_a_workload_can_override_prices(profile: CostProfile) -> None:
    workload = Workload(prices=PriceOverride(million_writes=6.25, storage=0))

    assert build_report(workload, profile).money["writes"] == pytest.approx(
        10 * build_report(Workload(), profile).money["writes"]
    )
    assert build_report(workload, profile).money["storage"] == 0
    assert "given" in build_report(workload, profile).prices.source


def test_an_unknown_price_is_an_error_that_names_it(profile: CostProfile) -> None:
    workload = Workload.model_validate({"region": "eu-central-1", "insights": {"events": "throttled"}})

    with pytest.raises(InvalidInput, match="insights_rule"):
        build_report(workload, profile)
    known = workload.model_copy(update={"prices": PriceOverride(insights_rule=0.6)})
    assert build_report(known, profile).money["insights"] == pytest.approx(2 * 0.6)


# ---- the command ---------------------------------------------------------------------------------------------------


def test_the_tables_name_every_query_and_the_commands(ascend: AscendCommand) -> None:
    shown = ascend("schema", "cost")

    assert shown.code == 0
    assert [query for query in QUERIES if f"\n{query} " not in shown.out] == []
    assert "CompleteTask" in shown.out
    assert "breaks even at 28.9%" in shown.out


def test_the_workload_that_the_documents_show_is_an_example() -> None:
    text = (ROOT / "docs" / "how-to" / "know-what-it-costs.md").read_text()

    (block,) = re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)

    assert isinstance(parse_yaml(block, Workload), Workload)
    assert block in (ROOT / "examples" / "cost" / "studio.yaml").read_text()


def test_the_choices_that_the_documents_show_are_those_of_the_example(ascend: AscendCommand) -> None:
    page = (ROOT / "docs" / "how-to" / "know-what-it-costs.md").read_text()
    [block] = re.findall(r"^```text\n(.*?)^```", page, re.MULTILINE | re.DOTALL)

    shown = ascend("schema", "cost", ROOT / "examples" / "cost" / "multi-tenant.yaml").out

    assert block in shown


def find_idle_lines(shown: str) -> list[str]:
    return [line for line in shown.splitlines() if "idle workers" in line]


def test_the_bill_has_a_line_for_idle_workers_and_advice_where_they_cost_the_most(
    ascend: AscendCommand, tmp_path: Path
) -> None:
    busy = tmp_path / "busy.yaml"
    busy.write_text("commands: {CreateTask: 1000000}\n")

    named, advised = find_idle_lines(ascend("schema", "cost").out)
    (only_named,) = find_idle_lines(ascend("schema", "cost", busy).out)

    assert named.startswith("on demand, a month: idle workers ")
    assert "idle workers cost the most: one worker is enough" in advised
    assert only_named.startswith("on demand, a month: idle workers ")


def test_the_bill_is_shown_for_now_and_for_in_a_year(ascend: AscendCommand) -> None:
    shown = ascend("schema", "cost").out

    for when in ("on demand, a month: ", "in a year, a month: "):
        lines = [line.removeprefix(when) for line in shown.splitlines() if line.startswith(when)]
        assert {line.split()[0] for line in lines} >= {"reads", "storage", "recovery", "total"}


def test_json_output_holds_the_workload_and_the_report(ascend: AscendCommand, tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    file.write_text("workspaces: 3\ncommands: {CreateTask: 100}\nreads: {feed: 1}\nworker: {pause: 60}\n")

    shown = ascend("--json", "schema", "cost", file).json

    assert shown["workload"]["worker"] == {"processes": 1, "pause": 60.0, "batch": None, "shards": None}
    assert [cost["command"] for cost in shown["report"]["commands"]] == ["CreateTask"]
    assert shown["report"]["money"]["total"] > 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1: names and values are expected"),
        ("- 1\n- 2\n", "line 1: names and values are expected"),
        ("workspaces: 1\ncommands:\n  CreateTsk: 5\n", "line 3: commands.CreateTsk: there is no command CreateTsk: try CreateTask"),
        ("reads:\n  fed: 1\n", "line 2: reads.fed: there is no query fed: try feed"),
        ("region: mars-1\n", "line 1: region: there are no prices for the region mars-1: take one of "),
        ("\nworkspaces: -1\n", "line 2: workspaces: Input should be greater than or equal to 1"),
        ("workspaces: yes\n", "line 1: workspaces: Input should be a valid integer"),
        ("workspaces: 1\nworkspaces: 2\n", "line 2: workspaces is given twice"),
        ("worker:\n  pause: .inf\n", "line 2: worker.pause"),
        ("commands: {CreateTask: 1e400}\n", "line 1: commands.CreateTask"),
        ("sizes:\n  task: {assignees: 20}\n  workspace: {people: 5}\n", "line 1: sizes: a Task has at most 4"),
        ("a: &b [1]\nc: *b\n", "line 2: anchors and aliases are not supported"),
        ("a: " + "[" * 1_000, "line 1: values are nested more than 20 deep"),
        ("a: !!python/object/apply:os.system [x]\n", "line 1: could not determine a constructor"),
        ("workspaces: 1\n---\nworkspaces: 2\n", "line 2: but found another document"),
        ("a: 'b\n", "line 2: found unexpected end of stream"),
        ("a: 2001-99-99\n", "line 1: 2001-99-99 cannot be read as timestamp"),
        ("[1, 2]: 3\n", "line 1: a name must be one word"),
        ("{" + "b: 1, " * 20_000 + "}", "is larger than 100,000 bytes"),
        ("\x00", "line 1: unacceptable character"),
    ],
)  # fmt: skip
def test_an_invalid_workload_is_an_error_with_its_line(
    ascend: AscendCommand, tmp_path: Path, text: str, message: str
) -> None:
    file = tmp_path / "workload.yaml"
    file.write_text(text)

    refused = ascend("schema", "cost", file)

    assert (refused.code, refused.out) == (2, "")
    assert refused.err.count("\n") == 1
    assert "workload.yaml" in refused.err
    assert message in refused.err


def test_bytes_that_are_not_text_are_an_error(ascend: AscendCommand, tmp_path: Path) -> None:
    file = tmp_path / "workload.yaml"
    file.write_bytes(b"\xff\xfe\x00")

    refused = ascend("schema", "cost", file)

    assert (refused.code, "is not UTF-8 text" in refused.err) == (2, True)
