"""One round through everything: look, ask, and judge what was seen."""

import re
import socket
from collections.abc import Iterator
from dataclasses import replace

from ccbot.clock import Clock
from ccbot.core.routing_document import RoutingDocument
from ccbot.doctor import (
    asking,
    looking,
    machine,
    network,
    processes,
    registered,
    service,
    telephony,
)
from ccbot.doctor.finding import Check, Finding
from ccbot.doctor.load import load
from ccbot.doctor.service import Service
from ccbot.embedded.parts import own_ari_port
from ccbot.settings import PROJECT, Settings
from ccbot.speech import catalogue
from ccbot.speech.install import engine_folder
from ccbot.speech.prompt_files import MANDARIN
from ccbot.store.routing_file import RoutingFault, present, read

DIALPLAN = PROJECT / "dialplan"


async def examine(
    settings: Settings, clock: Clock, *, calls: int | None, per_second: float | None
) -> list[Finding]:
    """Every finding, check by check; ``calls`` and ``per_second`` state a load."""
    centre = asking.where(settings)
    told = await asking.service(centre)
    running = await asking.running_asterisk(centre)
    database, apart_s = await asking.database(centre, clock)
    return [
        *service.readiness(told),
        *service.log_shipping(told),
        service.database(database, _migrations()),
        *_asterisk(settings, running),
        *telephony.phones_on_trunks(registered.phones(settings.home, clock.now()), settings.trunks),
        *_network(settings, told, answering=running is not None),
        *_load(settings, calls, per_second),
        machine.host_name(looking.host_name(settings)),
        *machine.clock(
            machine.Clock(synchronised=looking.clock_is_synchronised(), apart_s=apart_s)
        ),
        *map(machine.disk, looking.disks(settings.home)),
        *machine.secrets([*looking.secrets(settings)]),
        *_sentences(settings, database.live),
    ]


def _asterisk(settings: Settings, running: tuple[str, set[str]] | None) -> Iterator[Finding]:
    foreign = bool(settings.ari_url) and own_ari_port(settings) is None
    found = running or (None if foreign else looking.installed_asterisk(settings))
    said, there = found or ("", None)
    if foreign and running is None:
        check = Check("Asterisk")
        yield check.wrong("it does not answer at CCBOT_ARI_URL", "start it, or mend the setting")
    else:
        yield from telephony.version(said)
    wanted = telephony.wanted_modules((DIALPLAN / "modules.conf").read_text(encoding="utf-8"))
    yield telephony.modules(wanted, there, running=running is not None)


def _network(settings: Settings, told: Service, *, answering: bool) -> Iterator[Finding]:
    centres = processes.centres()
    web = processes.port(settings, socket.SOCK_STREAM, centres)
    sip = processes.port(settings, socket.SOCK_DGRAM, centres)
    # Who holds a port cannot always be seen; whoever answers there as we do is taken for us.
    web = replace(web, ours=web.ours or (not web.holder and told.alive))
    sip = replace(sip, ours=sip.ours or (not sip.holder and answering))
    yield from network.ports([sip, web])
    yield from network.neighbours(settings, centres)
    resolves = not settings.sip_host or looking.resolves(settings.sip_host)
    yield from network.reach(network.Reach(settings=settings, host_resolves=resolves))


def _load(settings: Settings, calls: int | None, per_second: float | None) -> Iterator[Finding]:
    conf = (DIALPLAN / "asterisk.conf").read_text(encoding="utf-8")
    expected = load(calls, per_second, conf)
    yield from network.rtp_range(settings, expected)
    holder = processes.holder_of(settings.sip_bind)
    yield machine.open_files(looking.open_files(holder), expected)


def _sentences(settings: Settings, live: RoutingDocument | None) -> Iterator[Finding]:
    try:
        document: RoutingDocument | None = read(present(settings.home))
    except RoutingFault as fault:
        document = None
        for line in str(fault).splitlines():
            yield Check("routing").wrong(line, "script/ccbot routing check, after a change")
    if document is not None:
        yield service.working_copy(document, live)
    company = document.company if document else settings.company
    folders = (DIALPLAN / "sounds", settings.home / "sounds")
    recorded = {path.stem for one in folders for path in (one / MANDARIN).glob("*.alaw")}
    yield service.prompts([*catalogue.sentences(company)], recorded)
    yield service.speech(wanted=settings.speech, there=engine_folder(settings) is not None)


def _migrations() -> set[str]:
    names = (path.name for path in (PROJECT / "migrations").glob("*.sql"))
    return {found[0] for name in names if (found := re.match(r"\d+", name))}
