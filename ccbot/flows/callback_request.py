"""A waiting caller asks to be called back (回电): she says so twice, and whom to call."""

from ccbot.core.facts import CallbackBooked, CallbackNotWanted
from ccbot.core.ids import CallId
from ccbot.core.numbers import is_number
from ccbot.flows.visitor import Visit
from ccbot.pbx.record import END_KEY

YES, OTHER = "1", "2"
"""The keys of ``callback.confirm``."""

KEY_S = 5.0
"""So long she may think about it; then she waits on."""

DIGITS_MIN, DIGITS_MAX = 5, 18
"""Of another number than her own."""


async def ask_whether_to_call_back(visit: Visit) -> bool:
    """Book it and say goodbye (False), or let her wait on as before (True)."""
    if visit.call.booked is None:
        number = await _number(visit)
        if number is None:
            return await _not_wanted(visit)
        callback = CallId(visit.exchange.ids.new("call"))
        visit.desk.post(CallbackBooked(call=visit.id, callback=callback, number=number))
    await visit.exchange.leave_lobby(visit.leg)
    await visit.leg.play("callback.done")
    return False


async def _not_wanted(visit: Visit) -> bool:
    """Who was to leave the queue in any case hears a goodbye."""
    if visit.desk.post(CallbackNotWanted(call=visit.id)):
        return True
    await visit.exchange.leave_lobby(visit.leg)
    await visit.leg.play("bye")
    return False


async def _number(visit: Visit) -> str | None:
    """Whom to call back; None: nobody. A name or a withheld number cannot be called."""
    own, may_be_another = visit.call.caller, visit.routing.callback.other_number
    if not is_number(own):
        return await _another_number(visit) if may_be_another else None
    visit.leg.keys.clear()
    await visit.leg.play("callback.confirm", barge_in=True)
    key = await visit.leg.keys.next(within_s=KEY_S)
    if key == OTHER and may_be_another:
        return await _another_number(visit)
    return own if key == YES else None


async def _another_number(visit: Visit) -> str | None:
    visit.leg.keys.clear()
    await visit.leg.play("callback.number", barge_in=True)
    digits = ""
    while len(digits) <= DIGITS_MAX:
        key = await visit.leg.keys.next(within_s=KEY_S)
        if key is None or key == END_KEY:
            break
        digits += key
    whole = digits.isdigit() and DIGITS_MIN <= len(digits) <= DIGITS_MAX
    return digits if whole else None
