"""No dead end in the menus: every way ends in a group or a spoken goodbye (R03 of the policy)."""

from hypothesis import given
from hypothesis import strategies as st

from ccbot.core.facts import GroupChosenBy, LanguageChosenBy
from ccbot.core.ids import GroupKey
from ccbot.core.language import language_step, to_name
from ccbot.core.routing_document import Entry, Menu, Survey
from ccbot.core.script import Again, AskAgain, Chosen, Rated, menu_step, survey_step
from ccbot.speech import catalogue

keys = st.sampled_from("0123456789*#")
silence_or_key = st.none() | keys
presses = st.lists(silence_or_key, max_size=12)
groups = st.sampled_from(("service", "tech", "marketing"))
menus = st.builds(
    Menu,
    keys=st.dictionaries(keys, groups, max_size=5),
    operator_key=silence_or_key,
    repeat_key=silence_or_key,
    default_group=groups,
    tries_max=st.integers(1, 10),
)
surveys = st.builds(
    Survey,
    scores=st.dictionaries(keys, st.integers(1, 5), min_size=1, max_size=5),
    tries_max=st.integers(1, 5),
)
entries = st.builds(
    Entry,
    menu=st.just("main"),
    language_menu=st.dictionaries(keys, st.sampled_from(("zh", "en")), max_size=3),
)


@given(menus, presses)
def test_whatever_is_pressed_the_menu_leads_to_a_group(
    menu: Menu, pressed: list[str | None]
) -> None:
    tries = 0
    for key in (*pressed, *[None] * menu.tries_max):
        step = menu_step(menu, key, tries)
        if isinstance(step, Chosen):
            assert step.group in {*menu.keys.values(), menu.default_group}
            return
        assert step.first is None or step.first in catalogue.sentences("")
        assert step.tries == tries + 1
        tries = step.tries
    raise AssertionError("the menu goes on for ever")


@given(menus)
def test_silence_is_answered_each_time_and_leads_to_the_default_group(menu: Menu) -> None:
    for tries in range(menu.tries_max - 1):
        assert menu_step(menu, None, tries) == Again(first="menu.noinput", tries=tries + 1)
    last = menu_step(menu, None, menu.tries_max - 1)
    assert last == Chosen(group=GroupKey(menu.default_group), by=GroupChosenBy.DEFAULT)


@given(surveys, presses)
def test_whatever_is_pressed_the_survey_comes_to_a_result(
    survey: Survey, pressed: list[str | None]
) -> None:
    tries = 0
    for key in (*pressed, *[None] * survey.tries_max):
        step = survey_step(survey, key, tries)
        if isinstance(step, Rated):
            assert (step.score is not None) == (step.status == "answered")
            return
        assert isinstance(step, AskAgain)
        assert step.first is None or step.first in catalogue.sentences("")
        assert step.tries == tries + 1
        tries = step.tries
    raise AssertionError("the survey goes on for ever")


@given(entries, silence_or_key, st.none() | st.sampled_from(("zh", "en", "fr")))
def test_whatever_is_pressed_the_language_is_one_of_the_entrys(
    entry: Entry, key: str | None, remembered: str | None
) -> None:
    languages = {entry.language, *entry.language_menu.values()}
    spoken = language_step(entry, key, remembered)

    assert spoken.language in languages
    assert spoken.by is not LanguageChosenBy.REMEMBERED or spoken.language == remembered
    assert {*to_name(entry, remembered), remembered} >= languages
