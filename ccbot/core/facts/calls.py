"""Facts about calls: who came, where she went, how it ended."""

from datetime import datetime

from ccbot.core.facts.fact import Fact
from ccbot.core.ids import AgentId, CallId, GroupKey
from ccbot.core.kinds import EndedBy, GaveUp, GroupChosenBy, LanguageChosenBy, TurnedAway


class CallEntered(Fact, frozen=True, kw_only=True, tag="call_entered"):
    """A customer's call reached us; its ``greeting`` begins."""

    call: CallId
    leg: str
    dialled_number: str
    entry: str
    caller: str
    """The full number, as the trunk sent it; empty if withheld. Never shown unmasked."""
    degraded: bool = False
    """The caller went through the dialplan's safety net first."""
    test: bool = False
    arrived_at: datetime | None = None
    """When the call reached Asterisk, if ccbot was away then: it begins with this moment."""
    callback_of: CallId | None = None
    """The call whose customer is to be called back; until she is reached it has no leg."""


class CallTakenUp(Fact, frozen=True, kw_only=True, tag="call_taken_up"):
    """ccbot is back, has found the call where it was left, and goes on with it."""

    call: CallId


class CallTurnedAway(Fact, frozen=True, kw_only=True, tag="call_turned_away"):
    """The call is not received: the caller hears why, and goes where the entry says."""

    call: CallId
    reason: TurnedAway
    say: str | None = None
    """The words of a day that is closed by hand, if it has any; else those of the entry."""


class ClosedKeyChosen(Fact, frozen=True, kw_only=True, tag="closed_key_chosen"):
    """Outside the hours the caller has chosen what to do."""

    call: CallId
    key: str | None
    """None: no key, or a wrong one each time."""


class MenuOpened(Fact, frozen=True, kw_only=True, tag="menu_opened"):
    """The menu begins."""

    call: CallId


class LanguageChosen(Fact, frozen=True, kw_only=True, tag="language_chosen"):
    """The language menu is over; ``greeting`` goes on in this language."""

    call: CallId
    language: str
    by: LanguageChosenBy


class CustomerKnown(Fact, frozen=True, kw_only=True, tag="customer_known"):
    """The company's own system knows the caller; what it does not say is null."""

    call: CallId
    customer: str | None = None
    """A name, for the record alone: not for logs."""
    vip: bool = False
    language: str | None = None
    preferred_agent: AgentId | None = None


class CallQueued(Fact, frozen=True, kw_only=True, tag="call_queued"):
    """The call entered a group's queue; ``waiting`` begins."""

    call: CallId
    group: GroupKey
    by: GroupChosenBy


class QueueChanged(Fact, frozen=True, kw_only=True, tag="queue_changed"):
    """A waiting caller waits for another group from now on; the time that she waited stays hers."""

    call: CallId
    group: GroupKey
    by: GroupChosenBy


class EstimateTold(Fact, frozen=True, kw_only=True, tag="estimate_told"):
    """The waiting caller was told that it takes about so many minutes more."""

    call: CallId
    minutes: int


class QueueLeft(Fact, frozen=True, kw_only=True, tag="queue_left"):
    """ccbot gave up looking for an agent; the caller hears why."""

    call: CallId
    reason: GaveUp


class EligibilityWidened(Fact, frozen=True, kw_only=True, tag="eligibility_widened"):
    """She has waited so long that more agents may be asked for her: a step of the document."""

    call: CallId


class WaitingKeyPressed(Fact, frozen=True, kw_only=True, tag="waiting_key_pressed"):
    """A waiting caller chose something with a key of her group; what it is follows at once."""

    call: CallId
    key: str
    may_call_out: bool = False
    """There is a way out for callbacks."""


class CallEnded(Fact, frozen=True, kw_only=True, tag="call_ended"):
    """The call is over. Exactly one for each ``CallEntered``; whatever was open ends with it."""

    call: CallId
    by: EndedBy
    failed: bool = False
    """A fault of ours ended it."""
