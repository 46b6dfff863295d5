"""Supervisors beside a talk: who may, what it costs them, and when it is over."""

import pytest

from ccbot.core import facts as f
from ccbot.core.agents import AgentState
from ccbot.core.calls import Stage
from ccbot.core.ids import AgentId, CallId, GroupKey
from ccbot.core.routing import Excluded
from ccbot.core.routing.eligible import why_busy
from ccbot.core.supervision import SUPERVISORS_MAX, Denied, Seat, denied, seat_of, supervisors_of
from tests.core.story import NOON, Story

SERVICE, TECH = GroupKey("service"), GroupKey("tech")
BOSS = AgentId("8001")


def supervisor(
    story: Story,
    number: str = BOSS,
    *leads: str,
    role: f.Role = f.Role.SUPERVISOR,
    groups: tuple[GroupKey, ...] = (),
) -> AgentId:
    agent = AgentId(number)
    led = tuple(map(GroupKey, leads or ("service",)))
    story.post(f.AgentConfigured(agent=agent, name=number, groups=groups, role=role, leads=led))
    story.post(f.PhoneChanged(agent=agent, phone=f.Phone.IDLE))
    return agent


def a_talk(
    story: Story, name: str = "first", number: str = "1001", group: str = "service"
) -> CallId:
    story.agent(number, group)
    call = story.caller(name, group)
    story.connect()
    return call


def begins(story: Story, call: CallId, who: AgentId = BOSS, agent: str = "1001") -> bool:
    return story.post(
        f.SupervisionBegan(call=call, supervisor=who, agent=AgentId(agent), leg=f"leg of {who}")
    )


ROLES = [
    (f.Role.AGENT, Denied.NOT_ALLOWED),
    (f.Role.ADMIN, Denied.NOT_ALLOWED),
    (f.Role.LEADER, None),
    (f.Role.SUPERVISOR, None),
    (f.Role.MANAGER, None),
]


@pytest.mark.parametrize(("role", "why"), ROLES, ids=[role for role, _ in ROLES])
def test_supervisors_are_beside_talks_of_their_groups(role: f.Role, why: Denied | None) -> None:
    story = Story()
    boss = supervisor(story, role=role)
    call = a_talk(story)
    assert denied(story.floor, boss, AgentId("1001")) is why
    assert begins(story, call) is (why is None)


def test_a_leader_of_another_group_may_not_and_a_manager_may_everywhere() -> None:
    story = Story()
    leader = supervisor(story, "8001", "tech", role=f.Role.LEADER)
    manager = supervisor(story, "8002", "tech", role=f.Role.MANAGER)
    call = a_talk(story)
    assert denied(story.floor, leader, AgentId("1001")) is Denied.NOT_ALLOWED
    assert not begins(story, call, leader)
    assert begins(story, call, manager)


def test_nobody_is_told_of_agents_of_other_groups() -> None:
    story = Story()
    boss = supervisor(story)
    story.agent("1001")
    story.agent("2001", "tech")
    assert denied(story.floor, boss, AgentId("1001")) is Denied.NOT_TALKING
    assert denied(story.floor, boss, AgentId("2001")) is Denied.NOT_ALLOWED
    assert denied(story.floor, boss, AgentId("3001")) is Denied.UNKNOWN_AGENT
    assert denied(story.floor, AgentId("2001"), AgentId("3001")) is Denied.NOT_ALLOWED


def test_who_is_beside_a_talk_is_offered_nothing_until_it_is_over() -> None:
    story = Story()
    call = a_talk(story)
    boss = supervisor(story, groups=(SERVICE,))
    story.post(f.AgentSignedIn(agent=boss))
    assert begins(story, call)
    assert why_busy(story.floor.agents[boss], story.now) is Excluded.SUPERVISING

    second = story.caller("second")
    assert (second, boss) not in story.offered()
    story.post(f.SupervisionEnded(call=call, supervisor=boss))
    assert story.offered()[-1] == (second, boss)


def test_so_many_supervisors_and_no_more_are_beside_one_call() -> None:
    story = Story()
    call = a_talk(story)
    bosses = [supervisor(story, f"80{n:02}") for n in range(SUPERVISORS_MAX + 1)]
    assert [begins(story, call, one) for one in bosses] == [True] * SUPERVISORS_MAX + [False]
    assert denied(story.floor, bosses[-1], AgentId("1001")) is Denied.ENOUGH
    assert denied(story.floor, bosses[0], AgentId("1001")) is Denied.OCCUPIED


def test_who_has_a_customer_is_beside_no_talk() -> None:
    story = Story()
    call = a_talk(story)
    boss = supervisor(story, groups=(SERVICE,))
    story.post(f.AgentSignedIn(agent=boss))
    story.caller("second")
    assert story.offered()[-1] == ("second", boss)
    assert denied(story.floor, boss, AgentId("1001")) is Denied.OCCUPIED
    assert not begins(story, call)


