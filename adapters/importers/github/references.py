"""References in the text of an issue or pull request to others: "closes #7", "see #9".

They become relations, because two texts may refer to each other. Dependencies between tasks could not: they allow no
cycles.
"""

import re
from collections.abc import Callable

from ascend.adapters.importers.github.issue import Issue
from ascend.adapters.importers.github.records import github_person, issue_identity
from ascend.adapters.importers.records import ImportStep, SourceIdentity, SourceRecord
from ascend.domain.ids import Ref, TaskId, WorkspaceId
from ascend.domain.relations.commands import AddRelation
from ascend.domain.tasks.task import Task

REFERENCE = re.compile(
    r"(?:\b(close[sd]?|fix(?:e[sd])?|resolve[sd]?|address(?:e[sd])?):?\s+)?(?<![\w/&])#([0-9]{1,18})\b", re.IGNORECASE
)
"""An optional closing word and a number. The words are GitHub's, and "addresses", which people use in the same sense.

Not a reference: a number in another repository (`other/one#7`), a URL, and `&#39;`. A number in quoted code is one.
"""
CLOSES, MENTIONS = "closes", "mentions"
INVERSE_NAMES = {CLOSES: "closed by", MENTIONS: "mentioned by"}


def find_references(text: str) -> dict[int, str]:
    """Return the relation type for each number in the text, in the order of first appearance.

    A number that the text closes is not counted as mentioned.
    """
    types: dict[int, str] = {}
    for closing, number in REFERENCE.findall(text):
        if closing:
            types[int(number)] = CLOSES
        else:
            types.setdefault(int(number), MENTIONS)
    return types


def relations_record(
    issue: Issue, workspace: WorkspaceId, repository: str, exists: Callable[[int], bool]
) -> SourceRecord:
    """Return a record with the issue's relations to existing issues of its repository.

    Each relation has the issue's author as its actor, and the issue's creation as its time.
    """
    references = find_references(issue.body)
    targets = {number: type for number, type in references.items() if number != issue.number and exists(number)}
    identity = issue_identity(workspace, repository, issue.number)
    steps = tuple(
        relation_step(issue, identity, type, issue_identity(workspace, repository, number))
        for number, type in targets.items()
    )
    skipped = len(references) - len(targets)
    return SourceRecord(f"issue {issue.number}", issue.created_at, steps=steps, again=True, skipped=skipped)


def relation_step(issue: Issue, identity: SourceIdentity, type: str, target: SourceIdentity) -> ImportStep:
    add = AddRelation(
        source=task_ref(identity),
        type=type,
        target=task_ref(target),
        inverse=INVERSE_NAMES[type],
        at=issue.created_at,
    )
    return identity.step(f"{type} {target.names[-1]}", github_person(issue.author).id, add)


def task_ref(identity: SourceIdentity) -> Ref:
    return Ref(Task.entity, TaskId.derive(identity.workspace, *identity.names))
