"""Where everybody stands, on file: enough to go on after this process has died at any instant.

Each call's stage and each agent's state is written in the same step as the fact that changed it.
``restore`` puts them back on an empty floor; what has happened meanwhile is found out afterwards,
by comparing the floor with Asterisk.
"""

from datetime import UTC, datetime
from typing import TypeVar

import msgspec
import structlog

from ccbot.core.agents import Agent, AgentState, Supervision
from ccbot.core.calls import TALKS, Call, Offer, Stage, talkers
from ccbot.core.facts import (
    AnyFact,
    CallEnded,
    CallEntered,
    CustomerReached,
    OfferMade,
    Phone,
    RoutingPublished,
    Stamped,
    SupervisionBegan,
)
from ccbot.core.floor import Floor
from ccbot.core.ids import AgentId, CallId, GroupKey, OfferId
from ccbot.core.routing_document import Group, RoutingDocument
from ccbot.recovery.handled import HandledOnFile
from ccbot.recovery.keeper import Keeper
from ccbot.recovery.kept_places import KeptPlaces
from ccbot.recovery.known import KnownCustomers

log = structlog.get_logger()

T = TypeVar("T")

CALL, AGENT, LEG = "call ", "agent ", "leg "
"""What the keys begin with; an id follows."""
ROUTING = "routing"

LEGS_MAX = 10_000
"""So many legs of calls that ended are remembered, the latest: where Asterisk keeps no log for us,
nothing else would ever let go of them."""


class SavedCall(msgspec.Struct, frozen=True, kw_only=True):
    """A call, and the offers that ring for it."""

    call: Call
    offers: tuple[Offer, ...] = ()
    offer: Offer | None = None
    """The only one, as it was written when there was never another."""


class SavedRouting(msgspec.Struct, frozen=True, kw_only=True):
    """The routing that is live, and the groups that only calls of before it still have."""

    version: int
    document: RoutingDocument
    gone_groups: dict[GroupKey, Group] = {}


