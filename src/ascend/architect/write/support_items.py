"""Items that no question asks for, and that written code needs: to find what goes with a deleted entity, and paths."""

from dataclasses import replace

from ascend.architect.review.design import TABLE, Answer, Design, DesignedItem, KeyPlace, make_class_name
from ascend.architect.review.key_fields import WORKSPACE_FIELD, FieldSource, id_field, target_fields
from ascend.architect.review.keys import to_tag
from ascend.architect.review.proposal_parts import ID, ProposedEntity, ProposedRelationship, Question
from ascend.architect.review.subsets import ALL

RARE = 10
"""Reads a day of what only deletions read."""


def add_support(design: Design) -> tuple[Design, tuple[Answer, ...]]:
    """Return the design with these items, and the answers that no question asked for."""
    added: list[Answer] = []
    items = list(design.items)
    for entity in design.proposal.entities:
        for relationship in entity.relationships:
            if relationship.when_gone == "cascade":
                item, answer = find_members(design, entity, relationship)
                items += [] if item is None else [item]
                added.append(answer)
        for deep in [answer for answer in design.answers if answer.entity == entity.entity and answer.question.deep][
            :1
        ]:
            item, answer = find_path(design, entity, deep)
            items += [] if item is None else [item]
            added.append(answer)
    changed = replace(design, items=tuple(items), answers=(*design.answers, *added))
    return changed, tuple(added)


def find_members(
    design: Design, entity: ProposedEntity, relationship: ProposedRelationship
) -> tuple[DesignedItem | None, Answer]:
    """Return the answer to the question which entities point at one other end, and an item if no item answers it.

    It reads the table: an index may lag, and then an entity would be left over.
    """
    targets = target_fields(relationship)
    given = (WORKSPACE_FIELD, *targets)
    question = Question(
        question=f"{entity.entity} entities by {relationship.name}, to delete them with it",
        by=(relationship.name,),
        consistent=True,
        reads_a_day=RARE,
    )
    for item in design.items:
        beginning = (*item.table.partition, *item.table.sort)[: len(given)]
        is_whole_partition = len(item.table.partition) <= len(given)
        if item.entity == entity.entity and not item.subset and is_whole_partition and set(beginning) == set(given):
            return None, Answer(entity.entity, question, item.name, TABLE, beginning, None)
    name = make_class_name(entity.entity, relationship.name, "member_line")
    keys = KeyPlace(to_tag(name), given, (id_field(entity),))
    item = DesignedItem(name, entity.entity, (relationship.name,), ALL, whole=False, table=keys)
    return item, Answer(entity.entity, question, name, TABLE, given, None)


def find_path(design: Design, entity: ProposedEntity, deep: Answer) -> tuple[DesignedItem | None, Answer]:
    """Return the answer to the question for the path of one entity, and an item if the item with paths cannot be found by id."""
    question = Question(question=f"The path of one {entity.entity}", by=(ID,), reads_a_day=deep.question.reads_a_day)
    own, given = id_field(entity), (WORKSPACE_FIELD, id_field(entity))
    known = design.find_item(deep.item)
    if {field.source for field in known.table.fields} == {FieldSource.WORKSPACE, FieldSource.ID} and not known.subset:
        return None, Answer(entity.entity, question, known.name, TABLE, given, None, is_one=True)
    name = make_class_name(entity.entity, "path_line")
    item = DesignedItem(name, entity.entity, (), ALL, whole=False, table=KeyPlace(to_tag(name), given, (own,)))
    return item, Answer(entity.entity, question, name, TABLE, given, None, is_one=True)
