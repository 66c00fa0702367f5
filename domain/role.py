"""The roles of members."""

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """The role of a member. Each role may do everything that the roles before it may do."""

    VIEWER = "viewer"
    MEMBER = "member"
    ADMIN = "admin"
    OWNER = "owner"

    def allows(self, needed: "Role") -> bool:
        """Return True if this role may do everything that `needed` may do."""
        return RANKS[self] >= RANKS[needed]


RANKS: Mapping[Role, int] = {role: rank for rank, role in enumerate(Role)}
