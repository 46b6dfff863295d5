"""Who asks."""

import msgspec

from ccbot.core.ids import AgentId, GroupKey
from ccbot.core.kinds import Role
from ccbot.core.rights import Right, Scope
from ccbot.web.api.table import Asked, Route


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """The user, and what he may do."""

    name: str
    role: Role
    groups: tuple[GroupKey, ...]
    """Where the role holds; empty for a role that holds in all groups."""
    phone: AgentId | None
    rights: dict[Right, Scope]


async def me(asked: Asked[None]) -> Me:
    """The one to whom the token belongs."""
    held = {right: scope for right in Right if (scope := asked.holder.scope(right))}
    user = asked.user
    return Me(name=user.name, role=user.role, groups=user.groups, phone=user.phone, rights=held)


ROUTES = (
    Route(
        method="GET",
        path="/me",
        right=Right.OWN_READ,
        handler=me,
        summary="Who I am, and what I may do",
        answer=Me,
    ),
)
