"""One part of the centre in the foreground, for containers and systemd's units.

``script/up`` runs all parts itself; here somebody else starts them, in any order, and starts again
what ends. All share one home, so each finds the others' addresses and logins there.
"""

import asyncio
import os
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from typing import NamedTuple, NoReturn
from urllib.parse import urlsplit

import aiohttp

from ccbot.embedded import asterisk, centre_file, postgres
from ccbot.embedded.centre_file import CentreFile
from ccbot.embedded.keyring import read_or_make_secrets, read_secrets
from ccbot.embedded.log_files import kept_small
from ccbot.embedded.migrate import migrate
from ccbot.embedded.process import StartFault
from ccbot.embedded.schema import Away, absence, migrate_when_back
from ccbot.log import say
from ccbot.settings import Settings, SettingsError

ARI_PORT = 8088
"""Where the centre's own Asterisk has its ARI, unless ``CCBOT_ARI_URL`` says otherwise."""

POSTGRES_S_MAX = 60.0
"""At the very first start ccbot waits so long for its Postgres."""
POSTGRES_AGAIN_S_MAX = 5.0
"""Later it starts without: facts wait in the outbox, and callers need not."""
PROBE_S = 0.2
CHECK_S_MAX = 2.0


def run_asterisk(settings: Settings) -> NoReturn:
    """Become the centre's own Asterisk."""
    port = own_ari_port(settings)
    if port is None:
        raise SettingsError(
            "CCBOT_ARI_URL names an Asterisk with a login of its own: that one is used, and none "
            "started; leave the login out, such as http://127.0.0.1:8088, or unset it"
        )
    _become(asterisk.prepare(settings, port), os.environ)


def run_postgres(settings: Settings) -> NoReturn:
    """Become the centre's own Postgres."""
    if settings.database_url:
        raise SettingsError("CCBOT_DATABASE_URL is set: that Postgres is used, and none started")
    command = asyncio.run(postgres.prepare(settings.home))
    _become(command, postgres.environment())


class Serving(NamedTuple):
    """How ``serve`` is to be run."""

    settings: Settings
    beside: Callable[[], Coroutine[None, None, None]]
    """What is to be done meanwhile: Asterisk's logs, the schema of a Postgres that is away."""


def prepare_serving(settings: Settings) -> Serving:
    """Everything that ``serve`` needs: where the other parts are, and the database's schema."""
    read_or_make_secrets(settings.home)
    port = own_ari_port(settings)
    complete = replace(
        settings,
        ari_url=settings.ari_url if port is None else asterisk.own_url(settings.home, port),
        database_url=settings.database_url or postgres.own_url(settings.home),
    )
    schema = asyncio.run(_schema(complete.database_url, settings))
    centre_file.write(settings.home, _centre_file(complete))

    async def beside() -> None:
        async with asyncio.TaskGroup() as tasks:
            if schema is not None:
                tasks.create_task(schema(), name="schema")
            if port is not None:  # whoever became Asterisk cannot watch over its logs
                tasks.create_task(kept_small(*asterisk.own_logs(settings.home)), name="logs")

    return Serving(complete, beside)


def own_ari_port(settings: Settings) -> int | None:
    """The port of the centre's own Asterisk; None if the setting names somebody else's."""
    if not settings.ari_url:
        return ARI_PORT
    try:
        parts = urlsplit(settings.ari_url)
        port = parts.port
    except ValueError:
        return None
    return port if parts.username is None and parts.hostname == "127.0.0.1" else None


async def answers(settings: Settings, name: str) -> bool:
    """Whether a part is there: for health checks, in a process beside it."""
    match name:
        case "asterisk":
            port = own_ari_port(settings)
            secrets = read_secrets(settings.home)
            return port is not None and await asterisk.pings(port, secrets.ari_password)
        case "postgres":
            return await postgres.made_database(settings.home)
        case _:
            return await is_alive(f"http://{settings.web_bind}/healthz")


async def is_alive(url: str) -> bool:
    """Whether this address answers as it should."""
    timeout = aiohttp.ClientTimeout(total=CHECK_S_MAX)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as reply:
            return reply.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False


async def _schema(url: str, settings: Settings) -> Callable[[], Coroutine[None, None, None]] | None:
    """Migrate now; or, in a home that was served before, what migrates when Postgres is back.

    Agents, routing and the calls that go on are on disk there: callers need not wait.
    """

    async def why_away() -> str | None:
        if settings.database_url:
            return await absence(url)
        return None if await postgres.made_database(settings.home) else "no answer"

    served_before = (settings.home / "outbox.sqlite").exists()
    within_s = POSTGRES_AGAIN_S_MAX if served_before else POSTGRES_S_MAX
    problem = await _problem_after(why_away, within_s)
    if problem is None:
        await migrate(url)
        return None
    if not served_before:
        raise StartFault(f"Postgres was not ready in {within_s:.0f} s ({problem})")
    say(f"starting without Postgres ({problem}): calls are kept on disk, the schema follows")
    return lambda: migrate_when_back(url, say, why_away)


async def _problem_after(why_away: Away, within_s: float) -> str | None:
    """Why Postgres is still away after so long; None as soon as it is there."""
    problem = "no answer"
    try:
        async with asyncio.timeout(within_s):
            while True:
                why = await why_away()
                if why is None:
                    return None
                problem = why
                await asyncio.sleep(PROBE_S)
    except TimeoutError:
        return problem


def _centre_file(settings: Settings) -> CentreFile:
    return CentreFile(
        ari_url=settings.ari_url,
        database_url=settings.database_url,
        web_url=f"http://{settings.web_bind}",
        sip_address=settings.sip_address,
        pid=os.getpid(),
    )


def _become(command: list[str], environment: Mapping[str, str]) -> NoReturn:
    os.execvpe(command[0], command, environment)  # noqa: S606 - a list of arguments, no shell
