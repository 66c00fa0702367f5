"""Values of made-up entities: expressions over a number. Values repeat, each attribute in another rhythm."""

from ascend.architect.review.proposal_parts import AttributeType
from ascend.architect.write.attributes import AttributeCode


def make_value(attribute: AttributeCode, at: int) -> str:
    """Return the expression of the value of the attribute, which is the `at`-th of its entity."""
    step = f"number // {at + 1}" if at else "number"
    value = make_unique(attribute) if attribute.spec.unique else make_repeated(attribute, step)
    return f"{value} if number % 5 else None" if attribute.spec.optional else value


def make_unique(attribute: AttributeCode) -> str:
    match attribute.spec.type:
        case AttributeType.TEXT:
            return 'f"Box #{number}"'
        case AttributeType.NUMBER:
            return "number - 3"
        case AttributeType.DATE:
            return "dt.date(2030, 1, 1) + dt.timedelta(days=number)"
        case AttributeType.CREATED:
            return "created"
        case _:
            return "NOON + dt.timedelta(days=number)"


def make_repeated(attribute: AttributeCode, step: str) -> str:
    match attribute.spec.type:
        case AttributeType.TEXT:
            return f"TEXTS[{step} % 4]"
        case AttributeType.NUMBER:
            return f"{step} % 3 - 1"
        case AttributeType.FLAG:
            return f"{step} % 2 == 0"
        case AttributeType.DATE:
            return f"dt.date(2030, 1, 1 + {step} % 3)"
        case AttributeType.CREATED:
            return "created"
        case AttributeType.INSTANT:
            return f"NOON + dt.timedelta(hours={step} % 3)"
        case AttributeType.CHOICE:
            return f"tuple({attribute.title})[{step} % {len(attribute.members)}]"
