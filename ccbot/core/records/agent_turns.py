"""How agents' states follow each other in the log: see ``agent_states``."""

from datetime import UTC, datetime

from ccbot.core.agents import AgentState
from ccbot.core.ids import AgentId, CallId, OfferId
from ccbot.core.records.rows import whole_ms
from ccbot.core.records.standings import (
    OF_CALLBACK,
    TALKED,
    Activity,
    Interval,
    SeenCall,
    Standing,
    Standings,
)

_ABOUT_A_CALL = {AgentState.OFFERED, AgentState.TALKING, AgentState.WRAP_UP}
LOST = CallId("")
"""The call of a wrap-up whose talk was lost."""


class Turns:
    """Where everybody stands, and what has changed since the last fact."""

    def __init__(self, standings: Standings | None = None) -> None:
        self.standings = standings or Standings()
        self._now = datetime.min.replace(tzinfo=UTC)
        self._changed: list[Interval] = []

    def begin(self, at: datetime) -> None:
        """A fact of this moment is taken in."""
        self._now = whole_ms(at)
        self._changed = []

    def changed(self) -> list[Interval]:
        """The intervals that it ended or began, in order."""
        return self._changed

    def standing(self, agent: AgentId) -> Standing:
        """Where he stands; from now on, if he is new."""
        return self.standings.agents.setdefault(agent, Standing(since=self._now))

    def call(self, call: CallId) -> SeenCall:
        """The call, as far as it is known."""
        return self.standings.calls.setdefault(call, SeenCall())

    def offered(self, offer: OfferId) -> AgentId | None:
        """Whom the offer rings."""
        return self.standings.offers.get(offer)

    def talks_in(self, agent: AgentId | None, call: CallId) -> bool:
        """Whether this agent talks with her, or about her."""
        standing = self.standings.agents.get(agent) if agent is not None else None
        in_talk = standing is not None and standing.state is AgentState.TALKING
        return in_talk and standing is not None and standing.call == call

    def offered_no_more(self, agent: AgentId) -> None:
        """No offer rings him."""
        offers = self.standings.offers
        self.standings.offers = {offer: one for offer, one in offers.items() if one != agent}

    def goes(self, agent: AgentId, state: AgentState, reason: str = "") -> None:
        """At once, or as soon as the customer has left him."""
        standing = self.standing(agent)
        if standing.has_customer:
            standing.next_state, standing.next_reason = state, reason
        else:
            self.turn(agent, state, reason=reason)

    def leaves(self, agent: AgentId, state: AgentState, ended_as: str = "") -> None:
        """The customer has left him: what he asked for meanwhile comes first."""
        standing = self.standing(agent)
        wanted, reason = standing.next_state, standing.next_reason
        standing.next_state, standing.next_reason = None, ""
        self.turn(agent, wanted or state, ended_as=ended_as, reason=reason if wanted else "")

    def bridged(self, agent: AgentId) -> None:
        """He and the customer are in one room: if it becomes a talk, it began here."""
        self.standing(agent).bridged_at = self._now

    def talks(self, agent: AgentId, activity: Activity = Activity.WITH_CUSTOMER) -> None:
        """The talk began when they were bridged, whenever that was known to be one."""
        standing = self.standing(agent)
        now, self._now = self._now, standing.bridged_at or self._now
        self.turn(agent, AgentState.TALKING, ended_as=TALKED, activity=activity)
        self._now = now

    def acts(self, agent: AgentId, call: CallId, activity: Activity) -> None:
        """He goes on with something else in the same talk."""
        if self.talks_in(agent, call) and self.standing(agent).activity is not activity:
            went_on = activity.value or TALKED
            self.turn(agent, AgentState.TALKING, ended_as=went_on, activity=activity)

    def turn(
        self,
        agent: AgentId,
        state: AgentState,
        *,
        ended_as: str = "",
        reason: str = "",
        call: CallId | None = None,
        activity: Activity = Activity.WITH_CUSTOMER,
    ) -> None:
        """Another state; about this call, else about the one that he had."""
        standing = self.standing(agent)
        now = max(self._now, standing.since)
        had = self.standings.calls.get(standing.call or LOST, SeenCall())
        if ended_as and had.is_callback and standing.state is AgentState.OFFERED:
            ended_as = OF_CALLBACK + ended_as
        self._note(agent, standing, ended_at=now, ended_as=ended_as)
        if call is not None or state not in _ABOUT_A_CALL:
            seen = self.standings.calls.get(call or LOST, SeenCall())
            standing.call, standing.test = call, seen.test
            standing.group = seen.to_group or seen.group
        if state is not AgentState.TALKING:
            standing.held = False
        standing.held |= activity is Activity.HOLD
        standing.state, standing.since, standing.reason = state, now, reason
        standing.activity, standing.bridged_at = activity, None
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
                activity=standing.activity,
                call=standing.call,
                group=standing.group,
                test=standing.test,
                started_at=standing.since,
                ended_at=ended_at,
                ended_as=ended_as,
                held=standing.held and ended_at is not None and not ended_as,
            )
        )
