"""The tests of a written package: made-up entities, and the brute-force answer to each question."""

from collections.abc import Iterator
from dataclasses import dataclass

from ascend.architect.review.proposal import AttributeType, ProposedAttribute, ProposedRelationship
from ascend.architect.write.escaping import to_python
from ascend.architect.write.plain.entity_code import PlainEntity
from ascend.architect.write.plain.fields import name_choice, name_id, name_ref
from ascend.architect.write.plain.key_code import PYTHON
from ascend.architect.write.plain.layout import break_call
from ascend.architect.write.plain.names import to_field
from ascend.architect.write.plain.package_code import PlainCode
from ascend.architect.write.plain.question_test_code import PlainQuestionTest
from ascend.architect.write.plain.repository_code import RepositoryCode, break_whole_call

POOLS = {
    AttributeType.TEXT: "TEXTS",
    AttributeType.NUMBER: "NUMBERS",
    AttributeType.FLAG: "FLAGS",
    AttributeType.DATE: "DAYS",
    AttributeType.INSTANT: "MOMENTS",
}


@dataclass(frozen=True)
class SampleCode:
    package: PlainCode
    code: PlainEntity

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
    def tests(self) -> list[PlainQuestionTest]:
        return [PlainQuestionTest(method) for method in self.repository.methods]
