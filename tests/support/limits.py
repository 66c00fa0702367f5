"""Processes with small limits, so that a test reaches a limit with little data."""

from ascend import Store
from ascend.projections.limits import ProjectionLimits
from ascend.store import Limits


def projection_limits(**limits: int) -> Limits:
    return Limits(projection=ProjectionLimits(**limits))


def limited_process(store: Store, **limits: int) -> Store:
    """Return another process on the same store, with these limits on its projections, and otherwise the same."""
    return Store(
        store.tables,
        store.environment,
        store.app,
        limits=projection_limits(**limits),
    )
