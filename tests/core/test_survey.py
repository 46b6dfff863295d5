"""The survey's keys: two to five levels, and what each key means."""

import pytest

from ccbot.core.facts import SurveyStatus
from ccbot.core.routing_document import Survey
from ccbot.core.script import AskAgain, Rated, survey_step
from tests.core.story import routing

READY = {
    "csat2": {"1": 5, "2": 1},
    "csat3": {"1": 5, "2": 3, "3": 1},
    "satisfaction": {"1": 5, "2": 3, "3": 1},
    "csat4": {"1": 5, "2": 4, "3": 3, "4": 1},
    "csat5": {"1": 5, "2": 4, "3": 3, "4": 2, "5": 1},
}


@pytest.mark.parametrize(("key", "scores"), READY.items())
def test_ready_surveys_score_five_for_the_best_and_one_for_the_worst(
    key: str, scores: dict[str, int]
) -> None:
    survey = routing().surveys[key]
    assert survey.scores == scores
    assert survey.prompt == ("survey.csat3" if key == "satisfaction" else f"survey.{key}")
    assert (survey.resolved, survey.reason, survey.talk_s_min) == (True, True, 15)


def test_groups_ask_for_three_levels_unless_they_say_otherwise() -> None:
    assert {group.survey for group in routing().groups.values()} == {"satisfaction"}


@pytest.mark.parametrize("levels", [2, 3, 4, 5])
@pytest.mark.parametrize("key", "1234567890*#")
def test_first_valid_key_counts_and_any_other_is_asked_again_once(levels: int, key: str) -> None:
    survey = routing().surveys[f"csat{levels}"]
    step = survey_step(survey, key, 0)
    if key in survey.scores:
        assert step == Rated(status=SurveyStatus.ANSWERED, score=survey.scores[key])
    else:
        assert step == AskAgain(first="survey.invalid", tries=1)
        assert survey_step(survey, key, 1) == Rated(status=SurveyStatus.INVALID, score=None)


@pytest.mark.parametrize(("score", "low"), [(1, True), (2, True), (3, False), (5, False)])
def test_a_score_of_two_or_one_is_low(score: int, low: bool) -> None:
    assert Rated(status=SurveyStatus.ANSWERED, score=score).low == low


def test_no_score_is_not_a_low_one() -> None:
    assert not Rated(status=SurveyStatus.NO_INPUT, score=None).low


def test_a_survey_of_before_asks_for_the_score_alone() -> None:
    before = Survey(scores={"1": 5})
    assert (before.resolved, before.reason) == (False, False)
