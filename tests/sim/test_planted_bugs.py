"""The checkers are worth their trust: each bug that is listed here, a simulated day finds.

A day without bugs raises nothing (``test_days``); so what is found is what was planted.
"""

import re

import pytest

from ccbot.core.routing_document import Skills
from tests.sim import planted, planted_calls, planted_flags, planted_talks, twisted
from tests.sim.people import TALKATIVE
from tests.sim.planted import SEEDS, Plant, said
from tests.sim.tuned import TUNED_PACES, tuned

BUGS: list[tuple[Plant, str]] = [
    (planted_calls.a_publication_costs_the_place, r"after a publication"),
    (planted_calls.whose_group_is_gone_begins_anew, r"after a publication"),
    (planted.two_win_one_caller, r"two winners|although \S+ was accepted"),
    (planted.who_was_not_first_rests, r"rests after he lost"),
    (planted.phones_of_who_was_not_first_ring_on, r"phone rings on since he lost"),
    (planted.where_all_are_rung_one_alone_rings, r"sits while"),
    (planted_calls.doors_are_open_at_all_times, r"was received at a closed door"),
    (planted_calls.full_queues_take_everybody, r"got into a full queue"),
    (planted_calls.overflows_lead_in_circles, r"came to round_\w+ again"),
    (planted_calls.nobody_has_her_place_back, r"stands in line since"),
    (planted_calls.nobody_is_sent_on_when_nobody_is_ready, r"though nobody has been ready"),
    (planted.agents_are_free_while_they_talk, r"agent \d+ is ready with \[\] and \['call"),
    (planted.two_phones_ring_for_one_agent, r"agent \d+ (has offers|is ready with \['offer)"),
    (planted.nobody_is_asked_after_a_wrap_up, r"sits while"),
    (planted.who_came_last_is_served_first, r"was served before"),
    (planted_calls.calls_end_twice, r"has 2 endings"),
    (planted_calls.calls_end_without_a_word, r"has 0 endings"),
    (planted_calls.timers_of_the_waiting_are_not_forgotten, r"left behind: .*timer"),
    (planted_calls.talks_are_said_to_have_ended_before_they_did, r"talked .* ms in its row"),
    (planted.agents_change_without_a_fact, r"give another floor"),
    (planted_calls.segments_end_before_the_next_one_begins, r"a gap after segment 1"),
    (planted_calls.last_segments_are_forgotten, r"its segments do not span it"),
    (planted_calls.surveys_without_an_answer_have_a_score, r": (?!answered)\w+ with score 3"),
    (planted_calls.surveys_lose_their_score, r": answered with score None"),
    (planted_calls.rows_do_not_name_the_agents, r"answered with agents \(\)"),
    (planted_flags.calls_are_flagged_again_and_again, r"flagged twice"),
    (planted_flags.rows_lose_their_flags, r"but its row says \(\)"),
    (planted_calls.messages_are_not_put_on_record, r"ccbot-message-\S+ was lost"),
    (planted.agents_are_not_reserved_for_callbacks, r"called \['138\d+@trunk-out'\] for 0 agents"),
    (planted.customers_are_called_while_they_are_on_the_line, r"while she is on the line"),
    (planted_calls.talks_are_not_recorded, r"nothing of \S+ was recorded"),
    (planted_calls.recordings_do_not_end_with_the_talk, r"ccbot-tape-\S+ ran from"),
    (planted.customers_who_were_served_are_called_back, r"owed to a customer who was served"),
]


TALK_BUGS: list[tuple[Plant, str]] = [
    (planted_talks.nobody_is_let_go_after_a_consultation, r"is talking with \[\] and \[\]"),
    (planted_talks.transfers_are_never_given_up, r"looks for somebody since"),
    (planted_talks.who_gave_advice_wraps_up, r"is wrap_up after he was asked"),
    (planted_talks.who_is_handed_on_stands_at_the_end, r"was served before"),
    (planted_talks.senders_are_free_at_once, r"ready as soon as he has handed her on"),
]
"""Found in days in which agents hand on a lot."""


TUNED_BUGS: list[tuple[Plant, str]] = [
    (planted.who_was_idle_last_is_asked_first, r"was asked before"),
    (planted.time_alone_changes_nothing, r"sits while"),
    (planted.who_missed_a_call_is_asked_again_at_once, r"was asked again"),
    (twisted.groups_have(strategy="longest_idle"), r"was asked before"),
    (twisted.groups_have(skills=Skills()), r"cannot serve"),
    (twisted.groups_have(talks_max=None), r"as many talks as it may"),
    (twisted.groups_have(preferred_hold_s=0.0), r"waits for another one"),
    (twisted.groups_have(ageing_s=0.0), r"comes first"),
    (twisted.groups_have(priority=0, weight=1), r"comes first"),
    (twisted.nobody_is_a_vip, r"comes first"),
    (twisted.nobody_has_a_tier, r"was asked before"),
    (twisted.nobody_is_delayed, r"before his delay"),
    (twisted.skills_never_relax, r"sits while"),
]
"""Found in days with a document that uses everything."""


@pytest.mark.parametrize(("plant", "found"), BUGS, ids=[plant.__name__ for plant, _ in BUGS])
def test_planted_bug_is_found(plant: Plant, found: str) -> None:
    assert any(re.search(found, said(seed, plant)) for seed in SEEDS)


@pytest.mark.parametrize(
    ("plant", "found"), TALK_BUGS, ids=[plant.__name__ for plant, _ in TALK_BUGS]
)
def test_planted_bug_is_found_where_agents_hand_on(plant: Plant, found: str) -> None:
    assert any(re.search(found, said(seed, plant, None, TALKATIVE)) for seed in SEEDS)


@pytest.mark.parametrize(
    ("plant", "found"), TUNED_BUGS, ids=[plant.__name__ for plant, _ in TUNED_BUGS]
)
def test_planted_bug_is_found_where_the_routing_is_tuned(plant: Plant, found: str) -> None:
    assert any(
        re.search(found, said(seed, plant, tuned(), pace))
        for seed in SEEDS
        for pace in TUNED_PACES.values()
    )
