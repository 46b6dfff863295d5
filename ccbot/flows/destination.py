"""Leaving the place where she was: the words for it, and where she goes then."""

from ccbot.core.destinations import BYE, Way, way_of
from ccbot.core.facts import (
    CallbackAsked,
    CallQueued,
    ClosedKeyChosen,
    EndedBy,
    GroupChosenBy,
    MenuOpened,
    TurnedAway,
    VoicemailBegun,
)
from ccbot.core.script import CLOSED_WAIT_S, AfterHours, closed_step
from ccbot.flows.visitor import Visit


async def leave(visit: Visit) -> bool:
    """Say why she is not served here, and lead her on; False: this is the end of the call."""
    call = visit.call
    if call.gave_up is not None:
        await visit.leg.stop_music()
    elif _hears_the_notice(visit):
        await visit.leg.play(visit.routing.emergency.say)
    return await go_to(visit, way_of(visit.routing, call))


async def go_to(visit: Visit, way: Way) -> bool:
    """The words, then the way; False: it ends here."""
    await visit.leg.play(*way.say)
    goes_on = False
    match way.then:
        case "group":
            assert way.group is not None
            by = GroupChosenBy.OVERFLOW
            goes_on = visit.desk.post(CallQueued(call=visit.id, group=way.group, by=by))
        case "ask":
            goes_on = visit.desk.post(MenuOpened(call=visit.id))
        case "voicemail":
            goes_on = visit.desk.post(VoicemailBegun(call=visit.id, by=EndedBy.SYSTEM))
        case "callback":
            out = visit.exchange.may_call_out
            asked = CallbackAsked(call=visit.id, by=EndedBy.SYSTEM)
            goes_on = out and visit.desk.post(asked)
        case "hang_up":
            return False
    if not goes_on:  # another document has taken that way away meanwhile
        await visit.leg.play(BYE)
    return goes_on


async def ask_after_hours(visit: Visit) -> None:
    """What she wants outside the hours. Keys may come at any time, even before the question."""
    entry, leg, tries = visit.entry, visit.leg, 0
    while True:
        await leg.play(entry.closed_keys_prompt, barge_in=True)
        key = await leg.keys.next(within_s=CLOSED_WAIT_S)
        step = closed_step(entry, key, tries)
        if isinstance(step, AfterHours):
            visit.desk.post(ClosedKeyChosen(call=visit.id, key=step.key))
            return
        tries = step.tries
        if step.first is not None:
            await leg.play(step.first, barge_in=True)


def _hears_the_notice(visit: Visit) -> bool:
    """First of all; not whoever is blocked, and not twice."""
    call, emergency = visit.call, visit.routing.emergency
    first = call.closed_key is None and call.turned_away is not TurnedAway.BLOCKED
    return emergency.on and emergency.then == "go_on" and first
