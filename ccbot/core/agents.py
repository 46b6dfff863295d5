"""An agent on the floor: the states, and the one table that says how they follow each other."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ccbot.core.facts import Missed, Pause, Phone, Role, SupervisionKind
from ccbot.core.ids import AgentId, CallId, GroupKey, OfferId


class AgentState(StrEnum):
    """What an agent is doing. Talking and offered are about customers' calls alone; whoever a
    colleague consults is talking, too."""

    OFFLINE = "offline"
    READY = "ready"
    PAUSED = "paused"
    OFFERED = "offered"
    TALKING = "talking"
    WRAP_UP = "wrap_up"


class AgentEvent(StrEnum):
    """What moves an agent from one state to another."""

    SIGN_IN = "sign_in"
    PAUSE = "pause"
    SIGN_OUT = "sign_out"
    OFFER = "offer"
    OFFER_OVER = "offer_over"
    TALK = "talk"
    TALK_OVER = "talk_over"
    CONSULT_OVER = "consult_over"
    WRAP_UP_OVER = "wrap_up_over"
    TAKE_OVER = "take_over"


_S, _E = AgentState, AgentEvent

AGENT_TRANSITIONS: dict[tuple[AgentState, AgentEvent], AgentState] = {
    (_S.OFFLINE, _E.SIGN_IN): _S.READY,
    (_S.PAUSED, _E.SIGN_IN): _S.READY,
    (_S.READY, _E.SIGN_IN): _S.READY,
    (_S.WRAP_UP, _E.SIGN_IN): _S.READY,
    (_S.READY, _E.PAUSE): _S.PAUSED,
    (_S.PAUSED, _E.PAUSE): _S.PAUSED,
    (_S.WRAP_UP, _E.PAUSE): _S.PAUSED,
    (_S.READY, _E.SIGN_OUT): _S.OFFLINE,
    (_S.PAUSED, _E.SIGN_OUT): _S.OFFLINE,
    (_S.WRAP_UP, _E.SIGN_OUT): _S.OFFLINE,
    (_S.READY, _E.OFFER): _S.OFFERED,
    (_S.OFFERED, _E.OFFER_OVER): _S.READY,
    (_S.OFFERED, _E.TALK): _S.TALKING,
    (_S.TALKING, _E.TALK_OVER): _S.WRAP_UP,
    (_S.TALKING, _E.CONSULT_OVER): _S.READY,
    (_S.WRAP_UP, _E.WRAP_UP_OVER): _S.READY,
    **dict.fromkeys(
        [(state, _E.TAKE_OVER) for state in (_S.OFFLINE, _S.READY, _S.PAUSED, _S.WRAP_UP)],
        _S.TALKING,
    ),
}
"""The whole truth about agents' states. A pair that is missing is refused."""


@dataclass(slots=True, kw_only=True, frozen=True)
class WrapUp:
    """The time after a talk (话后处理): offered nothing by any group until it is over."""

    until: datetime
    extension_s: float
    extended: bool = False


@dataclass(slots=True, kw_only=True, frozen=True)
class Handles:
    """The customer who takes an agent up, from the offer to the end of the wrap-up."""

    group: GroupKey
    since: datetime


@dataclass(slots=True, kw_only=True, frozen=True)
class Supervision:
    """A supervisor beside a talk: hears it, is offered nothing, and is heard as the kind says."""

    call: CallId
    agent: AgentId
    """Whom he wanted to hear; once that one has left the call, whoever owns it."""
    kind: SupervisionKind
    leg: str
    """The supervisor's channel."""
    since: datetime


@dataclass(slots=True, kw_only=True)
class Agent:
    """One agent. Changed by the floor alone."""

    id: AgentId
    name: str
    groups: tuple[GroupKey, ...]
    test: bool = False
    role: Role = Role.AGENT
    leads: tuple[GroupKey, ...] = ()
    """The groups in which the role holds."""
    state: AgentState = AgentState.OFFLINE
    pause: Pause | None = None
    phone: Phone = Phone.UNREACHABLE
    idle_since: datetime
    """Since when without a customer: routing takes the longest idle first."""
    resting_until: datetime | None = None
    rests_after: Missed | None = None
    """The offer's end that he rests from."""
    misses: int = 0
    """Calls that he let ring in vain, one after the other."""
    miss_unheard: bool = False
    """He is not ready since he missed a call, and was not told yet."""
    wrap_up: WrapUp | None = None
    """While the state is ``wrap_up``."""
    handles: Handles | None = None
    """None: nobody, or a test call."""
    next_state: AgentEvent | None = None
    """What the agent asked for during a talk or an offer; done as soon as that is over."""
    next_pause: Pause | None = None
    offer: OfferId | None = None
    call: CallId | None = None
    supervises: Supervision | None = None
    removed: bool = False
    served: int = field(default=0)
    """Talks since he signed in."""
    asked_at: dict[GroupKey, datetime] = field(default_factory=dict)
    """Group → when he was last offered one of its calls."""

    def may(self, event: AgentEvent) -> bool:
        """Whether the table knows this event in the present state."""
        return (self.state, event) in AGENT_TRANSITIONS

    def move(self, event: AgentEvent) -> None:
        """Follow the table; an impossible pair is a fault of ours."""
        assert self.may(event), f"agent {self.id}: {event} while {self.state}"
        self.state = AGENT_TRANSITIONS[self.state, event]
        self.wrap_up = None

    @property
    def has_customer(self) -> bool:
        """Talking, or offered a call: what he asks for is done when that is over."""
        return self.state in {AgentState.OFFERED, AgentState.TALKING}

    @property
    def signed_in(self) -> bool:
        """Present for the centre, whatever the agent is doing."""
        return self.state is not AgentState.OFFLINE

    @property
    def on_duty(self) -> bool:
        """Serving customers, now or as soon as he has done with one."""
        return self.state not in {AgentState.OFFLINE, AgentState.PAUSED} and not self.removed

    def rest(self, until: datetime, after: Missed) -> None:
        """Offer him nothing until then."""
        self.resting_until, self.rests_after = until, after

    def stop_resting(self) -> None:
        """He may be offered calls again."""
        self.resting_until = self.rests_after = None

    @property
    def reachable(self) -> bool:
        """Signed in, and the phone is there."""
        return self.signed_in and self.phone is not Phone.UNREACHABLE

    def free(self, now: datetime) -> bool:
        """Ready, with an idle phone, and not resting: may be offered a call now."""
        rested = self.resting_until is None or self.resting_until <= now
        ready = self.state is AgentState.READY and self.offer is None and self.supervises is None
        return ready and self.phone is Phone.IDLE and rested
