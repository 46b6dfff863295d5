"""The process: every part built once, in one place, and stopped in order."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import NamedTuple

import structlog
import uvloop
from prometheus_client import CollectorRegistry

from ccbot import live_routing
from ccbot.ari.client import Ari
from ccbot.ari.errors import AriError
from ccbot.ari.transport import HttpTransport
from ccbot.centre import Centre
from ccbot.clock import Ambient, SystemClock, SystemIds, system_rng
from ccbot.core.ids import AgentId, GroupKey
from ccbot.flows.measuring import Measuring
from ccbot.log import configure
from ccbot.lookup import HttpCustomers
from ccbot.notify import Listener
from ccbot.pbx.leg_log import LegLog, LegLogFile, NoLegLog
from ccbot.pbx.record import erase
from ccbot.pbx.refer import ReferFault, refuse
from ccbot.recordings.player import Player
from ccbot.recordings.purge import purge_for_ever
from ccbot.recordings.room import MB, DiskRoom
from ccbot.recordings.sealer import Sealer
from ccbot.recordings.shelf import Shelf
from ccbot.retention import sweep_for_ever
from ccbot.settings import PROJECT, Settings
from ccbot.speech import background, catalogue
from ccbot.speech.own_greetings import OwnGreetings
from ccbot.speech.prompt_files import Library
from ccbot.staff import Record, Staff
from ccbot.store import journal_reader, people, users
from ccbot.store.languages import Languages
from ccbot.store.outbox import Outbox, OutboxInUseError, open_outbox
from ccbot.store.pool import Pool, open_pool
from ccbot.store.recordings import Recordings
from ccbot.store.routing_file import RoutingFault
from ccbot.store.writer import Writer
from ccbot.web.api.door import Tokens
from ccbot.web.api.routes import api_routes
from ccbot.web.api.table import Office
from ccbot.web.health import Degraded, readiness, routes
from ccbot.web.line_metrics import LineWatch
from ccbot.web.metrics import FactCounter, FloorGauges, LogGauges, LookupCounter, RoomGauges
from ccbot.web.server import serving
from ccbot.web.service_metrics import QueueGauges, ServiceCounter

log = structlog.get_logger()


class Archive(NamedTuple):
    """All about recordings."""

    shelf: Shelf
    rows: Recordings
    room: DiskRoom
    sealer: Sealer

    def degraded(self) -> Iterable[Degraded]:
        """What keeps recordings from being made or sealed."""
        if self.room.is_low:
            yield Degraded(what="disk", why=self.room.says(), since=None)
        if self.sealer.fault:
            yield Degraded(what="recordings", why=self.sealer.fault, since=None)


SHIP_S_MAX = 3.0
"""At the end the writer gets so long to ship what it has."""

Work = Callable[[], Coroutine[None, None, None]]
"""What one part of the process does until it is cancelled."""

Beside = Work
"""Work of the process that is not the centre's own."""


def run(settings: Settings, beside: Beside | None = None) -> int:
    """Serve until SIGTERM or SIGINT; the exit status. Needs ARI's and Postgres' addresses.

    ``beside`` is done meanwhile, in the same process.
    """
    configure(settings.log)
    for variable, value in [
        ("CCBOT_ARI_URL", settings.ari_url),
        ("CCBOT_DATABASE_URL", settings.database_url),
    ]:
        if not value:
            print(f"ccbot serve: set {variable}, or use script/up", file=sys.stderr)  # noqa: T201
            return 2
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(settings, beside))
    except (OutboxInUseError, RoutingFault, ReferFault) as problem:
        print(f"ccbot serve: {problem}", file=sys.stderr)  # noqa: T201
        return 2
    return 0


