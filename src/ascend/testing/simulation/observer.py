"""The pages that readers see while the simulation runs: each is compared with the log and with earlier pages.

After `wait_for(receipt)`, a page of base keys shows at least the receipt's position, and every item that a page showed is
never shown in an earlier version again, in any process of the same generation. An index may lag, but it shows no lines of
other tenants, and none that never existed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ascend.domain.ids import UserId, WorkspaceId
from ascend.projections.item import ReadItem
from ascend.projections.key_template import ViewKey
from ascend.projections.pattern import Pattern
from ascend.projections.projection import Projection
from ascend.projections.read_models.members import MEMBERS, MemberLine
from ascend.testing.simulation.expected import ExpectedItems, ExpectedWorkspace
from ascend.testing.simulation.journal import SimulationFailed

Place = tuple[str, ViewKey]
"""A projection and the key of an item in it."""


@dataclass
class Floor:
    """The least that any process shows of one workspace, after what processes have promised and shown."""

    position: int = 0
    items: dict[Place, int] = field(default_factory=dict[Place, int])

    def copy(self) -> "Floor":
        return Floor(self.position, dict(self.items))

    def promise(self, position: int) -> None:
        """Every page shows at least this position from now on."""
        self.position = max(self.position, position)

    def of(self, place: Place) -> int:
        return max(self.position, self.items.get(place, 0))

    def raise_item(self, place: Place, position: int) -> None:
        self.items[place] = max(position, self.items.get(place, 0))


@dataclass(frozen=True)
class Look:
    """One look at a pattern: who looked, and what had been shown when the look began."""

    reader: str
    user: UserId
    pattern: Pattern[ReadItem]
    projection: Projection
    given: Mapping[str, Any]
    before: Floor

    def __str__(self) -> str:
        return f"{self.reader} reads {self.pattern.query} for {self.user} with {dict(self.given)}"


class Observer:
    """The floors of all workspaces. Readers tell each other what they have seen, whichever code has answered them."""

    def __init__(self) -> None:
        self._floors: dict[WorkspaceId, Floor] = {}
        self.looks = 0

    def floor(self, workspace: WorkspaceId) -> Floor:
        """Return what is shown at least of one workspace."""
        return self._floors.setdefault(workspace, Floor())

    def forget(self) -> None:
        """Forget what was shown: a backup was restored."""
        self._floors.clear()

    def check(self, look: Look, expected: ExpectedWorkspace, lines: Sequence[ReadItem], floor: Floor) -> None:
        """Check a list that was read, from its first page to its last. `expected` is as of the end of the look.

        A line whose place in the list changes between two pages may come twice: at its old place, and at its new one.
        """
        self.looks += 1
        items = expected.items[look.projection.name, look.projection.version]
        seen = {line.key.render(line): line for line in lines}
        if len({(line.key.render(line), line.index_keys()) for line in lines}) < len(lines):
            raise SimulationFailed(f"{look}: a line comes twice", look.reader, expected.workspace)
        if strangers := [line for line in lines if line.workspace != expected.workspace]:
            raise SimulationFailed(f"{look}: lines of other tenants: {strangers}", look.reader, expected.workspace)
        self.check_member(look, expected, floor, shown=True)
        if look.pattern.index is None:
            self._check_exact(look, expected, items, seen, floor)
        for key, line in seen.items():
            if not any(version.item == line for version in items.window(key, 0, expected.head)):
                raise SimulationFailed(f"{look}: {line} never existed", look.reader, expected.workspace)

    def _check_exact(
        self,
        look: Look,
        expected: ExpectedWorkspace,
        items: ExpectedItems,
        seen: Mapping[ViewKey, ReadItem],
        floor: Floor,
    ) -> None:
        wanted = look.pattern.item_query(look.projection.build({}), **look.given)
        asked = [
            key for key in items.versions if key.partition == wanted.partition and key.sort.startswith(wanted.prefix)
        ]
        for key in dict.fromkeys([*asked, *seen]):
            place, line = (look.projection.name, key), seen.get(key)
            low = look.before.of(place)
            window = items.window(key, low, expected.head)
            found = [version for version in window if self._is_shown(look, version.item) == line]
            if not found and line is None and items.has_failed(key, low, expected.head):
                continue  # a build that was begun meanwhile has no items of an entity that cannot be rendered
            if not found:
                raise SimulationFailed(
                    f"{look}: shows {line} at {key}, but between the positions {low} (shown before) and"
                    f" {expected.head} it is {[f'{version.position}: {version.item!r}' for version in window]}",
                    look.reader,
                    expected.workspace,
                )
            floor.raise_item(place, found[0].position)

    def _is_shown(self, look: Look, item: ReadItem | None) -> ReadItem | None:
        """Return the item if the pattern shows items of its type."""
        return item if isinstance(item, look.pattern.item) else None

    def check_member(self, look: Look, expected: ExpectedWorkspace, floor: Floor, *, shown: bool) -> None:
        """Check that a page was shown to a member, or refused to somebody who was none."""
        version = next(version for name, version in expected.items if name == MEMBERS.name)
        key = ViewKey(f"W#{expected.workspace}", f"member#{look.user.key_text}")
        place = (MEMBERS.name, key)
        window = expected.items[MEMBERS.name, version].window(key, look.before.of(place), expected.head)
        found = [one for one in window if isinstance(one.item, MemberLine) == shown]
        if not found:
            answer = "shown to somebody who is no member" if shown else "refused to a member"
            raise SimulationFailed(
                f"{look}: {answer}, from position {look.before.of(place)} to {expected.head}",
                look.reader,
                expected.workspace,
            )
        floor.raise_item(place, found[0].position)
