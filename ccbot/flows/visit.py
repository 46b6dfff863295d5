"""One customer's visit, from the greeting to the goodbye.

``run_call`` runs it and records exactly one ending, whatever happens. Which step comes next is read
from the call's stage at the desk, so a visit can be taken up at any of them.
"""

from collections.abc import Awaitable, Callable

import structlog

from ccbot.core.calls import Stage
from ccbot.core.facts import (
    CallEnded,
    CallQueued,
    EndedBy,
    GroupChosenBy,
    MenuOpened,
    RecordingAnnounced,
)
from ccbot.core.ids import GroupKey
from ccbot.core.language import spoken_language
from ccbot.flows.acquaintance import is_known
from ccbot.flows.callback_request import ask_whether_to_call_back
from ccbot.flows.destination import ask_after_hours, leave
from ccbot.flows.language import choose_language
from ccbot.flows.menu import choose_group
from ccbot.flows.recording import NOTICE
from ccbot.flows.spoken import let_her_finish
from ccbot.flows.survey import ask_for_satisfaction
from ccbot.flows.talk import rejoin
from ccbot.flows.visitor import Visit
from ccbot.flows.voicemail import take_a_message
from ccbot.flows.waiting import wait_and_talk
from ccbot.pbx.hangup import HungUp
from ccbot.pbx.leg import Leg, LegGone

log = structlog.get_logger()


async def run_call(
    visit: Visit, *, taken_up: bool = False, first: Callable[[], Awaitable[None]] | None = None
) -> None:
    """Serve the caller, and record how the call ended, once.

    ``taken_up``: the call was begun by a process before this one. ``first``: what is done with a
    customer before all else.
    """
    by, failed = EndedBy.SYSTEM, False
    with structlog.contextvars.bound_contextvars(call_id=visit.id):
        try:
            async with visit.leg.scope:
                if taken_up:
                    await let_her_finish(visit)
                    await visit.leg.hush()  # else Asterisk answers after the sentence
                await visit.leg.answer()  # said again, it does no harm
                if first is not None:
                    await first()
                await serve(visit)
                await visit.leg.hang_up()
        except (HungUp, LegGone) as gone:
            if isinstance(gone, LegGone):
                log.info("the caller's line is gone, unseen", why=str(gone))
                await visit.leg.end_is_known()
            if not visit.leg.ended.is_set() and isinstance(gone, LegGone):
                failed = True  # it refuses us, but lives: nobody is left in silence
                await _apologise(visit.leg)
            elif not visit.leg.died_with_asterisk:
                by = EndedBy.CALLER
        except Exception:
            log.exception("visit failed")
            failed = True
            await _apologise(visit.leg)
        ended = CallEnded(call=visit.id, by=by, failed=failed)
        visit.desk.post(ended, at=visit.leg.ended_at)
        visit.desk.forget_call(visit.id)


async def serve(visit: Visit) -> None:
    """Step by step, each chosen by the call's stage."""
    while True:
        visit.leg.language = spoken_language(visit.call, visit.routing)
        match visit.call.stage:
            case Stage.GREETING if visit.language_is_open:
                visit.desk.post(MenuOpened(call=visit.id))
            case Stage.MENU if visit.language_is_open:
                await choose_language(visit)
            case Stage.GREETING:
                await _greet(visit)
            case Stage.MENU if visit.call.turned_away is not None:
                await ask_after_hours(visit)
            case Stage.MENU if visit.entry.menu is None:
                _queue_without_menu(visit)
            case Stage.MENU:
                await choose_group(visit)
            case Stage.WAITING | Stage.RINGING:
                await wait_and_talk(visit)
            case Stage.SURVEY:
                await visit.exchange.leave_lobby(visit.leg)  # if the talk ended while we were away
                await ask_for_satisfaction(visit)
                return
            case Stage.CALLBACK:
                if not await ask_whether_to_call_back(visit):
                    return
            case Stage.VOICEMAIL:
                await take_a_message(visit)
                return
            case Stage.LEAVING:
                if not await leave(visit):
                    return
            case Stage.TALK | Stage.HOLD | Stage.CONSULT:
                await rejoin(visit)
            case (Stage.RESTING | Stage.BROKEN | Stage.ENDED) as stage:
                raise AssertionError(f"a visit cannot go on from {stage}")


async def _greet(visit: Visit) -> None:
    """Notices and welcome; keys pressed meanwhile are kept for the menu."""
    entry, emergency = visit.entry, visit.routing.emergency
    notice = (emergency.say,) if emergency.on else ()
    wrong_number = () if visit.routing.knows(visit.call.dialled_number) else ("error.number",)
    heard = await visit.leg.play(*notice, *wrong_number, *entry.prompts)
    if heard and NOTICE in entry.prompts and visit.exchange.clip(NOTICE, visit.leg.language):
        visit.desk.post(RecordingAnnounced(call=visit.id))
    await is_known(visit)
    if visit.entry.menu is not None:
        visit.desk.post(MenuOpened(call=visit.id))
    else:
        _queue_without_menu(visit)


def _queue_without_menu(visit: Visit) -> None:
    assert visit.entry.group is not None
    group = GroupKey(visit.entry.group)
    visit.desk.post(CallQueued(call=visit.id, group=group, by=GroupChosenBy.ENTRY))


async def _apologise(leg: Leg) -> None:
    """A fault of ours: the caller hears an apology, not silence."""
    try:
        async with leg.scope:
            await leg.stop_music()
            await leg.play("error.system")
    except Exception:  # noqa: BLE001 - the fault itself was logged; the line ends in any case
        log.info("no apology could be played")
    await leg.hang_up()
