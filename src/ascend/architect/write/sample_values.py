"""Values of made-up entities: expressions over a number. Values repeat, each attribute in another rhythm."""

from ascend.architect.review.proposal_parts import ValueType
from ascend.architect.write.attributes import AttributeCode


def make_value(attribute: AttributeCode, at: int) -> str:
    """Return the expression of the value of the attribute, which is the `at`-th of its entity."""
    step = f"number // {at + 1}" if at else "number"
    value = make_unique(attribute) if attribute.spec.unique else make_repeated(attribute, step)
    return f"{value} if number % 5 else None" if attribute.spec.optional else value


def make_unique(attribute: AttributeCode) -> str:
    match attribute.spec.type:
        case ValueType.TEXT:
            return 'f"Box #{number}"'
        case ValueType.NUMBER:
            return "number - 3"
        case ValueType.DATE:
            return "dt.date(2030, 1, 1) + dt.timedelta(days=number)"
        case ValueType.CREATED:
            return "created"
        case _:
            return "NOON + dt.timedelta(days=number)"


def make_repeated(attribute: AttributeCode, step: str) -> str:
    match attribute.spec.type:
        case ValueType.TEXT:
            return f"TEXTS[{step} % 4]"
        case ValueType.NUMBER:
            return f"{step} % 3 - 1"
        case ValueType.FLAG:
            return f"{step} % 2 == 0"
        case ValueType.DATE:
            return f"dt.date(2030, 1, 1 + {step} % 3)"
        case ValueType.CREATED:
            return "created"
        case ValueType.INSTANT:
            return f"NOON + dt.timedelta(hours={step} % 3)"
        case ValueType.CHOICE:
            return f"tuple({attribute.title})[{step} % {len(attribute.members)}]"