async def _serve(settings: Settings, beside: Beside | None) -> None:
    clock, listener = SystemClock(), Listener()
    ambient = Ambient(clock=clock, ids=SystemIds(clock), rng=system_rng())
    registry = CollectorRegistry()
    with open_outbox(settings.home / "outbox.sqlite", ambient.ids) as outbox:
        async with (
            HttpTransport(settings.ari_url) as transport,
            open_pool(settings.database_url) as pool,
            HttpCustomers(LookupCounter(registry).count) as customers,
        ):
            if settings.refer:
                await _refuse_refer(Ari(transport))
            writer = Writer(outbox, pool, clock, ambient.rng)
            centre = _centre(settings, transport, ambient, outbox)
            lines = _counted(registry, centre, outbox, writer)
            centre.customers = customers
            staff = Staff(centre)
            archive = _archive(settings, centre, Recordings(pool), registry)
            tokens = Tokens()
            office = Office(
                desk=centre.desk,
                pool=pool,
                database_url=settings.database_url,
                supervisors=centre.supervisors,
                tapes=Player(archive.shelf),
            )
            measuring = Measuring(centre.desk, centre.exchange)
            health = routes(
                lambda: readiness(
                    writer.state(),
                    connected=centre.ready.is_set(),
                    more=[*lines.degraded(), *archive.degraded()],
                ),
                registry,
            )
            web = serving([*health, *api_routes(office, tokens)], settings.web_bind)
            works: dict[str, Work] = {
                "centre": centre.run,
                "writer": writer.run,
                "measuring": measuring.run,
                "journal": partial(journal_reader.read_for_ever, pool),
                "staff": partial(_watch_staff, settings, outbox, staff, tokens),
                "users": partial(_watch_users, settings, outbox, tokens),
                "routing": partial(_watch_routing, settings, centre),
                "voice": partial(background.render_own, settings),
                "retention": partial(_sweep, pool, centre, clock),
                "sealer": archive.sealer.run,
                "disk": partial(_watch_disk, archive.room, centre),
                "purge": partial(purge_for_ever, archive.shelf, archive.rows, clock),
                "signs of life": listener.tell_of_life,
                **({"beside": beside} if beside is not None else {}),
            }
            async with web:
                await _work_until_told(works, writer, listener)


def _centre(
    settings: Settings, transport: HttpTransport, ambient: Ambient, outbox: Outbox
) -> Centre:
    """The centre as it is set up here; the outbox hears of every fact before anybody else."""
    sounds = Library(
        PROJECT / "dialplan" / "sounds", settings.home / "sounds", catalogue.otherwise()
    )
    centre = Centre(
        transport=transport,
        routing=live_routing.at_start(settings, outbox),
        sounds=sounds,
        greetings=OwnGreetings(settings.home / "sounds"),
        ambient=ambient,
        keeper=outbox,
        leg_log=_leg_log(settings),
    )
    centre.exchange.may_call_out = bool(settings.trunk_out)
    centre.wants_refer = settings.refer
    centre.desk.listen(outbox.listen)
    outbox.alongside = centre.checkpoints.listen
    centre.memory = Languages(outbox.load, outbox.save)
    return centre


def _counted(
    registry: CollectorRegistry, centre: Centre, outbox: Outbox, writer: Writer
) -> LineWatch:
    """Let the metrics hear of every fact, and look at the floor and the log."""
    lines = LineWatch(registry)
    centre.desk.listen(FactCounter(registry).listen)
    centre.desk.listen(ServiceCounter(registry, outbox.open_calls()).listen)
    centre.desk.listen(lines.listen)
    registry.register(FloorGauges(centre.desk.floor, centre.flows))
    registry.register(QueueGauges(centre.desk.floor, SystemClock()))
    registry.register(LogGauges(writer.state))
    return lines


async def _work_until_told(works: Mapping[str, Work], writer: Writer, listener: Listener) -> None:
    """All parts at once; told to stop, they end when what happened is in the log, or overdue."""
    async with _until_told_to_stop() as told, asyncio.TaskGroup() as tasks:
        parts = [tasks.create_task(work(), name=name) for name, work in works.items()]
        listener.tell("READY=1")
        await told.wait()
        log.info("stopping")
        listener.tell("STOPPING=1")
        await writer.drained(within_s=SHIP_S_MAX)
        for part in parts:
            part.cancel()


