"""What the text of an issue or pull request says about others: "closes #7", "see #9".

They become relations, which may point at each other; dependencies between tasks could not, since those make no circles.
"""

import re
from collections.abc import Callable

from ascend.adapters.importers.github.issue import Issue
from ascend.adapters.importers.github.records import issue_identity, github_person
from ascend.adapters.importers.records import SourceIdentity, SourceRecord, ImportStep
from ascend.domain.ids import Ref, TaskId, WorkspaceId
from ascend.domain.relations.commands import AddRelation
from ascend.domain.tasks.task import Task

REFERENCE = re.compile(
    r"(?:\b(close[sd]?|fix(?:e[sd])?|resolve[sd]?|address(?:e[sd])?):?\s+)?(?<![\w/&])#([0-9]{1,18})\b", re.IGNORECASE
)
"""A word that closes, perhaps, and a number: GitHub's words, and "addresses", which people write for the same.

What another repository calls so (`other/one#7`), an address and `&#39;` are none; a number in quoted code is one.
"""
CLOSES, MENTIONS = "closes", "mentions"
INVERSE_NAMES = {CLOSES: "closed by", MENTIONS: "mentioned by"}


def find_references(text: str) -> dict[int, str]:
    """What the text does with each number, in the order in which they come. What it closes, it need not mention."""
    found: dict[int, str] = {}
    for closing, number in REFERENCE.findall(text):
        if closing:
            found[int(number)] = CLOSES
        else:
            found.setdefault(int(number), MENTIONS)
    return found


def relations_record(issue: Issue, workspace: WorkspaceId, repository: str, there: Callable[[int], bool]) -> SourceRecord:
    """Its relations to those of its repository that are there: said by its author, with its creation."""
    found = find_references(issue.body)
    leads = {number: type for number, type in found.items() if number != issue.number and there(number)}
    identity = issue_identity(workspace, repository, issue.number)

    def step(number: int, type: str) -> ImportStep:
        add = AddRelation(
            source=task_ref(identity),
            type=type,
            target=task_ref(issue_identity(workspace, repository, number)),
            inverse=INVERSE_NAMES[type],
            at=issue.created_at,
        )
        return identity.step(f"{type} {number}", github_person(issue.author).id, add)

    steps = tuple(step(number, type) for number, type in leads.items())
    return SourceRecord(f"issue {issue.number}", issue.created_at, steps=steps, again=True, skipped=len(found) - len(leads))


def task_ref(identity: SourceIdentity) -> Ref:
    return Ref(Task.entity, TaskId.derive(identity.workspace, *identity.names))
