"""Why an agent cannot have what he asks for: said to him in words."""

from enum import StrEnum

from ccbot.core import facts as f
from ccbot.core.agents import Agent

AgentAsks = f.AgentSignedIn | f.AgentSignedOut | f.AgentPaused | f.WrapUpEnded | f.WrapUpExtended
"""What an agent may ask for by a code."""


class Refused(StrEnum):
    """The reason."""

    REMOVED = "removed"
    NOT_SIGNED_IN = "not_signed_in"
    NO_WRAP_UP = "no_wrap_up"
    EXTENDED_BEFORE = "extended_before"


def why_not(agent: Agent | None, asked: AgentAsks) -> Refused | None:
    """Why the floor will not take this fact; None: it will."""
    if agent is None or agent.removed:
        return Refused.REMOVED
    if isinstance(asked, f.AgentSignedIn):
        return None
    if not agent.signed_in:
        return Refused.NOT_SIGNED_IN
    if isinstance(asked, f.WrapUpEnded | f.WrapUpExtended) and agent.wrap_up is None:
        return Refused.NO_WRAP_UP
    if isinstance(asked, f.WrapUpExtended) and agent.wrap_up is not None:
        return Refused.EXTENDED_BEFORE if agent.wrap_up.extended else None
    return None
