"""An application: the kinds of entities, projections and policies that a store is used with."""

from collections.abc import Mapping, Sequence
from dataclasses import InitVar, dataclass, field, replace
from functools import cached_property

from ascend.domain.errors import InvalidInput
from ascend.domain.kernel import WORKSPACE
from ascend.domain.runtime.arguments import check_name, check_type
from ascend.domain.runtime.kind_checks import check_kinds
from ascend.domain.runtime.model import Downcast, Kind, Model, Upcaster
from ascend.domain.workspaces.command import Command
from ascend.projections.catalog import ProjectionCatalog, check_distinct
from ascend.projections.item_checks import check_items
from ascend.projections.part_checks import (
    check_events,
    check_part_types,
    check_pattern,
    check_renders,
    check_replacement,
)
from ascend.projections.policies.policy import Policy
from ascend.projections.projection import Projection
from ascend.projections.read_models.members import MEMBERS
from ascend.projections.workers.ownership import ApplicationRecord


@dataclass(frozen=True, kw_only=True, eq=False)
class Application:
    """The kinds of entities, projections and policies that a store is used with. It is checked when it is made.

    Workspaces and their members belong to every application. `LIFE_OS` is the application that ships with Ascend.

    Raises:
        InvalidInput: the parts do not fit together; the message names both sides.
    """

    name: str
    """Recorded in every store that a worker of this application has worked on."""
    kinds: Sequence[Kind] = ()
    projections: Sequence[Projection] = ()
    policies: Sequence[Policy] = ()
    snapshots: int = 1
    """The schema version of the snapshots. Raise it when a state changes shape."""
    upcasters: Mapping[tuple[str, int], Upcaster] = field(default_factory=dict[tuple[str, int], Upcaster])
    """By tag and version of an event: the function that makes the next version of its data."""
    writes: Mapping[str, Downcast] = field(default_factory=dict[str, Downcast])
    """By tag: the events that are still written in an older version, because some process may not read the newer one."""

    checked_by_tests: InitVar[bool] = False
    """True for the Life OS: a test checks it. For every import, that would take too long."""

    def __post_init__(self, checked_by_tests: bool) -> None:
        check_type("name", str, self.name)
        check_name("an application's name", self.name)
        kinds, projections = tuple(self.kinds), tuple(self.projections)
        check_part_types("kinds", Kind, kinds)
        check_part_types("projections", Projection, projections)
        check_part_types("policies", Policy, self.policies)
        if not any(kind.state.entity == WORKSPACE.state.entity for kind in kinds):
            kinds = (WORKSPACE, *kinds)
        if not any(projection.name == MEMBERS.name for projection in projections):
            projections = (MEMBERS, *projections)
        for name, value in (("kinds", kinds), ("projections", projections), ("policies", tuple(self.policies))):
            object.__setattr__(self, name, value)
        if not checked_by_tests:
            self.check()

    def check(self) -> None:
        """Check that the parts fit together. Raises: InvalidInput, naming the part."""
        check_kinds(self.kinds)
        check_items(self.projections)
        self._check_kernel()
        check_renders(self.kinds, self.projections)
        check_events(self.model.events, self.policies, (tag for tag, _ in self.upcasters), self.writes)
        for pattern in (*self.catalog.patterns, *MEMBERS.patterns):
            check_pattern(self.catalog.find_pattern(pattern))
        check_distinct(self.name, "policies have the name", (policy.name for policy in self.policies))

    def _check_kernel(self) -> None:
        """Raise `InvalidInput` if a part of the kernel was replaced by a namesake: roles and membership rest on it."""
        if not any(kind.state is WORKSPACE.state for kind in self.kinds):
            raise InvalidInput(f"application {self.name}: a kind is named 'workspace', as that of the kernel")
        for item in MEMBERS.items:
            self.catalog.find_item(item)

    @cached_property
    def model(self) -> Model:
        """The kinds and events, as the log needs them."""
        return Model.from_kinds(*self.kinds, snapshots=self.snapshots, upcasters=self.upcasters, writes=self.writes)

    @cached_property
    def catalog(self) -> ProjectionCatalog:
        """The projections with their items and patterns, as queries need them."""
        return ProjectionCatalog(self.name, self.projections)

    @cached_property
    def record(self) -> ApplicationRecord:
        """The record of this application, as a store keeps it."""
        versions = {projection.name: projection.version for projection in self.projections}
        return ApplicationRecord(self.name, frozenset(self.model.events), versions)

    @property
    def commands(self) -> tuple[type[Command], ...]:
        """All commands."""
        return tuple(command for kind in self.kinds for command in kind.commands)

    def extended(
        self,
        *,
        name: str | None = None,
        kinds: Sequence[Kind] = (),
        projections: Sequence[Projection] = (),
        policies: Sequence[Policy] = (),
        upcasters: Mapping[tuple[str, int], Upcaster] | None = None,
        writes: Mapping[str, Downcast] | None = None,
    ) -> "Application":
        """Return this application with more kinds, projections and policies.

        With a `name` of its own, processes of this application refuse to work on a store of the extended one. Choose it
        before the first worker runs: a store keeps the name of its application.
        """
        return replace(
            self,
            name=self.name if name is None else name,
            kinds=(*self.kinds, *kinds),
            projections=(*self.projections, *projections),
            policies=(*self.policies, *policies),
            upcasters={**self.upcasters, **(upcasters or {})},
            writes={**self.writes, **(writes or {})},
        )

    def replacing(self, projection: Projection) -> "Application":
        """Return this application with another version of the projection of this name.

        The queries that read the replaced projection read this one: its items are derived from the replaced items, and
        its patterns have the same queries.

        Raises:
            InvalidInput: there is no projection of this name, its version is not higher, or an item or a pattern of it is
                missing or has other keys.
        """
        check_type("projection", Projection, projection)
        old = next((known for known in self.projections if known.name == projection.name), None)
        if old is None:
            raise InvalidInput(f"the application {self.name} has no projection {projection.name!r} to replace")
        if projection.version <= old.version:
            raise InvalidInput(
                f"the projection {old.name!r} that replaces version {old.version} needs a higher version"
            )
        changed = replace(self, projections=tuple(projection if known is old else known for known in self.projections))
        check_replacement(old, changed.catalog)
        return changed
