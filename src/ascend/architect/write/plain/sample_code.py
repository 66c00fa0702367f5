"""The tests of a written package: made-up entities, and the brute-force answer to each question."""

from collections.abc import Iterator
from dataclasses import dataclass

from ascend.architect.review.key_fields import FieldSource
from ascend.architect.review.proposal import ID, WORKSPACE, AttributeType, ProposedAttribute, ProposedRelationship
from ascend.architect.review.subsets import Subset
from ascend.architect.write.escaping import to_python
from ascend.architect.write.plain.entity_code import EntityCode
from ascend.architect.write.plain.fields import name_choice, name_id, name_ref
from ascend.architect.write.plain.item_code import write_condition
from ascend.architect.write.plain.key_code import PYTHON
from ascend.architect.write.plain.layout import Code, Group, break_call, break_comprehension, break_lines
from ascend.architect.write.plain.method_code import MethodCode
from ascend.architect.write.plain.names import to_camel, to_field, to_parameter
from ascend.architect.write.plain.package_code import PackageCode
from ascend.architect.write.plain.repository_code import RepositoryCode, break_whole_call

POOLS = {
    AttributeType.TEXT: "TEXTS",
    AttributeType.NUMBER: "NUMBERS",
    AttributeType.FLAG: "FLAGS",
    AttributeType.DATE: "DAYS",
    AttributeType.INSTANT: "MOMENTS",
}
LOWEST = {
    AttributeType.TEXT: '""',
    AttributeType.NUMBER: "0",
    AttributeType.FLAG: "False",
    AttributeType.DATE: "date.min",
    AttributeType.INSTANT: "NOW",
    AttributeType.CHOICE: '""',
}
"""Any value of the type, for the comparison of missing values with each other."""


@dataclass(frozen=True)
class SampleCode:
    package: PackageCode
    code: EntityCode

    # ---- made-up entities

    @property
    def values(self) -> list[str]:
        """The arguments that make an entity."""
        attributes = [
            f"{to_field(name)}={self.write_value(name, spec)}"
            for name, spec in self.code.entity.attributes.items()
            if spec.type is not AttributeType.CREATED
        ]
        parent = self.code.parent
        ends = [
            f"{to_field(each.name)}={self.write_ends(each)}"
            for each in self.code.entity.relationships
            if each is not parent
        ]
        return [*attributes, *ends]

    def write_value(self, name: str, attribute: ProposedAttribute) -> str:
        value = self.write_unique(attribute) if attribute.unique else f"dice.choice({self.name_pool(name, attribute)})"
        return f"dice.choice((None, {value}))" if attribute.optional else value

    def name_pool(self, name: str, attribute: ProposedAttribute) -> str:
        if attribute.type is AttributeType.CHOICE:
            return f"get_args({name_choice(self.code.entity, name)})"
        return POOLS[attribute.type]

    def write_unique(self, attribute: ProposedAttribute) -> str:
        match attribute.type:
            case AttributeType.TEXT:
                return 'f"{dice.choice(TEXTS)} {number}"'
            case AttributeType.NUMBER:
                return "number"
            case AttributeType.DATE:
                return "DAYS[0] + timedelta(days=number)"
            case _:
                return "NOW + timedelta(days=number)"

    def write_ends(self, relationship: ProposedRelationship) -> str:
        pool = self.name_ends(relationship)
        if not relationship.is_single:
            return f"tuple(dice.sample({pool}, dice.randrange(3)))"
        return f"dice.choice((None, *{pool}))" if relationship.optional else f"dice.choice({pool})"

    def name_ends(self, relationship: ProposedRelationship) -> str:
        if relationship.has_kinds:
            return f"{self.code.kind}_{relationship.name}_ends".upper()
        return "USERS" if relationship.is_user else f"{relationship.to[0]}_ids".upper()

    @property
    def ref_pools(self) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """Yield the name of the pool, the class and the kinds of each relationship with several kinds."""
        for relationship in self.code.entity.relationships:
            if relationship.has_kinds:
                yield self.name_ends(relationship), name_ref(self.code.entity, relationship), relationship.to

    @property
    def id_pools(self) -> Iterator[tuple[str, str, bool]]:
        """Yield the name of the pool, the class, and if the package describes the kind."""
        for relationship in self.code.entity.relationships:
            if not relationship.has_kinds and not relationship.is_user:
                kind = relationship.to[0]
                yield self.name_ends(relationship), name_id(kind), kind in self.package.design.proposal.kinds

    def write_update(self, head: str, entity: str, indent: int) -> str:
        """Return the statement that changes an entity to the values of `other`."""
        parts = [entity, *(f"{field.name}=other.{field.name}" for field in self.code.changing_fields)]
        return break_call(f"{head}await repository.update(", parts, ")", indent)

    @property
    def repository(self) -> RepositoryCode:
        return RepositoryCode(self.package, self.code)

    def write_get(self, line: str) -> str:
        return self.repository.write_get(PYTHON, line).removeprefix("self.")

    def write_ask(self, line: str) -> str:
        """Return the values of `get` as TypeScript takes them."""
        given = (
            (name, name if name in {"workspace", "id"} else to_field(parameter.field.of))
            for parameter in self.repository.get_method.parameters
            for name in (parameter.name,)
        )
        return f"{{{', '.join(f'{to_python(name)}: {line}.{field}' for name, field in given)}}}"

    @property
    def rule_tests(self) -> list[dict[str, str]]:
        """The rules that a deletion of this kind follows."""
        return [self.describe_rule(rule) for rule in self.repository.rules]

    def describe_rule(self, rule: dict[str, str]) -> dict[str, str]:
        other = SampleCode(self.package, self.package.find_entity(rule["kind"]))
        relationship = other.code.entity.find_relationship(rule["relationship"])
        assert relationship is not None, "rules name known relationships"
        end = f"{rule['ref']}(kind={to_python(self.code.kind)}, id=Id(entity.id))" if rule["ref"] else "entity.id"
        return rule | {
            "name": f"{rule['kind']}_{relationship.name}",
            "field": to_field(relationship.name),
            "end": end if relationship.is_single else f"({end},)",
            "below": "yes" if relationship is other.code.parent else "",
            "get": break_whole_call("left = await others.", other.write_get("pointing"), 4),
        }

    @property
    def paged_test(self) -> list[str]:
        """The methods that list all entities of a workspace, in pages."""
        return [
            test.method.name
            for test in self.tests
            if test.names == ["workspace"] and test.is_paged and not test.method.bounds
        ]

    @property
    def needs_members(self) -> bool:
        return any(test.method.user for test in self.tests)

    @property
    def needs_text_range(self) -> bool:
        ranges = (test.method.question.range for test in self.tests)
        return any(name is not None and self.code.entity.attributes[name].type is AttributeType.TEXT for name in ranges)

    def write_return_get(self, line: str) -> str:
        return break_whole_call("return await repository.", self.write_get(line), 4)

    @property
    def tests(self) -> "list[QuestionTest]":
        return [QuestionTest(method, self) for method in self.repository.methods]


