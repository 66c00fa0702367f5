"""The TypeScript files of a plain package."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ascend.architect.review.design import TABLE
from ascend.architect.review.proposal import ProposedRelationship
from ascend.architect.write.escaping import to_python
from ascend.architect.write.plain.entity_code import PlainEntity
from ascend.architect.write.plain.fields import name_end_types
from ascend.architect.write.plain.item_code import name_place, write_subset, write_typescript_items
from ascend.architect.write.plain.key_code import TEXTS, TYPESCRIPT, name_subset
from ascend.architect.write.plain.method_code import MethodCode
from ascend.architect.write.plain.names import to_camel, to_class, to_field
from ascend.architect.write.plain.package_code import PlainCode
from ascend.architect.write.plain.repository_code import RepositoryCode
from ascend.architect.write.plain.typescript_source import finish_typescript, set_blank_lines
from ascend.architect.write.templates import render

FOLDER = "typescript"
CODECS = {
    "text": "text(",
    "flag": "flag",
    "day": "day",
    "moment": "moment",
    "choice": "choice(",
    "lists": "several(",
    "optional": "optional(",
}
VALUES: Mapping[str, tuple[str, ...]] = {
    "./keys.js": ("key", "keyed", "sortText", "numberText", "flagText", "dayText", "momentText", "pathText", "maybe", "orLast", "LAST", "zip"),
    "./marshalling.js": ("marshal", "unmarshal", "id", "text", "wholeNumber", "flag", "day", "moment", "choice", "ref", "several", "ranks", "optional"),
    "./ranks.js": ("placeRanks",),
    "./members.js": ("keepVisible",),
    "./table.js": ("Table", "toKey", "EVERYTHING", "beginsWith", "below", "equals", "between"),
    "./ids.js": ("workspaceId", "anyId", "timeOf"),
    "./errors.js": ("StillReferenced", "ParentMoved", "OwnDescendant", "InvalidValue", "DamagedItem"),
}  # fmt: skip
TYPES: Mapping[str, tuple[str, ...]] = {
    "@aws-sdk/client-dynamodb": ("DynamoDBClient",),
    "./marshalling.js": ("Codec", "Fields", "StoredItem", "Day"),
    "./members.js": ("Members",),
    "./table.js": ("Action", "Page", "Paging", "Plan", "Query"),
    "./ids.js": ("WorkspaceId", "AnyId"),
}


def list_typescript_files(package: PlainCode) -> Iterator[tuple[str, str]]:
    """Yield the path and the text of each file."""
    own = map_names(package)
    bodies = {name: body for code in package.entities for name, body in render_entity(package, code)}
    text = "\n".join(bodies.values())
    types = list_types(package)
    ids = [each | {"function": to_function(each["name"])} for each in package.ids]
    values = {"package": package, "uses": package.uses, "types": types, "ids": ids, "text": find_functions(text)}
    for name in ("errors", "ids", "keys", "marshalling", "table", "index", *list_optional(package)):
        yield f"{FOLDER}/src/{name}.ts", set_blank_lines(render(f"plain/typescript/{name}.ts.j2", **values))
    for name, body in bodies.items():
        yield f"{FOLDER}/src/{name}.ts", finish_typescript(body, own)
    yield f"{FOLDER}/package.json", render("plain/typescript/package.json.j2", package=package)
    yield f"{FOLDER}/tsconfig.json", render("plain/typescript/tsconfig.json")


def list_optional(package: PlainCode) -> list[str]:
    return [name for name in ("ranks", "members") if package.uses[name]]


def list_types(package: PlainCode) -> dict[str, bool]:
    codecs = [field.codec for code in package.entities for field in code.fields]
    found = {name: any(part in codec for codec in codecs) for name, part in CODECS.items()}
    parents = package.uses["parents"]
    refs = any(code.refs for code in package.entities)
    return found | {"lists": found["lists"] or parents, "refs": refs, "ranks": package.uses["ranks"]}


def find_functions(text: str) -> dict[str, object]:
    """Return which functions for keys and conditions the written entities call, by their names in Python."""
    names = (*TEXTS.values(), "sort_text", "path_text", "maybe", "or_last", "begins_with", "below", "equals", "between")
    used: dict[str, object] = {name: any(f"{to_camel(name)}{after}" in text for after in "(,") for name in names}
    return used | {"last": bool(used["or_last"]) or " + LAST" in text, "everything": "EVERYTHING" in text}


def to_function(name: str) -> str:
    return name[0].lower() + name[1:]


def map_names(package: PlainCode) -> dict[str, tuple[str, bool]]:
    """Return the module of each name that the package defines, and if it is a type."""
    names = {name: (module, False) for module, given in VALUES.items() for name in given}
    names |= {name: (module, True) for module, given in TYPES.items() for name in given}
    for each in package.ids:
        names |= {each["name"]: ("./ids.js", True), to_function(each["name"]): ("./ids.js", False)}
    for code in package.entities:
        model = f"./{code.kind}Model.js"
        parts = (code.name, code.summary, to_class(code.kind, "changes"), to_class("new", code.kind))
        names |= dict.fromkeys(
            (*parts, *(ref.name for ref in code.refs), *(choice.name for choice in code.choices)), (model, True)
        )
        names |= dict.fromkeys((to_camel(code.lister), name_fields(code), name_summary_fields(code)), (model, False))
        names |= dict.fromkeys((ref.codec for ref in code.refs), (model, False))
        names |= {code.repository: (f"./{code.kind}Repository.js", False)}
    return names


def name_fields(code: PlainEntity) -> str:
    return to_camel(f"{code.kind}_fields")


def name_summary_fields(code: PlainEntity) -> str:
    return to_camel(f"{code.kind}_summary_fields") if code.has_lines else name_fields(code)


# ---- entities --------------------------------------------------------------------------------------------------------


def render_entity(package: PlainCode, code: PlainEntity) -> Iterator[tuple[str, str]]:
    writer = EntityWriter(package, code)
    shared = {
        "code": code,
        "changes": to_class(code.kind, "changes"),
        "new_name": to_class("new", code.kind),
        "fields_name": name_fields(code),
        "summary_fields": name_summary_fields(code),
        "parent_field": to_field(code.parent.name) if code.parent else "",
        "camel": to_camel,
        "field_of": to_field,
    }
    yield f"{code.kind}Model", render("plain/typescript/model.ts.j2", **shared, **writer.model_values)
    yield f"{code.kind}Repository", render("plain/typescript/repository.ts.j2", **shared, **writer.repository_values)


@dataclass(frozen=True)
class EntityWriter:
    package: PlainCode
    code: PlainEntity

    @property
    def model_values(self) -> dict[str, Any]:
        code = self.code
        return {
            "items": write_typescript_items(code),
            "claims": [self.write_claim(name, optional=optional) for name, optional in code.claims],
            "conditions": {
                to_camel(name_subset(subset)): write_subset(code, subset, TYPESCRIPT) for subset in code.subsets
            },
            "created_function": lambda name: to_camel(f"{code.kind}_{name}"),
        }

    def write_claim(self, name: str, *, optional: bool) -> str:
        value = f"entity.{to_field(name)}"
        function = to_camel(TEXTS[self.code.entity.attributes[name].type])
        parts = [
            f'...key("", ["UNIQUE", entity.workspace, {to_python(self.code.kind)}, {to_python(name)}, {function}({value})], ["CLAIM"])',
            f"Claim: {{ S: {to_python(name)} }}",
            *(["...expiry"] if self.code.keep_days is not None else []),
        ]
        head = f"if ({value} !== undefined) " if optional else ""
        return f"  {head}yield {{ {', '.join(parts)} }};"

    @property
    def repository_values(self) -> dict[str, Any]:
        code, parts = self.code, RepositoryCode(self.package, self.code)
        is_together = self.package.uses["together"]
        errors = [
            name
            for name, used in (
                ("Taken", code.claims),
                ("ParentMoved", code.parent),
                ("TooManyWrites", code.is_together),
            )
            if used
        ]
        return {
            "parts": parts,
            "several": self.package.is_several,
            "owner": "prefix" if self.package.is_several else "name",
            "visibility": "" if is_together else "private ",
            "errors": "".join(f", {name}" for name in errors),
            "delete_errors": ", StillReferenced" if any(rule["when_gone"] == "refuse" for rule in parts.rules) else "",
            "lister": to_camel(code.lister),
            "get_parameters": self.write_parameters(parts.get_method),
            "get_key": self.write_key(parts.get_method),
            "many_key": self.write_key(replace(parts.get_method, values={"workspace": "workspace", "id": "each"})),
            "whole_of_line": parts.write_get(TYPESCRIPT, "line"),
            "parameters": self.write_parameters,
            "write_query": write_query,
            "write_key": self.write_key,
            "write_rule": self.write_rule,
            "line_fields": self.name_line_fields,
            "read_line": self.read_line,
            "rank_index": rank_index,
        }

    def write_parameters(self, method: MethodCode) -> str:
        given = [
            f"readonly {parameter.name}: {parameter.types[1]}" for parameter in (*method.parameters, *method.bounds)
        ]
        members = ["readonly members: Members"] if method.user else []
        workspaces = ["readonly workspaces: Iterable<WorkspaceId>"] if method.question.everywhere else []
        return "; ".join((*workspaces, *given, *members))

    def write_key(self, method: MethodCode) -> str:
        sort = ", ".join(method.write_values(TYPESCRIPT, method.place.sort))
        return f'key("", [{", ".join(method.list_partition(TYPESCRIPT))}], [{sort}])'

    def write_rule(self, rule: dict[str, str]) -> str:
        end = f"{{ kind: {to_python(self.code.kind)}, id: anyId(entity.id) }}" if rule["ref"] else "entity.id"
        owner = "prefix" if self.package.is_several else "name"
        own = "this" if rule["own"] else f"new {rule['repository']}(this.table.client, this.{owner}, this.table.now)"
        return f"{own}.{rule['typescript_name']}({{ workspace: entity.workspace, {rule['parameter']}: {end} }})"

    def name_line_fields(self, method: MethodCode) -> str:
        return name_fields(self.code) if method.line == self.code.name else name_summary_fields(self.code)

    def read_line(self, method: MethodCode) -> str:
        if method.shown is None:
            return f"unmarshal({self.name_line_fields(method)}, item)"
        codec = name_end_types(self.code.entity, method.shown)[2]
        return f"unmarshal<{{ {method.shown_field}: {method.line} }}>({{ {method.shown_field}: {codec} }}, item).{method.shown_field}"


def write_query(method: MethodCode) -> str:
    parts = [
        f"name: {to_python(method.name)}",
        f"partition: [{', '.join(method.list_partition(TYPESCRIPT))}]",
        f"condition: {write_condition(method)}",
    ]
    if method.answer.place != TABLE:
        parts.append(f"index: {to_python(name_place(method.answer.place))}")
    if method.question.descending:
        parts.append("descending: true")
    if method.is_consistent:
        parts.append("consistent: true")
    return f"{{ {', '.join(parts)} }}"


def write_condition(method: MethodCode) -> str:
    values = method.write_values(TYPESCRIPT, method.sort_given)
    match method.condition_name:
        case "everything":
            return "EVERYTHING"
        case "between":
            return f"between([{', '.join(values)}], {', '.join(method.list_bounds(TYPESCRIPT))})"
        case name:
            return f"{to_camel(name)}({', '.join(values)})"


def rank_index(relationship: ProposedRelationship) -> str:
    """Return the expression of the place that an end had."""
    field = f"entity.{to_field(relationship.name)}"
    if relationship.has_kinds:
        return f"{field}.findIndex((known) => known.kind === end.kind && known.id === end.id)"
    return f"{field}.indexOf(end)"
