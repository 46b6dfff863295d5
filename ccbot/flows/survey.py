"""After the agent has left: was the customer satisfied? (制度 1-8.6: 询问客户是否满意)."""

from ccbot.core.facts import SurveyFinished, SurveyResolved, SurveyStatus
from ccbot.core.routing_document import Survey
from ccbot.core.script import SETTLED, Rated, survey_step
from ccbot.flows.spoken import reason
from ccbot.flows.visitor import Visit
from ccbot.pbx.record import END_KEY, Ended, record


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

    spoken = reason(visit.id)
    visit.leg.keys.clear()
    await visit.leg.play("survey.reason", barge_in=True)
    if END_KEY in visit.leg.keys.unread:
        return
    said = await record(
        visit.exchange, visit.leg, spoken.name, spoken.limits, spoken.noted_by(visit.desk)
    )
    if said.ended_by is Ended.FAILED:
        await visit.leg.play("vm.failed")


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
