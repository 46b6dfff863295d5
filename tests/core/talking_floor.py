"""A floor on which people talk, hold and hand customers on, by chance: most facts make sense."""

import random
from collections.abc import Callable, Iterator

from ccbot.core import facts as f
from ccbot.core.calls import Call, Offer
from ccbot.core.ids import AgentId, CallId, GroupKey, OfferId
from tests.core.story import Story

STEPS = 250
CALLS_MAX = 4
GROUPS = {
    "1001": ("service",),
    "1002": ("service",),
    "1003": ("service", "tech"),
    "2001": ("tech",),
    "2002": ("tech",),
}
LEADER = AgentId("3001")
BOSS, BOSS_LEG = AgentId("8001"), "leg-8001"


class TalkingFloor:
    """Facts as they are applied; ``step`` posts the next one, or lets time pass."""

    def __init__(self, seed: int) -> None:
        self.story = Story()
        self.facts: list[f.Stamped] = []
        self._rng = random.Random(seed)
        self._callers = 0
        apply = self.story.floor.apply

        def kept(fact: f.AnyFact, now: object) -> object:
            decisions = apply(fact, self.story.now)
            if decisions is not None:
                self.facts.append(f.Stamped(self.story.now, fact))
            return decisions

        self.story.floor.apply = kept  # type: ignore[method-assign, assignment]
        for number, groups in GROUPS.items():
            self.story.agent(number, *groups)
        keys = (GroupKey("service"), GroupKey("tech"))
        for agent, role in ((LEADER, f.Role.LEADER), (BOSS, f.Role.SUPERVISOR)):
            self.story.post(
                f.AgentConfigured(agent=agent, name=role.value, groups=(), role=role, leads=keys)
            )
            self.story.post(f.PhoneChanged(agent=agent, phone=f.Phone.IDLE))
            self.story.post(f.AgentSignedIn(agent=agent))

    def walk(self) -> Iterator[None]:
        """Step by step."""
        for _ in range(STEPS):
            self._step()
            yield

    def _step(self) -> None:
        moves: list[Callable[[], None]] = [self._waits, self._comes, self._agent_says]
        moves += [self._rings] * 3 if self.story.floor.offers else []
        moves += [self._in_a_call] * 4 if self.story.floor.calls else []
        self._rng.choice(moves)()

    def _waits(self) -> None:
        self.story.wait(self._rng.choice((0.0, 0.0004, 1.0, 7.3, 20.0, 65.0)))

    def _comes(self) -> None:
        if len(self.story.floor.calls) < CALLS_MAX:
            self._callers += 1
            group = self._rng.choice(("service", "tech"))
            self.story.caller(f"call-{self._callers}", group, test=self._rng.random() < 0.1)

    def _agent_says(self) -> None:
        agent = self._rng.choice(sorted(self.story.floor.agents))
        said = self._rng.choice(
            (
                f.AgentSignedIn(agent=agent),
                f.AgentSignedIn(agent=agent),
                f.WrapUpEnded(agent=agent),
                f.WrapUpEnded(agent=agent),
                f.AgentPaused(agent=agent, reason=f.Pause.MEAL),
                f.AgentSignedOut(agent=agent),
            )
        )
        self.story.post(said)

    def _rings(self) -> None:
        offer = self._rng.choice(list(self.story.floor.offers.values()))
        call = self.story.floor.calls[offer.call]
        if self._rng.random() < 0.2:
            reason = self._rng.choice(list(f.Missed))
            self.story.post(f.OfferMissed(offer=offer.id, reason=reason))
        elif call.transfer is None:
            self._begins_talk(offer.id)
        else:
            self._target_answers(offer, call)

    def _begins_talk(self, offer: OfferId) -> None:
        self.story.post(f.OfferAccepted(offer=offer))
        self.story.post(f.OfferBridged(offer=offer))
        if self._rng.random() < 0.9:
            self.story.wait(self._rng.choice((0.0, 1.0)))
            self.story.post(f.TalkStarted(offer=offer))

    def _target_answers(self, offer: Offer, call: Call) -> None:
        assert call.transfer is not None
        self.story.post(f.OfferAccepted(offer=offer.id))
        if call.transfer.is_blind:
            self.story.post(f.TransferCompleted(call=call.id, agent=offer.agent))
        else:
            self.story.post(f.ConsultStarted(call=call.id, offer=offer.id))

    def _in_a_call(self) -> None:
        call = self._rng.choice(list(self.story.floor.calls.values()))
        if self._rng.random() < 0.05:
            by = self._rng.choice((f.EndedBy.CALLER, f.EndedBy.SYSTEM))
            self.story.post(f.CallEnded(call=call.id, by=by))
        elif call.agent is None:
            return
        elif self._rng.random() < 0.1:
            self._supervises(call.id, call.agent)
        elif call.transfer is not None:
            self.story.post(self._of_transfer(call.id, call.agent, call.transfer.target))
        else:
            said = self._of_talk(call.id, call.agent)
            taken = self.story.post(said)
            if taken and isinstance(said, f.TalkEnded) and said.by is f.EndedBy.CALLER:
                self.story.post(f.CallEnded(call=call.id, by=said.by))

    def _supervises(self, call: CallId, agent: AgentId) -> None:
        """Beside the talk, or in it; by chance he is there already."""
        self.story.post(f.SupervisionBegan(call=call, supervisor=BOSS, agent=agent, leg=BOSS_LEG))
        if self._rng.random() < 0.5:
            taken = f.CallTakenOver(call=call, supervisor=BOSS, agent=agent, leg=BOSS_LEG)
            self.story.post(taken)

    def _of_talk(self, call: CallId, agent: AgentId) -> f.AnyFact:
        if self._rng.random() < 0.5:
            return self._asks(call, agent)
        by = self._rng.choice(list(f.EndedBy))
        return self._rng.choice(
            (
                f.CallHeld(call=call, agent=agent),
                f.CallHeld(call=call, agent=agent),
                f.CallResumed(call=call, agent=agent),
                f.CallResumed(call=call, agent=agent),
                f.TalkEnded(call=call, agent=agent, by=by),
            )
        )

    def _asks(self, call: CallId, agent: AgentId) -> f.TransferAsked:
        kind = self._rng.choice(list(f.TransferKind))
        if self._rng.random() < 0.4:
            group = GroupKey(self._rng.choice(("service", "tech")))
            return f.TransferAsked(call=call, agent=agent, kind=kind, to_group=group)
        target = self._rng.choice(sorted(self.story.floor.agents))
        return f.TransferAsked(call=call, agent=agent, kind=kind, to_agent=target)

    def _of_transfer(self, call: CallId, agent: AgentId, target: AgentId | None) -> f.AnyFact:
        failure = self._rng.choice(list(f.TransferFailure))
        return self._rng.choice(
            (
                f.ConsultSwapped(call=call, with_customer=self._rng.random() < 0.5),
                f.ConsultSwapped(call=call, with_customer=self._rng.random() < 0.5),
                f.ConferenceStarted(call=call),
                f.ConsultEnded(call=call, agent=agent),
                f.SenderLeft(call=call, agent=agent),
                f.TransferFailed(call=call, why=failure),
                f.TransferCompleted(call=call, agent=target or agent),
            )
        )
