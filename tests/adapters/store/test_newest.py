"""How far a page of read items shows a workspace: the highest position of what stands in it."""

from decimal import Decimal

import pytest

from ascend.adapters.store.reader import find_newest
from ascend.adapters.table.item import Value
from ascend.domain.errors import DamagedViews


def test_each_workspace_is_shown_up_to_its_newest_item() -> None:
    assert find_newest(["a", "b", "a", "a", None], [3, 1, 5, 4, None]) == {"a": 5, "b": 1}
    assert find_newest([], []) == {}


@pytest.mark.parametrize(
    ("workspace", "position"), [("a", None), ("a", "1"), ("a", True), ("a", Decimal("1.5")), (1, 1), (b"a", 1)]
)
def test_an_item_that_no_version_writes_is_damage(workspace: Value, position: Value) -> None:
    with pytest.raises(DamagedViews):
        find_newest(["a", workspace], [1, position])
