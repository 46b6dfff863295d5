"""What the log of agents' states remembers, and what it tells: see ``agent_states``."""

from datetime import datetime
from enum import StrEnum

import msgspec

from ccbot.core import facts as f
from ccbot.core.agents import AgentEvent, AgentState
from ccbot.core.ids import AgentId, CallId, GroupKey, OfferId

TALKED = "talk"
"""What a ringing interval ended as if the agent took the call; else why he did not."""
OF_CALLBACK = "callback_"
"""Before it, where a customer is called back: until she answers, the agent hears ringing, too."""


class Activity(StrEnum):
    """What an agent who is talking is doing."""

    WITH_CUSTOMER = ""
    HOLD = "hold"
    """His customer hears music."""
    CONSULT = "consult"
    """He hands his customer on: he waits for the colleague, or talks with him."""
    CONSULTED = "consulted"
    """A colleague asked him about a customer, and she is not with him."""


class Interval(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of one state; ``offline`` has none. A bridged offer that became a talk is one."""

    agent: AgentId
    no: int
    """Place among the agent's intervals, from 1."""
    state: AgentState
    reason: str
    """Of ``paused``: why."""
    activity: Activity
    """Of ``talking``; each activity is an interval of its own."""
    call: CallId | None
    """Of ``offered``, ``talking`` and ``wrap_up``: the customer's call, its group and kind."""
    group: GroupKey | None
    test: bool
    started_at: datetime
    ended_at: datetime | None
    """None while it lasts."""
    ended_as: str
    """Of ``offered``: ``talk``, or why it did not become one. Of ``talking``: what went on after
    it in the same talk (``talk`` or an activity), empty when the talk was over."""
    held: bool
    """Of the last one of a talk: its customer was on hold in it."""


class Standing(msgspec.Struct, kw_only=True):
    """Where an agent stands."""

    since: datetime
    state: AgentState = AgentState.OFFLINE
    no: int = 0
    reason: str = ""
    activity: Activity = Activity.WITH_CUSTOMER
    held: bool = False
    """His customer was on hold in the talk that goes on."""
    call: CallId | None = None
    group: GroupKey | None = None
    test: bool = False
    bridged_at: datetime | None = None
    next_state: AgentState | None = None
    next_reason: str = ""
    is_built_in: bool = False

    @property
    def has_customer(self) -> bool:
        """Offered a call, or talking."""
        return self.state in {AgentState.OFFERED, AgentState.TALKING}


class SeenCall(msgspec.Struct, kw_only=True):
    """What the log knows of a call that has not ended."""

    test: bool = False
    group: GroupKey | None = None
    is_callback: bool = False
    sender: AgentId | None = None
    """Who hands the customer on, while he does."""
    target: AgentId | None = None
    """Whom he consults."""
    to_group: GroupKey | None = None
    """The group whose members are asked."""

    def ends_transfer(self) -> None:
        """Nobody is asked any more."""
        self.sender = self.target = self.to_group = None


class Standings(msgspec.Struct, kw_only=True):
    """The log's memory: kept with the place up to which facts were read."""

    agents: dict[AgentId, Standing] = {}
    calls: dict[CallId, SeenCall] = {}
    offers: dict[OfferId, AgentId] = {}


class SeenAgent(msgspec.Struct):
    """An agent in a snapshot of the floor."""

    id: AgentId
    state: AgentState
    pause: f.Pause | None = None
    next_state: AgentEvent | None = None
    next_pause: f.Pause | None = None
    call: CallId | None = None
    test: bool = False


class SeenOffer(msgspec.Struct):
    """An offer in a snapshot."""

    id: OfferId
    agent: AgentId
    bridged_at: datetime | None = None


class SeenTransfer(msgspec.Struct):
    """How far a transfer is, in a snapshot."""

    by: AgentId
    to_group: GroupKey | None = None
    target: AgentId | None = None
    three: bool = False


class SeenOnFloor(msgspec.Struct):
    """A call in a snapshot."""

    id: CallId
    stage: str = ""
    group: GroupKey | None = None
    test: bool = False
    callback_of: CallId | None = None
    transfer: SeenTransfer | None = None

    def known(self) -> SeenCall:
        """As the log knows it."""
        handed_on = self.transfer
        return SeenCall(
            test=self.test,
            group=self.group,
            is_callback=self.callback_of is not None,
            sender=handed_on.by if handed_on else None,
            target=handed_on.target if handed_on else None,
            to_group=handed_on.to_group if handed_on else None,
        )

    def activity(self, agent: AgentId) -> Activity:
        """What this agent, who is talking, is doing in it."""
        handed_on = self.transfer
        if handed_on is not None and agent == handed_on.target and not handed_on.three:
            return Activity.CONSULTED
        return _ACTIVITY.get(self.stage, Activity.WITH_CUSTOMER)


_ACTIVITY = {"hold": Activity.HOLD, "consult": Activity.CONSULT}


class SeenFloor(msgspec.Struct):
    """As much of a snapshot as concerns the log."""

    agents: list[SeenAgent] = []
    calls: list[SeenOnFloor] = []
    offers: list[SeenOffer] = []
