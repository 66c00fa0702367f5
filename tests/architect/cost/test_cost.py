"""What a workload costs: where its numbers come from, what they depend on, and what nonsense gets for an answer."""

import re
from pathlib import Path

import anyio
import pytest
from pydantic import BaseModel
from support.paths import ROOT
from support.schema.commands import Ascend, runner

from ascend.architect.cost.bill import report
from ascend.architect.cost.footprints import Life, Lived
from ascend.architect.cost.mix import MIX, SENT, default_commands
from ascend.architect.cost.prices import REGIONS, Override
from ascend.architect.cost.units import summed_units, write_units
from ascend.architect.cost.workload import DAYS, QUERIES, Stored, Worker, Workload
from ascend.architect.review.proposal import Proposal
from ascend.cli.schema.yaml_file import parse
from ascend.domain.errors import InvalidInput


@pytest.fixture(scope="module")
def lived() -> Lived:
    return anyio.run(Life(Workload().sizes).run)


@pytest.fixture(name="ascend")
def ascend_command(capsys: pytest.CaptureFixture[str]) -> Ascend:
    return runner(capsys)


def total(lived: Lived, **said: object) -> float:
    return report(Workload.model_validate(said), lived).money["total"]


# ---- where numbers come from ---------------------------------------------------------------------------------------


def test_every_command_that_can_be_sent_was_done_and_counted(lived: Lived) -> None:
    assert set(lived.footprints) == set(SENT)
    assert all(one.writes["commit", "events"] >= 1 for one in lived.footprints.values())


def test_what_is_not_said_is_what_the_patterns_assume() -> None:
    workload = Workload(workspaces=2)

    assert set(workload.reads_a_day) == set(QUERIES)
    for pattern, mix in MIX:
        assert sum(mix.values()) == pytest.approx(100)
        assert sum(default_commands()[name] for name in mix) == pytest.approx(pattern.load.writes_a_day)
        assert workload.reads_a_day[pattern.query] == 2 * pattern.load.reads_a_day
    assert sum(workload.commands_a_day.values()) == pytest.approx(2 * sum(default_commands().values()))


def test_the_sums_are_of_their_parts(lived: Lived) -> None:
    found = report(Workload(), lived)

    assert found.writes == pytest.approx(sum(one.writes for one in found.projections))
    assert found.writes == pytest.approx(
        DAYS * sum(one.a_day * (one.log + one.items + one.indexes + one.engine + one.share) for one in found.commands)
    )
    assert found.gigabytes == pytest.approx(sum(one.gigabytes for one in found.projections))
    reads = sum(one.a_day * one.reads for one in found.commands)
    reads += sum(one.a_day * (one.page + one.joined) for one in found.patterns)
    assert found.reads == pytest.approx(DAYS * reads)
    assert found.money["total"] == pytest.approx(sum(found.money.values()) / 2)
    assert found.money["writes"] == pytest.approx(found.writes / 1e6 * REGIONS["us-east-1"].million_writes)


def test_sizes_that_are_averages_cost_what_their_items_cost_on_average() -> None:
    """Where half of the items need one unit more, so does half of the formula."""
    for average in (100, 980, 1_024, 1_500, 3_072):
        sizes = [average * (0.9 + 0.2 * (number + 0.5) / 10_000) for number in range(10_000)]
        assert write_units(average, spread=0.1) == pytest.approx(sum(map(write_units, sizes)) / 10_000, abs=0.001)
    assert (write_units(1), write_units(1_024), write_units(1_025)) == (1, 1, 2)
    assert summed_units(2_048) == 3 * 1_024


# ---- what they depend on -------------------------------------------------------------------------------------------


def test_a_worker_that_looks_less_often_or_finds_more_at_once_costs_less(lived: Lived) -> None:
    assert total(lived, worker={"pause": 10.0}) < total(lived) < total(lived, worker={"processes": 2})
    assert total(lived, worker={"batch": 20.0}) < total(lived)


def test_what_changes_a_subtree_shares_its_batch_with_nobody(lived: Lived) -> None:
    one_by_one, together = (report(Workload(worker=Worker(batch=batch)), lived) for batch in (1, 10))
    shares = {(n, one.command): one.share for n, r in enumerate((one_by_one, together)) for one in r.commands}

    assert shares[1, "CreateTask"] == shares[0, "CreateTask"] / 10
    assert shares[1, "MoveThing"] > shares[0, "MoveThing"] / 2


def test_storage_grows_with_what_is_stored_and_recovery_with_the_log(lived: Lived) -> None:
    small, large = (
        report(Workload(stored=Stored(tasks=tasks, comments=0, commits=commits)), lived).money
        for tasks, commits in ((0, 1_000), (100_000, 1_000))
    )

    assert large["storage"] > 5 * small["storage"]
    assert large["recovery"] == small["recovery"] < report(Workload(), lived).money["recovery"]


def test_provisioned_capacity_is_cheaper_where_enough_of_it_is_used(lived: Lived) -> None:
    def both(workspaces: int, peak: float) -> tuple[float, float]:
        found = report(Workload(workspaces=workspaces, peak=peak, worker=Worker(pause=600)), lived).provisioned
        assert found.writes.used == pytest.approx(1 / peak, rel=0.1)
        return found.money, found.instead_of

    steady, uneven = both(2_000, 2), both(2_000, 6)

    assert REGIONS["us-east-1"].break_even_writes == pytest.approx(0.00065 * 1e6 / (3_600 * 0.625))
    assert steady[0] < steady[1] == uneven[1] < uneven[0]


