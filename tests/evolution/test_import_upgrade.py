"""What release 0.2 imported is found again: no second task, no second comment, and changes of people stay."""

from pathlib import Path

from support.importers.files import archive, comment, issue, write_file
from support.importers.store import ImportStore
from support.upgrade.releases import run_old

import ascend
from ascend.domain.comments.comment import Comment
from ascend.domain.ids import UserId
from ascend.domain.relations.relation import Relation
from ascend.domain.tasks.commands import EditTask
from ascend.domain.tasks.task import Status, Task

ADA = UserId("github:ada")
EDITED = {"updatedAt": "2024-02-04T10:00:00Z"}
CLOSED = {"state": "CLOSED", "closedAt": "2024-03-01T00:00:00Z"}


async def test_an_import_by_the_release_before_is_continued(tmp_path: Path, old_release: Path) -> None:
    url, review = f"sqlite:///{tmp_path}/life.db", comment("bob", "fine", 5)
    issues = [
        issue(1, id="I_one", title="One", labels=["bug"], comments=[comment("bob", "old", 2), comment("bob", "x", 2)]),
        issue(
            2, id="I_two", title="Two", body="see #1", assignees=["bob"], comments=[comment("ada", "e", 3, **EDITED)]
        ),
    ]
    pull = issue(3, id="PR_three", body="closes #1", html_url="https://github.com/lovelace/engine/pull/3", **CLOSED)
    pull |= {"reviews": [review], "comments": []}
    before = write_file(tmp_path, archive(*issues, pulls=[pull]), "before.json")
    assert run_old(old_release, "--store", url, "init").returncode == 0
    imported = run_old(old_release, "--store", url, "import", "github", str(before), "--workspace", "Home")
    assert imported.returncode == 0, imported.stderr

    async with ascend.open_store(url) as opened:
        store = ImportStore(tables=opened.tables)
        old = [task.id for task in await store.entities(Task)]
        await store.execute(EditTask(task_id=old[1], title="Mine"), ADA)
        issues[0] |= {"title": "Better", "labels": [], "comments": [comment("bob", "new", 2, **EDITED)]}
        issues[1] |= {"title": "Theirs", "assignees": [], "body": ""}
        inline = {"body": "here", "createdAt": "2024-02-05T10:00:00Z"}
        pull |= {"reviews": [review | {"id": "PRR_1", "comments": [inline]}]}
        after = write_file(tmp_path, archive(*issues, pulls=[pull]), "after.json")
        summary = await store.github(after)
        again = await store.github(after)

        one, two, three = await store.entities(Task)
        assert [task.id for task in (one, two, three)] == old
        assert (one.title, one.tags, one.metadata["id"]) == ("Better", (), "I_one")
        assert (two.title, two.assignees) == ("Mine", ())
        assert three.status is Status.CANCELLED
        assert [found.text for found in await store.entities(Comment) if not found.deleted] == [
            "new",
            "e",
            "fine",
            "here",
        ]
        assert [relation.type for relation in await store.entities(Relation) if not relation.removed] == ["closes"]
        assert (summary.kept, summary.refused, again.sent.total()) == (1, 0, 0)