def test_it_turns_into_another_kind_once() -> None:
    story = Story()
    call, boss = a_talk(story), supervisor(story)
    whisper = f.SupervisionTurned(call=call, supervisor=boss, kind=f.SupervisionKind.WHISPER)
    assert not story.post(whisper)
    begins(story, call)
    assert story.post(whisper)
    assert not story.post(whisper)
    beside = story.floor.agents[boss].supervises
    assert beside is not None
    assert beside.kind is f.SupervisionKind.WHISPER


def meet(story: Story, agent_leg: str) -> None:
    """Whoever is rung answers, and is in a room with her."""
    offer = story.offers[-1].offer
    assert story.post(f.OfferAccepted(offer=offer, leg=agent_leg, room="room"))
    assert story.post(f.TalkStarted(offer=offer))


@pytest.mark.parametrize(
    ("kind", "seat"),
    [
        (f.SupervisionKind.WHISPER, Seat(hears="leg of 2001", whispers=True)),
        (f.SupervisionKind.BARGE, Seat(room="room")),
    ],
)
def test_who_follows_a_call_into_a_group_of_others_is_heard_there_no_more(
    kind: f.SupervisionKind, seat: Seat
) -> None:
    story = Story()
    story.agent("1001")
    story.agent("2001", "tech")
    call = story.caller("first")
    meet(story, "leg of 1001")
    boss, manager = supervisor(story), supervisor(story, "8002", role=f.Role.MANAGER)
    for who in (boss, manager):
        assert begins(story, call, who)
        assert story.post(f.SupervisionTurned(call=call, supervisor=who, kind=kind))
    assert seat_of(story.floor, boss) == seat_of(story.floor, manager)

    blind = f.TransferKind.BLIND
    assert story.post(f.TransferAsked(call=call, agent=AgentId("1001"), kind=blind, to_group=TECH))
    meet(story, "leg of 2001")

    assert story.floor.calls[call].group == TECH
    assert seat_of(story.floor, boss) == Seat(hears="leg of 2001")
    assert seat_of(story.floor, manager) == seat


@pytest.mark.parametrize("caller_hangs_up", [True, False])
def test_it_ends_with_the_talk_and_its_seconds_are_told(caller_hangs_up: bool) -> None:
    story = Story()
    call, boss = a_talk(story), supervisor(story)
    begins(story, call)
    ended: list[f.SupervisionEnded] = []
    apply = story.floor.apply

    def kept(fact: f.AnyFact, now: object) -> object:
        decisions = apply(fact, now)  # type: ignore[arg-type]
        if isinstance(fact, f.SupervisionEnded) and decisions is not None:
            ended.append(fact)
        return decisions

    story.floor.apply = kept  # type: ignore[method-assign, assignment]
    story.wait(7)
    if caller_hangs_up:
        story.post(f.CallEnded(call=call, by=f.EndedBy.CALLER))
    else:
        story.post(f.TalkEnded(call=call, agent=AgentId("1001"), by=f.EndedBy.AGENT))
    assert supervisors_of(story.floor, call) == []
    assert ended == [f.SupervisionEnded(call=call, supervisor=boss, lasted_s=7.0)]
    assert not story.post(ended[0])


def test_a_supervisor_who_is_removed_is_beside_nothing() -> None:
    story = Story()
    call, boss = a_talk(story), supervisor(story)
    begins(story, call)
    assert story.post(f.AgentRemoved(agent=boss))
    assert boss not in story.floor.agents


# ---- taking over --------------------------------------------------------------------------------


def takes_over(story: Story, call: CallId, agent: str = "1001", leg: str = "") -> bool:
    return story.post(
        f.CallTakenOver(
            call=call, supervisor=BOSS, agent=AgentId(agent), leg=leg or f"leg of {BOSS}"
        )
    )


def test_who_takes_over_is_the_owner_and_the_agent_has_his_wrap_up() -> None:
    story = Story()
    call, boss = a_talk(story), supervisor(story)
    begins(story, call)
    assert takes_over(story, call)
    now = story.floor.calls[call]
    assert (now.stage, now.agent, now.agent_leg) == (Stage.TALK, boss, f"leg of {BOSS}")
    assert story.state(AgentId("1001")) is AgentState.WRAP_UP
    assert story.state(boss) is AgentState.TALKING
    assert story.floor.agents[boss].supervises is None
    assert not takes_over(story, call)
    story.post(f.CallEnded(call=call, by=f.EndedBy.CALLER))
    assert story.state(boss) is AgentState.OFFLINE


