"""A relationship of a proposed entity, in the words of the written code."""

from dataclasses import dataclass

from ascend.architect.review.design import make_class_name
from ascend.architect.review.needs import is_parent
from ascend.architect.review.proposal import Proposal
from ascend.architect.review.proposal_parts import USER, ProposedEntity, ProposedRelationship
from ascend.domain.errors import InvalidInput

LIFE_OS_CHECKED = ("thing", "task", "asset")
"""Kinds of the Life OS whose entities a written rule can look up."""
LEAST_ENDS, MOST_ENDS = 20, 400


class TooManyEnds(InvalidInput):
    """An entity of the written code holds the ids at the other ends of its relationships, so there cannot be many."""


@dataclass(frozen=True)
class RelationshipCode:
    entity: ProposedEntity
    spec: ProposedRelationship
    proposal: Proposal
    extends_life_os: bool
    deep: bool
    """True if a question reads everything below an entity by this relationship."""

    @property
    def name(self) -> str:
        return self.spec.name

    @property
    def title(self) -> str:
        """The name of its types: `NoteLabel`."""
        return make_class_name(self.entity.entity, self.name)

    @property
    def kinds(self) -> tuple[str, ...]:
        return self.spec.to

    @property
    def single(self) -> bool:
        return self.spec.is_single

    @property
    def ordered(self) -> bool:
        return self.spec.ordered

    @property
    def is_user(self) -> bool:
        return self.spec.is_user

    @property
    def has_kinds(self) -> bool:
        return self.spec.has_kinds

    @property
    def is_parent(self) -> bool:
        return is_parent(self.entity, self.spec)

    @property
    def has_heights(self) -> bool:
        """True if entities remember how deep the tree below them is: moving one must not make the tree too deep."""
        return self.deep and self.spec.changes

    @property
    def type(self) -> str:
        """The type of one other end in states, events and commands."""
        return "ascend.Ref" if self.has_kinds else id_type(self.kinds[0], self.proposal, self.extends_life_os)

    @property
    def sent(self) -> str:
        """The type of one other end in commands."""
        return f"{self.title}Ref" if self.has_kinds else self.type

    @property
    def kind_type(self) -> str:
        return f"{self.title}Kind"

    @property
    def most(self) -> int:
        """The most other ends of one entity."""
        each = self.spec.each or 1
        if each > MOST_ENDS:
            raise TooManyEnds(
                f"{self.entity.entity}.{self.name} has {each:,} on average, and at most {MOST_ENDS} are possible:"
                f" describe an entity of its own for each pair, with a relationship to both"
            )
        return min(max(LEAST_ENDS, 4 * each), MOST_ENDS)

    @property
    def refusing(self) -> tuple[str, ...]:
        """The proposed kinds whose entities cannot be deleted while this relationship points at them."""
        if self.spec.when_gone != "refuse":
            return ()
        return tuple(kind for kind in self.kinds if kind in self.proposal.kinds)

    @property
    def unrefused(self) -> tuple[str, ...]:
        """The kinds that other code deletes: it does not know of this relationship, so it is not refused."""
        if self.spec.when_gone != "refuse":
            return ()
        return tuple(kind for kind in self.kinds if kind not in self.proposal.kinds)

    @property
    def unknown(self) -> tuple[str, ...]:
        """The kinds whose deletion no event tells."""
        told = {USER, *self.proposal.kinds, *(LIFE_OS_IDS if self.extends_life_os else ())}
        return tuple(kind for kind in self.kinds if kind not in told)

    @property
    def proposed(self) -> tuple[str, ...]:
        return tuple(kind for kind in self.kinds if kind in self.proposal.kinds)

    @property
    def life_os(self) -> tuple[str, ...]:
        """The kinds of the Life OS among its ends, whose existence is checked."""
        return tuple(
            kind
            for kind in self.kinds
            if self.extends_life_os and kind in LIFE_OS_CHECKED and kind not in self.proposal.kinds
        )

    @property
    def is_checked(self) -> bool:
        """True if a rule looks at the other end."""
        return bool(self.proposed or self.life_os or self.is_user)

    @property
    def constant(self) -> str:
        return f"MOST_{self.name.upper()}"

    @property
    def preloads(self) -> list[str]:
        """The expression of the other end that a command will surely look at; none if there may be none."""
        if self.spec.optional or self.is_user or not set(self.kinds) <= {*self.proposed, *self.life_os}:
            return []
        end = f"self.{self.name}"
        if self.has_kinds:
            return [end]
        return [f"{self.kinds[0]}_ref({end})"] if self.proposed else [f'ascend.Ref("{self.kinds[0]}", {end})']

    @property
    def raises(self) -> str:
        """The refusals of a check of the other end."""
        if self.is_user:
            return "NoSuchMember"
        return ", ".join(f"NoSuch{make_class_name(kind)}" for kind in (*self.proposed, *self.life_os))

    @property
    def life_os_test(self) -> str:
        """The condition under which the other end is an entity of the Life OS."""
        kinds = ", ".join(f'"{kind}"' for kind in self.life_os)
        return f"{self.name}.kind in {{{kinds}}}" if len(self.life_os) > 1 else f"{self.name}.kind == {kinds}"

    @property
    def rules(self) -> list[str]:
        """The rules in words."""
        found = ["optional"] if self.spec.optional else []
        found += ["ordered by the user"] if self.ordered else []
        found += [] if self.spec.changes else ["never changes" if self.single else "is never removed"]
        found += ["at most 20 levels, no cycles"] if self.is_parent else []
        gone = {
            "keep": [],
            "refuse": ["what it points at cannot be deleted"],
            "cascade": ["goes with what it points at"],
        }
        return found + gone[self.spec.when_gone or "keep"]

    def maybe(self, type_: str) -> str:
        return f"{type_} | None" if self.spec.optional else type_


def id_type(kind: str, proposal: Proposal, extends_life_os: bool) -> str:
    """Return the expression of the type of ids of this kind."""
    if kind == USER:
        return "ascend.UserId"
    if extends_life_os and kind in LIFE_OS_IDS and kind not in proposal.kinds:
        return f"ascend.{make_class_name(kind)}Id"
    return f"{make_class_name(kind)}Id"


LIFE_OS_IDS = (*LIFE_OS_CHECKED, "comment", "relation")
