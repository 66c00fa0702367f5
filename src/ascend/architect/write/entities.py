"""A proposed entity, in the words of the written code."""

from dataclasses import dataclass

from ascend.architect.cost.units import count_write_units
from ascend.architect.review.assumptions import count_items, count_writes
from ascend.architect.review.design import make_class_name
from ascend.architect.review.item_sizes import count_item_bytes
from ascend.architect.review.loads import count_lines_of_each
from ascend.architect.review.proposal import Proposal
from ascend.architect.review.proposal_parts import ProposedEntity
from ascend.architect.write.attributes import AttributeCode
from ascend.architect.write.items import ItemCode
from ascend.architect.write.patterns import PatternCode
from ascend.architect.write.relationships import RelationshipCode


@dataclass(frozen=True)
class EntityCode:
    entity: ProposedEntity
    proposal: Proposal
    attributes: tuple[AttributeCode, ...]
    relationships: tuple[RelationshipCode, ...]
    items: tuple[ItemCode, ...]
    patterns: tuple[PatternCode, ...]
    is_held: bool
    """True if relationships point at it that refuse its deletion, apart from its own hierarchy."""

    @property
    def word(self) -> str:
        return self.entity.entity

    @property
    def title(self) -> str:
        return make_class_name(self.word)

    @property
    def id_type(self) -> str:
        return f"{self.title}Id"

    @property
    def words(self) -> str:
        """The name in a sentence."""
        return self.word.replace("_", " ")

    @property
    def keep_days(self) -> int | None:
        return self.entity.retention

    # Attributes

    @property
    def edited(self) -> list[AttributeCode]:
        """The attributes that an edit can change."""
        return [attribute for attribute in self.attributes if attribute.spec.changes and not attribute.is_created]

    @property
    def sent(self) -> list[AttributeCode]:
        """The attributes that the sender of a creation gives; those that may be missing come last."""
        given = [attribute for attribute in self.attributes if not attribute.is_created]
        return sorted(given, key=lambda attribute: attribute.spec.optional)

    @property
    def unique(self) -> list[AttributeCode]:
        return [attribute for attribute in self.attributes if attribute.spec.unique]

    @property
    def created(self) -> list[AttributeCode]:
        """The attributes that hold the time of the creation."""
        return [attribute for attribute in self.attributes if attribute.is_created]

    # Relationships

    @property
    def single(self) -> list[RelationshipCode]:
        found = [relationship for relationship in self.relationships if relationship.single]
        return sorted(found, key=lambda relationship: relationship.spec.optional)

    @property
    def several(self) -> list[RelationshipCode]:
        return [relationship for relationship in self.relationships if not relationship.single]

    @property
    def moved(self) -> list[RelationshipCode]:
        """The relationships to one other end that can change."""
        return [relationship for relationship in self.single if relationship.spec.changes]

    @property
    def parents(self) -> list[RelationshipCode]:
        return [relationship for relationship in self.single if relationship.is_parent]

    @property
    def tree(self) -> RelationshipCode | None:
        """The hierarchy whose paths the items hold."""
        return next((relationship for relationship in self.parents if relationship.deep), None)

    @property
    def refusing(self) -> list[RelationshipCode]:
        """The relationships that count at the other end. The hierarchy counts for itself."""
        return [known for known in self.relationships if known.refusing and known != self.tree]

    @property
    def cascading(self) -> list[RelationshipCode]:
        return [relationship for relationship in self.relationships if relationship.spec.when_gone == "cascade"]

    @property
    def has_heights(self) -> bool:
        return self.tree is not None and self.tree.has_heights

    @property
    def is_counted(self) -> bool:
        """True if it counts what hangs below it, or what keeps it from being deleted."""
        return self.is_held or self.tree is not None

    @property
    def keeps_time(self) -> bool:
        """True if its state holds the time of its creation although no attribute does: it is removed after some days."""
        return self.keep_days is not None and not self.created

    @property
    def created_at(self) -> str:
        """The field of the state that holds the time of the creation."""
        return self.created[0].name if self.created else "kept_since"

    @property
    def preloads(self) -> list[str]:
        """The entities that the creation will surely look at."""
        own = f"{self.word}_ref(self.{self.word}_id)"
        return [own, *(end for relationship in self.single for end in relationship.preloads)]

    # Events and commands

    @property
    def events(self) -> list[str]:
        return [
            f"{self.title}Created",
            *([f"{self.title}Edited"] if self.edited else []),
            *(f"{relationship.title}Changed" for relationship in self.moved),
            *(name for relationship in self.several for name in self.list_link_events(relationship)),
            *([f"{self.title}Counted"] if self.is_counted else []),
            *([f"{self.title}Deepened"] if self.has_heights else []),
            f"{self.title}Deleted",
        ]

    def list_link_events(self, relationship: RelationshipCode) -> list[str]:
        title = relationship.title
        return [
            f"{title}Added",
            *([f"{title}Moved"] if relationship.ordered else []),
            *([f"{title}Removed"] if relationship.spec.changes else []),
        ]

    @property
    def commands(self) -> list[str]:
        return [
            f"Create{self.title}",
            *([f"Edit{self.title}"] if self.edited else []),
            *(f"Change{relationship.title}" for relationship in self.moved),
            *(name for relationship in self.several for name in self.list_link_commands(relationship)),
            f"Delete{self.title}",
        ]

    def list_link_commands(self, relationship: RelationshipCode) -> list[str]:
        title = relationship.title
        return [
            f"Add{title}",
            *([f"Move{title}"] if relationship.ordered else []),
            *([f"Remove{title}"] if relationship.spec.changes else []),
        ]

    # The read model

    @property
    def asked(self) -> list[PatternCode]:
        """The patterns of questions."""
        return [pattern for pattern in self.patterns if not pattern.is_internal]

    @property
    def has_path(self) -> bool:
        return any(item.has_path for item in self.items)

    @property
    def has_sent_numbers(self) -> bool:
        return any(attribute.is_number for attribute in self.sent)

    @property
    def refuses_deletion(self) -> bool:
        return self.is_held or (self.tree is not None and self.tree.spec.when_gone == "refuse")

    @property
    def projection(self) -> str:
        return f"{self.word.replace('_', '-')}-lines"

    @property
    def item_names(self) -> list[str]:
        expiry = [f"{self.title}ExpiryLine"] if self.keep_days else []
        return [*(item.name for item in self.items), *expiry]

    @property
    def pattern_names(self) -> list[str]:
        expiries = [f"{self.word.upper()}_EXPIRIES"] if self.keep_days else []
        return [*(pattern.constant for pattern in self.patterns), *expiries]

    @property
    def daily_writes(self) -> int:
        return count_writes(self.entity)

    @property
    def write_units(self) -> float:
        """The write units of one change, if it changes all items."""
        return sum(
            count_lines_of_each(self.entity, code.item)
            * count_write_units(count_item_bytes(self.entity, code.item))
            * (1 + code.item.indexes)
            for code in self.items
        )

    @property
    def entities_now(self) -> int:
        """The number of entities in one workspace."""
        return count_items(self.entity)

    @property
    def entities_in_a_year(self) -> int:
        return count_items(self.entity, in_a_year=True)
