"""The parts of a written repository that depend on keys: how one is got, which rules a deletion follows, how a move goes on."""

from dataclasses import dataclass

from ascend.architect.review.design import Answer
from ascend.architect.review.proposal import Question
from ascend.architect.write.escaping import to_python
from ascend.architect.write.plain.entity_code import PlainEntity
from ascend.architect.write.plain.key_code import PYTHON, TYPESCRIPT, KeyLanguage, write_given_value
from ascend.architect.write.plain.layout import Brackets, break_call, break_lines, make_tuple
from ascend.architect.write.plain.method_code import MethodCode, MethodParameter
from ascend.architect.write.plain.names import to_camel, to_class, to_field
from ascend.architect.write.plain.package_code import PlainCode
from ascend.architect.write.plain.rules import Rule


@dataclass(frozen=True)
class ListingCode:
    """A method that lists the entities which point at one other, for a rule of deletion."""

    rule: Rule
    method: MethodCode

    @property
    def name(self) -> str:
        return self.rule.relationship.name

    @property
    def cascade(self) -> bool:
        return self.rule.when_gone == "cascade"

    @property
    def reads_whole(self) -> bool:
        """True if the lines are whole entities, read consistently: none has to be read again."""
        return self.rule.listing is not None and self.rule.listing.item.whole and self.method.is_consistent

    @property
    def others(self) -> list[MethodParameter]:
        return [parameter for parameter in self.method.parameters if parameter.name != "workspace"]

    @property
    def python_parameters(self) -> str:
        return ", ".join(("workspace: WorkspaceId", *(parameter.python for parameter in self.others)))

    @property
    def arguments(self) -> str:
        return ", ".join(("workspace", *(parameter.name for parameter in self.others)))


