"""A call on the floor: its stages, and the one table that says how they follow each other."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ccbot.core.facts import EndedBy, Flag, GaveUp, HoldBy, LanguageChosenBy, TurnedAway
from ccbot.core.ids import AgentId, CallId, GroupKey, OfferId
from ccbot.core.tapes import Recording
from ccbot.core.transfers import Transfer


class Stage(StrEnum):
    """Where a caller is. Each stage can be entered again: it is the call's checkpoint."""

    GREETING = "greeting"
    MENU = "menu"
    WAITING = "waiting"
    RINGING = "ringing"
    TALK = "talk"
    HOLD = "hold"
    """The customer hears music until her agent comes back."""
    CONSULT = "consult"
    """She hears music while she is handed on: a phone rings, or two agents talk about her."""
    SURVEY = "survey"
    """The agent has left: survey, or just the goodbye."""
    LEAVING = "leaving"
    """Not served here: the caller hears why, and is led elsewhere, or goodbye."""
    VOICEMAIL = "voicemail"
    """The caller is asked for a message, and leaves one."""
    CALLBACK = "callback"
    """The caller is asked whether she wants to be called back."""
    RESTING = "resting"
    """A callback: the customer is called later."""
    BROKEN = "broken"
    """After a restart: what was on file of the call makes no sense. It ends with an apology."""
    ENDED = "ended"


TALKS = frozenset({Stage.TALK, Stage.HOLD, Stage.CONSULT})
"""An agent owns the call, or a transfer looks for another one."""


class CallEvent(StrEnum):
    """What moves a call from one stage to another."""

    OPEN_MENU = "open_menu"
    CHOOSE_LANGUAGE = "choose_language"
    TURN_AWAY = "turn_away"
    CHOOSE_AFTER_HOURS = "choose_after_hours"
    QUEUE = "queue"
    OFFER = "offer"
    OFFER_OVER = "offer_over"
    TALK = "talk"
    HOLD = "hold"
    RESUME = "resume"
    HAND_ON = "hand_on"
    BE_BACK = "be_back"
    HEAD_QUEUE = "head_queue"
    TALK_OVER = "talk_over"
    GIVE_UP = "give_up"
    LEAVE_MESSAGE = "leave_message"
    ASK_CALLBACK = "ask_callback"
    STAY = "stay"
    PUT_OFF = "put_off"
    BE_DUE = "be_due"
    STOP_TRYING = "stop_trying"
    END = "end"


_S, _E = Stage, CallEvent

CALL_TRANSITIONS: dict[tuple[Stage, CallEvent], Stage] = {
    (_S.GREETING, _E.OPEN_MENU): _S.MENU,
    (_S.GREETING, _E.QUEUE): _S.WAITING,
    (_S.MENU, _E.CHOOSE_LANGUAGE): _S.GREETING,
    (_S.GREETING, _E.TURN_AWAY): _S.LEAVING,
    (_S.LEAVING, _E.OPEN_MENU): _S.MENU,
    (_S.MENU, _E.CHOOSE_AFTER_HOURS): _S.LEAVING,
    (_S.LEAVING, _E.QUEUE): _S.WAITING,
    (_S.MENU, _E.QUEUE): _S.WAITING,
    (_S.WAITING, _E.OFFER): _S.RINGING,
    (_S.WAITING, _E.GIVE_UP): _S.LEAVING,
    **dict.fromkeys(
        [(stage, _E.LEAVE_MESSAGE) for stage in (_S.WAITING, _S.LEAVING)],
        _S.VOICEMAIL,
    ),
    (_S.RINGING, _E.OFFER): _S.RINGING,
    (_S.WAITING, _E.ASK_CALLBACK): _S.CALLBACK,
    (_S.LEAVING, _E.ASK_CALLBACK): _S.CALLBACK,
    (_S.CALLBACK, _E.STAY): _S.WAITING,
    (_S.WAITING, _E.PUT_OFF): _S.RESTING,
    (_S.RESTING, _E.BE_DUE): _S.WAITING,
    (_S.WAITING, _E.STOP_TRYING): _S.LEAVING,
    (_S.RESTING, _E.STOP_TRYING): _S.LEAVING,
    (_S.RINGING, _E.OFFER_OVER): _S.WAITING,
    (_S.RINGING, _E.TALK): _S.TALK,
    (_S.TALK, _E.HOLD): _S.HOLD,
    (_S.HOLD, _E.RESUME): _S.TALK,
    (_S.TALK, _E.HAND_ON): _S.CONSULT,
    (_S.HOLD, _E.HAND_ON): _S.CONSULT,
    (_S.CONSULT, _E.BE_BACK): _S.TALK,
    (_S.CONSULT, _E.HEAD_QUEUE): _S.WAITING,
    **{(stage, _E.TALK_OVER): _S.SURVEY for stage in TALKS},
    **{(stage, _E.END): _S.ENDED for stage in _S if stage is not _S.ENDED},
}
"""The whole truth about calls' stages. A pair that is missing is refused."""


