"""A subset of an entity's instances: those whose attributes have certain values. `only` of a question names one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from ascend.architect.review.proposal_parts import AttributeType, ProposedEntity, Question
from ascend.architect.review.wording import with_article

Values = Mapping[str, object]
Conditions = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Subset:
    """Conditions on attributes, all of which hold: each attribute has one of the given values. Empty: all entities."""

    conditions: Conditions = ()
    word: str = ""
    """A word for names: `open`, or `open_started`. No other subset of the entity has it. Empty for all entities."""

    @classmethod
    def of(cls, entity: ProposedEntity, question: Question) -> "Self | str":
        """Return the subset of a question, or the reason why it has none."""
        conditions = find_conditions(entity, question)
        return conditions if isinstance(conditions, str) else cls(conditions, find_word(entity, conditions))

    def __bool__(self) -> bool:
        return bool(self.conditions)

    @property
    def attributes(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.conditions)

    def holds(self, values: Values) -> bool:
        """Return True if an entity with these values belongs to the subset."""
        return all(to_text(values.get(name)) in wanted for name, wanted in self.conditions)

    def __str__(self) -> str:
        return " and ".join(f"{name} is {' or '.join(values)}" for name, values in self.conditions)


ALL = Subset()


def find_conditions(entity: ProposedEntity, question: Question) -> Conditions | str:
    """Return the conditions of a question, in one order however they are written, or the reason why there are none."""
    if question.only is None:
        return ()
    if isinstance(question.only, dict):
        conditions = {name: tuple(sorted(set(values))) for name, values in question.only.items()}
        return tuple(sorted(conditions.items()))
    word = question.only
    named = [name for name, attribute in entity.attributes.items() if word in (attribute.values or ())]
    flags = [name for name, attribute in entity.attributes.items() if name == word and is_flag(attribute.type)]
    if len(named) + len(flags) != 1:
        example = f"`status: {{values: [{word}, …]}}`, and `only: {{status: {word}}}`"
        return f"which attribute makes {with_article(entity.entity)} {word}? Declare its values, for example {example}"
    return (((flags or named)[0], ("true",) if flags else (word,)),)


def find_word(entity: ProposedEntity, wanted: Conditions) -> str:
    """Return the word of a subset: its values, with a number if a question before has other conditions and the same word."""
    words: dict[Conditions, str] = {}
    for question in entity.patterns:
        conditions = find_conditions(entity, question)
        if not isinstance(conditions, str) and conditions not in words:
            word = join_values(conditions)
            numbered = (f"{word}{number or ''}" for number in (0, *range(2, 100)))
            words[conditions] = next(free for free in numbered if not free or free not in words.values())
    return words.get(wanted) or join_values(wanted)


def join_values(conditions: Conditions) -> str:
    """Return the values as a word that begins with a letter."""
    word = "_".join(to_word(value) for name, values in conditions for value in name_values(name, values))
    return f"{conditions[0][0]}_{word}" if word[:1].isdigit() else word


def name_values(name: str, values: tuple[str, ...]) -> tuple[str, ...]:
    if values in {("true",), ("false",)}:
        return (name,) if values == ("true",) else ("not", name)
    return values


def find_subset_fault(entity: ProposedEntity, question: Question, subset: Subset) -> str:
    """Return what is wrong with the conditions; an empty text if nothing is."""
    for name, values in subset.conditions:
        attribute = entity.attributes[name]
        known = ("true", "false") if is_flag(attribute.type) else attribute.values
        if known is None:
            return f"`only` needs a choice or a flag, and {name} is {with_article(attribute.type)}: ask for its value in `by`"
        if unknown := [value for value in values if value not in known]:
            return f"{unknown[0]} is no value of {name}, which has {', '.join(known)}"
        if name in question.by:
            return f"{name} is in `by` and in `only`: choose one"
    return ""


def is_flag(type_: AttributeType) -> bool:
    return type_ is AttributeType.FLAG


def to_text(value: object) -> str:
    """Return a value of a choice or a flag as text."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def to_word(value: str) -> str:
    return "".join(character if character.isalnum() else "_" for character in value.lower())
