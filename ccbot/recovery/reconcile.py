"""Finding our calls again: what we have, against what Asterisk has.

Run after each connection and every few seconds besides; what is to be done is decided by
``core.recovery.plan``. An answer of Asterisk and its events overtake each other, so what only looks
wrong counts when it still does a moment later.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog

from ccbot.ari.generated.events import StasisStart
from ccbot.ari.generated.models import Channel
from ccbot.core.calls import TALKS, Call, Stage, legs_of_talkers
from ccbot.core.facts import (
    CallEnded,
    CallTakenUp,
    EndedBy,
    OfferBridged,
    OfferWithdrawn,
    SupervisionEnded,
    TalkStarted,
    Withdrawn,
)
from ccbot.core.ids import CallId
from ccbot.core.partings import parting
from ccbot.core.recovery import (
    Deserted,
    Lost,
    Ours,
    Over,
    Resume,
    Seen,
    Step,
    StillThere,
    Stranger,
    plan,
)
from ccbot.desk import Desk
from ccbot.flows.feature import SUPERVISE
from ccbot.flows.spoken import note_spoken
from ccbot.pbx.exchange import APP, LEG_ID, LOBBY, Exchange
from ccbot.recovery.gap import Gap
from ccbot.recovery.keeper import Keeper

log = structlog.get_logger()

CERTAIN_S = 1.0
"""No event is on its way for longer: a difference that lasts so long is real."""

Doubtful = Lost | StillThere | Stranger | Deserted
"""What may be a matter of a moment."""

STARTED = "asterisk started"
LOOKED = "asterisk looked at"
"""When Asterisk answered last: its calls lived at least until then."""


class Reconciler:
    """Compares, and does what the plan says."""

    def __init__(
        self,
        *,
        exchange: Exchange,
        desk: Desk,
        keeper: Keeper,
        gap: Gap,
        served: Callable[[], frozenset[CallId]],
        take_up: Callable[[Call, Seen], None],
        newcomer: Callable[[StasisStart], None],
    ) -> None:
        self._ari = exchange.ari
        self._exchange = exchange
        self._desk = desk
        self._keeper = keeper
        self._gap = gap
        self._served = served
        self._take_up = take_up
        self._newcomer = newcomer
        self._channels: dict[str, Channel] = {}

    async def asterisk_started(self, started_at: str) -> bool:
        """Note when Asterisk was started; True if it was another start than the last one."""
        before = self._keeper.load(STARTED)
        if before == started_at.encode():
            return False
        if before is not None:
            log.warning("Asterisk was restarted: its calls are gone", since=started_at)
            self._gap.read()
            looked = self._keeper.load(LOOKED)
            last = datetime.fromisoformat(looked.decode()) if looked else None
            for leg in self._exchange.legs():
                leg.died_with_asterisk = True
            for call in list(self._desk.floor.calls.values()):
                if call.id not in self._served() and not call.owed:
                    at = self._gap.ended_at(call.leg) or last
                    await note_spoken(self._exchange, self._desk, call, at=at)
                    self._desk.post(CallEnded(call=call.id, by=EndedBy.SYSTEM), at=at)
        self._keeper.save(STARTED, started_at.encode())
        return True

    async def compare(self) -> None:
        """Take up, close and clean up whatever needs it."""
        await self.make_certain(await self.take_up())

    async def take_up(self) -> set[Doubtful]:
        """Go on with calls that nobody serves, or close them; what else looks wrong."""
        self._gap.read()
        seen = await self._look()
        self._let_supervisors_go(seen)
        first = self._plan(seen)
        doubtful: set[Doubtful] = set()
        for step in first:
            match step:
                case Over(call_id):
                    if call := self._unserved(call_id):
                        await self._close(call)
                case Resume(call_id, agent_is_there):
                    if call := self._unserved(call_id):
                        self._resume(call, seen, agent_is_there=agent_is_there)
                case _:
                    doubtful.add(step)
        return doubtful

    async def make_certain(self, doubtful: set[Doubtful]) -> None:
        """Mend what still looks wrong a moment later."""
        if not doubtful:
            return
        await asyncio.sleep(CERTAIN_S)
        known = {leg.id for leg in self._exchange.legs()}
        seen = await self._look()
        for step in self._plan(seen):
            left_meanwhile = isinstance(step, Stranger) and step.leg in known
            if step in doubtful and not left_meanwhile:
                await self._carry_out(step)

    async def _look(self) -> Seen:
        channels = await self._ari.channels.list()
        bridges = await self._ari.bridges.list()
        self._channels = {one.id: one for one in channels if _is_ours(one)}
        for one in channels:
            if leg := self._exchange.leg(one.id):
                leg.state_changed(one.state)  # the event may have been missed
        self._keeper.save(LOOKED, self._desk.now().isoformat().encode())
        return Seen(
            legs={one.id: _arguments(one) for one in self._channels.values()},
            rooms={one.id: frozenset(one.channels) for one in bridges},
        )

    def _plan(self, seen: Seen) -> list[Step]:
        legs = self._exchange.legs()
        ours = Ours(
            served=self._served(),
            legs=frozenset(leg.id for leg in legs),
            settled=frozenset(leg.id for leg in legs if leg.settled or leg.released),
            released=frozenset(leg.id for leg in legs if leg.released),
            rooms=frozenset({LOBBY, *self._exchange.rooms}),
        )
        return list(plan(list(self._desk.floor.calls.values()), ours, seen))

    async def _carry_out(self, step: Doubtful) -> None:
        match step:
            case Lost(leg_id):
                log.warning("a leg was lost unseen", leg=leg_id)
                self._exchange.lost(leg_id, self._gap.ended_at(leg_id))
            case StillThere(leg_id):
                log.warning("a leg is hung up once more", leg=leg_id)
                if leg := self._exchange.leg(leg_id):
                    await leg.hang_up()
            case Stranger(leg_id, args):
                log.warning("a channel that we did not know", leg=leg_id, args=args)
                self._meet(leg_id)
            case Deserted(room):
                log.warning("a room was left behind", room=room)
                await self._exchange.demolish(room)

    def _let_supervisors_go(self, seen: Seen) -> None:
        """Whoever was beside a talk and hung up while we were away."""
        for agent in list(self._desk.floor.agents.values()):
            beside = agent.supervises
            if beside is None or beside.leg in seen.legs or self._exchange.leg(beside.leg):
                continue
            left_at = self._gap.ended_at(beside.leg)
            lasted_s = ((left_at or self._desk.now()) - beside.since).total_seconds()
            over = SupervisionEnded(call=beside.call, supervisor=agent.id, lasted_s=lasted_s)
            self._desk.post(over, at=left_at)

    def _unserved(self, call: CallId) -> Call | None:
        """The call, unless another look has taken care of it meanwhile."""
        return None if call in self._served() else self._desk.floor.calls.get(call)

    def _meet(self, leg_id: str) -> None:
        """Treat a stranger as a newcomer, unless another look has found him gone meanwhile."""
        if channel := self._channels.get(leg_id):
            self._newcomer(self._as_arrival(channel))

    async def _close(self, call: Call) -> None:
        """Its caller left while we were away: as it was, as far as Asterisk's log knows."""
        left_at = self._gap.ended_at(call.leg)
        agent_left_at = self._gap.ended_at(call.agent_leg)
        log.info("a call ended while we were away", call_id=call.id, stage=call.stage)
        if call.owner is not None and _before(agent_left_at, left_at):
            self._desk.post(parting(call, call.owner), at=agent_left_at)
        await note_spoken(self._exchange, self._desk, call, at=left_at)
        broken = call.stage is Stage.BROKEN
        by = EndedBy.SYSTEM if broken else EndedBy.CALLER
        self._desk.post(CallEnded(call=call.id, by=by, failed=broken), at=left_at)

    def _resume(self, call: Call, seen: Seen, *, agent_is_there: bool) -> None:
        log.info("a call is taken up", call_id=call.id, stage=call.stage)
        if call.stage in TALKS:
            self._agents_left(call, seen)
        self._desk.post(CallTakenUp(call=call.id))
        if call.answered is not None and agent_is_there:
            offer = call.answered
            self._desk.post(OfferBridged(offer=offer))
            self._desk.post(TalkStarted(offer=offer))
        elif call.stage is Stage.RINGING:
            for offer in list(call.offers):
                self._desk.post(OfferWithdrawn(offer=offer, reason=Withdrawn.CALL_MOVED_ON))
        self._take_up(call, seen)

    def _agents_left(self, call: Call, seen: Seen) -> None:
        """A phone that rang for a transfer rings anew; whoever of a talk hung up has left it."""
        for offer in list(call.offers):
            self._desk.post(OfferWithdrawn(offer=offer, reason=Withdrawn.CALL_MOVED_ON))
        gone = {one: leg for one, leg in legs_of_talkers(call).items() if leg not in seen.legs}
        ends = {agent: self._gap.ended_at(leg) for agent, leg in gone.items()}
        for agent, at in sorted(ends.items(), key=lambda one: one[1] or self._desk.now()):
            self._desk.post(parting(call, agent), at=at)

    def _as_arrival(self, channel: Channel) -> StasisStart:
        """The arrival as it would have been reported; a customer has been here before."""
        kind, *rest = [*_arguments(channel), ""]
        if kind in {"inbound", "test"}:
            arrived = self._gap.began_at(channel.id) or _moment(channel.creationtime)
            kind, rest = f"{kind}-again", [*rest[:1], f"{arrived.timestamp():.3f}"]
        elif kind == "agent" and rest[1].startswith(SUPERVISE):
            kind = "supervisor-again"  # to hear another talk than that one was not asked for
        return StasisStart(application=APP, timestamp="", args=[kind, *rest], channel=channel)


def _before(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and (other is None or one < other)


def _is_ours(channel: Channel) -> bool:
    """It is in our application, or we made it: a phone that rings is not there yet."""
    return _in_our_app(channel) or channel.id.startswith(LEG_ID)


def _in_our_app(channel: Channel) -> bool:
    return channel.dialplan.app_name == "Stasis" and channel.dialplan.app_data.startswith(f"{APP},")


def _arguments(channel: Channel) -> tuple[str, ...]:
    return tuple(channel.dialplan.app_data.split(",")[1:]) if _in_our_app(channel) else ()


def _moment(text: str) -> datetime:
    """A moment as ARI writes it, such as ``2026-11-24T15:04:05.123+0000``."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z")
