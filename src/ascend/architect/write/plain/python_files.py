"""The Python files of a plain package."""

from collections.abc import Iterator, Mapping

from ascend.architect.write.escaping import to_python
from ascend.architect.write.plain.entity_code import PlainEntity
from ascend.architect.write.plain.item_code import write_python_items, write_subset
from ascend.architect.write.plain.key_code import PYTHON, TEXTS, name_subset
from ascend.architect.write.plain.layout import break_call
from ascend.architect.write.plain.names import to_class, to_field
from ascend.architect.write.plain.package_code import PlainCode
from ascend.architect.write.plain.python_source import finish_python
from ascend.architect.write.plain.repository_code import RepositoryCode
from ascend.architect.write.plain.sample_code import SampleCode
from ascend.architect.write.templates import render

OWN: Mapping[str, str] = {
    **dict.fromkeys(
        ("key", "join", "keyed", "sort_text", "number_text", "flag_text", "day_text", "moment_text"), "keys"
    ),
    **dict.fromkeys(("path_text", "maybe", "or_last", "LAST", "SEPARATOR"), "keys"),
    **dict.fromkeys(("Attributes", "marshal", "unmarshal", "to_attribute"), "marshalling"),
    **dict.fromkeys(("Record", "WholeNumber", "Moment", "Several"), "records"),
    **dict.fromkeys(("Table", "Query", "Page", "Plan", "Action", "Condition", "to_key", "write_together"), "table"),
    **dict.fromkeys(("EVERYTHING", "begins_with", "below", "equals", "between"), "table"),
    **dict.fromkeys(("Members", "keep_visible"), "members"),
    **dict.fromkeys(("Id", "TimeId", "WorkspaceId"), "ids"),
    **dict.fromkeys(
        ("StoreError", "InvalidValue", "AlreadyExists", "Conflict", "Taken", "StillReferenced", "ParentMoved"), "errors"
    ),
    **dict.fromkeys(("OwnDescendant", "TooManyWrites", "InvalidCursor", "Busy"), "errors"),
    "place_ranks": "ranks",
}
"""The modules of names that any package can have."""


def list_python_files(package: PlainCode) -> Iterator[tuple[str, str]]:
    """Yield the path and the text of each file."""
    own = map_names(package)
    values = {"package": package.package, "uses": package.uses, "types": list_types(package), "ids": package.ids}
    bodies = dict(render_entities(package))
    text = "\n".join(bodies.values())
    for name in list_modules(package):
        values["text"] = find_text_functions(text)
        yield f"{package.package}/{name}.py", finish_python(render(f"plain/python/{name}.py.j2", **values), own)
    for name, body in bodies.items():
        yield f"{package.package}/{name}.py", finish_python(body, own)
    yield f"{package.package}/__init__.py", render("plain/python/init.py.j2", code=package, modules=sorted(own.items()))
    yield f"{package.package}/py.typed", ""
    yield "pyproject.toml", render("plain/python/pyproject.toml.j2", code=package)
    yield from list_tests(package, own)


def list_modules(package: PlainCode) -> list[str]:
    uses = package.uses
    optional = [name for name, used in (("ranks", uses["ranks"]), ("members", uses["members"])) if used]
    return ["errors", "ids", "keys", "marshalling", "records", "table", *optional]


def map_names(package: PlainCode) -> dict[str, str]:
    """Return the module of each name that the package defines."""
    names = {name: f"{package.package}.{module}" for name, module in OWN.items()}
    names |= {each["name"]: f"{package.package}.ids" for each in package.ids}
    for code in package.entities:
        classes = (
            code.name,
            code.summary,
            to_class(code.kind, "changes"),
            *(ref.name for ref in code.refs),
            *(choice.name for choice in code.choices),
            code.lister,
        )
        names |= dict.fromkeys(classes, f"{package.package}.{code.kind}_model")
        names |= {
            code.repository: f"{package.package}.{code.kind}_repository",
            f"{code.kind}_repository": package.package,
        }
    return names


def list_types(package: PlainCode) -> dict[str, bool]:
    fields = [field for code in package.entities for field in code.fields]
    return {
        "number": any("WholeNumber" in field.python for field in fields),
        "moment": any("Moment" in field.python for field in fields),
        "many": any("Several" in field.python for field in fields),
    }


def find_text_functions(text: str) -> dict[str, object]:
    """Return which functions for keys and conditions the written entities call."""
    names = (*TEXTS.values(), "sort_text", "path_text", "maybe", "or_last", "begins_with", "below", "equals", "between")
    used: dict[str, object] = {name: any(f"{name}{after}" in text for after in "(,") for name in names}
    return used | {"last": bool(used["or_last"]) or " + LAST" in text, "everything": "EVERYTHING" in text}


