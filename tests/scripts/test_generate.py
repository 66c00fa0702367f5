"""Every generated file is what the code generates today, and no record of it shrinks."""

from pathlib import Path

import generate
import pytest
from downloads import Unavailable
from generate import GENERATED, Files, Generated, Measured, find_stale
from support.engines import report_not_run
from support.only_grows import Removed, check_only_grows
from support.paths import GOLDEN, ROOT
from support.pinned_names import add_names

LISTED = [
    pytest.param(
        entry,
        id=entry.what,
        marks=[pytest.mark.dynamodb_local] if getattr(entry, "fixture", "") == "dynamodb_local_url" else [],
    )
    for entry in GENERATED
]


def render(entry: Generated | Measured, request: pytest.FixtureRequest) -> Files:
    if isinstance(entry, Generated):
        return entry.render()
    return entry.render(request.getfixturevalue(entry.fixture))


@pytest.mark.parametrize("entry", LISTED)
def test_every_generated_file_is_up_to_date(entry: Generated | Measured, request: pytest.FixtureRequest) -> None:
    """If it fails: run `make generate`, and look at the difference."""
    try:
        files = render(entry, request)
    except Unavailable as error:
        report_not_run(entry.what, error)

    assert [str(path.relative_to(ROOT)) for path in find_stale(files)] == [], "stale: run `make generate`"


def test_a_stale_file_is_written_and_an_up_to_date_one_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(generate, "ROOT", tmp_path)
    kept, changed, new = tmp_path / "kept.md", tmp_path / "changed.md", tmp_path / "folder" / "new.md"
    kept.write_text("same")
    changed.write_text("old")

    assert generate.write(Generated("pages", lambda: {kept: "same", changed: "other", new: "first"}))

    assert (changed.read_text(), new.read_text()) == ("other", "first")
    assert capsys.readouterr().out.splitlines()[1:3] == ["  wrote changed.md", "  wrote folder/new.md"]


def test_a_removed_name_is_refused_and_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def render() -> dict[Path, str]:
        check_only_grows(GOLDEN / "names.json", ["commands.Old"], ["commands.New"], "restore it")
        raise AssertionError("not reached")

    assert not generate.write(Generated("names", render))

    assert capsys.readouterr().err == (
        "  REFUSED: tests/golden/names.json records commands.Old, which the code no longer has: restore it\n"
    )


def test_what_the_machine_cannot_generate_is_named_and_left_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    def render() -> dict[Path, str]:
        raise Unavailable("there is no Node")

    assert generate.write(Generated("types", render))

    assert capsys.readouterr().err == "  NOT WRITTEN: there is no Node\n"


@pytest.mark.parametrize(
    ("today", "missing"),
    [({"events": {}}, "events.a"), ({"events": {"a": []}}, r"events\.a\.id"), ({"events": {"b": ["id"]}}, "events.a")],
)
def test_a_name_that_is_data_is_never_removed_or_renamed(today: dict[str, dict[str, list[str]]], missing: str) -> None:
    recorded = {"events": {"a": ["id"]}}

    with pytest.raises(Removed, match=missing):
        add_names(recorded, today)


def test_a_name_that_is_data_may_be_added() -> None:
    more = {"events": {"a": ["id", "more"], "b": []}}

    assert add_names({"events": {"a": ["id"]}}, more) == more
