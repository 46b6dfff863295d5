"""Facts about what happens within a talk: hold, and transfers of every kind.

A caller is always with somebody, in a queue, or hears music. While a talk goes on there is one
owner, ``Call.agent``; a transfer makes another agent the owner, or brings her back.
"""

from ccbot.core.facts.fact import Fact
from ccbot.core.ids import AgentId, CallId, GroupKey, OfferId
from ccbot.core.kinds import (
    Flag,
    HoldBy,
    TransferFailure,
    TransferKind,
    TransferReason,
    Whose,
)


class CallHeld(Fact, frozen=True, kw_only=True, tag="call_held"):
    """The customer hears music until her agent comes back; ``hold`` begins."""

    call: CallId
    agent: AgentId
    by: HoldBy = HoldBy.CODE


class CallResumed(Fact, frozen=True, kw_only=True, tag="call_resumed"):
    """Customer and agent hear each other again; ``talk`` goes on."""

    call: CallId
    agent: AgentId


class TransferAsked(Fact, frozen=True, kw_only=True, tag="transfer_asked"):
    """The owner of the talk wants somebody else for her: exactly one of the two targets is set.

    Blind to a group: she goes to the head of its queue at once (``CallQueued`` follows). All
    others: ``consult`` begins, the customer hears music, the target's phone is rung by an
    ordinary offer. Blind to an agent: he is given the customer when he answers, and the sender
    leaves then. A consultation: sender and target talk first.
    """

    call: CallId
    agent: AgentId
    """Who asks: the sender."""
    kind: TransferKind
    to_agent: AgentId | None = None
    to_group: GroupKey | None = None
    reason: TransferReason | None = None
    note: str = ""
    """For the target; at most 500 characters."""


class ConsultStarted(Fact, frozen=True, kw_only=True, tag="consult_started"):
    """Sender and target hear each other; the customer hears music on."""

    call: CallId
    offer: OfferId


class ConsultSwapped(Fact, frozen=True, kw_only=True, tag="consult_swapped"):
    """The sender changed sides: ``talk`` with the customer while the target hears music, or back
    to ``consult``."""

    call: CallId
    with_customer: bool


class ConferenceStarted(Fact, frozen=True, kw_only=True, tag="conference_started"):
    """Customer, sender and target hear each other; it counts as the sender's ``talk``."""

    call: CallId


class ConsultEnded(Fact, frozen=True, kw_only=True, tag="consult_ended"):
    """The sender goes back to the customer; the target's phone stops, or his part is over."""

    call: CallId
    agent: AgentId


class TransferFailed(Fact, frozen=True, kw_only=True, tag="transfer_failed"):
    """No target for her: she is back with the sender, or, if he has left, at the head of the queue
    of his group (``CallQueued`` follows)."""

    call: CallId
    why: TransferFailure


class TransferCompleted(Fact, frozen=True, kw_only=True, tag="transfer_completed"):
    """The target is the owner from now on; ``talk`` with him begins. The sender's wrap-up begins,
    if it has not begun."""

    call: CallId
    agent: AgentId
    """The new owner."""


class SenderLeft(Fact, frozen=True, kw_only=True, tag="sender_left"):
    """The sender hung up while his transfer was under way; his wrap-up begins.

    If he was talking with the target, or all three were, ``TransferCompleted`` follows; if the
    target's phone rings, it rings on as for a blind transfer.
    """

    call: CallId
    agent: AgentId


class CallFlagged(Fact, frozen=True, kw_only=True, tag="call_flagged"):
    """An agent of the call marked it; each flag is on a call once, whoever has it afterwards."""

    call: CallId
    agent: AgentId
    flag: Flag = Flag.COMPLAINT


class LegMeasured(Fact, frozen=True, kw_only=True, tag="leg_measured"):
    """How the network treated one leg of a talk, as Asterisk received it. It happened at the last
    measurement, and is told when the talk is over, or goes on without this leg: at times after
    ``CallEnded``.

    Nothing is told of a leg that was in the talk for too short a time to be measured.
    """

    call: CallId
    leg: str
    whose: Whose
    line: str
    """Who is answerable for the network: an agent's number, or the trunk."""
    lasted_s: float
    """From the first measurement to the last one."""
    received: int
    """Packets."""
    lost: int
    jitter_ms: float
    """The mean of the measurements."""
    jitter_ms_max: float
    mes: float | None = None
    """Asterisk's media experience score, 0 to 100, the mean; none before the first report."""
    mes_min: float | None = None
    far_lost: int | None = None
    """Of our packets, as the other side reports; none if it does not."""
    test: bool = False
