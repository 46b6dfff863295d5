"""After the agent has left: was the customer satisfied? (制度 1-8.6: 询问客户是否满意)."""

from datetime import datetime

from ccbot.core.calls import Call, Stage
from ccbot.core.facts import ReasonLeft, SurveyFinished, SurveyResolved, SurveyStatus
from ccbot.core.ids import CallId
from ccbot.core.routing_document import Survey
from ccbot.core.script import SETTLED, Rated, survey_step
from ccbot.desk import Desk
from ccbot.flows.visitor import Visit
from ccbot.pbx.exchange import Exchange
from ccbot.pbx.record import (
    END_KEY,
    Ended,
    Limits,
    Recorded,
    discard,
    let_end,
    record,
    stored_s,
)

REASON = Limits(most_s=60, silence_s=5, least_s=1.0)
"""A dissatisfied customer's word."""


async def ask_for_satisfaction(visit: Visit) -> None:
    """Ask, thank and say goodbye; the first valid key counts.

    Each answer is a fact as soon as it is given, so a hang-up takes none back.
    """
    if visit.call.surveyed:
        await visit.leg.play("survey.thanks_low" if visit.call.reason_left else "bye")
        return
    survey = _survey_of(visit)
    if survey is None:
        await _not_asked(visit, SurveyStatus.OFF)
        return
    if not visit.call.test and _talk_s(visit) < survey.talk_s_min:
        await _not_asked(visit, SurveyStatus.NOT_OFFERED_TOO_SHORT)
        return
    visit.leg.keys.clear()
    rated = await _ask(visit, survey)
    visit.desk.post(SurveyFinished(call=visit.id, status=rated.status, score=rated.score))
    if survey.resolved and rated.score is not None:
        await _ask_whether_settled(visit, survey.wait_s)
    if survey.reason and rated.low:
        await _hear_the_reason(visit)
    await visit.leg.play(_farewell(rated))


async def _ask(visit: Visit, survey: Survey) -> Rated:
    tries = 0
    while True:
        await visit.leg.play(survey.prompt, barge_in=True)
        key = await visit.leg.keys.next(within_s=survey.wait_s)
        step = survey_step(survey, key, tries)
        if isinstance(step, Rated):
            return step
        tries = step.tries
        if step.first is not None:
            await visit.leg.play(step.first, barge_in=True)


async def _ask_whether_settled(visit: Visit, wait_s: float) -> None:
    """Asked once; what was pressed before the question is no answer to it."""
    visit.leg.keys.clear()
    await visit.leg.play("survey.resolved", barge_in=True)
    settled = SETTLED.get(await visit.leg.keys.next(within_s=wait_s) or "")
    if settled is not None:
        visit.desk.post(SurveyResolved(call=visit.id, resolved=settled))


async def _hear_the_reason(visit: Visit) -> None:
    """She may say why, or hang up, or press the key that ends a recording before it began."""

    def note(said: Recorded) -> None:
        if said.name is not None:
            visit.desk.post(
                ReasonLeft(call=visit.id, recording=said.name, duration_s=said.duration_s)
            )

    visit.leg.keys.clear()
    await visit.leg.play("survey.reason", barge_in=True)
    if END_KEY in visit.leg.keys.unread:
        return
    said = await record(visit.exchange, visit.leg, _reason_of(visit.id), REASON, note)
    if said.ended_by is Ended.FAILED:
        await visit.leg.play("vm.failed")


async def let_the_reason_end(visit: Visit) -> None:
    """After a restart: she may be saying why just now, or have said it while nobody was here."""
    if _may_have_left_a_reason(visit.call):
        try:
            await let_end(visit.exchange, _reason_of(visit.id), REASON)
        finally:
            await note_reason(visit.exchange, visit.desk, visit.call)


async def note_reason(
    exchange: Exchange, desk: Desk, call: Call, *, at: datetime | None = None
) -> None:
    """Put on record what the customer said while nobody was here; ``at``: when she had left."""
    if exchange.detached or not _may_have_left_a_reason(call):
        return
    name = _reason_of(call.id)
    duration_s = await stored_s(exchange, name)
    if duration_s is None:
        return
    if duration_s < REASON.least_s:
        await discard(exchange, name)
    else:
        desk.post(ReasonLeft(call=call.id, recording=name, duration_s=duration_s), at=at)


def _may_have_left_a_reason(call: Call) -> bool:
    return call.stage is Stage.SURVEY and call.surveyed and not call.reason_left


def _reason_of(call: CallId) -> str:
    """The name of the recording: a process that finds the call finds it, too."""
    return f"ccbot-reason-{call}"


async def _not_asked(visit: Visit, status: SurveyStatus) -> None:
    visit.desk.post(SurveyFinished(call=visit.id, status=status))
    await visit.leg.play("bye")


def _farewell(rated: Rated) -> str:
    if rated.score is None:
        return "survey.timeout" if rated.status is SurveyStatus.NO_INPUT else "bye"
    return "survey.thanks_low" if rated.low else "survey.thanks"


def _survey_of(visit: Visit) -> Survey | None:
    group = visit.call.group
    assert group is not None
    key = visit.desk.floor.group(group).survey
    return None if key is None else visit.routing.surveys.get(key)


def _talk_s(visit: Visit) -> float:
    call = visit.call
    assert call.talk_started_at is not None
    assert call.talk_ended_at is not None
    return (call.talk_ended_at - call.talk_started_at).total_seconds()
