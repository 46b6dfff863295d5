"""Which agent is asked for which caller: strategies, members, skills, priorities, limits."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from ccbot.core import facts as f
from ccbot.core.decisions import Propose
from ccbot.core.ids import AgentId, CallId
from ccbot.core.routing import Excluded, why_not
from ccbot.core.routing_document import (
    AgentSkills,
    Customers,
    Member,
    Relax,
    RoutingDocument,
    Skills,
)
from tests.core.story import Story, replace_group, routing


def tuned(key: str = "service", **changes: Any) -> RoutingDocument:
    """The default document with another group, whose agents may miss calls without a pause."""
    return replace_group(routing(), key, misses_until_not_ready=9, wrap_up_s=0, **changes)


def served(story: Story) -> str:
    """The offer becomes a talk, which ends at once; who had it."""
    made = story.offers[-1]
    story.connect()
    story.wait(1)
    story.post(f.TalkEnded(call=made.call, agent=made.agent, by=f.EndedBy.AGENT))
    story.post(f.CallEnded(call=made.call, by=f.EndedBy.CALLER))
    story.wait(0)
    return made.agent


def excluded(story: Story, call: CallId, agent: str) -> Excluded | None:
    """Why this agent is not asked for her."""
    floor = story.floor
    return why_not(floor, floor.calls[call], floor.agents[AgentId(agent)], story.now)


# ---- strategies ---------------------------------------------------------------------------------


def test_fewest_calls_asks_whoever_had_the_fewest_since_he_signed_in() -> None:
    story = Story(tuned(strategy="fewest_calls"))
    first, second = story.agent("1001"), story.agent("1002")
    story.post(f.AgentPaused(agent=second, reason=f.Pause.REST))
    for name in "ab":
        story.caller(name)
        assert served(story) == first
    story.post(f.AgentSignedIn(agent=second))
    for name in "cd":
        story.caller(name)
        assert served(story) == second
    story.post(f.AgentSignedOut(agent=second))
    story.post(f.AgentSignedIn(agent=second))
    story.caller("e")
    assert served(story) == second


def test_round_robin_goes_from_one_to_the_next_whoever_answers() -> None:
    story = Story(tuned(strategy="round_robin", decline_rest_s=0, offer_again_s=600))
    for number in ("1001", "1002", "1003"):
        story.agent(number)
        story.wait(1)
    call = story.caller("a")
    story.post(f.OfferMissed(offer=story.offers[-1].offer, reason=f.Missed.DECLINED))
    assert served(story) == "1002"
    assert call not in story.floor.calls
    for name, expected in (("b", "1003"), ("c", "1001"), ("d", "1002"), ("e", "1003")):
        story.caller(name)
        assert served(story) == expected


def test_ordered_asks_the_first_in_the_document_who_is_free() -> None:
    members = {AgentId("1003"): Member(), AgentId("1001"): Member()}
    story = Story(tuned(strategy="ordered", members=members))
    for number in ("1000", "1001", "1002", "1003"):
        story.agent(number)
    for name in "abcd":
        story.caller(name)
    assert [agent for _, agent in story.offered()] == ["1003", "1001", "1000", "1002"]


def test_weighted_random_asks_each_for_his_share_and_always_the_same_for_a_call() -> None:
    members = {AgentId("1001"): Member(weight=3)}
    runs = []
    for _ in range(2):
        story = Story(tuned(strategy="weighted_random", members=members))
        story.agent("1001")
        story.agent("1002")
        for n in range(400):
            story.caller(f"call-{n}")
            served(story)
        runs.append(story.offered())
    assert runs[0] == runs[1]
    shares = Counter(agent for _, agent in runs[0])
    assert 270 <= shares["1001"] <= 330


def test_who_missed_a_call_is_asked_again_as_soon_as_all_others_were_tried() -> None:
    story = Story(tuned(decline_rest_s=5, offer_again_s=600))
    for number in ("1001", "1002"):
        story.agent(number)
        story.wait(1)
    talking = story.agent("1003")
    call = story.caller("a")
    for _ in range(2):
        story.post(f.OfferMissed(offer=story.offers[-1].offer, reason=f.Missed.DECLINED))
    story.connect()  # the third takes it; another caller's turn
    story.post(f.TalkEnded(call=call, agent=talking, by=f.EndedBy.AGENT))
    story.post(f.CallEnded(call=call, by=f.EndedBy.CALLER))
    story.post(f.AgentPaused(agent=talking, reason=f.Pause.REST))
    story.wait(5)
    second = story.caller("b")
    for _ in range(2):
        story.post(f.OfferMissed(offer=story.offers[-1].offer, reason=f.Missed.DECLINED))
    assert excluded(story, second, "1001") is Excluded.RESTING
    story.wait(5)
    assert story.offered()[-1] == ("b", "1001")
    assert len(story.offers) == 6


def test_the_only_agent_on_duty_is_not_asked_again_for_what_he_missed_before_the_time() -> None:
    story = Story(tuned(decline_rest_s=5, offer_again_s=60))
    story.agent("1001")
    story.caller("a")
    story.post(f.OfferMissed(offer=story.offers[-1].offer, reason=f.Missed.DECLINED))
    story.wait(59)
    assert len(story.offers) == 1
    story.wait(1)
    assert len(story.offers) == 2


# ---- members ------------------------------------------------------------------------------------


def test_nobody_is_asked_while_one_of_a_better_priority_is_free() -> None:
    story = Story(tuned(members={AgentId("1001"): Member(priority=2)}))
    story.agent("1001")
    story.wait(60)
    story.agent("1002")
    story.caller("a")
    story.caller("b")
    assert story.offered() == [("a", "1002"), ("b", "1001")]


def test_a_delayed_member_is_asked_as_soon_as_she_has_waited_so_long() -> None:
    story = Story(tuned(members={AgentId("1001"): Member(delay_s=20)}))
    story.agent("1001")
    call = story.caller("a")
    story.wait(19.9)
    assert excluded(story, call, "1001") is Excluded.DELAYED
    assert story.offered() == []
    story.wait(0.1)
    assert story.offered() == [("a", "1001")]


def test_a_timer_that_rings_too_early_is_set_again() -> None:
    story = Story(tuned(members={AgentId("1001"): Member(delay_s=20)}))
    story.agent("1001")
    call = story.caller("a")
    story.wait(19.999)
    story.post(f.EligibilityWidened(call=call))
    story.wait(0.001)
    assert story.offered() == [("a", "1001")]


# ---- skills -------------------------------------------------------------------------------------


def skilled() -> RoutingDocument:
    """English at 3, then at 1, then nothing; ``main`` asks for billing, too."""
    document = tuned(
        skills=Skills(
            requires={"english": 3},
            relax=(
                Relax(after_s=10, requires={"english": 1}),
                Relax(after_s=30, requires={}),
            ),
        )
    )
    entry = replace(document.entries["main"], requires={"billing": 2})
    return replace(
        document,
        entries={**document.entries, "main": entry},
        agents={
            AgentId("1001"): AgentSkills(skills={"english": 3, "billing": 5}),
            AgentId("1002"): AgentSkills(skills={"english": 1, "billing": 2}),
            AgentId("1003"): AgentSkills(skills={"english": 5, "billing": 1}),
        },
    )


def test_skills_are_asked_for_at_their_levels_and_relax_step_by_step() -> None:
    story = Story(skilled())
    for number in ("1002", "1003", "1004"):
        story.agent(number)
    call = story.caller("a")
    for number in ("1002", "1003", "1004"):
        assert excluded(story, call, number) is Excluded.LACKS_SKILL
    story.wait(10)
    assert story.offered() == [("a", "1002")]
    story.connect()
    second = story.caller("b")
    story.wait(29)
    assert excluded(story, second, "1003") is Excluded.LACKS_SKILL
    story.wait(1)
    assert story.offered() == [("a", "1002"), ("b", "1003")]


def test_whoever_has_every_skill_is_asked_at_once() -> None:
    story = Story(skilled())
    story.agent("1002")
    story.wait(10)
    story.agent("1001")
    story.caller("a")
    assert story.offered() == [("a", "1001")]


# ---- who comes first ----------------------------------------------------------------------------


def after_a_pause(story: Story, agent: AgentId, *callers: tuple[str, str, str]) -> list[str]:
    """Callers who come one after the other while he is not ready; in which order he has them."""
    story.post(f.AgentPaused(agent=agent, reason=f.Pause.REST))
    for name, group, number in callers:
        story.caller(name, group, number=number)
        story.wait(1)
    story.post(f.AgentSignedIn(agent=agent))
    for _ in callers:
        served(story)
    return [call for call, _ in story.offered()]


def test_a_customer_of_the_vip_list_comes_before_others() -> None:
    story = Story(replace(tuned(), customers=Customers(vip=("13900000000",))))
    agent = story.agent("1001")
    order = after_a_pause(
        story, agent, ("a", "service", "1"), ("b", "service", "2"), ("v", "service", "13900000000")
    )
    assert order == ["v", "a", "b"]


def test_ageing_lets_a_caller_who_waited_long_pass_a_vip() -> None:
    document = replace(
        tuned(ageing_s=20), customers=Customers(vip=("13900000000",), vip_priority=1)
    )
    story = Story(document)
    agent = story.agent("1001")
    story.post(f.AgentPaused(agent=agent, reason=f.Pause.REST))
    story.caller("a")
    story.wait(50)
    story.caller("v", number="13900000000")
    story.post(f.AgentSignedIn(agent=agent))
    assert story.offered() == [("a", "1001")]


def test_an_agent_of_two_groups_has_the_caller_of_the_group_with_priority() -> None:
    story = Story(replace_group(tuned(), "tech", priority=1, wrap_up_s=0))
    agent = story.agent("1001", "service", "tech")
    assert after_a_pause(story, agent, ("a", "service", "1"), ("b", "tech", "1")) == ["b", "a"]


def test_a_second_of_waiting_counts_as_the_groups_weight_says() -> None:
    story = Story(replace_group(tuned(), "tech", weight=3, wrap_up_s=0))
    agent = story.agent("1001", "service", "tech")
    callers = [("a", "service", "1"), ("b", "tech", "1"), ("c", "tech", "1"), ("d", "service", "1")]
    assert after_a_pause(story, agent, *callers) == ["b", "c", "a", "d"]


# ---- limits and holds ---------------------------------------------------------------------------


def test_no_more_calls_of_a_group_ring_or_talk_than_talks_max() -> None:
    story = Story(tuned(talks_max=2))
    for number in ("1001", "1002", "1003"):
        story.agent(number)
    story.caller("a")
    story.connect()
    story.caller("b")
    third = story.caller("c")
    assert excluded(story, third, "1003") is Excluded.GROUP_FULL
    assert [call for call, _ in story.offered()] == ["a", "b"]
    story.post(f.CallEnded(call=CallId("a"), by=f.EndedBy.CALLER))
    assert [call for call, _ in story.offered()] == ["a", "b", "c"]


BUSY = [
    (f.AgentPaused(agent=AgentId("1001"), reason=f.Pause.REST), Excluded.NOT_READY),
    (f.AgentSignedOut(agent=AgentId("1001")), Excluded.SIGNED_OUT),
    (f.PhoneChanged(agent=AgentId("1001"), phone=f.Phone.BUSY), Excluded.PHONE_BUSY),
    (f.PhoneChanged(agent=AgentId("1001"), phone=f.Phone.UNREACHABLE), Excluded.PHONE_UNREACHABLE),
    (f.AgentConfigured(agent=AgentId("1001"), name="", groups=()), Excluded.NOT_OF_GROUP),
]


@pytest.mark.parametrize(("fact", "reason"), BUSY, ids=[reason for _, reason in BUSY])
def test_the_reason_why_somebody_is_not_asked_has_a_name(fact: f.AnyFact, reason: Excluded) -> None:
    story = Story(tuned())
    story.agent("1001")
    story.agent("1002", "tech")
    story.post(f.AgentPaused(agent=AgentId("1001"), reason=f.Pause.REST))
    call = story.caller("a")
    story.post(f.AgentSignedIn(agent=AgentId("1001")))
    story.post(f.OfferMissed(offer=story.offers[-1].offer, reason=f.Missed.DECLINED))
    assert excluded(story, call, "1001") is Excluded.RESTING
    assert excluded(story, call, "1002") is Excluded.NOT_OF_GROUP
    story.wait(15)
    assert excluded(story, call, "1001") is Excluded.MISSED_THIS_CALL
    story.post(fact)
    assert excluded(story, call, "1001") is reason


REGULAR = "13700000000"


def a_regular_of(story: Story, agent: AgentId) -> None:
    """He has served her."""
    story.caller("before", number=REGULAR)
    assert served(story) == agent


def test_a_caller_waits_a_moment_for_the_agent_who_served_her_last() -> None:
    story = Story(replace_group(routing(), "service", preferred_hold_s=10, wrap_up_s=8))
    known = story.agent("1001")
    a_regular_of(story, known)
    other = story.agent("1002")
    call = story.caller("again", number=REGULAR)
    assert excluded(story, call, other) is Excluded.HELD_FOR_PREFERRED
    story.post(f.WrapUpEnded(agent=known))
    assert story.offered()[-1] == ("again", known)


@pytest.mark.parametrize(
    ("number", "group", "held_s"),
    [(REGULAR, "service", 10.0), ("13700000001", "service", 0.0), (REGULAR, "tech", 0.0)],
)
def test_the_hold_is_for_her_number_and_group_and_ends(
    number: str, group: str, held_s: float
) -> None:
    document = replace_group(routing(), "service", preferred_hold_s=10, wrap_up_s=60)
    story = Story(replace_group(document, "tech", preferred_hold_s=10, wrap_up_s=60))
    a_regular_of(story, story.agent("1001", "service", "tech"))
    story.agent("1002", "service", "tech")
    story.caller("again", group, number=number)
    began = story.now
    while story.offered()[-1] != ("again", "1002"):
        story.wait(1)
    assert (story.now - began).total_seconds() == held_s


def test_nobody_is_held_for_an_agent_who_cannot_be_there_soon() -> None:
    story = Story(replace_group(routing(), "service", preferred_hold_s=10))
    known = story.agent("1001")
    a_regular_of(story, known)
    story.post(f.AgentPaused(agent=known, reason=f.Pause.REST))
    story.agent("1002")
    story.caller("again", number=REGULAR)
    assert story.offered()[-1] == ("again", "1002")


def test_a_talk_long_ago_makes_nobody_preferred() -> None:
    story = Story(replace_group(routing(), "service", preferred_hold_s=10, preferred_days=1))
    a_regular_of(story, story.agent("1001"))
    story.wait(86_400)
    story.agent("1002")
    story.post(f.AgentSignedIn(agent=AgentId("1001")))
    story.caller("first", number="1")
    story.caller("again", number=REGULAR)
    assert story.offered()[-1] == ("again", "1002")


def test_an_end_that_is_learned_late_frees_the_agent_for_whoever_waits_by_now() -> None:
    """A caller hung up while we were away; another one queued after that, and before we knew."""
    story = Story()
    agent = story.agent("1001")
    first = story.caller("first")
    hung_up_at = story.now + timedelta(seconds=5)
    story.wait(10)
    story.caller("second")

    decisions = story.floor.apply(f.CallEnded(call=first, by=f.EndedBy.CALLER), hung_up_at)

    assert Propose(CallId("second"), agent) in (decisions or [])
