"""The public queries, by name."""

from ascend.projections.queries import Queries

HELPERS = {"ask", "ask_across", "check", "head"}
"""Public methods of `Queries` that are not queries."""
QUERY_NAMES = {name for base in Queries.__mro__ for name in vars(base) if not name.startswith("_")} - HELPERS
