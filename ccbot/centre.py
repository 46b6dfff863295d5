"""The centre at work: the desk, the exchange and the calls that run between them.

Knows neither processes nor databases: given a transport, a clock and a routing document it runs
as well on a simulated Asterisk. ``run`` never returns; cancelled, it leaves all calls alone.
"""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from datetime import UTC, datetime

import structlog

from ccbot.ari.client import Ari
from ccbot.ari.errors import AriError
from ccbot.ari.events import Event, Unknown, filter_events
from ccbot.ari.generated.events import ChannelTransfer, DeviceStateChanged, StasisStart
from ccbot.ari.socket import EventSocket
from ccbot.ari.transport import Transport
from ccbot.clock import Ambient
from ccbot.core.calls import Call, legs_of_talkers
from ccbot.core.facts import (
    AgentTakenUp,
    CallEntered,
    Phone,
    PhoneChanged,
    RoutingPublished,
    Stamped,
)
from ccbot.core.floor import Floor
from ccbot.core.ids import AgentId, CallId
from ccbot.core.recovery import Seen
from ccbot.core.routing_document import RoutingDocument
from ccbot.desk import Desk
from ccbot.flows.acquaintance import Customers, NoCustomers, get_to_know
from ccbot.flows.callback import Owed, run_callback
from ccbot.flows.feature import SUPERVISE, run_feature
from ccbot.flows.greeting_recorder import (
    DROP_CODE,
    RECORD_CODE,
    Greetings,
    Recorder,
    serve_greeting,
)
from ccbot.flows.recording import Recorders
from ccbot.flows.supervise import Supervisors
from ccbot.flows.visit import run_call
from ccbot.flows.visitor import Memory, NoMemory, Visit
from ccbot.pbx.accounts import Accounts, agent_of
from ccbot.pbx.exchange import APP, Exchange
from ccbot.pbx.leg import GONE_S_MAX, Leg
from ccbot.pbx.leg_log import LegLog
from ccbot.pbx.presence import Presence
from ccbot.pbx.refer import Progress, ReferFault, refuse
from ccbot.pbx.sounds import Sounds
from ccbot.recovery.checkpoints import Checkpoints
from ccbot.recovery.gap import Gap
from ccbot.recovery.keeper import Keeper
from ccbot.recovery.reconcile import Reconciler
from ccbot.recovery.snapshots import Snapshots

log = structlog.get_logger()

AUDIT_S = 5.0
"""How often Asterisk's channels are compared with ours."""

INBOUND = {
    "inbound": (False, False),
    "inbound-again": (False, True),
    "test": (True, False),
    "test-again": (True, True),
}
"""The dialplan's word for a customer's call → (is a test, came through the safety net)."""


