"""What an agent does with keys in a talk: ``*`` and a digit; a few ask for more.

A code only posts a fact; whether it can be done the floor says, and he hears it if not.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Never

import structlog

from ccbot.core.calls import Stage
from ccbot.core.facts import (
    CallHeld,
    CallResumed,
    ConferenceStarted,
    ConsultEnded,
    ConsultSwapped,
    EndedBy,
    SenderLeft,
    TalkEnded,
    TalkStarted,
    TransferAsked,
    TransferCompleted,
    TransferKind,
)
from ccbot.core.handing_on import NotHandedOn, handed_on, why_not_target
from ccbot.core.ids import AgentId, GroupKey
from ccbot.flows.flags import flag_complaint
from ccbot.flows.recording import pause_or_resume
from ccbot.flows.visitor import Visit
from ccbot.pbx.leg import Leg, LegGone

log = structlog.get_logger()

KEY_PAUSE_S_MAX = 3.0
"""Between the star and the digit of a code."""

TARGET_PAUSE_S_MAX = 5.0
"""Between the digits of a target; silence cancels."""

TARGET_DIGITS_MAX = 6

REFUSED = "agent.refused"

REFUSALS = {
    NotHandedOn.NOT_NOW: REFUSED,
    NotHandedOn.UNKNOWN_TARGET: "agent.unknown_target",
    NotHandedOn.NOT_FREE: "agent.target_busy",
    NotHandedOn.CLOSED: "agent.transfer_unavailable",
    NotHandedOn.QUEUE_FULL: "agent.transfer_unavailable",
    NotHandedOn.NOBODY_THERE: "agent.transfer_unavailable",
    NotHandedOn.TOO_OFTEN: "agent.transfer_unavailable",
    NotHandedOn.NOTE_TOO_LONG: REFUSED,
}


@dataclass(frozen=True, slots=True)
class Party:
    """An agent in a talk."""

    visit: Visit
    leg: Leg
    agent: AgentId

    @property
    def hands_on(self) -> bool:
        """He is the sender of the transfer that is open."""
        transfer = self.visit.call.transfer
        return transfer is not None and transfer.by == self.agent

    async def is_refused(self, prompt: str = REFUSED) -> None:
        """He alone hears that it cannot be done."""
        await self.leg.play(prompt)


async def obey_codes(party: Party) -> Never:
    """Read the agent's keys, for ever."""
    keys = party.leg.keys
    keys.clear()
    while True:
        while await keys.wait() != "*":
            pass
        code = CODES.get(await keys.next(within_s=KEY_PAUSE_S_MAX) or "")
        if code is not None:
            await _obeyed(code, party)


async def _obeyed(code: "Code", party: Party) -> None:
    """A fault of ours in what a key does is no end of the talk: his next keys are read."""
    try:
        await code(party)
    except LegGone:
        raise
    except Exception:
        log.exception("a code failed", call_id=party.visit.id, agent=party.agent)


def _is_a_talk(party: Party) -> None:
    """Who has done something for her did not answer by a slip of the hand, however early it is."""
    if (offer := party.visit.call.answered) is not None:
        party.visit.desk.post(TalkStarted(offer=offer))


async def _hold(party: Party) -> None:
    """Hold, or back; while a colleague is consulted: change sides."""
    call, desk = party.visit.call, party.visit.desk
    if party.hands_on:
        done = desk.post(ConsultSwapped(call=call.id, with_customer=call.stage is Stage.CONSULT))
    elif party.leg.phone_holds:
        done = False  # the phone itself brings her back
    elif call.stage is Stage.HOLD:
        done = desk.post(CallResumed(call=call.id, agent=party.agent))
    else:
        _is_a_talk(party)
        done = desk.post(CallHeld(call=call.id, agent=party.agent))
    if not done:
        await party.is_refused()


async def _blind(party: Party) -> None:
    await _hand_on(party, TransferKind.BLIND)


async def _consult(party: Party) -> None:
    await _hand_on(party, TransferKind.CONSULT)


async def _hand_on(party: Party, kind: TransferKind) -> None:
    digits = await _target_digits(party.leg)
    if digits:
        await hand_on(party, kind, digits)


async def hand_on(party: Party, kind: TransferKind, digits: str) -> bool:
    """To an agent's number, or a group's key. False: it cannot be done, and he heard why."""
    visit = party.visit
    group = group_of_key(visit, digits)
    wish = TransferAsked(
        call=visit.id,
        agent=party.agent,
        kind=kind,
        to_agent=AgentId(digits) if group is None else None,
        to_group=group,
    )
    floor, now = visit.desk.floor, visit.desk.now()
    asked = handed_on(floor, wish, now)
    why_not = why_not_target(floor, visit.call, asked, now)
    if why_not is None:
        _is_a_talk(party)
    if why_not is not None or not visit.desk.post(asked):
        await party.is_refused(REFUSALS[why_not or NotHandedOn.NOT_NOW])
        return False
    return True


async def _target_digits(leg: Leg) -> str:
    """What was pressed before ``#``; empty: nothing, a ``*``, or he fell silent."""
    digits = ""
    while len(digits) <= TARGET_DIGITS_MAX:
        key = await leg.keys.next(within_s=TARGET_PAUSE_S_MAX)
        if key is None or key == "*":
            return ""
        if key == "#":
            return digits
        digits += key
    return digits


def group_of_key(visit: Visit, digits: str) -> GroupKey | None:
    """The group to which this key leads in the menu where she came in, or else in the main one."""
    routing = visit.routing
    entries = (visit.entry, routing.entries[routing.default_entry])
    menus = (routing.menus[one.menu] for one in entries if one.menu is not None)
    groups = (menu.keys.get(digits) for menu in menus)
    return next((GroupKey(group) for group in groups if group is not None), None)


async def _complete(party: Party) -> None:
    """The colleague has her; while his phone rings: she is handed on to him blind."""
    call, desk = party.visit.call, party.visit.desk
    target = call.transfer.target if call.transfer is not None and party.hands_on else None
    if target is not None:
        done = desk.post(TransferCompleted(call=call.id, agent=target))
    else:
        done = desk.post(SenderLeft(call=call.id, agent=party.agent))
    if not done:
        await party.is_refused()


async def _all_three(party: Party) -> None:
    started = ConferenceStarted(call=party.visit.id)
    if not party.hands_on or not party.visit.desk.post(started):
        await party.is_refused()


async def _back(party: Party) -> None:
    if not party.visit.desk.post(ConsultEnded(call=party.visit.id, agent=party.agent)):
        await party.is_refused()


async def _to_the_survey(party: Party) -> None:
    """转评价: the agent's part is over."""
    _is_a_talk(party)
    over = TalkEnded(call=party.visit.id, agent=party.agent, by=EndedBy.AGENT)
    if not party.visit.desk.post(over):
        await party.is_refused()


async def _pause(party: Party) -> None:
    _is_a_talk(party)
    await pause_or_resume(party.visit, party.leg, party.agent)


async def _flag(party: Party) -> None:
    _is_a_talk(party)
    await flag_complaint(party.visit, party.leg, party.agent)


Code = Callable[[Party], Awaitable[None]]

CODES: Mapping[str, Code] = {
    "1": _hold,
    "2": _blind,
    "3": _consult,
    "4": _complete,
    "5": _all_three,
    "6": _back,
    "7": _to_the_survey,
    "8": _pause,
    "9": _flag,
}
"""The digit after the star → what it does."""
