import re

import anyio
from support.cli.command_line import AscendCommand
from support.cli.filled_store import ADA, BOB, HOME, HOUSE, TABLE
from support.derived import derive_model

from ascend import CommentId, DeleteComment, EditComment, TaskCard, TaskId, open_store
from ascend.cli.queries.show import describe_recurrence


def test_a_task_is_shown_by_its_title(ascend: AscendCommand) -> None:
    shown = ascend("show", "Home", "yesterday").out.splitlines()

    assert shown[:6] == [
        "yesterday",
        f"task {TaskId.derive('yesterday')}",
        "status       open",
        "priority     urgent",
        "assigned to  ada",
        "due          2026-03-09",
    ]


def test_a_task_shows_what_its_series_counts_from() -> None:
    card = derive_model(TaskCard, recurrence="FREQ=WEEKLY", completion_zone=None)

    assert describe_recurrence(card) == "FREQ=WEEKLY"
    from_completion = card.model_copy(update={"completion_zone": "Europe/Berlin"})
    assert describe_recurrence(from_completion) == "FREQ=WEEKLY, from the day it is done (Europe/Berlin)"
    assert describe_recurrence(from_completion.model_copy(update={"recurrence": None})) == ""


def test_a_thing_is_shown_with_its_ancestors_and_comments(ascend: AscendCommand) -> None:
    shown = ascend("show", "Home", TABLE).out

    assert "in           House › Kitchen" in shown
    assert f"About {TABLE}" in shown


def test_a_comment_is_shown_by_its_id(ascend: AscendCommand) -> None:
    shown = ascend("--json", "show", "Home", CommentId.derive(HOUSE)).json

    assert (shown["kind"], shown["comment"]["text"]) == ("comment", f"About {HOUSE}")


def test_a_comment_shows_who_edited_or_deleted_it_in_place_of_its_author(ascend: AscendCommand, url: str) -> None:
    async def moderate() -> None:
        async with open_store(url) as store:
            edit = EditComment(comment_id=CommentId.derive(TABLE), text="Kinder words")
            await store.execute(HOME, edit, actor=ADA)
            await store.execute(HOME, DeleteComment(comment_id=CommentId.derive(HOUSE)), actor=ADA)
            await store.worker.run_once()

    anyio.run(moderate)

    assert re.search(rf"{BOB}, .*\(edited .* by {ADA}\)\n +Kinder words", ascend("show", "Home", TABLE).out)
    assert f"(deleted by {ADA})" in ascend("show", "Home", CommentId.derive(HOUSE)).out
    assert ascend("--json", "show", "Home", CommentId.derive(TABLE)).json["comment"]["edited_by"] == ADA


def test_tasks_and_things_are_shown_as_json(ascend: AscendCommand) -> None:
    task = ascend("--json", "show", "Home", "today").json
    thing = ascend("--json", "show", "Home", "Kitchen").json

    assert (task["kind"], task["task"]["due"], task["comments"]) == ("task", "2026-03-10", [])
    assert (thing["kind"], [node["name"] for node in thing["ancestors"]]) == ("thing", ["House"])


def test_other_peoples_text_cannot_move_the_cursor(ascend: AscendCommand) -> None:
    shown = ascend("show", "Work", TaskId.derive("evil")).out

    assert shown.count(r"red: \x1b[31m, bell: \x07, reversed: \u202egnp.exe, C1: \x9b2J") == 2
    assert not set(shown) & set("\x1b\x07\u202e\x9b\u200b")


def test_text_is_exact_in_json(ascend: AscendCommand) -> None:
    shown = ascend("--json", "show", "Work", TaskId.derive("evil")).json

    assert shown["task"]["description"] == shown["comments"][0]["text"]
    assert shown["task"]["description"].startswith("red: \x1b[31m")


def test_a_title_of_two_tasks_is_an_error_that_lists_them(ascend: AscendCommand) -> None:
    ambiguous = ascend("show", "Work", "Call back")

    assert ambiguous.code == 2
    assert ambiguous.error.count("task 0") == 2


def test_an_unknown_entity_is_an_error(ascend: AscendCommand) -> None:
    assert ascend("show", "Home", "Nothing").code == 3
    assert "no task, thing, asset or comment" in ascend("show", "Home", CommentId.derive("nothing")).error
