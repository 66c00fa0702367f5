"""An attribute of a proposed entity, in the words of the written code."""

from dataclasses import dataclass

from ascend.architect.review.design import Design, make_class_name
from ascend.architect.review.item_sizes import SHORT_BYTES
from ascend.architect.review.key_fields import FieldSource
from ascend.architect.review.proposal_parts import ProposedAttribute, ProposedEntity, ValueType
from ascend.architect.review.subsets import to_word
from ascend.architect.write.escaping import to_number
from ascend.domain.text_keys import NAME_KEY_CHARACTERS
from ascend.domain.values import NAME_CHARACTERS

TIMES_THE_AVERAGE = 4
"""The longest text has four times the average bytes, in characters."""
LEAST_CHARACTERS = 20
MOST_CHARACTERS = 30_000
"""An event with a text of this length is smaller than an event may be."""
UTF8_BYTES = 4
SORT_KEY_BYTES = 1_024
ID_BYTES = 37

STORED = {
    ValueType.TEXT: "str",
    ValueType.NUMBER: "int",
    ValueType.FLAG: "bool",
    ValueType.DATE: "dt.date",
    ValueType.INSTANT: "ascend.Instant",
    ValueType.CREATED: "ascend.Instant",
}
TIME_KEYS = {
    ValueType.DATE: "ascend.DueKey",
    ValueType.INSTANT: "ascend.InstantKey",
    ValueType.CREATED: "ascend.InstantKey",
}


