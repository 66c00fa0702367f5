"""A process of release 0.2, which keeps policy positions in the views, where nothing but a copy of the log can restore them.

store = released(place.process())         the same process, as that release would run it
"""

from ascend import Store
from ascend.adapters.store.policy_positions import TablePolicyPositions
from ascend.adapters.table.item import Table
from ascend.projections.policies.install import Installation


def released(store: Store) -> Store:
    """Let the store keep its policy positions in the views."""
    views = TablePolicyPositions(store.tables, Table.VIEWS)
    runner = store.policies
    parts = (store.log, views, views, list(runner.policies), store.environment, runner.limits)
    runner.positions, runner.installation = views, Installation(*parts)
    return store
