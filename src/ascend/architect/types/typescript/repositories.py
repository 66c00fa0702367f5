"""The file of one repository: the access patterns of one entity or projection, a method each."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from ascend.architect.types.typescript.interfaces import BANNER, render_comment
from ascend.architect.types.typescript.names import name_class, name_method
from ascend.architect.types.typescript.query_methods import DAYS, GROUPS, PAGE, QUERY_METHODS, QueryMethod
from ascend.architect.types.typescript.schema_file import find_range_form, find_stored
from ascend.domain.ids import Id, UserId
from ascend.projections.application import Application
from ascend.projections.item import ReadItem
from ascend.projections.key_text import KeyText, find_key_text
from ascend.projections.life_os import LIFE_OS
from ascend.projections.pattern import Pattern, RequestKind
from ascend.projections.queries.arguments import type_of_field

RUNTIME = {
    "across": ("acrossLiving", "acrossOpen", "ownLines"),
    "entities": ("WithAncestors", "WithCounts", "named", "oneOn", "subtree", "withAncestors", "withCounts"),
    "history": ("LoggedEvent", "history"),
    "key_text": ("dueText", "instantText", "labelled", "place", "truthText", "userKey"),
    "links": ("RelationEntry", "linesOn", "linked", "onLiving", "related"),
    "pages": ("Entry", "Page", "PageOptions"),
    "questions": ("DaysOptions", "Questions", "RangeOptions"),
}
"""The names that methods use, by the file of `runtime/` that holds them. A name with a capital is a type."""
WIDTH = 120
WORD = re.compile(r"[A-Za-z_]\w*")
TEXT = re.compile(r'"[^"]*"|/\*.*?\*/', re.DOTALL)
PARAMETERS: dict[KeyText, tuple[str, str]] = {
    KeyText.DUE: ("Day", "dueText({})"),
    KeyText.INSTANT: ("Instant", "instantText({})"),
    KeyText.LABEL: ("string", "labelled({})"),
    KeyText.REF: ("Ref", "place({})"),
}
"""For each form of a text: the type of the value that the caller gives, and the expression of the text."""


def group_patterns(app: Application) -> dict[str, list[Pattern[Any]]]:
    """Return the patterns of each repository, by its name: that of the entity for built-in queries, else the projection's."""
    groups: dict[str, list[Pattern[Any]]] = {}
    for pattern in app.catalog.patterns:
        groups.setdefault(find_group(app, pattern), []).append(pattern)
    return groups


def find_group(app: Application, pattern: Pattern[Any]) -> str:
    built_in = (name for owner, name in GROUPS.items() if is_built_in(pattern) and pattern.query in vars(owner))
    return next(built_in, app.catalog.owner(pattern).name)


def is_built_in(pattern: Pattern[Any]) -> bool:
    """Return True for a pattern that a built-in query asks: one of the Life OS, or one that replaces it."""
    known = (other for other in LIFE_OS.catalog.patterns if other.query == pattern.query)
    return any(issubclass(pattern.item, other.item) for other in known)


def render_repository(app: Application, group: str, patterns: Iterable[Pattern[Any]], types: Iterable[str]) -> str:
    """Return the file of a repository. `types` are the names in `types.ts`."""
    name = f"{name_class(group)}Repository"
    methods = "\n".join(render_method(app, pattern) for pattern in patterns)
    questions = "  protected readonly questions: Questions;\n\n"
    constructor = "  constructor(questions: Questions) {\n    this.questions = questions;\n  }\n"
    comment = "/** Questions of one user. Those about a workspace throw `NotAllowed` for a user who is no member. */"
    body = f"{comment}\nexport class {name} {{\n{questions}{constructor}\n{methods}}}\n"
    return f"{BANNER}\n{render_imports(body, set(types))}\n{body}"


def render_imports(body: str, types: set[str]) -> str:
    used = find_words(body)
    lines = [f'import type {{ {", ".join(sorted(used & types))} }} from "../types.js";'] if used & types else []
    for file, names in RUNTIME.items():
        if wanted := [name if name[0].islower() else f"type {name}" for name in names if name in used]:
            lines.append(f'import {{ {", ".join(wanted)} }} from "../runtime/{file}.js";')
    return "\n".join([*sorted(lines), 'import { PATTERNS } from "../schema.js";', ""])


def find_words(code: str) -> set[str]:
    """Return the words of TypeScript code, without those in its texts and comments."""
    return set(WORD.findall(TEXT.sub("", code)))


