"""What each agent was doing and how long: intervals of his state, made from facts alone.

Pure. The log stands beside the floor and follows the same facts in the same order; it need not know
the routing document, since a fact says whatever was decided. Built-in test phones are not in it.

Moments are whole milliseconds and never run backwards for one agent, so his intervals neither
overlap nor leave a gap from his signing in to his signing out.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import singledispatchmethod

import msgspec

from ccbot.core import facts as f
from ccbot.core.agents import AgentEvent, AgentState
from ccbot.core.ids import AgentId, CallId, GroupKey, OfferId
from ccbot.core.records import whole_ms

TALKED = "talk"
"""What a ringing interval ended as if it became a talk; else why it did not."""
OF_CALLBACK = "callback_"
"""Before it, where a customer is called back: until she answers, the agent hears ringing, too."""


class Interval(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of one state; ``offline`` has none. A bridged offer that became a talk is one."""

    agent: AgentId
    no: int
    """Place among the agent's intervals, from 1."""
    state: AgentState
    reason: str
    """Of ``paused``: why."""
    call: CallId | None
    """Of ``offered``, ``talking`` and ``wrap_up``: the customer's call, its group and kind."""
    group: GroupKey | None
    test: bool
    started_at: datetime
    ended_at: datetime | None
    """None while it lasts."""
    ended_as: str
    """Of ``offered``: ``talk``, or why it did not become one."""


class Standing(msgspec.Struct, kw_only=True):
    """Where an agent stands."""

    since: datetime
    state: AgentState = AgentState.OFFLINE
    no: int = 0
    reason: str = ""
    call: CallId | None = None
    group: GroupKey | None = None
    test: bool = False
    bridged_at: datetime | None = None
    next_state: AgentState | None = None
    next_reason: str = ""
    is_built_in: bool = False

    @property
    def has_customer(self) -> bool:
        """Offered a call, or talking."""
        return self.state in {AgentState.OFFERED, AgentState.TALKING}


class SeenCall(msgspec.Struct, kw_only=True):
    """What the log knows of a call that has not ended."""

    test: bool = False
    group: GroupKey | None = None
    is_callback: bool = False


class Standings(msgspec.Struct, kw_only=True):
    """The log's memory: kept with the place up to which facts were read."""

    agents: dict[AgentId, Standing] = {}
    calls: dict[CallId, SeenCall] = {}
    offers: dict[OfferId, AgentId] = {}


class _SeenAgent(msgspec.Struct):
    id: AgentId
    state: AgentState
    pause: f.Pause | None = None
    next_state: AgentEvent | None = None
    next_pause: f.Pause | None = None
    call: CallId | None = None
    test: bool = False


class _SeenOffer(msgspec.Struct):
    id: OfferId
    agent: AgentId
    bridged_at: datetime | None = None


class _SeenOnFloor(msgspec.Struct):
    id: CallId
    group: GroupKey | None = None
    test: bool = False
    callback_of: CallId | None = None


class _SeenFloor(msgspec.Struct):
    """As much of a snapshot as concerns the log."""

    agents: list[_SeenAgent] = []
    calls: list[_SeenOnFloor] = []
    offers: list[_SeenOffer] = []


_ABOUT_A_CALL = {AgentState.OFFERED, AgentState.TALKING, AgentState.WRAP_UP}
LOST = CallId("")
"""The call of a wrap-up whose talk was lost."""
_NEXT = {AgentEvent.PAUSE: AgentState.PAUSED, AgentEvent.SIGN_OUT: AgentState.OFFLINE}


