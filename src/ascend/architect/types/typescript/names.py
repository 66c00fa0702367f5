"""Names in TypeScript: camelCase for methods, PascalCase for classes."""

import re

WORDS = re.compile(r"[^A-Za-z0-9]+")


def name_method(name: str) -> str:
    """Return the name of a method or property: `tasks_by_status` is `tasksByStatus`, `CreateTask` is `createTask`."""
    first, *others = WORDS.split(name.strip("_")) or [name]
    return first[:1].lower() + first[1:] + "".join(word[:1].upper() + word[1:] for word in others)


def name_class(name: str) -> str:
    """Return the name of a class: `tasks` is `Tasks`, `my-lists` is `MyLists`."""
    method = name_method(name)
    return method[:1].upper() + method[1:]
