"""``calls why`` of a real call, with the names of the agents who were asked."""

import asyncio
import os

import pytest

from ccbot.settings import PROJECT
from tests.asterisk.guests import NOISE_S, Guests
from tests.asterisk.hotline import Hotline

pytestmark = pytest.mark.xdist_group("centre 0")


async def test_why_names_who_was_asked_who_declined_and_who_answered(
    guests: Guests, hotline: Hotline
) -> None:
    first = await guests.agent("1901")
    second = await guests.agent("1902")
    call = await guests.caller()
    call.press("1")
    declined = await first.rings(within_s=12 + NOISE_S)
    await declined.decline()
    incoming = await second.rings(within_s=NOISE_S)
    await incoming.answer()
    await guests.until_fact("talk_started")
    incoming.hang_up()
    await call.ended(within_s=60)
    row = await guests.row(call)

    told = await _why(hotline, row["call_id"])

    lines = [line[10:] for line in told.splitlines()]
    assert lines[1].startswith("came to service")
    assert any(line.startswith("1901") and "was asked" in line for line in lines)
    assert any(line.startswith("1901") and "did not take it: declined" in line for line in lines)
    assert any(line.startswith("1902") and "answered, " in line for line in lines)
    # Asterisk tells a moment later that his phone is idle again; either is why he was passed over.
    passed_over = ("resting after an offer in vain: 1901", "phone busy: 1901")
    assert any(line.startswith(passed_over) for line in lines)
    assert "12345678" not in told


async def _why(hotline: Hotline, call_id: str) -> str:
    """What the command says, as one who runs it sees it."""
    command = await asyncio.create_subprocess_exec(
        str(PROJECT / "script/ccbot"), "calls", "why", call_id,
        env={**os.environ, "CCBOT_DATABASE_URL": hotline.database_url},
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await command.communicate()
    assert command.returncode == 0
    return out.decode()
