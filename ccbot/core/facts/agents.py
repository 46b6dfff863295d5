"""Facts about agents and their telephones."""

from ccbot.core.facts.fact import Fact
from ccbot.core.ids import AgentId, GroupKey
from ccbot.core.kinds import Pause, Phone, Role


class AgentConfigured(Fact, frozen=True, kw_only=True, tag="agent_configured"):
    """An agent exists, with these groups; said again whenever the record changes."""

    agent: AgentId
    name: str
    groups: tuple[GroupKey, ...]
    test: bool = False
    """A built-in phone of ``script/ccbot call``: serves test calls alone."""
    role: Role = Role.AGENT
    leads: tuple[GroupKey, ...] = ()
    """The groups in which the role holds; a manager's holds in all."""


class AgentTakenUp(Fact, frozen=True, kw_only=True, tag="agent_taken_up"):
    """ccbot is back, and the agent stands where he was left."""

    agent: AgentId


class AgentRemoved(Fact, frozen=True, kw_only=True, tag="agent_removed"):
    """The agent's record is gone; a talk that runs is not touched."""

    agent: AgentId


class AgentSignedIn(Fact, frozen=True, kw_only=True, tag="agent_signed_in"):
    """``*71``: signed in and ready; also from a pause."""

    agent: AgentId


class AgentPaused(Fact, frozen=True, kw_only=True, tag="agent_paused"):
    """``*72``: not ready, at once or as soon as the present talk and wrap-up are over."""

    agent: AgentId
    reason: Pause
    by: str = ""
    """Who did it, if not he himself (制度 2-8)."""
    why: str = ""
    """What for, in that person's words."""


class AgentSignedOut(Fact, frozen=True, kw_only=True, tag="agent_signed_out"):
    """``*73``: signed out, at once or as soon as the present talk is over."""

    agent: AgentId
    by: str = ""
    """Who did it, if not he himself (制度 2-8)."""
    why: str = ""
    """What for, in that person's words."""


class MissHeard(Fact, frozen=True, kw_only=True, tag="miss_heard"):
    """The agent heard that he missed a call and is not ready since; once is enough."""

    agent: AgentId


class RestEnded(Fact, frozen=True, kw_only=True, tag="rest_ended"):
    """The short rest after a declined or failed offer is over."""

    agent: AgentId


class WrapUpEnded(Fact, frozen=True, kw_only=True, tag="wrap_up_ended"):
    """``*74``, or the time was over."""

    agent: AgentId


class WrapUpExtended(Fact, frozen=True, kw_only=True, tag="wrap_up_extended"):
    """``*741``: the agent needs more time after this talk; once for each wrap-up."""

    agent: AgentId


class PhoneChanged(Fact, frozen=True, kw_only=True, tag="phone_changed"):
    """Asterisk reported another device state for the agent's phone."""

    agent: AgentId
    phone: Phone
