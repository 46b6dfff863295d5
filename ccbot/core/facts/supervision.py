"""Facts about supervisors beside a talk (监听, 耳语, 强插, 接管), and the queue in their hands."""

from ccbot.core.facts.fact import Fact
from ccbot.core.ids import AgentId, CallId
from ccbot.core.kinds import QueueMove, SupervisionKind


class SupervisionBegan(Fact, frozen=True, kw_only=True, tag="supervision_began"):
    """A supervisor hears a call, and is offered nothing until ``SupervisionEnded``.

    It follows the call through holds and transfers, and ends with the talk at the latest.
    """

    call: CallId
    supervisor: AgentId
    agent: AgentId
    """Whom he wanted to hear."""
    kind: SupervisionKind = SupervisionKind.LISTEN
    leg: str = ""
    """The supervisor's channel."""
    reason: str = ""


class SupervisionTurned(Fact, frozen=True, kw_only=True, tag="supervision_turned"):
    """From now on others hear him, or do not, as the kind says."""

    call: CallId
    supervisor: AgentId
    kind: SupervisionKind


class SupervisionEnded(Fact, frozen=True, kw_only=True, tag="supervision_ended"):
    """The supervisor hears the call no more, or has taken it over."""

    call: CallId
    supervisor: AgentId
    lasted_s: float = 0.0
    """Since ``SupervisionBegan``."""


class CallTakenOver(Fact, frozen=True, kw_only=True, tag="call_taken_over"):
    """The supervisor is the owner of the talk from now on; the agent's wrap-up begins.

    A hold, or a transfer that was under way, is over; ``SupervisionEnded`` follows.
    """

    call: CallId
    supervisor: AgentId
    agent: AgentId
    """Who was the owner."""
    leg: str
    """The supervisor's channel."""


class QueueReordered(Fact, frozen=True, kw_only=True, tag="queue_reordered"):
    """Somebody put a waiting call to the head of its queue, or gave it to an agent who is free.

    The agent is asked for her at once; if he lets it ring, she stands where she stood.
    """

    call: CallId
    to: QueueMove
    agent: AgentId | None = None
    """With ``to`` agent: which one."""
    by: str = ""
    """A user's name."""
    why: str = ""
