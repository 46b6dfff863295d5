"""Any facts in any order, most of them late or senseless: the floor stays true."""

import copy
from datetime import datetime

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule
from msgspec.structs import replace

from ccbot.core import facts as f
from ccbot.core.calls import Stage
from ccbot.core.destinations import way_of
from ccbot.core.floor import Floor
from ccbot.core.ids import AgentId, CallId, GroupKey, OfferId
from ccbot.core.routing_document import Destination, Hours, Overflow, RoutingDocument
from ccbot.core.snapshot import floor_of, snapshot
from tests.core.story import Story, replace_group, without_groups
from tests.core.story import routing as ordinary
from tests.sim.checkers import Floorwalker

AGENTS = [AgentId(number) for number in ("1001", "1002", "1003")]
GROUPS = [GroupKey(group) for group in ("service", "tech")]

BOSSES = [LEADER := AgentId("8001"), AgentId("8002")]
"""The first of them serves a group himself."""
LED = tuple(GROUPS)

NUMBERS = ("13800000001", "13800000002", "")
"""Few enough that customers call again."""

agents = st.sampled_from(AGENTS)
groups = st.sampled_from(GROUPS)
AGENTS_OWN = (f.AgentSignedIn, f.AgentSignedOut, f.WrapUpEnded, f.WrapUpExtended, f.MissHeard)
"""What an agent may say at any time."""
OWN_PAUSES = [one for one in f.Pause if one is not f.Pause.MISSED_CALL]
seconds = st.sampled_from((0.0, 0.02, 1.0, 10.0, 15.0, 60.0, 600.0))


def routing() -> RoutingDocument:
    """The default document, and a door that is never open; ``service`` sends callers on, too."""
    found = ordinary()
    closed = replace(
        found.entries["main"], hours="never", closed_keys={"1": Destination(say="hours.holiday")}
    )
    service = replace(
        found.groups["service"], overflow=Overflow(not_ready=Destination(say="queue.apology"))
    )
    return replace(
        found,
        entries={**found.entries, "closed": closed},
        groups={**found.groups, "service": service},
        hours={"never": Hours(week={})},
    )