class Checkpoints:
    """A listener of the desk that keeps the keeper in step with the floor."""

    def __init__(self, floor: Floor, keeper: Keeper) -> None:
        self._floor = floor
        self._keeper = keeper
        self._handled = HandledOnFile(floor, keeper)
        self._calls: dict[OfferId, CallId] = {}
        self._agents: dict[CallId, set[AgentId]] = {}
        """Whoever was asked for a call: what becomes of it may concern him."""
        self._legs: dict[CallId, str] = {}
        self._ended_legs: dict[str, None] = {}
        """Those of ended calls, in order."""
        self._known = KnownCustomers(floor, keeper)
        self._places = KeptPlaces(floor, keeper)

    def listen(self, stamped: Stamped) -> None:
        """Write where those stand now whom this fact concerns."""
        fact = stamped.fact
        if isinstance(fact, RoutingPublished):
            self._write_routing()
        if isinstance(fact, CallEntered | CustomerReached) and fact.leg:
            self._keeper.save(LEG + fact.leg, fact.call.encode())
            self._legs[fact.call] = fact.leg
        if isinstance(fact, CallEnded):
            self._forget_legs(self._legs.pop(fact.call, None))
        self._places.listen(fact)
        self._note_who_is_concerned(fact)
        call: CallId | None = getattr(fact, "call", None)
        if offer := getattr(fact, "offer", None):
            call = self._calls.get(offer, call)
        agent: AgentId | None = getattr(fact, "agent", None)
        supervisor: AgentId | None = getattr(fact, "supervisor", None)
        for one in {agent, supervisor, *(self._agents.get(call, ()) if call else ())}:
            self._write_agent(one)
        if call is not None:
            self._write_call(call)
        self._handled.write()

    def _note_who_is_concerned(self, fact: AnyFact) -> None:
        match fact:
            case OfferMade(offer=offer, call=call, agent=agent):
                self._calls[offer] = call
                self._agents.setdefault(call, set()).add(agent)
            case SupervisionBegan(call=call, supervisor=supervisor):
                self._agents.setdefault(call, set()).add(supervisor)
            case _:
                pass

    def _forget_legs(self, ended: str | None) -> None:
        if ended is not None:
            self._ended_legs[ended] = None
        while len(self._ended_legs) > LEGS_MAX:
            oldest = next(iter(self._ended_legs))
            del self._ended_legs[oldest]
            self._keeper.drop(LEG + oldest)

    def _write_routing(self) -> None:
        floor = self._floor
        saved = SavedRouting(
            version=floor.routing_version or 0,
            document=floor.routing,
            gone_groups=floor.gone_groups,
        )
        self._keeper.save(ROUTING, _encode(saved))
        for call in floor.calls:
            self._write_call(call)

    def _write_agent(self, agent_id: AgentId | None) -> None:
        if agent_id is None:
            return
        agent = self._floor.agents.get(agent_id)
        if agent is None:
            self._keeper.drop(AGENT + agent_id)
        else:
            self._keeper.save(AGENT + agent_id, _encode(agent))

    def _write_call(self, call_id: CallId) -> None:
        call = self._floor.calls.get(call_id)
        if call is not None:
            self._keeper.save(CALL + call_id, _encode(_saved(self._floor, call)))
            self._known.write(call)
            return
        self._keeper.drop(CALL + call_id)
        self._agents.pop(call_id, None)
        self._calls = {offer: call for offer, call in self._calls.items() if call != call_id}

    def restore(self) -> None:
        """Put everybody back on the floor; phones are out of reach until Asterisk says more.

        A call that cannot go on as it is on file comes back as a broken one, so that it ends.
        """
        self._restore_routing()
        self._handled.restore()
        self._restore_agents()
        for key, value in self._keeper.saved(CALL).items():
            saved = _read(key, value, SavedCall) or self._unread(CallId(key[len(CALL) :]))
            saved = _as_now(saved)
            self._put_back(saved if self._fits(saved) else _broken(saved.call))
        for agent in list(self._floor.agents.values()):
            if agent.has_customer and not self._has_customer_on_file(agent):
                self._free(agent)
            if (beside := agent.supervises) is not None:
                self._restore_supervision(agent, beside)
        for key, value in self._keeper.saved(LEG).items():
            leg, call = key.removeprefix(LEG), CallId(value.decode())
            if call in self._floor.calls:
                self._legs[call] = leg
            else:
                self._ended_legs[leg] = None
        self._known.restore()
        self._places.restore()

    def _restore_agents(self) -> None:
        for key, value in self._keeper.saved(AGENT).items():
            if (agent := _read(key, value, Agent)) is None:
                self._keeper.drop(key)
            else:
                agent.phone = Phone.UNREACHABLE
                self._floor.agents[agent.id] = agent

    def _restore_routing(self) -> None:
        """The live document, in place of the one with which the floor was made."""
        saved = saved_routing(self._keeper)
        if saved is not None:
            floor = self._floor
            floor.routing, floor.routing_version = saved.document, saved.version
            floor.gone_groups = saved.gone_groups

    def _unread(self, call: CallId) -> SavedCall:
        """What is known of a call besides: who it is, and its leg unless that has ended."""
        of_call = [key for key, one in self._keeper.saved(LEG).items() if one == call.encode()]
        leg = of_call[0].removeprefix(LEG) if of_call else ""
        entry = self._floor.routing.entry_for("")
        known = Call(
            id=call, leg=leg, entry=entry, caller="", test=False, degraded=False,
            entered_at=_UNKNOWN, in_line_since=_UNKNOWN, stage=Stage.BROKEN,
        )  # fmt: skip
        return SavedCall(call=known)

    def _has_customer_on_file(self, agent: Agent) -> bool:
        call = self._floor.calls.get(agent.call) if agent.call else None
        if call is None or call.stage is Stage.BROKEN:
            return False
        return agent.offer in call.offers if agent.offer else agent.id in talkers(call)

    def _fits(self, saved: SavedCall) -> bool:
        """Whoever rings or talks for the call is on file with it: else facts were lost."""
        call = saved.call
        if call.stage is Stage.RINGING:
            return bool(saved.offers) and all(map(self._is_reserved, saved.offers))
        if call.stage in TALKS:
            talk = (self._talks(one, call) for one in talkers(call))
            return all(talk) and all(map(self._is_reserved, saved.offers))
        return True

    def _talks(self, agent_id: AgentId, call: Call) -> bool:
        agent = self._floor.agents.get(agent_id)
        return agent is not None and (agent.state, agent.call) == (_TALKING, call.id)

    def _is_reserved(self, offer: Offer) -> bool:
        agent = self._floor.agents.get(offer.agent)
        return agent is not None and agent.offer == offer.id

    def _put_back(self, saved: SavedCall) -> None:
        call = saved.call
        self._floor.calls[call.id] = call
        self._agents[call.id] = set(talkers(call))
        for offer in saved.offers:
            self._floor.offers[offer.id] = offer
            self._calls[offer.id] = call.id
            self._agents[call.id].add(offer.agent)

    def _restore_supervision(self, supervisor: Agent, beside: Supervision) -> None:
        if beside.call in self._floor.calls:
            self._agents.setdefault(beside.call, set()).add(supervisor.id)
        else:
            log.error("a supervisor on file is beside no call", agent=supervisor.id)
            supervisor.supervises = None
            self._write_agent(supervisor.id)

    def _free(self, agent: Agent) -> None:
        log.error("an agent on file has a customer who is not", agent=agent.id)
        agent.offer = agent.call = agent.next_state = agent.next_pause = None
        agent.state = AgentState.READY
        if agent.removed:
            del self._floor.agents[agent.id]
        self._write_agent(agent.id)


def saved_routing(keeper: Keeper) -> SavedRouting | None:
    """The routing that was live last; none at a first start."""
    value = keeper.load(ROUTING)
    return None if value is None else _read(ROUTING, value, SavedRouting)


def _read(key: str, value: bytes, kind: type[T]) -> T | None:
    try:
        return msgspec.json.decode(value, type=kind)
    except msgspec.MsgspecError:
        log.exception("a checkpoint cannot be read", key=key)
        return None


def _broken(call: Call) -> SavedCall:
    """The call without its agent, who may serve others meanwhile."""
    log.error("a call on file is at odds with its agent", call_id=call.id)
    call.stage, call.answered, call.agent, call.transfer = Stage.BROKEN, None, None, None
    call.offers.clear()
    return SavedCall(call=call)


def _saved(floor: Floor, call: Call) -> SavedCall:
    offers = tuple(floor.offers[one] for one in call.offers)
    return SavedCall(call=call, offers=offers)


def _as_now(saved: SavedCall) -> SavedCall:
    """An older version's ringing call: it may have been answered, if by anybody, then by him."""
    if saved.offer is None:
        return saved
    saved.call.offers, saved.call.answered = [saved.offer.id], saved.offer.id
    return SavedCall(call=saved.call, offers=(saved.offer,))


_TALKING = AgentState.TALKING
_UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)
_encode = msgspec.json.Encoder().encode