async def _refuse_refer(ari: Ari) -> None:
    """``ReferFault`` if Asterisk cannot take it; one that is away is asked when it is back."""
    with suppress(AriError):
        info = await ari.asterisk.get_info()
        refuse(info.system.version if info.system else "")


def _archive(
    settings: Settings, centre: Centre, rows: Recordings, registry: CollectorRegistry
) -> Archive:
    floor, shelf = centre.desk.floor, Shelf(settings.home)
    room = DiskRoom((shelf.spool, settings.home), settings.disk_alarm_mb * MB)
    centre.recorders.room_for_more = room.takes_more
    registry.register(RoomGauges(room.free_bytes, lambda: room.is_low))
    sealer = Sealer(
        shelf, rows, is_live=lambda call: call in floor.calls, routing=lambda: floor.routing
    )
    return Archive(shelf=shelf, rows=rows, room=room, sealer=sealer)


async def _watch_disk(room: DiskRoom, centre: Centre) -> None:
    await room.watch(centre.recorders.look_at_the_disk)


async def _sweep(pool: Pool, centre: Centre, clock: SystemClock) -> None:
    """Recordings of messages go after the days that the live routing document keeps them."""

    def days() -> int:
        return centre.desk.floor.routing.voicemail.retention_days

    await sweep_for_ever(pool, partial(erase, centre.exchange), days, clock)


def _leg_log(settings: Settings) -> LegLog:
    """The log of channels of the Asterisk in our home; another one keeps none for us."""
    path = settings.home / "asterisk" / "log" / "legs.csv"
    return LegLogFile(path) if path.parent.is_dir() else NoLegLog()


async def _watch_staff(settings: Settings, outbox: Outbox, staff: Staff, tokens: Tokens) -> None:
    """Agents' records: those saved at first, so that Postgres may be away, then the live ones."""

    async def changed(agents: tuple[people.Agent, ...]) -> None:
        outbox.save("agents", people.dump_agents(agents))
        tokens.know_agents(agents)
        await staff.records_changed(map(_record, agents))

    saved = outbox.load("agents")
    if saved:
        agents = people.load_agents(saved)
        tokens.know_agents(agents)
        await staff.records_changed(map(_record, agents))
    await people.watch(settings.database_url, changed, system_rng())


async def _watch_users(settings: Settings, outbox: Outbox, tokens: Tokens) -> None:
    """Users' tokens, likewise."""

    async def changed(known: tuple[users.User, ...]) -> None:
        outbox.save("users", users.dump_users(known))
        tokens.know(known)

    saved = outbox.load("users")
    if saved:
        tokens.know(users.load_users(saved))
    await users.watch(settings.database_url, changed, system_rng())


async def _watch_routing(settings: Settings, centre: Centre) -> None:
    """Publications; another name of the company has sentences of its own to be rendered.

    None goes live before the calls of an earlier process were taken up as they were left.
    """
    await centre.ready.wait()
    async with asyncio.TaskGroup() as tasks:

        async def company_changed() -> None:
            tasks.create_task(background.render_own(settings), name="voice")

        await live_routing.watch(settings, centre.desk, system_rng(), company_changed)


def _record(agent: people.Agent) -> Record:
    return Record(
        number=AgentId(agent.number),
        name=agent.name,
        groups=tuple(GroupKey(group) for group in agent.groups),
        ha1=agent.ha1,
        test=agent.test,
        role=agent.role,
        leads=agent.leads,
    )


@asynccontextmanager
async def _until_told_to_stop() -> AsyncIterator[asyncio.Event]:
    """An event that SIGTERM and SIGINT set."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    try:
        yield told
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
