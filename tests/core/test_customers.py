"""What the company's own system tells of a caller, on the floor."""

from ccbot.core import facts as f
from ccbot.core.ids import AgentId, CallId
from ccbot.core.language import spoken_language
from tests.core.story import Story

CALL = CallId("call-1")
KNOWN = f.CustomerKnown(
    call=CALL, customer="王", vip=True, language="en", preferred_agent=AgentId("1001")
)


def entered() -> Story:
    story = Story()
    story.post(f.CallEntered(call=CALL, leg="l", dialled_number="1", entry="main", caller="1"))
    return story


def language(story: Story) -> str:
    return spoken_language(story.floor.calls[CALL], story.floor.routing)


def chooses(story: Story, language: str, by: f.LanguageChosenBy) -> None:
    story.post(f.MenuOpened(call=CALL))
    story.post(f.LanguageChosen(call=CALL, language=language, by=by))


def test_what_is_told_in_time_is_known_once() -> None:
    story = entered()
    assert story.post(KNOWN)
    call = story.floor.calls[CALL]
    assert (call.customer, call.vip, call.preferred_agent) == ("王", True, "1001")
    assert not story.post(f.CustomerKnown(call=CALL))
    assert call.vip


def test_who_is_on_the_list_stays_a_vip_whatever_the_system_says() -> None:
    story = entered()
    story.floor.calls[CALL].vip = True
    story.post(f.CustomerKnown(call=CALL, language="en"))
    assert story.floor.calls[CALL].vip


def test_what_is_told_after_she_queued_changes_nothing() -> None:
    story = Story()
    story.agent("1001")
    story.agent("1002")
    story.caller("call-1")
    assert not story.post(KNOWN)
    assert not story.floor.calls[CALL].vip
    assert not story.post(f.CustomerKnown(call=CallId("nobody"), vip=True))


def test_the_customer_record_speaks_for_who_chose_nothing() -> None:
    for by, heard in [
        (f.LanguageChosenBy.DEFAULT, "en"),
        (f.LanguageChosenBy.REMEMBERED, "zh"),
        (f.LanguageChosenBy.KEY, "zh"),
    ]:
        story = entered()
        assert language(story) == "zh"
        chooses(story, "zh", by)
        story.post(KNOWN)
        assert language(story) == heard


def test_a_language_without_prompts_is_not_spoken() -> None:
    story = entered()
    story.post(f.CustomerKnown(call=CALL, language="fr"))
    assert language(story) == "zh"


def test_outside_the_hours_she_is_known_and_a_blocked_caller_is_not() -> None:
    for reason, is_told in [(f.TurnedAway.CLOSED, True), (f.TurnedAway.BLOCKED, False)]:
        story = entered()
        story.post(f.CallTurnedAway(call=CALL, reason=reason))
        assert story.post(KNOWN) is is_told


def test_a_customer_who_is_called_back_is_spoken_to_in_her_language() -> None:
    story = entered()
    story.post(KNOWN)
    callback = CallId("call-2")
    story.post(
        f.CallEntered(
            call=callback, leg="", dialled_number="1", entry="main", caller="1", callback_of=CALL
        )
    )
    known = story.floor.calls[callback]
    assert (spoken_language(known, story.floor.routing), known.customer) == ("en", "王")
