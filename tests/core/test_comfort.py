"""What a waiting caller hears next, and when."""

from dataclasses import replace
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccbot.core.comfort import (
    APOLOGY_S,
    MUSIC_S_MIN,
    Later,
    Say,
    Told,
    Wait,
    next_sentence,
    told_before,
)
from ccbot.core.routing_document import Group
from ccbot.speech import catalogue

GROUP = Group(name="客服")
SENTENCE_S = 3.0


def heard(
    until_s: float,
    *,
    group: Group = GROUP,
    ahead: dict[float, int] | None = None,
    agent_found: bool = False,
) -> list[tuple[float, str]]:
    """(when, what) a caller hears; ``ahead`` says from when on so many are ahead of her."""
    queue = ahead or {0: 0}
    told, now_s, sentences = Told(), 0.0, []
    while now_s < until_s:
        place = queue[max(since for since in queue if since <= now_s)]
        wait = Wait(waited_s=now_s, ahead=place, agent_found=agent_found)
        match next_sentence("service", group, told, wait):
            case Say(prompts=prompts, told=then):
                sentences.append((now_s, prompts[0]))
                now_s += SENTENCE_S
                told = replace(then, last_ended_s=now_s)
            case Later(at_s=at_s):
                assert at_s > now_s
                now_s = at_s
    return sentences


def test_with_an_agent_at_hand_she_is_being_connected() -> None:
    assert heard(5, agent_found=True) == [(0, "queue.enter.service")]


def test_with_everybody_busy_she_is_told_so() -> None:
    assert heard(5) == [(0, "queue.busy")]


def test_a_long_wait_has_its_place_its_apology_and_a_kind_word_now_and_then() -> None:
    assert heard(170) == [
        (0, "queue.busy"),
        (12, "queue.next"),
        (60, "queue.apology"),
        (63 + 45, "queue.comfort"),
        (111 + 45, "queue.comfort"),
    ]


def test_a_better_place_is_told_but_not_within_15_s_of_a_sentence() -> None:
    assert heard(50, ahead={0: 3, 13: 2, 20: 1, 40: 0}) == [
        (0, "queue.busy"),
        (12, "queue.position.3"),
        (30, "queue.position.1"),
        (48, "queue.next"),
    ]


def test_kind_words_in_short_order_leave_room_for_a_better_place() -> None:
    group = msgspec.structs.replace(GROUP, comfort_s=8)

    said = [what for _, what in heard(40, group=group, ahead={0: 1, 20: 0})]

    assert said.index("queue.position.1") < said.index("queue.next")


def test_the_same_place_is_not_told_again() -> None:
    told = [what for _, what in heard(300, ahead={0: 2})]

    assert told.count("queue.position.2") == 1


@pytest.mark.parametrize(
    ("ahead", "prompt"), [(20, "queue.position.20"), (21, "queue.position_many")]
)
def test_more_than_twenty_ahead_are_many(ahead: int, prompt: str) -> None:
    assert heard(15, ahead={0: ahead})[1] == (12, prompt)


def test_a_worse_place_is_not_told() -> None:
    told = [what for _, what in heard(59, ahead={0: 1, 20: 3})]

    assert told == ["queue.busy", "queue.position.1"]


def test_many_ahead_are_told_once_although_they_get_fewer() -> None:
    assert heard(60, ahead={0: 40, 20: 30, 40: 20}) == [
        (0, "queue.busy"),
        (12, "queue.position_many"),
        (40, "queue.position.20"),
    ]


def test_a_group_may_keep_the_place_to_itself() -> None:
    group = msgspec.structs.replace(GROUP, announce_position=False)

    assert heard(60, group=group) == [(0, "queue.busy"), (3 + 45, "queue.comfort")]


def test_who_was_waiting_when_ccbot_began_is_not_welcomed_again() -> None:
    told = told_before(100)
    at_once = next_sentence("service", GROUP, told, Wait(waited_s=100, ahead=1, agent_found=False))
    soon = next_sentence("service", GROUP, told, Wait(waited_s=105, ahead=1, agent_found=False))

    assert at_once == Later(at_s=105)
    assert isinstance(soon, Say)
    assert soon.prompts == ("queue.position.1",)
    assert told_before(0) == Told()


