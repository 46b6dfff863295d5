"""After the agent has left: was the customer satisfied? (制度 1-8.6: 询问客户是否满意)."""

from ccbot.core.facts import SurveyFinished, SurveyStatus
from ccbot.core.routing_document import Survey
from ccbot.core.script import Rated, survey_step
from ccbot.flows.visitor import Visit

LOW_SCORE = 2
"""A score up to this is answered with an apology."""


async def ask_for_satisfaction(visit: Visit) -> None:
    """Ask, thank and say goodbye; the first valid key counts."""
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


async def _not_asked(visit: Visit, status: SurveyStatus) -> None:
    visit.desk.post(SurveyFinished(call=visit.id, status=status))
    await visit.leg.play("bye")


def _farewell(rated: Rated) -> str:
    if rated.score is None:
        return "survey.timeout" if rated.status is SurveyStatus.NO_INPUT else "bye"
    return "survey.thanks_low" if rated.score <= LOW_SCORE else "survey.thanks"


def _survey_of(visit: Visit) -> Survey | None:
    group = visit.call.group
    assert group is not None
    key = visit.routing.groups[group].survey
    return None if key is None else visit.routing.surveys[key]


def _talk_s(visit: Visit) -> float:
    call = visit.call
    assert call.talk_started_at is not None
    assert call.talk_ended_at is not None
    return (call.talk_ended_at - call.talk_started_at).total_seconds()
