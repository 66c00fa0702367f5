"""The roles of members, from the one that may do least to the one that may do all."""

from enum import StrEnum


class Role(StrEnum):
    """What a member may do; each role may do all that those before it may."""

    VIEWER = "viewer"
    MEMBER = "member"
    ADMIN = "admin"
    OWNER = "owner"

    def allows(self, needed: "Role") -> bool:
        order = list(Role)
        return order.index(self) >= order.index(needed)
