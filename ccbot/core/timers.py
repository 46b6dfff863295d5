"""The names of the floor's timers: what each is for, and whom it concerns."""

from ccbot.core.calls import Call
from ccbot.core.decisions import Decision, Forget, TimerKey
from ccbot.core.ids import AgentId, CallId, OfferId


def wrap_up_timer(agent: AgentId) -> TimerKey:
    """The timer that ends an agent's wrap-up."""
    return ("wrap_up", agent)


def empty_timer(call: CallId) -> TimerKey:
    """The timer that gives up a call while no agent is reachable."""
    return ("empty", call)


def not_ready_timer(call: CallId) -> TimerKey:
    """The timer that sends a call elsewhere while nobody is ready."""
    return ("not_ready", call)


def offer_timer(offer: OfferId) -> TimerKey:
    """The sweeper's timer of an offer."""
    return ("offer", offer)


def wait_timer(call: CallId) -> TimerKey:
    """The timer of a caller's longest wait."""
    return ("wait", call)


def widening_timer(call: CallId) -> TimerKey:
    """The timer of the next moment at which more agents may be asked for a caller."""
    return ("widening", call)


def transfer_timer(call: CallId) -> TimerKey:
    """The timer after which a transfer that nobody has taken is given up."""
    return ("transfer", call)


def callback_timer(call: CallId) -> TimerKey:
    """The timer at which a callback is looked after."""
    return ("callback", call)


def again_timer(call: CallId, agent: AgentId) -> TimerKey:
    """The timer after which an agent may be asked once more for a call that he missed."""
    return ("again", f"{call} {agent}")


def rest_timer(agent: AgentId) -> TimerKey:
    """The timer of an agent's short rest."""
    return ("rest", agent)


def pause_timer(call: CallId) -> TimerKey:
    """The timer that ends the pause of a recording."""
    return ("pause", call)


def waiting_over(call: Call) -> list[Decision]:
    """The call waits no more: none of its timers is needed."""
    return [
        Forget(wait_timer(call.id)),
        Forget(empty_timer(call.id)),
        Forget(not_ready_timer(call.id)),
        Forget(widening_timer(call.id)),
        Forget(callback_timer(call.id)),
        *[Forget(again_timer(call.id, agent)) for agent in sorted(call.missed_by)],
    ]