@dataclass(frozen=True)
class QuestionTest:
    """The test of one question."""

    method: MethodCode
    sample: SampleCode

    @property
    def names(self) -> list[str]:
        """The parameters for what the caller knows."""
        return [parameter.name for parameter in self.method.parameters]

    @property
    def is_paged(self) -> bool:
        return not self.method.is_get and not self.method.question.everywhere and not self.method.question.only

    @property
    def targets(self) -> str:
        variables = [f"known_{name}" for name in self.names]
        return f"({variables[0]},)" if len(variables) == 1 else ", ".join(variables)

    @property
    def known(self) -> str:
        """Return the statement that collects all combinations of known values that occur."""
        values: list[str] = []
        loops: list[str] = []
        conditions: list[str] = []
        for parameter in self.method.parameters:
            field, name = parameter.field, to_field(parameter.field.of)
            relationship = self.method.code.entity.find_relationship(field.of)
            if field.source in {FieldSource.WORKSPACE, FieldSource.ID, FieldSource.PATH}:
                values.append(f"row.{parameter.name}")
            elif relationship is not None and not relationship.is_single:
                loops.append(f"for each_{parameter.name} in row.{name}")
                values.append(f"each_{parameter.name}")
            else:
                values.append(f"row.{name}")
                optional = (
                    relationship.optional if relationship else self.method.code.entity.attributes[field.of].optional
                )
                conditions += [f"row.{name} is not None"] if optional or self.is_parent(field.of) else []
        tuple_ = f"({', '.join(values)}{',' if len(values) == 1 else ''})"
        return break_comprehension("known = {", [tuple_, "for row in made", *loops], conditions, "}", 4)

    def is_parent(self, name: str) -> bool:
        return self.method.code.parent is not None and self.method.code.parent.name == name

    def write_expected(self, indent: int) -> str:
        """Return the brute-force answer: the rows that fit."""
        conditions = list(self.list_conditions())
        if not conditions:
            return "expected = list(made)"
        return break_comprehension("expected = [", ["row", "for row in made"], conditions, "]", indent)

    def list_conditions(self) -> Iterator[str]:
        entity, question = self.method.code.entity, self.method.question
        if "workspace" in self.names:
            yield "row.workspace == known_workspace"
        for name in question.by:
            relationship = entity.find_relationship(name)
            if name == ID:
                yield "row.id == known_id"
            elif question.deep and relationship is not None:
                yield "row.path[: len(known_path)] == known_path"
            elif relationship is not None and not relationship.is_single:
                yield f"known_{to_parameter(name)} in row.{to_field(name)}"
            elif name != WORKSPACE:
                yield f"row.{to_field(name)} == known_{to_parameter(name)}"
        subset = Subset.of(entity, question)
        assert isinstance(subset, Subset), "the proposal was checked"
        for condition in subset.conditions:
            yield write_condition(self.method.code, *condition, PYTHON).replace("entity.", "row.")
        yield from self.list_range_conditions()

    def list_range_conditions(self) -> Iterator[str]:
        name = self.method.question.range
        if name is None:
            return
        attribute, field = self.method.code.entity.attributes[name], f"row.{to_field(name)}"
        if attribute.optional:
            yield f"{field} is not None"
        if attribute.type is AttributeType.TEXT:
            yield f"is_in_range({field}, first, last)"
        else:
            yield f"first <= {field} <= last"

    @property
    def range_values(self) -> str | None:
        """The values of which the test takes a first and a last one."""
        name = self.method.question.range
        if name is None:
            return None
        attribute = self.method.code.entity.attributes[name]
        where = f" if row.{to_field(name)} is not None" if attribute.optional else ""
        key = ", key=sort_text" if attribute.type is AttributeType.TEXT else ""
        return f"sorted({{row.{to_field(name)} for row in made{where}}}{key})"

    @property
    def order(self) -> str | None:
        """The value of a `line` that sorts it."""
        question = self.method.question
        name = question.range or question.order
        if name is None or question.deep or (name in question.by and question.range is None):
            return None
        attribute, field = self.method.code.entity.attributes[name], f"line.{to_field(name)}"
        value = f"sort_text({field})" if attribute.type is AttributeType.TEXT else field
        if not attribute.optional:
            return value
        return f"(True, {LOWEST[attribute.type]}) if {field} is None else (False, {value})"

    def write_call(self, indent: int) -> str:
        """Return the question with its values, without the page."""
        question, names = self.method.question, self.names
        keywords = [f"{name}=known_{name}" for name in names if name != "workspace"]
        keywords += [f"{bound.name}={bound.name}" for bound in self.method.bounds]
        first = ["known_workspace"] if "workspace" in names else []
        if question.everywhere:
            return break_call(f"found = repository.{self.method.name}(", ["WORKSPACES", *keywords], ")", indent)
        if self.method.is_get:
            return break_call(f"line = await repository.{self.method.name}(", [*first, *keywords], ")", indent)
        members = ["members=everyone"] if self.method.user else []
        parts = [f"repository.{self.method.name}", *first, *keywords, *members, "limit=3"]
        return break_call("ask_page = partial(", parts, ")", indent)

    def write_asked(self, indent: int) -> str:
        """Return the statement that notes the question and its answer for TypeScript."""
        values = [f"{to_python(name)}: known_{name}" for name in self.names]
        values += [f"{to_python(bound.name)}: {bound.name}" for bound in self.method.bounds]
        workspaces = ['"workspaces": WORKSPACES'] if self.method.question.everywhere else []
        parts: list[Code] = [
            f'"repository": {to_python(self.method.code.repository)}',
            f'"method": {to_python(to_camel(self.method.name))}',
            Group('"ask": {', [*workspaces, *values], "}"),
            '"lines": shown',
        ]
        return break_lines(Group("asked.append(", [Group("{", parts, "}")]), indent)

    @property
    def line_text(self) -> str:
        """The text of a `line` by which both languages are compared."""
        if self.method.shown is None:
            return "line.id"
        return 'f"{line.kind}/{line.id}"' if self.method.shown.has_kinds else "str(line)"

    @property
    def is_ordered(self) -> bool:
        shown = self.method.shown
        return shown is not None and shown in self.method.code.ranked