class RandomFloor(RuleBasedStateMachine):
    """Three agents, two groups, and callers by the dozen."""

    calls: Bundle[CallId] = Bundle("calls")

    def __init__(self) -> None:
        super().__init__()
        self.story = Story(self.document())
        self.applied: list[tuple[datetime, f.AnyFact]] = []
        self.snapshots: list[tuple[int, str]] = []
        self.walker = Floorwalker(self.story.floor, self)
        self._keep_what_is_applied(self.story.floor)
        for boss, own in zip(BOSSES, (GROUPS[:1], []), strict=True):
            self.story.post(
                f.AgentConfigured(
                    agent=boss, name=boss, groups=tuple(own), role=f.Role.LEADER, leads=LED
                )
            )
            self.story.post(f.PhoneChanged(agent=boss, phone=f.Phone.IDLE))
        for number, own in zip(AGENTS, (GROUPS, GROUPS[:1], GROUPS[1:]), strict=True):
            self.story.agent(number, *own)

    @staticmethod
    def document() -> RoutingDocument:
        """All of one of the groups are rung at once."""
        return replace_group(routing(), "tech", strategy="ring_all")

    def now(self) -> datetime:
        """The walker's clock."""
        return self.story.now

    def _keep_what_is_applied(self, floor: Floor) -> None:
        apply = floor.apply

        def kept(fact: f.AnyFact, now: datetime) -> object:
            decisions = apply(fact, now)
            if decisions is not None:
                self.applied.append((now, fact))
                self.walker.keep_books(fact, now)
            return decisions

        floor.apply = kept  # type: ignore[method-assign, assignment]

    # ---- agents ---------------------------------------------------------------------------------

    @rule(agent=agents, own=st.lists(groups, max_size=2, unique=True))
    def configured(self, agent: AgentId, own: list[GroupKey]) -> None:
        self.story.post(f.AgentConfigured(agent=agent, name=agent, groups=tuple(own)))

    @rule(agent=agents, kind=st.sampled_from(AGENTS_OWN))
    def agent_says(self, agent: AgentId, kind: type[f.AgentSignedIn]) -> None:
        self.story.post(kind(agent=agent))

    @rule(agent=agents)
    def removed(self, agent: AgentId) -> None:
        self.story.post(f.AgentRemoved(agent=agent))

    @rule(agent=agents, reason=st.sampled_from(OWN_PAUSES))
    def paused(self, agent: AgentId, reason: f.Pause) -> None:
        self.story.post(f.AgentPaused(agent=agent, reason=reason))

    @rule(agent=agents, phone=st.sampled_from(f.Phone))
    def phone_changed(self, agent: AgentId, phone: f.Phone) -> None:
        self.story.post(f.PhoneChanged(agent=agent, phone=phone))

    # ---- calls ----------------------------------------------------------------------------------

    @rule(target=calls, group=groups, number=st.sampled_from(NUMBERS))
    def calls_in(self, group: GroupKey, number: str) -> CallId:
        return self.story.caller(f"call-{len(self.applied)}", group, number=number)

    @rule(target=calls, number=st.sampled_from(NUMBERS))
    def comes_to_a_closed_door(self, number: str) -> CallId:
        call = CallId(f"call-{len(self.applied)}")
        entered = f.CallEntered(
            call=call, leg=call, dialled_number="1", entry="closed", caller=number
        )
        self.story.post(entered)
        return call

    @rule(call=calls)
    def menu_opened(self, call: CallId) -> None:
        self.story.post(f.MenuOpened(call=call))

    @rule(call=calls, reason=st.sampled_from(f.TurnedAway))
    def turned_away(self, call: CallId, reason: f.TurnedAway) -> None:
        self.story.post(f.CallTurnedAway(call=call, reason=reason))

    @rule(call=calls, key=st.none() | st.sampled_from("12"))
    def chooses_after_hours(self, call: CallId, key: str | None) -> None:
        self.story.post(f.ClosedKeyChosen(call=call, key=key))

    @rule(call=calls, group=groups)
    def queued(self, call: CallId, group: GroupKey) -> None:
        self.story.post(f.CallQueued(call=call, group=group, by=f.GroupChosenBy.PUBLISHED))

    @rule(call=calls, reason=st.sampled_from(f.GaveUp))
    def gave_up(self, call: CallId, reason: f.GaveUp) -> None:
        self.story.post(f.QueueLeft(call=call, reason=reason))

    @rule(call=calls, by=st.sampled_from(f.EndedBy))
    def leaves_a_message(self, call: CallId, by: f.EndedBy) -> None:
        self.story.post(f.VoicemailBegun(call=call, by=by))

    @rule(call=calls, key=st.sampled_from("123"))
    def chooses(self, call: CallId, key: str) -> None:
        self.story.post(f.WaitingKeyPressed(call=call, key=key))

    @rule(call=calls, agent=agents, by=st.sampled_from(f.EndedBy))
    def talk_ended(self, call: CallId, agent: AgentId, by: f.EndedBy) -> None:
        self.story.post(f.TalkEnded(call=call, agent=agent, by=by))

    @rule(call=calls, by=st.sampled_from(f.EndedBy))
    def call_ended(self, call: CallId, by: f.EndedBy) -> None:
        self.story.post(f.CallEnded(call=call, by=by))

    # ---- within a talk --------------------------------------------------------------------------

    @rule(call=calls, agent=agents, kind=st.sampled_from((f.CallHeld, f.CallResumed)))
    def held(self, call: CallId, agent: AgentId, kind: type[f.CallHeld]) -> None:
        self.story.post(kind(call=call, agent=agent))

    @rule(
        call=calls,
        agent=agents,
        kind=st.sampled_from(f.TransferKind),
        to_agent=st.none() | agents,
        to_group=st.none() | groups,
    )
    def handed_on(
        self,
        call: CallId,
        agent: AgentId,
        kind: f.TransferKind,
        to_agent: AgentId | None,
        to_group: GroupKey | None,
    ) -> None:
        asked = f.TransferAsked(
            call=call, agent=agent, kind=kind, to_agent=to_agent, to_group=to_group
        )
        self.story.post(asked)

    @rule(back=st.integers(0, 3))
    def consult_started(self, back: int) -> None:
        if offer := self._offer(back):
            made = self.story.floor.offers.get(offer)
            call = made.call if made else CallId("")
            self.story.post(f.ConsultStarted(call=call, offer=offer))

    @rule(call=calls, with_customer=st.booleans())
    def swapped(self, call: CallId, with_customer: bool) -> None:
        self.story.post(f.ConsultSwapped(call=call, with_customer=with_customer))

    @rule(call=calls)
    def conference_started(self, call: CallId) -> None:
        self.story.post(f.ConferenceStarted(call=call))

    @rule(call=calls, why=st.sampled_from(f.TransferFailure))
    def transfer_failed(self, call: CallId, why: f.TransferFailure) -> None:
        self.story.post(f.TransferFailed(call=call, why=why))

    @rule(
        call=calls,
        agent=agents,
        kind=st.sampled_from((f.ConsultEnded, f.SenderLeft, f.TransferCompleted)),
    )
    def transfer_ends(self, call: CallId, agent: AgentId, kind: type[f.SenderLeft]) -> None:
        self.story.post(kind(call=call, agent=agent))

    # ---- supervisors ----------------------------------------------------------------------------

    @rule(kind=st.sampled_from(AGENTS_OWN))
    def leader_says(self, kind: type[f.AgentSignedIn]) -> None:
        self.story.post(kind(agent=LEADER))

    @rule(call=calls, who=st.sampled_from(BOSSES), agent=agents)
    def supervision_began(self, call: CallId, who: AgentId, agent: AgentId) -> None:
        self.story.post(
            f.SupervisionBegan(call=call, supervisor=who, agent=agent, leg=f"leg of {who}")
        )

    @rule(group=groups, agent=agents)
    def a_talk_begins(self, group: GroupKey, agent: AgentId) -> None:
        """Somebody is free, and somebody calls: by chance alone they seldom meet."""
        self.story.post(f.AgentSignedIn(agent=agent))
        self.story.post(f.PhoneChanged(agent=agent, phone=f.Phone.IDLE))
        self.story.caller(f"call-{len(self.applied)}", group)
        if offer := self._offer(0):
            self.story.post(f.OfferAccepted(offer=offer))
            self.story.post(f.TalkStarted(offer=offer))

    @rule(who=st.sampled_from(BOSSES), takes_over=st.booleans())
    def a_supervisor_dials_in(self, who: AgentId, takes_over: bool) -> None:
        """On the oldest talk."""
        talks = [call for call in self.story.floor.calls.values() if call.owner is not None]
        if talks and (agent := talks[0].owner) is not None:
            self.supervision_began(talks[0].id, who, agent)
            if takes_over:
                self.taken_over(talks[0].id, who, agent)

    @rule(call=calls, who=st.sampled_from(BOSSES), kind=st.sampled_from(f.SupervisionKind))
    def supervision_turned(self, call: CallId, who: AgentId, kind: f.SupervisionKind) -> None:
        self.story.post(f.SupervisionTurned(call=call, supervisor=who, kind=kind))

    @rule(call=calls, who=st.sampled_from(BOSSES))
    def supervision_ended(self, call: CallId, who: AgentId) -> None:
        self.story.post(f.SupervisionEnded(call=call, supervisor=who))

    @rule(call=calls, who=st.sampled_from(BOSSES), agent=agents)
    def taken_over(self, call: CallId, who: AgentId, agent: AgentId) -> None:
        leg = f"leg of {who}"
        self.story.post(f.CallTakenOver(call=call, supervisor=who, agent=agent, leg=leg))

    @rule(call=calls, by=st.sampled_from(f.EndedBy), who=st.sampled_from(BOSSES))
    def own_talk_ended(self, call: CallId, by: f.EndedBy, who: AgentId) -> None:
        self.story.post(f.TalkEnded(call=call, agent=who, by=by))

    @rule(call=calls, to=st.sampled_from(f.QueueMove), agent=st.sampled_from([*AGENTS, *BOSSES]))
    def reordered(self, call: CallId, to: f.QueueMove, agent: AgentId) -> None:
        who = agent if to is f.QueueMove.AGENT else None
        self.story.post(f.QueueReordered(call=call, to=to, agent=who, by="li"))

    # ---- offers ---------------------------------------------------------------------------------

    @rule(back=st.integers(0, 3))
    def accepted(self, back: int) -> None:
        if offer := self._offer(back):
            self.story.post(f.OfferAccepted(offer=offer))

    @rule(back=st.integers(0, 3))
    def bridged(self, back: int) -> None:
        if offer := self._offer(back):
            self.story.post(f.OfferBridged(offer=offer))

    @rule(back=st.integers(0, 3))
    def talk_started(self, back: int) -> None:
        if offer := self._offer(back):
            self.story.post(f.TalkStarted(offer=offer))

    @rule(back=st.integers(0, 3), reason=st.sampled_from(f.Missed))
    def missed(self, back: int, reason: f.Missed) -> None:
        if offer := self._offer(back):
            self.story.post(f.OfferMissed(offer=offer, reason=reason))

    @rule(back=st.integers(0, 3), call=calls, agent=agents)
    def offered_out_of_turn(self, back: int, call: CallId, agent: AgentId) -> None:
        """Only a free agent and a waiting call can be joined, whoever asks for it."""
        made = f.OfferMade(offer=OfferId(f"stray-{len(self.applied)}"), call=call, agent=agent)
        if self.story.post(made):
            self.story.offers.append(made)

    def _offer(self, back: int) -> OfferId | None:
        """The latest offer but so many, over or not."""
        made = self.story.offers
        return made[-1 - back].offer if len(made) > back else None

    # ---- routing --------------------------------------------------------------------------------

    @rule(
        groups=st.lists(groups, min_size=1, unique=True),
        limits=st.tuples(seconds.filter(bool), seconds.filter(bool)),
    )
    def published(self, groups: list[GroupKey], limits: tuple[float, float]) -> None:
        """With other limits, perhaps without a group."""
        wait_s_max, empty_s_max = limits
        document = without_groups(self.document(), {"service", "tech"} - set(groups))
        for group in groups:
            document = replace_group(
                document, group, wait_s_max=wait_s_max, empty_s_max=empty_s_max
            )
        version = (self.story.floor.routing_version or 0) + 1
        self.story.post(f.RoutingPublished(version=version, document=document))

    # ---- time, and what must be true ------------------------------------------------------------

    @rule(for_s=seconds)
    def time_passes(self, for_s: float) -> None:
        self.story.wait(for_s)

    @invariant()
    def the_floor_is_true(self) -> None:
        self.walker.look()
        assert not self.walker.problems, "\n".join(self.walker.problems)

    @invariant()
    def supervisors_are_beside_talks_that_are_there(self) -> None:
        floor = self.story.floor
        for agent in floor.agents.values():
            if agent.supervises is not None:
                assert agent.supervises.call in floor.calls, agent
                assert not agent.has_customer, agent

    @invariant()
    def whoever_leaves_has_a_way(self) -> None:
        floor = self.story.floor
        for call in floor.calls.values():
            if call.stage is Stage.LEAVING:
                way = way_of(floor.routing, call)
                assert way.say or way.then in {"group", "voicemail"}, call

    @invariant()
    def patience_runs_for_those_alone_whom_nobody_can_serve(self) -> None:
        floor = self.story.floor
        impatient = {call for kind, call in self.story.timers if kind == "empty"}
        assert impatient <= floor.calls.keys()
        for call in floor.calls.values():
            if call.stage is Stage.WAITING:
                assert (call.id in impatient) != floor.reachable_for(call), call
                assert (call.unreachable_since is None) == floor.reachable_for(call), call

    @rule()
    def seen(self) -> None:
        """A replay may begin here."""
        self.snapshots.append((len(self.applied), snapshot(self.story.floor)))

    def teardown(self) -> None:
        """The facts that were accepted, applied once more, give the same floor."""
        again = Floor(self.document())
        for at, fact in self.applied:
            assert again.apply(copy.deepcopy(fact), at) is not None, fact
        assert _everybody(again) == _everybody(self.story.floor)
        assert again.acquaintance == self.story.floor.acquaintance
        for number, text in self.snapshots:
            again = floor_of(text)
            for at, fact in self.applied[number:]:
                assert again.apply(copy.deepcopy(fact), at) is not None, fact
            assert _everybody(again) == _everybody(self.story.floor)


def _everybody(floor: Floor) -> tuple[object, ...]:
    return floor.agents, floor.calls, floor.offers, floor.places


TestRandomFloor = RandomFloor.TestCase
TestRandomFloor.settings = settings(
    max_examples=200, stateful_step_count=50, deadline=None, derandomize=True
)