def test_only_who_is_beside_the_talk_takes_it_over() -> None:
    story = Story()
    call, _ = a_talk(story), supervisor(story)
    assert not takes_over(story, call)
    begins(story, call)
    assert not takes_over(story, call, agent="1002")
    assert not takes_over(story, call, leg="another leg")
    assert story.state(AgentId("1001")) is AgentState.TALKING


def test_who_was_not_ready_is_not_ready_again_after_it() -> None:
    story = Story()
    call, boss = a_talk(story), supervisor(story, groups=(SERVICE,))
    story.post(f.AgentSignedIn(agent=boss))
    story.post(f.AgentPaused(agent=boss, reason=f.Pause.MEETING))
    begins(story, call)
    assert takes_over(story, call)
    story.post(f.TalkEnded(call=call, agent=boss, by=f.EndedBy.AGENT))
    agent = story.floor.agents[boss]
    assert (agent.state, agent.pause) == (AgentState.PAUSED, f.Pause.MEETING)


@pytest.mark.parametrize("how_far", ["hold", "ringing", "consult", "three"])
def test_a_hold_or_a_transfer_ends_when_the_call_is_taken_over(how_far: str) -> None:
    story = Story()
    call, boss = a_talk(story), supervisor(story)
    target = story.agent("1002", "tech")
    sender = AgentId("1001")
    begins(story, call)
    if how_far == "hold":
        story.post(f.CallHeld(call=call, agent=sender))
    else:
        story.post(
            f.TransferAsked(call=call, agent=sender, kind=f.TransferKind.CONSULT, to_agent=target)
        )
    if how_far in {"consult", "three"}:
        offer = story.offers[-1].offer
        story.post(f.OfferAccepted(offer=offer, leg="leg of the target"))
        assert story.post(f.ConsultStarted(call=call, offer=offer))
    if how_far == "three":
        story.post(f.ConferenceStarted(call=call))
    assert takes_over(story, call)
    now = story.floor.calls[call]
    assert (now.stage, now.agent, now.transfer, now.offers) == (Stage.TALK, boss, None, [])
    met = how_far == "three"
    assert story.state(target) is (AgentState.WRAP_UP if met else AgentState.READY)
    assert story.state(sender) is AgentState.WRAP_UP


# ---- the queue ----------------------------------------------------------------------------------


def somebody_busy(story: Story) -> None:
    """Somebody is signed in, so that callers wait."""
    story.post(f.PhoneChanged(agent=story.agent("1002"), phone=f.Phone.BUSY))


def moved(
    story: Story, call: CallId, to: f.QueueMove = f.QueueMove.FRONT, agent: str | None = None
) -> bool:
    who = AgentId(agent) if agent else None
    return story.post(f.QueueReordered(call=call, to=to, agent=who, by="li", why="she is in pain"))


def test_a_call_that_was_put_to_the_front_is_served_first() -> None:
    story = Story()
    somebody_busy(story)
    story.caller("first")
    story.wait(5)
    second = story.caller("second")
    assert moved(story, second)
    story.agent("1001")
    assert story.offered() == [("second", "1001")]


def test_a_call_is_given_to_an_agent_who_is_free_whatever_his_groups() -> None:
    story = Story()
    boss = supervisor(story)
    somebody_busy(story)
    story.post(f.AgentSignedIn(agent=boss))
    call = story.caller("first")
    assert not moved(story, call, f.QueueMove.AGENT, "1009")
    assert moved(story, call, f.QueueMove.AGENT, boss)
    assert story.offered() == [("first", boss)]
    story.connect()
    assert story.floor.calls[call].agent == boss


def test_who_lets_it_ring_is_not_asked_again_at_once() -> None:
    story = Story()
    boss = supervisor(story)
    somebody_busy(story)
    story.post(f.AgentSignedIn(agent=boss))
    call = story.caller("first")
    moved(story, call, f.QueueMove.AGENT, boss)
    story.post(f.OfferMissed(offer=story.offers[-1].offer, reason=f.Missed.DECLINED))
    now = story.floor.calls[call]
    assert (now.stage, now.pulled_to, now.in_line_since) == (Stage.WAITING, None, NOON)
    story.wait(30)
    assert story.offered() == [("first", boss)]
    story.post(f.PhoneChanged(agent=AgentId("1002"), phone=f.Phone.IDLE))
    assert story.offered()[-1] == ("first", "1002")


def test_who_does_not_wait_is_not_moved_and_who_is_not_free_given_nobody() -> None:
    story = Story()
    talking = a_talk(story)
    assert not moved(story, talking)
    waiting = story.caller("second")
    assert not moved(story, waiting, f.QueueMove.AGENT, "1001")
    assert not moved(story, CallId("nobody"))