@dataclass(frozen=True)
class RepositoryCode:
    package: PlainCode
    code: PlainEntity

    @property
    def methods(self) -> list[MethodCode]:
        return [method for method in self.package.methods if method.code is self.code]

    # ---- one entity by its key

    @property
    def get_method(self) -> MethodCode:
        """The question for one entity by the key of its item."""
        place = self.code.main.table
        given = tuple(dict.fromkeys(place.fields))
        question = Question(question=f"One {self.code.words}", by=("id",))
        return MethodCode("get", self.code, Answer(self.code.kind, question, self.code.main.name, "table", given, None))

    @property
    def get_signature(self) -> str:
        keywords = [
            parameter.python for parameter in self.get_method.parameters if parameter.name not in {"workspace", "id"}
        ]
        star = ["*", *keywords] if keywords else []
        first = ["self", "workspace: WorkspaceId", f"id: {self.code.id}"]
        return break_call("async def get(", [*first, *star], f") -> {self.code.name} | None:", 4)

    @property
    def get_consistent(self) -> bool:
        answer = self.code.get_answer
        return bool(answer.question.consistent) if answer else True

    def write_key(self, head: str, indent: int) -> str:
        return self.get_method.write_python_key(indent, head)

    @property
    def get_many_keys(self) -> str:
        key = Brackets("key(", self.list_key_parts(PYTHON))
        return break_lines(Brackets("keys = [", [f"{key.flat} for id in dict.fromkeys(ids)"], "]"), 8)

    def list_key_parts(self, language: KeyLanguage) -> list[str | Brackets]:
        place = self.code.main.table
        sort = [write_given_value(language, self.code.entity, place, field, str) for field in place.sort]
        partition = self.get_method.list_partition(language)
        return ['""', make_tuple(partition), make_tuple(sort)]

    def write_get(self, language: KeyLanguage, line: str) -> str:
        """Return the call that reads the whole entity of a line."""
        own = "self" if language is PYTHON else "this"
        given = [
            (parameter.name, self.write_part(language, line, parameter)) for parameter in self.get_method.parameters
        ]
        if language is PYTHON:
            parts = [
                value if name in {"workspace", "id"} else f"{name}={value}"
                for name, value in sorted(given, key=rank_argument)
            ]
            return f"{own}.get({', '.join(parts)})"
        return f"{own}.get({{ {', '.join(f'{name}: {value}' for name, value in given)} }})"

    def write_whole(self, indent: int) -> str:
        """Return the statement that reads the whole entity of a line."""
        return break_whole_call("whole = await ", self.write_get(PYTHON, "line"), indent)

    def write_part(self, language: KeyLanguage, line: str, parameter: MethodParameter) -> str:
        """Return the value of a parameter of `get` for a line."""
        if parameter.name in {"workspace", "id"}:
            return f"{line}.{parameter.name}"
        name = to_field(parameter.field.of)
        return f"timeOf({line}.id)" if language is TYPESCRIPT and name in self.code.created else f"{line}.{name}"

    # ---- deletion rules

    @property
    def listings(self) -> list[ListingCode]:
        return [
            self.make_listing(rule) for rule in self.package.rules if rule.entity is self.code.entity and rule.listing
        ]

    def make_listing(self, rule: Rule) -> ListingCode:
        listing = rule.listing
        assert listing is not None, "only rules with a listing are written"
        question = Question(
            question=f"Those of one {rule.relationship.name}", by=(rule.relationship.name,), consistent=True
        )
        given = (*listing.place.partition, *listing.place.sort[: listing.count])
        answer = Answer(self.code.kind, question, listing.item.name, listing.place_name, given, None)
        return ListingCode(rule, MethodCode(f"list_by_{rule.relationship.name}", self.code, answer))

    @property
    def rules(self) -> list[dict[str, str]]:
        """The rules that a deletion of this kind follows: they concern entities that point at it."""
        pointing = (rule for rule in self.package.rules if rule.listing and self.code.kind in rule.relationship.to)
        return [self.describe_rule(rule) for rule in pointing]

    def describe_rule(self, rule: Rule) -> dict[str, str]:
        words = "delete_by" if rule.when_gone == "cascade" else "list_by"
        other = to_class(rule.entity.entity, "repository")
        is_own = rule.entity is self.code.entity
        name = f"{words}_{rule.relationship.name}"
        return {
            "when_gone": str(rule.when_gone),
            "own": "yes" if is_own else "",
            "name": name,
            "typescript_name": to_camel(name),
            "repository": other,
            "module": f"{rule.entity.entity}_repository",
            "kind": rule.entity.entity,
            "relationship": rule.relationship.name,
            "ref": to_class(rule.entity.entity, rule.relationship.name, "ref") if rule.relationship.has_kinds else "",
            "parameter": self.name_parameter(rule),
            "names": to_python(f"{rule.entity.entity}.{rule.relationship.name}"),
        }

    def name_parameter(self, rule: Rule) -> str:
        return next(
            parameter.name
            for listing in RepositoryCode(self.package, self.package.find_entity(rule.entity.entity)).listings
            if listing.rule is rule
            for parameter in listing.others
        )

    @property
    def has_foreign_rules(self) -> bool:
        return any(not rule["own"] for rule in self.rules)

    def write_rule(self, rule: dict[str, str]) -> str:
        """Return the call that lists or deletes the entities of a rule."""
        end = f"{rule['ref']}(kind={to_python(self.code.kind)}, id=entity.id)" if rule["ref"] else "entity.id"
        owner = "self" if rule["own"] else f"{rule['kind']}_others"
        return break_call(f"{owner}.{rule['name']}(", ["entity.workspace", f"{rule['parameter']}={end}"], ")", 8)

    def write_others(self, rule: dict[str, str]) -> str:
        """Return the statement that opens the repository of the entities of a rule."""
        head = f"{rule['kind']}_others = {rule['module']}.{rule['repository']}("
        return break_call(head, ["self._table.client", "self._name", "self._table.now"], ")", 8)

    # ---- questions

    @property
    def shown_methods(self) -> list[MethodCode]:
        """A method for each relationship whose other ends are shown."""
        return list({method.shown.name: method for method in self.methods if method.shown}.values())

    # ---- moves

    @property
    def move_method(self) -> MethodCode | None:
        """The question that finds what is below an entity, if entities can move."""
        if self.code.parent is None or not self.code.parent.changes:
            return None
        deep = [
            (name, answer) for name, answer in self.code.methods if answer.question.deep and not answer.question.only
        ]
        if not deep:
            return None
        values = {"workspace": "before.workspace", "path": "before.path"}
        return MethodCode(deep[0][0], self.code, deep[0][1], values)


def break_whole_call(head: str, call: str, indent: int) -> str:
    """Return the call in lines. Its arguments hold no comma."""
    name, _, arguments = call.partition("(")
    return break_call(f"{head}{name}(", arguments.removesuffix(")").split(", "), ")", indent)


def rank_argument(argument: tuple[str, str]) -> int:
    return {"workspace": 0, "id": 1}.get(argument[0], 2)
