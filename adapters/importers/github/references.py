"""References in the text of an issue or pull request to others: "closes #7", "see #9".

They become relations, because two texts may refer to each other. Dependencies between tasks could not: they allow no
cycles.
"""

import re
from collections.abc import Callable

from ascend.adapters.importers.github.issue import Issue
from ascend.adapters.importers.github.records import user_of
from ascend.adapters.importers.merge.wanted import Said, Wanted, WholeList
from ascend.adapters.importers.records import SourceRecord
from ascend.domain.ids import Ref, RelationId, TaskId
from ascend.domain.relations.relation import Relation
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


def relations_record(issue: Issue, task: TaskId, find: Callable[[int], TaskId | None]) -> SourceRecord:
    """Return a record with the issue's relations to the tasks that `find` returns for the numbers in its text.

    Each relation has the issue's author as its actor, and the issue's creation as its time. A relation that the text no
    longer has is removed.
    """
    references = find_references(issue.body)
    found = {number: find(number) for number in references}
    targets = {number: id for number, id in found.items() if id is not None and id != task}
    author = user_of(issue.author)
    created, changed = Said(author, issue.created_at), Said(author, issue.updated_at or issue.created_at)
    relations = [wanted_relation(task, references[number], id, created, changed) for number, id in targets.items()]
    return SourceRecord(
        f"issue {issue.number}",
        created.at,
        wanted=tuple({relation.ref: relation for relation in relations}.values()),
        whole=(
            WholeList(
                Ref(Task.entity, task), Relation.entity, changed, lambda relation: relation.type in INVERSE_NAMES
            ),
        ),
        again=True,
        skipped=len(references) - len(targets),
    )


def wanted_relation(task: TaskId, type: str, target: TaskId, created: Said, changed: Said) -> Wanted:
    ends = Ref(Task.entity, task), Ref(Task.entity, target)
    state = Relation(
        id=RelationId.derive(*ends[0], type, *ends[1]),
        source=ends[0],
        type=type,
        target=ends[1],
        inverse=INVERSE_NAMES[type],
    )
    return Wanted(state=state, created=created, changed=changed, needs=ends)