class Centre:
    """Everything that serves calls."""

    def __init__(
        self,
        *,
        transport: Transport,
        routing: RoutingDocument,
        sounds: Sounds,
        greetings: Greetings,
        ambient: Ambient,
        keeper: Keeper,
        leg_log: LegLog,
    ) -> None:
        self.ari = Ari(transport)
        self.greetings = greetings
        self.ids = ambient.ids
        self.desk = Desk(Floor(routing), clock=ambient.clock, ids=ambient.ids)
        self.memory: Memory = NoMemory()
        """Of customers' earlier calls; whoever can keep it puts a better one here."""
        self.customers: Customers = NoCustomers()
        """The company's own system; whoever can ask it puts a better one here."""
        self.wants_refer = False
        """Phones may ask for transfers, if Asterisk is fit: whoever wants it says so here."""
        self.exchange = Exchange(self.ari, sounds=sounds, ids=ambient.ids, newcomer=self.newcomer)
        self.desk.listen(self._callbacks_begin)
        self.supervisors = Supervisors(self.desk, self.exchange, self._engage)
        self.desk.listen(self.supervisors.listen)
        self.recorders = Recorders(self.desk, self.exchange, self._start)
        self.desk.listen(self.recorders.listen)
        self.accounts = Accounts(self.ari)
        self.presence = Presence(self.ari, self._phone_changed)
        self.socket = EventSocket(transport, APP, ambient.rng)
        self.ready = asyncio.Event()
        """Set while calls are taken: the socket is up, and everything after it is done."""
        self._served: set[CallId] = set()
        """Calls for which a flow runs."""
        self.checkpoints = Checkpoints(self.desk.floor, keeper)
        self.checkpoints.restore()
        self.snapshots = Snapshots(self.desk)
        self.desk.listen(self.snapshots.listen)
        self.reconciler = Reconciler(
            exchange=self.exchange,
            desk=self.desk,
            keeper=keeper,
            gap=Gap(leg_log=leg_log, keeper=keeper, desk=self.desk, ambient=ambient),
            served=lambda: frozenset(self._served),
            take_up=self._take_up,
            newcomer=self.newcomer,
        )
        self._calls: asyncio.TaskGroup | None = None
        self._flows: set[asyncio.Task[None]] = set()

    def flows(self) -> int:
        """Calls, codes, look-ups and recordings that are worked on: each has a task of its own."""
        return len(self._flows)

    async def run(self) -> None:
        """Serve until cancelled."""
        floor = self.desk.floor
        if floor.routing_version is None:
            self.desk.post(RoutingPublished(version=0, document=floor.routing))
        async with asyncio.TaskGroup() as calls:
            self._calls = calls
            calls.create_task(self._audit_for_ever(), name="audit")
            self.snapshots.write_if_due()
            for agent in list(self.desk.floor.agents):
                self.desk.post(AgentTakenUp(agent=agent))
            try:
                await self.socket.run(self._deliver, self._connected, self.ready.clear)
            finally:
                # Before the calls unwind: nothing of what they clean up may reach Asterisk.
                self.desk.close()
                self.exchange.detach()

    def newcomer(self, event: StasisStart) -> None:
        """A channel that we did not make entered our application."""
        kind, *rest = [*event.args, ""]
        channel = event.channel
        match kind:
            case "inbound" | "inbound-again" | "test" | "test-again":
                self._customer(channel.id, channel.caller.number, kind, *rest[:2])
            case "agent" if len(rest) > 1 and (agent := agent_of(rest[0])):
                leg = self.exchange.adopt(channel.id)
                self._start(self._serve_agent(leg, agent, rest[1]), f"feature {agent}")
            case _ if (beside := self.supervisors.beside(channel.id)) is not None:
                leg = self.exchange.adopt(channel.id)
                self._start(self._serve_agent(leg, beside, None), f"feature {beside}")
            case _:
                log.warning("a leg nobody waits for", leg=channel.id, args=event.args)
                self._start(self.exchange.adopt(channel.id).hang_up(), "stray leg")

    async def _serve_agent(self, leg: Leg, agent: AgentId, code: str | None) -> None:
        """A feature code; None: he was beside a talk before a restart, and is again.

        Asterisk tells that the phone is engaged later than we know it here. Were the agent ready
        before that, he would be offered a call that his phone must refuse.
        """
        self._phone_changed(agent, Phone.BUSY)
        try:
            if code is None:
                await self.supervisors.goes_on(leg)
            elif code.startswith(SUPERVISE):
                watched = AgentId(code.removeprefix(SUPERVISE))
                await self.supervisors.dialled(leg, agent, watched)
            elif code in {RECORD_CODE, DROP_CODE}:
                at_the_phone = Recorder(
                    leg=leg, exchange=self.exchange, agent=agent, greetings=self.greetings
                )
                await serve_greeting(at_the_phone, code)
            else:
                await run_feature(leg, agent, code, self.desk)
        finally:
            await leg.hang_up()
            with suppress(TimeoutError):
                async with asyncio.timeout(GONE_S_MAX):
                    await leg.ended.wait()
            if not self.exchange.detached:
                await self.presence.watch(agent)

    def _engage(self, agent: AgentId, work: Coroutine[object, object, None]) -> None:
        """Ring an agent's phone for something else than an offer: he is offered none meanwhile."""

        async def engaged() -> None:
            try:
                await work
            finally:
                if not self.exchange.detached:
                    await self.presence.watch(agent)

        self._phone_changed(agent, Phone.BUSY)
        self._start(engaged(), f"feature {agent}")

    def _customer(
        self, channel_id: str, caller: str, kind: str, dialled: str, arrived: str = ""
    ) -> None:
        if self.exchange.leg(channel_id) is not None:
            return
        test, degraded = INBOUND[kind]
        call = CallId(self.ids.new("call"))
        leg = self.exchange.adopt(channel_id, number=caller)
        self.desk.post(
            CallEntered(
                call=call,
                leg=channel_id,
                dialled_number=dialled,
                entry=self.desk.floor.routing.entry_for(dialled),
                caller=caller,
                degraded=degraded,
                test=test,
                arrived_at=_moment(arrived) if degraded else None,
            )
        )
        self._serve(call, leg, taken_up=False)

    def _take_up(self, call: Call, seen: Seen) -> None:
        """Go on with a call of a process before this one."""

        def found(leg_id: str, number: str = "") -> Leg:
            bridges = [room for room, legs in seen.rooms.items() if leg_id in legs]
            return self.exchange.adopt(leg_id, number=number, bridges=bridges)

        if call.owed:
            self._call_back(call.id)
            return
        for agent_leg in legs_of_talkers(call).values():
            found(agent_leg)
        if call.recording.parts:
            self.recorders.take_up(call, frozenset(seen.legs))
        self._serve(call.id, found(call.leg, call.caller), taken_up=True)

    def _callbacks_begin(self, stamped: Stamped) -> None:
        fact = stamped.fact
        if isinstance(fact, CallEntered) and fact.callback_of is not None:
            self._call_back(fact.call)

    def _call_back(self, call: CallId) -> None:
        owed = Owed(id=call, desk=self.desk, exchange=self.exchange, memory=self.memory)
        self._work_on(call, run_callback(owed))

    def _serve(self, call: CallId, leg: Leg, *, taken_up: bool) -> None:
        looked_up = asyncio.Event()
        self._start(get_to_know(call, self.desk, self.customers, looked_up), f"look-up {call}")
        visit = Visit(
            id=call,
            leg=leg,
            desk=self.desk,
            exchange=self.exchange,
            memory=self.memory,
            looked_up=looked_up,
        )
        self._work_on(call, run_call(visit, taken_up=taken_up))

    def _work_on(self, call: CallId, work: Coroutine[object, object, None]) -> None:
        async def serving() -> None:
            try:
                await work
            finally:
                self._served.discard(call)

        self._served.add(call)
        self._start(serving(), call)

    def _start(self, work: Coroutine[object, object, None], name: str) -> None:
        assert self._calls is not None
        flow = self._calls.create_task(_harmless(work, name), name=name)
        self._flows.add(flow)
        flow.add_done_callback(self._flows.discard)

    def _deliver(self, event: Event | Unknown) -> None:
        if isinstance(event, DeviceStateChanged):
            self.presence.heard(event)
        else:
            self.exchange.deliver(event)
        if isinstance(event, ChannelTransfer):
            self._decline_unheeded(event.referred_by.source_channel.id)

    def _decline_unheeded(self, leg_id: str) -> None:
        """A phone that is in no talk asked for a transfer: nobody else would tell it anything."""
        leg = self.exchange.leg(leg_id)
        if leg is not None and not leg.heeded:
            self._start(leg.tell_refer(Progress.DECLINED), "REFER outside a talk")

    def _phone_changed(self, agent: AgentId, phone: Phone) -> None:
        self.desk.post(PhoneChanged(agent=agent, phone=phone))

    async def _connected(self) -> None:
        """The socket is up, for the first time or again: nothing of what was missed is sent."""
        info = await self.ari.asterisk.get_info()
        started_at = info.status.startup_time if info.status else None
        self._take_refer(info.system.version if info.system else "")
        await filter_events(self.ari, APP)
        await self.exchange.open_lobby()
        restarted = await self.reconciler.asterisk_started(started_at or "")
        doubtful = await self.reconciler.take_up()
        await self.accounts.push(afresh=restarted)
        for agent in list(self.desk.floor.agents):  # from now on he may be offered a call
            await self.presence.watch(agent)
        self.ready.set()
        await self.reconciler.make_certain(doubtful)
        log.info("connected to Asterisk", since=started_at)

    def _take_refer(self, version: str) -> None:
        """Asterisk may be another one since the start, and less fit than that was."""
        self.accounts.takes_refer = False
        if self.wants_refer:
            try:
                refuse(version)
            except ReferFault as fault:
                log.error("REFER is refused", why=str(fault))  # noqa: TRY400 - it is no fault of ours
            else:
                self.accounts.takes_refer = True

    async def _audit_for_ever(self) -> None:
        while True:
            await asyncio.sleep(AUDIT_S)
            self.snapshots.write_if_due()
            if not self.ready.is_set():
                continue
            try:
                await self.reconciler.compare()
                await self.presence.watch_unanswered()
                await self.accounts.push()
            except AriError as problem:
                log.warning("audit failed", problem=str(problem))
            except Exception:
                log.exception("audit failed")  # the next one is due; no call may end with this


async def _harmless(work: Coroutine[object, object, None], name: str) -> None:
    """One caller's or agent's mishap ends nobody else's call."""
    try:
        await work
    except Exception:
        log.exception("work failed", work=name)


def _moment(seconds: str) -> datetime | None:
    """Unix time as the dialplan writes it; None if it is none."""
    try:
        return datetime.fromtimestamp(float(seconds), UTC)
    except ValueError:
        return None
