"""An example of the request of each answer, with made-up values: the keys as the review proposes them."""

from dataclasses import dataclass

from ascend.architect.review.design import TABLE, Answer, Design
from ascend.architect.review.key_fields import FieldSource, KeyField
from ascend.architect.review.key_texts import to_exact_text, to_first_text
from ascend.architect.review.proposal import ProposedEntity, ValueType
from ascend.projections.key_template import TextTemplate

WORKSPACE_ID = "019b76da-a800-7000-8000-000000000001"
ENTITY_ID = "019b76da-a800-7000-8000-00000000000a"
OTHER_ID = "019b76da-a800-7000-8000-00000000000b"
SAMPLES = {
    ValueType.TEXT: "box 2",
    ValueType.NUMBER: to_exact_text(10),
    ValueType.FLAG: "true",
    ValueType.DATE: "2030-01-31",
    ValueType.INSTANT: "2030-01-31T08:00:00.000000Z",
    ValueType.CREATED: "2030-01-31T08:00:00.000000Z",
}
"""A value of each type as it is in keys."""


@dataclass(frozen=True, slots=True)
class Example:
    """A request: its condition with the names of fields, and with values."""

    condition: str
    request: str


def make_example(design: Design, answer: Answer) -> Example:
    entity, place = design.get_entity(answer), design.get_place(answer)
    values = {field.name: make_value(entity, field) for field in place.fields}
    partition, sort = place.keys
    known = {field.name for field in answer.given}
    begin = TextTemplate(sort).before_missing(known).text
    if answer.prefix:
        begin = begin.removesuffix("#")
    prefix = "" if answer.place == TABLE else answer.place
    order = ", descending" if answer.question.descending else ""
    named = (partition, begin, "{first}", "{last}")
    value = values[answer.range.name] if answer.range is not None else ""
    filled = (TextTemplate(partition).render(values), TextTemplate(begin).render(values), value, value)
    shapes = [
        f"{prefix}pk = {pk}{show_sort(answer, prefix, sk, first, last)}{order}"
        for pk, sk, first, last in (named, filled)
    ]
    return Example(*shapes)


def show_sort(answer: Answer, prefix: str, begin: str, first: str, last: str) -> str:
    if answer.is_get:
        return f", {prefix}sk = {begin}"
    if answer.range is not None:
        return f", {prefix}sk from {begin}{first} to {begin}{last}…"
    return f", {prefix}sk begins with {begin}" if begin else ""


def make_value(entity: ProposedEntity, field: KeyField) -> str:
    """Return a value of the field as it is in a key."""
    match field.source:
        case FieldSource.WORKSPACE:
            return WORKSPACE_ID
        case FieldSource.USER:
            return "ada"
        case FieldSource.ID:
            return ENTITY_ID
        case FieldSource.SUBSET:
            return field.of
        case FieldSource.RANK:
            return "n"
        case FieldSource.PATH:
            return f"{OTHER_ID}/"
        case FieldSource.TARGET | FieldSource.TARGET_KIND:
            relationship = entity.find_relationship(field.of)
            assert relationship is not None, "keys name known relationships"
            if field.source is FieldSource.TARGET_KIND:
                return relationship.to[0]
            return "ada" if relationship.is_user else OTHER_ID
        case FieldSource.ATTRIBUTE | FieldSource.ORDER:
            return make_attribute_value(entity, field)


def make_attribute_value(entity: ProposedEntity, field: KeyField) -> str:
    attribute = entity.attributes[field.of]
    sample = (attribute.values or ("",))[0] or SAMPLES[attribute.type] or ""
    is_ordered_text = attribute.type is ValueType.TEXT and field.source is FieldSource.ORDER
    return to_first_text(attribute, sample) if is_ordered_text else sample