def test_prices_can_be_given(lived: Lived) -> None:
    given = Workload(prices=Override(million_writes=6.25, storage=0))

    assert report(given, lived).money["writes"] == pytest.approx(10 * report(Workload(), lived).money["writes"])
    assert report(given, lived).money["storage"] == 0
    assert "given" in report(given, lived).prices.source


def test_an_unknown_price_is_asked_for(lived: Lived) -> None:
    with pytest.raises(InvalidInput, match="million_stream_reads"):
        report(Workload(region="eu-central-1", stream_reads=1_000), lived)
    known = Override(million_stream_reads=0.3)
    assert report(Workload(region="eu-central-1", stream_reads=1_000_000, prices=known), lived).money["stream"] == 9


# ---- the command ---------------------------------------------------------------------------------------------------


def test_the_tables_name_every_projection_and_query(ascend: Ascend) -> None:
    shown = ascend("schema", "cost")

    assert shown.code == 0
    assert [query for query in QUERIES if f"\n{query} " not in shown.out] == []
    assert "CompleteTask" in shown.out
    assert "breaks even at 28.9%" in shown.out


@pytest.mark.parametrize("page", ["know-what-it-costs", "review-an-entity"])
def test_files_that_the_documents_show_are_read(page: str) -> None:
    text = (ROOT / "docs" / "how-to" / f"{page}.md").read_text()
    models: dict[str, type[BaseModel]] = {"know-what-it-costs": Workload, "review-an-entity": Proposal}

    (block,) = re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)

    assert isinstance(parse(block, models[page]), models[page])
    if page == "know-what-it-costs":
        assert block in (ROOT / "examples" / "cost" / "studio.yaml").read_text()


def polling(shown: str) -> list[str]:
    return [line for line in shown.splitlines() if "polling" in line]


def test_idle_polling_is_a_line_of_the_bill_and_says_what_to_do_where_it_costs_the_most(
    ascend: Ascend, tmp_path: Path
) -> None:
    seldom = tmp_path / "seldom.yaml"
    seldom.write_text("worker: {pause: 600}\n")

    named, advised = polling(ascend("schema", "cost").out)
    (only_named,) = polling(ascend("schema", "cost", seldom).out)

    assert named.startswith("on demand, a month: idle polling ")
    assert "costs the most: raise `worker.pause`" in advised
    assert only_named.startswith("on demand, a month: idle polling ")


def test_the_bill_is_shown_for_now_and_for_in_a_year(ascend: Ascend) -> None:
    shown = ascend("schema", "cost").out

    for when in ("on demand, a month: ", "in a year, a month: "):
        lines = [line.removeprefix(when) for line in shown.splitlines() if line.startswith(when)]
        assert {line.split()[0] for line in lines} >= {"reads", "storage", "recovery", "total"}


def test_machines_get_the_workload_and_the_report(ascend: Ascend, tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    file.write_text("workspaces: 3\ncommands: {CreateTask: 100}\nreads: {feed: 1}\nworker: {pause: 60}\n")

    shown = ascend("--json", "schema", "cost", file).json

    assert shown["workload"]["worker"] == {"processes": 1, "pause": 60.0, "batch": 1.0}
    assert [one["command"] for one in shown["report"]["commands"]] == ["CreateTask"]
    assert shown["report"]["money"]["total"] > 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: names and values are expected"),
        ("- 1\n- 2\n", "line 1: names and values are expected"),
        ("workspaces: 1\ncommands:\n  CreateTsk: 5\n", "line 3: commands.CreateTsk: there is no command CreateTsk: try CreateTask"),
        ("reads:\n  fed: 1\n", "line 2: reads.fed: there is no query fed: try feed"),
        ("region: mars-1\n", "line 1: region: there is no table of prices for the region"),
        ("\nworkspaces: -1\n", "line 2: workspaces: Input should be greater than or equal to 1"),
        ("workspaces: yes\n", "line 1: workspaces: Input should be a valid integer"),
        ("workspaces: 1\nworkspaces: 2\n", "line 2: workspaces stands there twice"),
        ("worker:\n  pause: .inf\n", "line 2: worker.pause"),
        ("commands: {CreateTask: 1e400}\n", "line 1: commands.CreateTask"),
        ("sizes:\n  task: {assignees: 20}\n  workspace: {people: 5}\n", "line 1: sizes: a Task has at most 4"),
        ("a: &b [1]\nc: *b\n", "line 2: anchors and aliases are not read here"),
        ("a: " + "[" * 1_000, "line 1: this nests more than 20 deep"),
        ("a: !!python/object/apply:os.system [x]\n", "line 1: could not determine a constructor"),
        ("workspaces: 1\n---\nworkspaces: 2\n", "line 2: but found another document"),
        ("a: 'b\n", "line 2: found unexpected end of stream"),
        ("a: 2001-99-99\n", "line 1: 2001-99-99 cannot be read as timestamp"),
        ("[1, 2]: 3\n", "line 1: a name is one word"),
        ("{" + "b: 1, " * 20_000 + "}", "is larger than 100,000 bytes"),
        ("\x00", "line 1: unacceptable character"),
    ],
)  # fmt: skip
def test_nonsense_is_told_with_its_line(ascend: Ascend, tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "workload.yaml"
    file.write_text(text)

    refused = ascend("schema", "cost", file)

    assert (refused.code, refused.out) == (2, "")
    assert refused.err.count("\n") == 1
    assert "workload.yaml" in refused.err
    assert said in refused.err


def test_bytes_that_are_no_text_are_refused(ascend: Ascend, tmp_path: Path) -> None:
    file = tmp_path / "workload.yaml"
    file.write_bytes(b"\xff\xfe\x00")

    refused = ascend("schema", "cost", file)

    assert (refused.code, "is no text in UTF-8" in refused.err) == (2, True)