@given(
    st.dictionaries(st.floats(0.1, 300), st.integers(0, 30), max_size=8),
    st.floats(1, 120),
    st.floats(1, 60),
    st.booleans(),
)
def test_between_two_sentences_there_is_music_and_each_is_in_the_catalogue(
    moves: dict[float, int], comfort_s: float, first_s: float, announce: bool
) -> None:
    group = Group(
        name="客服", comfort_s=comfort_s, position_first_s=first_s, announce_position=announce
    )

    said = heard(400, group=group, ahead={0: 10, **moves})

    known = catalogue.sentences("")
    assert all(what in known for _, what in said)
    starts = [at_s for at_s, _ in said]
    gaps = [after - before - SENTENCE_S for before, after in pairwise(starts)]
    assert min(gaps) >= MUSIC_S_MIN - 1e-6
    assert max(gaps) <= comfort_s + MUSIC_S_MIN
    assert [what for _, what in said].count("queue.apology") == 1
    assert all(at_s >= APOLOGY_S for at_s, what in said if what == "queue.apology")


ESTIMATED = Group(name="客服", announce_estimate=True)


def estimates(
    until_s: float,
    minutes: dict[float, int | None],
    *,
    group: Group = ESTIMATED,
    ahead: dict[float, int] | None = None,
    told: Told = Told(),  # noqa: B008 - nobody changes it
) -> list[tuple[float, tuple[str, ...]]]:
    """(when, all of it) a caller hears to whom one could tell so many minutes from then on."""
    queue = ahead or {0: 3}
    now_s, sentences = 0.0, []
    while now_s < until_s:
        wait = Wait(
            waited_s=now_s,
            ahead=queue[max(since for since in queue if since <= now_s)],
            agent_found=False,
            minutes=minutes[max(since for since in minutes if since <= now_s)],
        )
        match next_sentence("service", group, told, wait):
            case Say(prompts=prompts, and_then=more, told=then):
                sentences.append((now_s, (*prompts, *more)))
                now_s += SENTENCE_S * (1 + len(more))
                told = replace(then, last_ended_s=now_s)
            case Later(at_s=at_s):
                assert at_s > now_s
                now_s = at_s
    return sentences


def test_about_how_long_it_takes_comes_with_her_place() -> None:
    heard = estimates(50, {0: 4, 30: 3}, ahead={0: 3, 30: 2})
    assert heard == [
        (0, ("queue.busy",)),
        (12, ("queue.position.3", "queue.eta.4")),
        (33, ("queue.position.2", "queue.eta.3")),
    ]


def test_nobody_is_told_what_nobody_knows() -> None:
    assert estimates(50, {0: None}) == [(0, ("queue.busy",)), (12, ("queue.position.3",))]


def test_an_estimate_stands_alone_where_places_are_not_told() -> None:
    alone = msgspec.structs.replace(ESTIMATED, announce_position=False)
    assert estimates(50, {0: None, 20: 4}, group=alone) == [
        (0, ("queue.busy",)),
        (22, ("queue.eta.4",)),
    ]


def test_one_that_grew_by_much_comes_after_an_apology() -> None:
    heard = estimates(80, {0: 2, 30: 5}, told=Told(welcomed=True, apologised=True))
    assert heard == [
        (12, ("queue.position.3", "queue.eta.2")),
        (58, ("queue.apology", "queue.eta.5")),
    ]


def test_one_that_grew_comes_after_an_apology_though_her_place_is_better() -> None:
    heard = estimates(50, {0: 2, 30: 5}, ahead={0: 3, 30: 2})
    assert heard[-1] == (33, ("queue.apology", "queue.position.2", "queue.eta.5"))


def test_much_better_news_is_told_and_small_changes_are_not() -> None:
    start = Told(welcomed=True, apologised=True)
    better = estimates(90, {0: 8, 30: 4}, told=start)
    assert better[-1:] == [(58, ("queue.eta.4",))]
    small = estimates(60, {0: 3}, told=start)
    assert small == [(12, ("queue.position.3", "queue.eta.3"))]


def test_a_promise_that_was_not_kept_is_owned_up_to_once() -> None:
    start = Told(welcomed=True, apologised=True, position="queue.position.3", ahead=3)
    late = replace(start, promised_s=30.0)
    heard = estimates(300, {0: None}, told=late)
    assert [when for when, what in heard if what == ("queue.apology",)] == [93]


def test_a_promise_is_remembered_over_a_restart() -> None:
    assert told_before(100, 160).promised_s == 160
    heard = estimates(60, {0: 5}, told=replace(told_before(100, 60), last_ended_s=0))
    assert heard[0][1][0] == "queue.apology"
