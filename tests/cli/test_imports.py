import os
from pathlib import Path

import anyio
import orjson
import pytest
from support.cli.command_line import AscendCommand

from ascend import RemoveMember, UserId, open_store
from ascend.adapters.importers import IMPORTER, imported_workspace
from ascend.adapters.importers.samples import INVENTORY, ISSUES

ISSUE = {
    "number": 1,
    "title": "#1: fix",
    "user": {"login": "ada"},
    "state": "open",
    "created_at": "2024-01-02T03:04:05Z",
}
NO_NUMBER = {"title": "x"}


def write(path: Path, *records: object) -> str:
    path.write_bytes(orjson.dumps(records))
    return str(path)


@pytest.mark.parametrize(("source", "sample"), [("github", ISSUES), ("inventree", INVENTORY)])
def test_a_second_import_adds_nothing(ascend: AscendCommand, source: str, sample: Path) -> None:
    command = ("--json", "import", source, str(sample), "--workspace", "Imported")

    first = ascend(*command).json
    second = ascend(*command).json

    assert first["events"] > 20
    assert first["refused"] == 0
    assert second["events"] == 0
    assert second["records"] == first["records"]
    assert ascend("worker", "--until-caught-up").code == 0
    assert ascend("members", "Imported").code == 0


def test_an_import_counts_what_it_created(ascend: AscendCommand) -> None:
    tasks = ascend("import", "github", str(ISSUES), "--workspace", "Tasks").out
    things = ascend("import", "inventree", str(INVENTORY), "--workspace", "Things").out

    assert "20 records (4 members, 20 tasks, 13 comments, 3 relations), 81 commands, 81 events appended.\n" in tasks
    kinds = "4 members, 19 things, 4 assets, 5 asset links, 2 tasks, 1 relation"
    assert f"30 records ({kinds}), 42 commands, 42 events appended.\n" in things


def test_references_without_a_target_are_counted(ascend: AscendCommand, tmp_path: Path) -> None:
    file = write(tmp_path / "issues.json", {**ISSUE, "body": "Like #1, closes #7"})

    imported = ascend("import", "github", file, "--workspace", "W")
    again = ascend("--json", "import", "github", file, "--workspace", "W").json

    assert (imported.code, imported.out.count("2 references without a target")) == (0, 1)
    assert (again["skipped"], again["conflicts"], again["refused"]) == (2, 0, 0)


def test_an_imported_workspace_can_be_named_by_its_id(ascend: AscendCommand) -> None:
    first = ascend("--json", "import", "github", str(ISSUES), "--workspace", "Imported").json
    ascend("worker", "--until-caught-up")

    again = ascend("--json", "import", "github", str(ISSUES), "--workspace", first["workspace"]).json

    assert (again["workspace"], again["events"]) == (first["workspace"], 0)


def test_refused_commands_are_listed_and_the_rest_is_imported(ascend: AscendCommand, tmp_path: Path) -> None:
    second = {**ISSUE, "number": 2, "user": {"login": "bob"}}
    file = write(tmp_path / "issues.json", ISSUE, second)
    ascend("import", "github", file, "--workspace", "W")

    async def remove() -> None:
        async with open_store(os.environ["ASCEND_STORE"]) as store:
            await store.execute(imported_workspace("W"), RemoveMember(user_id=UserId("github:ada")), actor=IMPORTER)

    anyio.run(remove)
    comments = [{"user": {"login": "ada"}, "body": "Hello", "created_at": "2024-02-02T03:04:05Z"}]
    write(tmp_path / "issues.json", {**second, "comments": comments}, {**second, "number": 3})

    imported = ascend("--json", "import", "github", file, "--workspace", "W")

    assert (imported.code, imported.json["records"], imported.json["refused"]) == (3, 2, len(imported.json["refusals"]))
    assert "refused: issue 2: " in imported.err
    assert "kept: issue 2: github:ada: this person was removed here" in imported.err
    assert "issue 3" not in imported.err


def test_an_import_creates_no_store(ascend: AscendCommand, tmp_path: Path) -> None:
    missing = tmp_path / "missing.db"
    refused = ascend("--store", f"sqlite:///{missing}", "import", "github", str(ISSUES), "--workspace", "W")

    assert refused.code == 4
    assert "ascend init" in refused.error
    assert not missing.exists()


def test_records_before_a_bad_record_stay_and_a_second_run_continues(ascend: AscendCommand, tmp_path: Path) -> None:
    good, bad = ISSUE, {**ISSUE, "number": 2, "body": "x" * 100_000}
    file = write(tmp_path / "issues.json", good, bad)

    refused = ascend("import", "github", file, "--workspace", "W", "--strict")

    assert refused.code == 2
    assert file in refused.error
    assert "issue 2" in refused.error
    assert "it has 100000 bytes, 65536 is the limit" in refused.error

    write(tmp_path / "issues.json", good, {**bad, "body": "short"})
    again = ascend("--json", "import", "github", file, "--workspace", "W")

    assert (again.code, again.json["records"]) == (0, 2)
    ascend("worker", "--until-caught-up")
    assert [line["title"] for line in ascend("--json", "tasks", "W").json] == ["#1: fix", "#1: fix"]


@pytest.mark.parametrize("source", ["github", "inventree"])
def test_what_does_not_fit_is_listed_written_and_told_by_the_exit_code(
    ascend: AscendCommand, tmp_path: Path, source: str
) -> None:
    rows = [ISSUE] if source == "github" else [{"model": "part.part", "pk": 1, "fields": {"name": "Lamp"}}]
    file, report = write(tmp_path / "file.json", *rows, *[NO_NUMBER] * 12), tmp_path / "report"

    imported = ascend("import", source, file, "--workspace", "W", "--report", str(report))
    again = ascend("--json", "import", source, file, "--workspace", "W")

    assert (imported.code, again.code) == (3, 3)
    assert "1 record " in imported.out
    assert ", 12 passed over" in imported.out
    assert imported.err.count("passed over: record ") == 10
    assert "passed over: … and 2 more" in imported.err
    assert (again.json["passed_over"], again.json["cut"], again.json["left_out"]) == (12, 0, 0)
    lines = [orjson.loads(line) for line in report.read_bytes().splitlines()]
    assert (len(lines), lines[:10]) == (12, again.json["notices"])


def test_a_strict_import_stops_at_the_first_record_that_does_not_fit(ascend: AscendCommand, tmp_path: Path) -> None:
    file = write(tmp_path / "issues.json", ISSUE, NO_NUMBER, {**ISSUE, "number": 2})

    refused = ascend("import", "github", file, "--workspace", "W", "--strict")

    assert refused.code == 2
    assert "record 2.number: Field required" in refused.error
    again = ascend("--json", "import", "github", file, "--workspace", "W").json
    assert (again["records"], again["unchanged"]) == (2, 1)


@pytest.mark.parametrize("report", ["file.json", "missing/report", "."])
def test_a_report_that_cannot_be_written_stops_the_import_before_it_begins(
    ascend: AscendCommand, tmp_path: Path, report: str
) -> None:
    file = write(tmp_path / "file.json", ISSUE)

    refused = ascend("import", "github", file, "--workspace", "W", "--report", str(tmp_path / report))

    assert refused.code == 2
    assert str(tmp_path / report) in refused.error or "--report" in refused.error
    assert ascend("--json", "import", "github", file, "--workspace", "W").json["repeated"] == 0
