"""The reasons for the keys of an item, as people read them."""

from collections.abc import Iterable, Iterator

from ascend.architect.review.design import INDEXES, TABLE, Answer, DesignedItem, KeyPlace
from ascend.architect.review.item_sizes import is_short
from ascend.architect.review.key_fields import FieldSource, name_changes
from ascend.architect.review.proposal import Proposal

BY_ID = "the table's key is the id, which never changes; what sorts or selects is an index key, so a change of it is one put in place"
SPREAD = "each has a partition of its own, because no question reads all of them: no load of a workspace gathers in one"
IN_TABLE = "the values in the table's key never change, so it can be read consistently and costs no index"
PAIRS = (
    "one line for each pair of the entity and another end: no list inside an item has to be read and written as a whole"
)
FOR_USER = (
    "the user owns the partition, so one Query answers for all workspaces; the id of the workspace follows, so that a page's"
    " memberships can be checked"
)
SPARSE = "only entities whose {subset} have an entry: one that no longer matches loses it, so the list stays short"
LATE = "an index, because {names} can change; it lags behind the table by some milliseconds"
OTHER_KEY = (
    "an index, because the table's own key serves another question; it lags behind the table by some milliseconds"
)
RANKED = "the place in the order is a text between its neighbours' texts: moving one line rewrites that line only"
PATH = "one Query by the beginning of the path reads a whole subtree; a move rewrites each line below, in chunks"
CREATED = "ids are UUIDv7: they begin with the time, so the id sorts by creation, and needs no key of its own"
SHORT = "a list leaves out the long attributes ({names}): they are read with the entity, so no index copies them"


def is_own(place: KeyPlace) -> bool:
    """Return True if the partition is that of a workspace, or of one entity."""
    return {field.source for field in place.partition} <= {FieldSource.WORKSPACE, FieldSource.ID}


def explain_item(proposal: Proposal, item: DesignedItem, answers: Iterable[Answer]) -> Iterator[str]:
    """Yield the reasons for the item and for its keys in each place."""
    own = [answer for answer in answers if answer.item == item.name]
    if item.per:
        yield PAIRS
    if item.subset:
        yield SPARSE.format(subset=item.subset)
    entity = proposal.find_entity(item.entity)
    if not item.whole and (left_out := [name for name in entity.attributes if not is_short(entity, name)]):
        yield SHORT.format(names=", ".join(left_out))
    yield from dict.fromkeys(
        reason for name, place in item.places for reason in explain_place(proposal, item, name, place, own)
    )


def explain_place(
    proposal: Proposal, item: DesignedItem, name: str, place: KeyPlace, answers: Iterable[Answer]
) -> Iterator[str]:
    sources = {field.source for field in place.fields}
    if place.partition[0].source is FieldSource.USER:
        yield FOR_USER
    elif name == TABLE:
        yield (BY_ID if place.sort[:1] and place.sort[0].source is FieldSource.ID and is_own(place) else IN_TABLE)
        if place.sort == place.partition[1:]:
            yield SPREAD
    if FieldSource.RANK in sources:
        yield RANKED
    if FieldSource.PATH in sources:
        yield PATH
    if name in INDEXES:
        entity = proposal.find_entity(item.entity)
        names = name_changes(entity, place.fields, item.per)
        yield LATE.format(names=names) if names else OTHER_KEY
        if place.subset:
            yield SPARSE.format(subset=place.subset)
    created = {question.order for question in (answer.question for answer in answers) if question.order}
    if created & {
        attribute for attribute, spec in proposal.find_entity(item.entity).attributes.items() if spec.type == "created"
    }:
        yield CREATED
