"""Facts about customers who are called back."""

from datetime import datetime

from ccbot.core.facts.fact import Fact
from ccbot.core.ids import CallId
from ccbot.core.kinds import EndedBy, Missed


class CallbackAsked(Fact, frozen=True, kw_only=True, tag="callback_asked"):
    """The caller is asked whether she wants to be called back; nobody is asked for her now."""

    call: CallId
    by: EndedBy
    """Who ended the wait: the caller with a key, or else the system."""


class CallbackNotWanted(Fact, frozen=True, kw_only=True, tag="callback_not_wanted"):
    """She did not say yes: she waits on, in her old place."""

    call: CallId


class CallbackBooked(Fact, frozen=True, kw_only=True, tag="callback_booked"):
    """She is called back (回电): a call of its own stands in the queue, in her place."""

    call: CallId
    callback: CallId
    number: str
    """Whom to call; never shown unmasked."""


class CustomerReached(Fact, frozen=True, kw_only=True, tag="customer_reached"):
    """The customer of a callback answered."""

    call: CallId
    leg: str
    """Her channel."""


class CustomerNotReached(Fact, frozen=True, kw_only=True, tag="customer_not_reached"):
    """An attempt to call a customer back was in vain."""

    call: CallId
    reason: Missed


class CallbackPutOff(Fact, frozen=True, kw_only=True, tag="callback_put_off"):
    """Nobody is asked for this callback before that moment."""

    call: CallId
    until: datetime


class CallbackDue(Fact, frozen=True, kw_only=True, tag="callback_due"):
    """It is time to look after a callback: it may be tried again, or the hours are over."""

    call: CallId


class CallbackGivenUp(Fact, frozen=True, kw_only=True, tag="callback_given_up"):
    """The customer is not called any more."""

    call: CallId
    served_in: CallId | None = None
    """She called again, and was served in that call; None: she was not reached."""