@dataclass(frozen=True)
class AttributeCode:
    name: str
    entity: ProposedEntity
    spec: ProposedAttribute
    in_keys: int | None
    """The most characters, if the exact text is a part of a sort key."""

    @property
    def title(self) -> str:
        """The name of its types: `NoteTitle`."""
        return make_class_name(self.entity.entity, self.name)

    @property
    def title_word(self) -> str:
        return f"{self.entity.entity}_{self.name}"

    def claimed(self, value: str) -> str:
        """Return the expression of the text from which the id of a claim is derived."""
        if self.is_text:
            return value
        return f"ascend.instant_text({value})" if self.is_time else f"str({value})"

    @property
    def stored(self) -> str:
        """The type in events, states and read items. It has no limits, so that limits can change later."""
        return STORED.get(self.spec.type, self.title)

    @property
    def sent(self) -> str:
        """The type in commands, with its limits."""
        if self.spec.type is ValueType.TEXT:
            return self.title
        return "WholeNumber" if self.spec.type is ValueType.NUMBER else self.stored

    @property
    def characters(self) -> int:
        """The length of the longest text."""
        average = self.spec.bytes
        longest = min(max(LEAST_CHARACTERS, TIMES_THE_AVERAGE * average), MOST_CHARACTERS)
        if average <= SHORT_BYTES:
            longest = min(longest, NAME_CHARACTERS)
        return longest if self.in_keys is None else min(longest, self.in_keys)

    @property
    def declaration(self) -> str:
        """The type of a text with its limits."""
        if self.spec.bytes <= SHORT_BYTES:
            return f"Annotated[ascend.Name, Field(max_length={to_number(self.characters)})]"
        return f"Annotated[str, Field(min_length=1, max_length={to_number(self.characters)})]"

    @property
    def is_text(self) -> bool:
        return self.spec.type is ValueType.TEXT

    @property
    def is_number(self) -> bool:
        return self.spec.type is ValueType.NUMBER

    @property
    def is_choice(self) -> bool:
        return self.spec.type is ValueType.CHOICE

    @property
    def is_created(self) -> bool:
        return self.spec.type is ValueType.CREATED

    @property
    def is_time(self) -> bool:
        return self.spec.type in {ValueType.INSTANT, ValueType.CREATED}

    @property
    def is_flag(self) -> bool:
        return self.spec.type is ValueType.FLAG

    @property
    def members(self) -> list[tuple[str, str]]:
        """The names and values of the enumeration of a choice."""
        names: list[tuple[str, str]] = []
        for value in self.spec.values or ():
            name = to_member(value)
            taken = [known for known, _ in names]
            names.append((name if name not in taken else f"{name}_{len(names)}", value))
        return names

    def member(self, value: str) -> str:
        """Return the expression of a value of a choice: `NoteStatus.OPEN`."""
        return f"{self.title}.{next(name for name, known in self.members if known == value)}"

    @property
    def default(self) -> str:
        """A default in an edit command: it is never used, because a field that is left out keeps its value."""
        if self.spec.optional:
            return "None"
        match self.spec.type:
            case ValueType.TEXT:
                return '""'
            case ValueType.NUMBER:
                return "0"
            case ValueType.FLAG:
                return "False"
            case ValueType.CHOICE:
                return self.member((self.spec.values or ("",))[0])
            case ValueType.DATE:
                return "dt.date.min"
            case _:
                return "dt.datetime.min.replace(tzinfo=dt.UTC)"

    @property
    def rules(self) -> list[str]:
        """The rules in words."""
        found = ["optional"] if self.spec.optional else []
        found += ["unique in a workspace"] if self.spec.unique else []
        found += [f"at most {self.characters:,} characters"] if self.is_text else []
        found += [f"one of {', '.join(self.spec.values)}"] if self.spec.values else []
        if self.is_created:
            return ["set by the creation"]
        return found if self.spec.changes else [*found, "never changes"]

    def maybe(self, type_: str) -> str:
        return f"{type_} | None" if self.spec.optional else type_

    # Texts in keys

    def exact(self, value: str) -> str:
        """Return the expression of the text of a value for exact matches."""
        match self.spec.type:
            case ValueType.TEXT:
                return f"ascend.keyed({value})"
            case ValueType.NUMBER:
                return f"number_text({value})"
            case ValueType.FLAG:
                return f"flag_text({value})"
            case ValueType.DATE:
                return f"{value}.isoformat()"
            case ValueType.CHOICE:
                return value
            case _:
                return f"moment_text({value})"

    def ordered(self, value: str) -> str:
        """Return the expression of the text of a value that sorts as people expect."""
        return f"sort_text({value})" if self.is_text else self.exact(value)

    @property
    def key_text(self) -> str:
        """The type of its exact text in a key. For times, clients in other languages learn from it how to make the text."""
        return TIME_KEYS.get(self.spec.type, f"Annotated[str, Field(max_length={self.key_characters})]")

    @property
    def key_characters(self) -> int:
        """The length of the longest exact text in a key."""
        match self.spec.type:
            case ValueType.TEXT:
                return self.characters
            case ValueType.NUMBER:
                return 16
            case ValueType.DATE:
                return 10
            case ValueType.FLAG:
                return 5
            case _:
                return max([27, *(len(value) for value in self.spec.values or ())])


def to_member(value: str) -> str:
    word = to_word(value).upper()
    return word if not word[0].isdigit() else f"VALUE_{word}"


def list_attributes(design: Design, entity: ProposedEntity) -> list[AttributeCode]:
    room = find_room(design, entity)
    return [AttributeCode(name, entity, spec, room.get(name)) for name, spec in entity.attributes.items()]


def find_room(design: Design, entity: ProposedEntity) -> dict[str, int]:
    """Return the most characters of each text whose exact value is part of a key, so that no key gets too long."""
    room: dict[str, int] = {}
    for item in (item for item in design.items if item.entity == entity.entity):
        for _, place in item.places:
            for fields in (place.partition, place.sort):
                exact = [
                    field.of
                    for field in fields
                    if field.source is FieldSource.ATTRIBUTE and entity.attributes[field.of].type is ValueType.TEXT
                ]
                others = sum(
                    UTF8_BYTES * (NAME_KEY_CHARACTERS + 1) if field.source is FieldSource.ORDER else ID_BYTES
                    for field in fields
                )
                for name in exact:
                    most = (SORT_KEY_BYTES - others) // (UTF8_BYTES * len(exact))
                    room[name] = min(most, room.get(name, most))
    return room