# ---- entities --------------------------------------------------------------------------------------------------------


def render_entities(package: PlainCode) -> Iterator[tuple[str, str]]:
    for code in package.entities:
        yield f"{code.kind}_model", render_model(code)
        yield f"{code.kind}_repository", render_repository(package, code)


def render_model(code: PlainEntity) -> str:
    claims = [write_claim(code, name, optional=optional) for name, optional in code.claims]
    conditions = {name_subset(subset): write_subset(code, subset, PYTHON) for subset in code.subsets}
    return render(
        "plain/python/model.py.j2",
        code=code,
        changes=to_class(code.kind, "changes"),
        items=write_python_items(code),
        claims=claims,
        conditions=conditions,
    )


def write_claim(code: PlainEntity, name: str, *, optional: bool) -> str:
    """Return the statement that yields the claim of a unique value."""
    value = f"entity.{to_field(name)}"
    function = TEXTS[code.entity.attributes[name].type]
    indent = 8 if optional else 4
    parts = [
        f'**key("", ("UNIQUE", entity.workspace, {to_python(code.kind)}, {to_python(name)}, {function}({value})), ("CLAIM",))',
        f'"Claim": {{"S": {to_python(name)}}}',
        *(["**expiry"] if code.keep_days is not None else []),
    ]
    body = f"{' ' * indent}{break_call('yield {', parts, '}', indent)}"
    return f"    if {value} is not None:\n{body}" if optional else body


def render_repository(package: PlainCode, code: PlainEntity) -> str:
    parts = RepositoryCode(package, code)
    errors = [
        name
        for name, used in (("Taken", code.claims), ("ParentMoved", code.parent), ("TooManyWrites", code.is_together))
        if used
    ]
    return render(
        "plain/python/repository.py.j2",
        code=code,
        parts=parts,
        package=package.package,
        changes=to_class(code.kind, "changes"),
        plan="plan_" if package.uses["together"] else "_plan_",
        errors="".join(f", {name}" for name in errors),
        delete_errors=", StillReferenced" if any(rule["when_gone"] == "refuse" for rule in parts.rules) else "",
        parent_field=to_field(code.parent.name) if code.parent else "",
        several=package.is_several,
        python=PYTHON,
    )


# ---- tests -----------------------------------------------------------------------------------------------------------


def list_tests(package: PlainCode, own: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    samples = [SampleCode(package, code) for code in package.entities]
    made_up = f"{package.title}_made_up"
    more = dict(own) | {f"make_{code.kind}": made_up for code in package.entities}
    ids = {pool[0]: pool for sample in samples for pool in sample.id_pools}
    refs = {name: write_ref_pool(name, type_, kinds) for sample in samples for name, type_, kinds in sample.ref_pools}
    more |= dict.fromkeys(("WORKSPACES", "USERS", "NOW", "read_all", *ids, *refs), made_up)
    several = package.is_several
    made_up = render(
        "plain/tests/made_up.py.j2", package=package, samples=samples, pools=ids.values(), refs=refs.values()
    )
    yield (
        f"tests/{package.title}_made_up.py",
        finish_python(made_up, {name: module for name, module in more.items() if module != made_up}),
    )
    yield "tests/conftest.py", finish_python(render("plain/tests/conftest.py.j2", several=several), more)
    for sample in samples:
        yield f"tests/test_{sample.code.kind}.py", finish_python(render_test(sample, several=several), more)
    tables = break_call("tables = [", [f'f"{{table}}-{kind}"' for kind in package.design.proposal.kinds], "]", 4)
    text = render("plain/tests/test_typescript.py.j2", samples=samples, several=several, tables=tables)
    yield "tests/test_typescript.py", finish_python(text, more)
    yield "typescript/test/reads.mjs", render("plain/tests/reads.mjs")


def write_ref_pool(name: str, type_: str, kinds: tuple[str, ...]) -> str:
    """Return the statement of the other ends of a relationship. Two kinds share an id."""
    ends = [f'{type_}(kind={to_python(kind)}, id=Id("{id}"))' for kind in kinds for id in ("a-1", "b-2")]
    return break_call(f"{name} = (", ends, ")", 0)


def render_test(sample: SampleCode, *, several: bool) -> str:
    return render(
        "plain/tests/test_entity.py.j2",
        sample=sample,
        code=sample.code,
        table_name=f'f"{{table}}-{sample.code.kind}"' if several else "table",
        field_of=to_field,
        sig=write_test_signature,
    )


def write_test_signature(name: str, parameters: list[str]) -> str:
    return break_call(f"async def {name}(", parameters, ") -> None:", 0)
