"""Texts of a written application: its sentences, and the forms of the texts in its keys."""

from pathlib import Path

import pytest

from ascend.architect.review.keys import make_design
from ascend.architect.review.proposal import Proposal
from ascend.architect.write.extension import write_extension

VISITS = {
    "name": "visits",
    "entities": [
        {
            "entity": "inspection",
            "attributes": {
                "starts_at": {"type": "instant", "changes": False},
                "day": {"type": "date", "optional": True},
                "note": 60,
            },
            "relationships": [
                {"name": "inspector", "to": ["user"], "each": 1, "changes": False, "of_one": 90, "when_gone": "cascade"}
            ],
            "patterns": [
                {"question": "One inspection", "by": ["id"], "consistent": True},
                {
                    "question": "Inspections of an inspector",
                    "by": ["inspector"],
                    "range": "starts_at",
                    "consistent": True,
                },
                {"question": "Inspections by day", "range": "day"},
                {"question": "Inspections on a day", "by": ["day"]},
            ],
            "keep_days": 30,
        }
    ],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("visits")
    write_extension(make_design(Proposal.model_validate(VISITS)), folder)
    return folder


def test_a_kind_has_the_right_article_wherever_it_is_named(folder: Path) -> None:
    for file in [*folder.rglob("*.py"), folder / "README.md"]:
        text = file.read_text("utf-8")
        assert "a inspection" not in text.lower(), file
        assert "a_inspection" not in text, file
    assert '"""Create an inspection."""' in (folder / "visits" / "inspection_commands.py").read_text("utf-8")
    assert "\n- An inspection is removed after 30 days by " in (folder / "README.md").read_text("utf-8")


def test_the_page_says_which_items_a_reason_concerns(folder: Path) -> None:
    _, _, trade_offs = (folder / "README.md").read_text("utf-8").partition("## Trade-offs")

    assert "\n- `InspectionCard`: an index, because " in trade_offs


def test_a_question_promises_no_more_than_what_is_rendered(folder: Path) -> None:
    text = (folder / "visits" / "inspection_queries.py").read_text("utf-8")

    assert "includes the last write" not in text
    assert "after `store.wait_for(receipt)`" in text


def test_typescript_takes_days_for_every_range_of_times(folder: Path) -> None:
    text = (folder / "typescript" / "src" / "repositories" / "inspection-lines.ts").read_text("utf-8")
    schema = (folder / "typescript" / "src" / "schema.ts").read_text("utf-8")

    assert "given: { workspace: WorkspaceId; inspector: UserId },\n    options: DaysOptions = {}," in text
    assert 'range: ["starts_at_key", "moments"]' in schema
    assert 'range: ["day_order", "days"]' in schema
    assert "RangeOptions" not in text
    assert "dueText(given.day_key)" in text


def test_a_job_keeps_no_list_of_what_it_removes(folder: Path) -> None:
    text = (folder / "visits" / "jobs.py").read_text("utf-8")

    assert "        async for line in ascend.all_items(ask):\n            command = DeleteInspection(" in text
