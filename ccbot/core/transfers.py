"""A transfer that is under way: how far it is, and what limits it has."""

from dataclasses import dataclass, field
from datetime import datetime

from ccbot.core.ids import AgentId, GroupKey
from ccbot.core.kinds import TransferKind, TransferReason

HOPS_MAX = 3
"""So often a customer is handed on; after that a team leader alone is offered her."""

CONSULT_WAIT_S_MAX = 30.0
"""So long phones ring for a transfer, one after the other; then the customer goes back."""

NOTE_CHARS_MAX = 500


@dataclass(slots=True, kw_only=True)
class Transfer:
    """An agent hands a customer on. Changed by the floor alone.

    Nobody has answered: phones ring, by ordinary offers. ``target`` set: sender and target talk
    (``consult``), or the sender and the customer while the target hears music (``talk``), or all
    three (``talk`` with ``three``).
    """

    by: AgentId
    """The sender, who owns the talk until it is completed."""
    kind: TransferKind
    asked_at: datetime
    to_agent: AgentId | None = None
    to_group: GroupKey | None = None
    reason: TransferReason | None = None
    note: str = ""
    target: AgentId | None = None
    """Who answered, from the moment at which he and the sender talk."""
    target_leg: str = ""
    """His channel, from his answer on."""
    tried: list[AgentId] = field(default_factory=list)
    """Who was rung in vain."""
    three: bool = False
    met: bool = False
    """The target has talked with the customer: he has a wrap-up after her."""
    sender_left: bool = False

    @property
    def queues(self) -> bool:
        """Blind to a group: she stands in its queue at once; no phone rings for the transfer."""
        return self.kind is TransferKind.BLIND and self.to_group is not None

    @property
    def is_blind(self) -> bool:
        """Whoever answers is given the customer at once."""
        return self.kind is TransferKind.BLIND or self.sender_left