class AgentLog:
    """Follows the facts of one journal."""

    def __init__(self, standings: Standings | None = None) -> None:
        self.standings = standings or Standings()
        self._now = datetime.min.replace(tzinfo=UTC)
        self._changed: list[Interval] = []

    def take(self, stamped: f.Stamped) -> list[Interval]:
        """The intervals that this fact ended or began, in order."""
        self._now = whole_ms(stamped.at)
        self._changed = []
        self._apply(stamped.fact)
        return self._changed

    @singledispatchmethod
    def _apply(self, _fact: f.Fact) -> None:
        """Most facts change no agent's state."""

    # ---- agents ---------------------------------------------------------------------------------

    @_apply.register
    def _(self, fact: f.AgentConfigured) -> None:
        self._standing(fact.agent).is_built_in = fact.test

    @_apply.register
    def _(self, fact: f.AgentRemoved) -> None:
        self._goes(fact.agent, AgentState.OFFLINE)

    @_apply.register
    def _(self, fact: f.AgentSignedIn) -> None:
        standing = self._standing(fact.agent)
        if standing.has_customer:
            standing.next_state = None
        elif standing.state is not AgentState.READY:
            self._turn(fact.agent, AgentState.READY)

    @_apply.register
    def _(self, fact: f.AgentPaused) -> None:
        self._goes(fact.agent, AgentState.PAUSED, fact.reason.value)

    @_apply.register
    def _(self, fact: f.AgentSignedOut) -> None:
        self._goes(fact.agent, AgentState.OFFLINE)

    @_apply.register
    def _(self, fact: f.WrapUpEnded) -> None:
        self._turn(fact.agent, AgentState.READY)

    # ---- calls ----------------------------------------------------------------------------------

    @_apply.register
    def _(self, fact: f.CallEntered) -> None:
        self.standings.calls[fact.call] = SeenCall(
            test=fact.test, is_callback=fact.callback_of is not None
        )

    @_apply.register
    def _(self, fact: f.CallQueued) -> None:
        self.standings.calls.setdefault(fact.call, SeenCall()).group = fact.group

    @_apply.register
    def _(self, fact: f.QueueChanged) -> None:
        self.standings.calls.setdefault(fact.call, SeenCall()).group = fact.group

    @_apply.register
    def _(self, fact: f.OfferMade) -> None:
        self.standings.offers[fact.offer] = fact.agent
        self._turn(fact.agent, AgentState.OFFERED, call=fact.call)

    @_apply.register
    def _(self, fact: f.OfferBridged) -> None:
        if agent := self._offered(fact.offer):
            self._standing(agent).bridged_at = self._now

    @_apply.register
    def _(self, fact: f.TalkStarted) -> None:
        if agent := self._offered(fact.offer):
            self._talks(agent)
            del self.standings.offers[fact.offer]

    @_apply.register
    def _(self, fact: f.OfferMissed) -> None:
        if agent := self._offered(fact.offer):
            self._leaves(agent, AgentState.READY, fact.reason.value)
            del self.standings.offers[fact.offer]

    @_apply.register
    def _(self, fact: f.OfferWithdrawn) -> None:
        if agent := self._offered(fact.offer):
            self._leaves(agent, AgentState.READY, fact.reason.value)
            del self.standings.offers[fact.offer]

    @_apply.register
    def _(self, fact: f.TalkEnded) -> None:
        standing = self._standing(fact.agent)
        if standing.state is AgentState.TALKING and standing.call == fact.call:
            self._leaves(fact.agent, AgentState.WRAP_UP)

    @_apply.register
    def _(self, fact: f.CallEnded) -> None:
        for agent in self._with_customer(fact.call):
            standing = self._standing(agent)
            if standing.bridged_at is not None:
                self._talks(agent)
            if standing.state is AgentState.TALKING:
                self._leaves(agent, AgentState.WRAP_UP)
            else:
                self._leaves(agent, AgentState.READY, f.Withdrawn.CALLER_LEFT.value)
            self.standings.offers = {
                offer: one for offer, one in self.standings.offers.items() if one != agent
            }
        self.standings.calls.pop(fact.call, None)

    # ---- the floor as it was seen ---------------------------------------------------------------

    @_apply.register
    def _(self, fact: f.FloorSeen) -> None:
        """Facts may have been lost: who stands otherwise stands as he was seen from now on."""
        seen = msgspec.json.decode(fact.floor, type=_SeenFloor)
        self.standings.calls = {
            one.id: SeenCall(
                test=one.test, group=one.group, is_callback=one.callback_of is not None
            )
            for one in seen.calls
        }
        self.standings.offers = {one.id: one.agent for one in seen.offers}
        bridged = {one.agent: one.bridged_at for one in seen.offers}
        for one in seen.agents:
            self._stands(one, bridged.get(one.id))
        there = {one.id for one in seen.agents}
        for agent, standing in self.standings.agents.items():
            if agent not in there and standing.state is not AgentState.OFFLINE:
                self._turn(agent, AgentState.OFFLINE)

    def _stands(self, seen: _SeenAgent, bridged_at: datetime | None) -> None:
        standing = self._standing(seen.id)
        standing.is_built_in = seen.test
        reason = seen.pause.value if seen.pause else ""
        now = (standing.state, standing.reason, standing.call if standing.has_customer else None)
        if now != (seen.state, reason, seen.call):
            about = (seen.call or LOST) if seen.state in _ABOUT_A_CALL else None
            self._turn(seen.id, seen.state, reason=reason, call=about)
        standing.bridged_at = whole_ms(bridged_at) if bridged_at else None
        standing.next_state = _NEXT.get(seen.next_state) if seen.next_state else None
        pauses_next = standing.next_state is AgentState.PAUSED and seen.next_pause is not None
        standing.next_reason = str(seen.next_pause) if pauses_next else ""

    # ---- turning --------------------------------------------------------------------------------

    def _standing(self, agent: AgentId) -> Standing:
        return self.standings.agents.setdefault(agent, Standing(since=self._now))

    def _offered(self, offer: OfferId) -> AgentId | None:
        return self.standings.offers.get(offer)

    def _with_customer(self, call: CallId) -> list[AgentId]:
        agents = self.standings.agents.items()
        return [agent for agent, one in agents if one.has_customer and one.call == call]

    def _goes(self, agent: AgentId, state: AgentState, reason: str = "") -> None:
        """At once, or as soon as the customer has left him."""
        standing = self._standing(agent)
        if standing.has_customer:
            standing.next_state, standing.next_reason = state, reason
        else:
            self._turn(agent, state, reason=reason)

    def _leaves(self, agent: AgentId, state: AgentState, ended_as: str = "") -> None:
        """The customer has left him: what he asked for meanwhile comes first."""
        standing = self._standing(agent)
        wanted, reason = standing.next_state, standing.next_reason
        standing.next_state, standing.next_reason = None, ""
        self._turn(agent, wanted or state, ended_as=ended_as, reason=reason if wanted else "")

    def _talks(self, agent: AgentId) -> None:
        """The talk began when they were bridged, whenever that was known to be one."""
        standing = self._standing(agent)
        now, self._now = self._now, standing.bridged_at or self._now
        self._turn(agent, AgentState.TALKING, ended_as=TALKED)
        self._now = now

    def _turn(
        self,
        agent: AgentId,
        state: AgentState,
        *,
        ended_as: str = "",
        reason: str = "",
        call: CallId | None = None,
    ) -> None:
        """Another state; about this call, else about the one that he had."""
        standing = self._standing(agent)
        now = max(self._now, standing.since)
        had = self.standings.calls.get(standing.call or LOST, SeenCall())
        if ended_as and had.is_callback:
            ended_as = OF_CALLBACK + ended_as
        self._note(agent, standing, ended_at=now, ended_as=ended_as)
        if call is not None or state not in _ABOUT_A_CALL:
            seen = self.standings.calls.get(call or LOST, SeenCall())
            standing.call, standing.group, standing.test = call, seen.group, seen.test
        standing.state, standing.since, standing.reason = state, now, reason
        standing.bridged_at = None
        standing.no += state is not AgentState.OFFLINE
        self._note(agent, standing)

    def _note(
        self,
        agent: AgentId,
        standing: Standing,
        *,
        ended_at: datetime | None = None,
        ended_as: str = "",
    ) -> None:
        if standing.state is AgentState.OFFLINE or standing.is_built_in:
            return
        self._changed.append(
            Interval(
                agent=agent,
                no=standing.no,
                state=standing.state,
                reason=standing.reason,
                call=standing.call,
                group=standing.group,
                test=standing.test,
                started_at=standing.since,
                ended_at=ended_at,
                ended_as=ended_as,
            )
        )


def joined(changes: Iterable[Interval]) -> list[Interval]:
    """The intervals as they stand after these changes, in the order in which they began."""
    latest: dict[tuple[AgentId, int], Interval] = {}
    for one in changes:
        latest[one.agent, one.no] = one
    return list(latest.values())