def render_method(app: Application, pattern: Pattern[Any]) -> str:
    method = find_query_method(app, pattern)
    name = name_method(pattern.query)
    parameters = [f"given: {{ {method.given} }}"] if method.given else []
    parameters += [f"options: {method.options} = {{}}"] if method.options else []
    signature = f"  {name}({', '.join(parameters)}): Promise<{method.returns}> {{"
    if len(signature) > WIDTH:
        lines = "".join(f"    {parameter},\n" for parameter in parameters)
        signature = f"  {name}(\n{lines}  ): Promise<{method.returns}> {{"
    comment = render_comment("\n\n".join(text for text in (f"{pattern.name}.", method.notes) if text), "  ")
    call = re.sub(r"\bP\b", f"PATTERNS.{name}", method.call)
    return f"{comment}{signature}\n    return {call};\n  }}\n"


def find_query_method(app: Application, pattern: Pattern[Any]) -> QueryMethod:
    """Return the method of a built-in query, with the names of the application's items; else that of a declared pattern."""
    if pattern.query not in QUERY_METHODS or not is_built_in(pattern):
        return declare_query_method(pattern)
    method, rename = QUERY_METHODS[pattern.query], rename_items(app)
    return replace(method, given=rename(method.given), returns=rename(method.returns), call=rename(method.call))


def rename_items(app: Application) -> Callable[[str], str]:
    """Return a function that puts the names of the application's items in place of those that they are derived from."""
    stored = {item.__name__: find_stored(app, item) for item in LIFE_OS.catalog.items}
    names = {name: item.__name__ for name, item in stored.items() if item is not None}
    return lambda text: WORD.sub(lambda match: names.get(match[0], match[0]), text)


def declare_query_method(pattern: Pattern[Any]) -> QueryMethod:
    """Return the method of a pattern that is asked as `ask` and `ask_across` do."""
    line = pattern.item.__name__
    given = "; ".join(render_given(pattern, name) for name in list_given(pattern))
    owner = "user" if pattern.across else "workspace"
    fields = render_fields(f"{name}: {render_value(pattern, name)}" for name in pattern.given if name != owner)
    options = render_options(pattern)
    if pattern.across:
        call = f"this.questions.across<{line}>(P, {fields}, options)"
        notes = "Lines of workspaces in which the user is no member (any more) are left out."
        return QueryMethod(given, f"Page<Entry<{line}>>", call, options, notes)
    if is_one_item(pattern):
        call = f"this.questions.one<{line}>(P.item, given.workspace, {fields}, {line!r})".replace("'", '"')
        return QueryMethod(given, line, call, "", "Throws `NotFound`.")
    return QueryMethod(
        given, f"Page<{line}>", f"this.questions.list<{line}>(P, given.workspace, {fields}, options)", options
    )


def render_fields(fields: Iterable[str]) -> str:
    """Return an object of the fields of a key, besides the workspace or the viewer, which owns the partition."""
    text = ", ".join(fields)
    return f"{{ {text} }}" if text else "{}"


def is_one_item(pattern: Pattern[Any]) -> bool:
    return pattern.kind is RequestKind.GET and set(pattern.given) >= set(pattern.item.key.fields)


def render_options(pattern: Pattern[Any]) -> str:
    if pattern.range is None:
        return PAGE
    return "RangeOptions" if find_range_form(pattern) == "text" else DAYS


def list_given(pattern: Pattern[Any]) -> list[str]:
    """Return the fields that the caller gives. The user of a feed is the viewer."""
    return [name for name in pattern.given if not (pattern.across and name == "user")]


def render_given(pattern: Pattern[Any], name: str) -> str:
    """Return the property through which a caller gives a field. Fields of the sort key narrow the answer: they are optional."""
    type_ = find_parameter(pattern.item, name)[0]
    is_needed = name in pattern.template.partition_fields or is_one_item(pattern)
    return f"{name}: {type_}" if is_needed else f"{name}?: {type_} | undefined"


def render_value(pattern: Pattern[Any], name: str) -> str:
    value, expression = f"given.{name}", find_parameter(pattern.item, name)[1]
    if expression == "{}" or not render_given(pattern, name).startswith(f"{name}?"):
        return expression.format(value)
    return f"{value} === undefined ? undefined : {expression.format(value)}"


def find_parameter(item: type[ReadItem], name: str) -> tuple[str, str]:
    """Return the type of the value that a caller gives for a field, and the expression of its text in a key."""
    if (form := find_key_text(item, name)) is not None:
        return PARAMETERS[form]
    type_ = type_of_field(item, name)
    if type_ is UserId:
        return "UserId", "userKey({})"
    if isinstance(type_, type) and issubclass(type_, Id):
        return type_.__name__, "{}"
    if type_ is bool:
        return "boolean", "truthText({})"
    if type_ in {int, date}:
        return {int: "number", date: "Day"}[type_], "{}"
    return (f'NonNullable<{item.__name__}["{name}"]>' if name in item.model_fields else "string"), "{}"
