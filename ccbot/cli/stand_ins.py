"""Customers and agents of test calls: what ``call`` and ``bench`` bring to the running centre.

The customer is the account ``c-test`` or a trunk's address; the agent a temporary one that serves
test calls alone and is removed at the end.
"""

import asyncio
import hashlib
import secrets
import signal
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import asyncpg

from ccbot.cli.database import running_centre
from ccbot.cli.errors import Fault
from ccbot.embedded.centre_file import CentreFile
from ccbot.phone import CallFailedError, Credentials, OverdueError, Phone, SoundBook
from ccbot.phone.message import address_of
from ccbot.phone.phone import RegistrationError
from ccbot.settings import PROJECT, Settings
from ccbot.speech.prompt_files import UPLOADED

T = TypeVar("T")

ACCOUNT_S_MAX = 6.0
"""How long a new agent's account may take until its phone can register."""
ACCOUNT_LOOK_S = 0.3
SIGN_IN_S_MAX = 6.0
TEST_NUMBERS = range(990001, 990100)
_TAKEN = "select number from agents where removed_at is null"
TRUNK_ADDRESS = "127.0.0.2"


def run(work: Coroutine[object, object, T]) -> T:
    """Its result; SIGTERM ends it as Ctrl-C does, so that nobody who was brought stays behind."""

    async def stoppable() -> T:
        task = asyncio.current_task()
        assert task is not None
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        return await work

    try:
        return asyncio.run(stoppable())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


def read_centre(home: Path) -> CentreFile:
    """The running centre; ``Fault`` if there is none."""
    centre = running_centre(home)
    if centre is None:
        raise Fault(f"no centre is running in {home}: start one with script/up")
    return centre


def server_of(centre: CentreFile) -> tuple[str, int]:
    """Where the centre's SIP is; a name or 0.0.0.0 is reached through loopback."""
    host, port = address_of(f"sip:{centre.sip_address}")
    is_address = host.replace(".", "").isdigit() and host != "0.0.0.0"  # noqa: S104
    return (host if is_address else "127.0.0.1", port)


async def connect(url: str) -> "asyncpg.Pool[asyncpg.Record]":
    """The centre's database; ``Fault`` if it does not answer."""
    try:
        return await asyncpg.create_pool(url, min_size=0, max_size=2)
    except (OSError, asyncpg.PostgresError) as problem:
        raise Fault(f"the centre's database does not answer: {problem}") from None


def sound_book(settings: Settings) -> SoundBook:
    """Every prompt that the centre may play, to be recognised by ear."""
    own = settings.home / "sounds"
    return SoundBook.load(
        [PROJECT / "dialplan/sounds/zh", own / "zh", own / UPLOADED / "zh"],
        [PROJECT / "dialplan/music"],
    )


def customer(settings: Settings, sounds: SoundBook, *, as_trunk: bool = False) -> Phone:
    """A customer's phone: of the account ``c-test``, or one that comes from the trunk."""
    if as_trunk:
        return Phone(local=TRUNK_ADDRESS, user="13800001234", sounds=sounds)
    from ccbot.embedded.keyring import read_secrets  # noqa: PLC0415 - only for this way in

    password = read_secrets(settings.home).test_account_password
    return Phone(credentials=Credentials(user="c-test", password=password), sounds=sounds)


@asynccontextmanager
async def temporary_agent(
    pool: "asyncpg.Pool[asyncpg.Record]",
    centre: CentreFile,
    sounds: SoundBook,
    groups: Sequence[str],
    *,
    quiet: bool,
) -> AsyncIterator[Phone]:
    """An agent for test calls, signed in by ``*71`` from its phone; removed in any case."""
    from ccbot.store.people import People  # noqa: PLC0415 - only for this way in

    people = People(pool)
    password = secrets.token_urlsafe(18)
    number = await _free_number(pool)
    account = f"p-{number}"
    ha1 = hashlib.md5(f"{account}:ccbot:{password}".encode()).hexdigest()  # noqa: S324 - SIP
    await people.add(number=number, name="测试", groups=tuple(groups), ha1=ha1, test=True)
    try:
        credentials = Credentials(user=account, password=password)
        async with Phone(credentials=credentials, sounds=sounds) as phone:
            await _sign_in(phone, server_of(centre))
            if not quiet:
                print(f"         agent     {number} is signed in")
            yield phone
    finally:
        await people.remove(number)


async def _free_number(pool: "asyncpg.Pool[asyncpg.Record]") -> str:
    taken = {row["number"] for row in await pool.fetch(_TAKEN)}
    for number in map(str, TEST_NUMBERS):
        if number not in taken:
            return number
    raise Fault("no free number for a temporary agent: 990001 to 990099 are all taken")


async def _sign_in(phone: Phone, server: tuple[str, int]) -> None:
    looks = int(ACCOUNT_S_MAX / ACCOUNT_LOOK_S)
    for look in range(looks):
        try:
            await phone.register(server)
            break
        except (RegistrationError, OverdueError) as problem:
            if look == looks - 1:
                raise Fault(f"the temporary agent's phone cannot register: {problem}") from None
            await asyncio.sleep(ACCOUNT_LOOK_S)
    host, port = server
    call = await phone.dial(f"sip:*71@{host}:{port}")
    try:
        await call.hears("agent.signed_in", within_s=SIGN_IN_S_MAX)
        await call.ended(within_s=SIGN_IN_S_MAX)
    except (OverdueError, CallFailedError) as problem:
        raise Fault(f"the temporary agent could not sign in with *71: {problem}") from None
