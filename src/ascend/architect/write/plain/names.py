"""Names in written code. A word of a proposal can be a name that a language, pydantic or the written code has already."""

import builtins
import keyword
import re
import unicodedata
from collections.abc import Iterable

from pydantic import BaseModel

from ascend.architect.review.design import make_class_name

LONGEST = 60
OWN_PARAMETERS = frozenset({"limit", "cursor", "first", "last", "workspaces", "members"})
"""Parameters that written methods have beside those of the proposal."""
HARMFUL = frozenset(
    {"str", "int", "bool", "tuple", "dict", "set", "list", "object", "date", "datetime", "time", "property"}
)
"""Names that the written code uses as types inside a class."""
METHODS = frozenset(
    {"create", "get", "get_many", "update", "move", "delete", "plan_create", "plan_update", "plan_delete"}
)
MODULES = frozenset({"Annotated", "Any", "Callable", "Collection", "Field", "Iterable", "Iterator", "Literal", "Mapping", "Protocol"}) | {
    "Awaitable", "AsyncIterator", "Sequence", "Self", "TypedDict", "Unpack", "NotRequired", "Page", "Query", "Action", "Plan",
    "Record", "Stored", "Table", "Condition", "Members", "Moment", "TimeId", "Random", "Attributes", "StoredItem", "Fields", "Codec", "Paging",
    "Array", "Date", "Error", "Map", "Number", "Object", "Partial", "Pick", "Promise", "Readonly", "Set", "String", "Symbol",
    "Brand", "Day", "Boolean", "Buffer", "Function", "JSON", "Math", "Proxy", "Reflect", "Uint8Array", "Omit",
}  # fmt: skip
"""Class names that the written code has already, in one of the languages."""


def to_field(name: str) -> str:
    """Return the name of a field, in both languages and in the table."""
    taken = keyword.iskeyword(name) or hasattr(BaseModel, name) or name in HARMFUL or name == "expires_at"
    return f"{name}_" if taken or name.startswith("model_") else name


def to_parameter(name: str) -> str:
    return f"{name}_" if name in OWN_PARAMETERS else to_field(name)


def to_class(*words: str) -> str:
    name = make_class_name(*words)
    return f"{name}Entity" if name in MODULES or hasattr(builtins, name) else name


def to_camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.title() for word in others)


def name_methods(questions: Iterable[str]) -> list[str]:
    """Return a name for the method of each question. Names are unique, and made of the words of the question."""
    names: list[str] = []
    for number, question in enumerate(questions, start=1):
        name = to_words(question) or f"question_{number}"
        name = f"list_{name}" if is_taken(name) else name
        names.append(
            next(free for free in (name, *(f"{name}_{again}" for again in range(2, 100))) if free not in names)
        )
    return names


def to_words(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.findall("[a-z0-9]+", plain)
    name = "_".join(words)
    while len(name) > LONGEST and len(words) > 1:
        words.pop()
        name = "_".join(words)
    return name[:LONGEST]


def is_taken(name: str) -> bool:
    return name[0].isdigit() or keyword.iskeyword(name) or hasattr(builtins, name) or name in METHODS