@dataclass(slots=True, kw_only=True)
class Call:
    """One customer's visit. Changed by the floor alone."""

    id: CallId
    leg: str
    entry: str
    caller: str = field(repr=False)
    """The full number: not for logs."""
    test: bool
    degraded: bool
    entered_at: datetime
    dialled_number: str = ""
    language: str | None = None
    """What the language menu came to; None: she was not asked, or not yet."""
    language_by: LanguageChosenBy | None = None
    known: bool = False
    """The company's own system told what it knows of her."""
    customer: str | None = field(default=None, repr=False)
    customer_language: str | None = None
    stage: Stage = Stage.GREETING
    group: GroupKey | None = None
    in_line_since: datetime
    """Her place: when she came, if we were away then, else when she entered the queue."""
    waiting_since: datetime | None = None
    """When the call entered its queue; a missed offer does not change it."""
    vip: bool = False
    """Her number is on the VIP list, or the look-up says so."""
    preferred_agent: AgentId | None = None
    """Whom the look-up names for her."""
    promised_at: datetime | None = None
    """By when she was last told that it is her turn."""
    missed_by: dict[AgentId, datetime] = field(default_factory=dict)
    """Who let it ring in vain → when he may be asked again."""
    offers: list[OfferId] = field(default_factory=list)
    """Those that are open, in the order in which they were made: more than one if all are rung."""
    answered: OfferId | None = None
    """The one of them whose agent answered first; the others are taken back."""
    agent: AgentId | None = None
    agent_leg: str = ""
    """The agent's channel, from his answer on; a target's is that of the transfer."""
    room: str = ""
    """The bridge in which they meet."""
    held_by: HoldBy | None = None
    """How she was put on hold; it says nothing once she is in no hold any more."""
    transfer: Transfer | None = None
    """While she is handed on: how far that is."""
    transfers_failed: int = 0
    """How often she heard music in vain, and is to hear that she was not handed on."""
    hops: int = 0
    """How often she was handed on."""
    at_head: bool = False
    """Handed on to her queue, or back to it, or put there: she comes before all who wait in it."""
    pulled_to: AgentId | None = None
    """Who alone is asked for her next."""
    requeued: bool = False
    """It is back: nobody could take her, and who handed her on has left."""
    greeted: list[AgentId] = field(default_factory=list)
    """Who was introduced to her, or joined her and her agent."""
    talk_started_at: datetime | None = None
    talk_ended_at: datetime | None = None
    talk_ended_by: EndedBy | None = None
    flags: list[Flag] = field(default_factory=list)
    unreachable_since: datetime | None = None
    """Since when nobody who may serve the call can be reached."""
    not_ready_since: datetime | None = None
    """Since when nobody of those who can be reached is ready; counted where it leads elsewhere."""
    gave_up: GaveUp | None = None
    turned_away: TurnedAway | None = None
    turned_away_say: str | None = None
    """The words of a day that is closed by hand."""
    closed_key: str | None = None
    """What she chose outside the hours; empty: nothing, though she was asked."""
    been_in: list[GroupKey] = field(default_factory=list)
    """The groups in whose queues she has been: no overflow leads back to one."""
    surveyed: bool = False
    """The survey has its result: it is not asked again after a restart."""
    reason_left: bool = False
    """The customer said why she is dissatisfied, and it is on record."""
    message_left: bool = False
    """The caller left a message, and it is on record."""
    callback_of: CallId | None = None
    """It is a callback of this call's customer."""
    reached: bool = False
    """The customer of a callback answered: from then on it is a call as any other."""
    attempts: int = 0
    """How often she was called in vain."""
    due_at: datetime | None = None
    """While a callback rests: until when."""
    booked: CallId | None = None
    """The callback that she asked for."""
    messages_short: int = 0
    """How many of her messages were too short to be one."""
    recording: Recording = field(default_factory=Recording)

    @property
    def owed(self) -> bool:
        """A callback whose customer was not reached yet: nobody hears music meanwhile."""
        return self.callback_of is not None and not self.reached

    @property
    def owner(self) -> AgentId | None:
        """Whose talk it is; nobody's before and after one, and once he left in a transfer."""
        if self.stage not in TALKS or (self.transfer is not None and self.transfer.sender_left):
            return None
        return self.agent

    def may(self, event: CallEvent) -> bool:
        """Whether the table knows this event in the present stage."""
        return (self.stage, event) in CALL_TRANSITIONS

    def move(self, event: CallEvent) -> None:
        """Follow the table; an impossible pair is a fault of ours."""
        assert self.may(event), f"call {self.id}: {event} in {self.stage}"
        self.stage = CALL_TRANSITIONS[self.stage, event]


@dataclass(slots=True, kw_only=True, frozen=True)
class Offer:
    """One agent reserved for one call while the phone rings and until they are bridged."""

    id: OfferId
    call: CallId
    agent: AgentId
    made_at: datetime
    ring_s: float
    accepted: bool = False
    """The agent's phone answered."""
    bridged_at: datetime | None = None
    """Since when customer and agent hear each other; it is not known yet whether they talk."""


def talkers(call: Call) -> tuple[AgentId, ...]:
    """The agents who talk with the customer or about her: the owner first."""
    target = None if call.transfer is None else call.transfer.target
    return tuple(one for one in (call.owner, target) if one is not None)


def legs_of_talkers(call: Call) -> dict[AgentId, str]:
    """The same, and their channels."""
    target_leg = "" if call.transfer is None else call.transfer.target_leg
    return {agent: call.agent_leg if agent == call.owner else target_leg for agent in talkers(call)}
