"""Recordings of talks on the real Asterisk: what is in them, by ear, and what provably is not."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from ccbot.phone import Call
from ccbot.phone.alaw import RATE_HZ, encode, power_at
from ccbot.phone.legs import Incoming
from ccbot.settings import PROJECT
from tests.asterisk.guests import NOISE_S, Guests
from tests.asterisk.hotline import Hotline, running_hotline
from tests.world.world import TAPED_ENTRY

pytestmark = pytest.mark.xdist_group("centre 4")

CUSTOMER_HZ, AGENT_HZ, CARD_HZ = 440.0, 880.0, 1200.0
PART = 0.3
"""So much of a window's power at one frequency is that tone."""
SEALED_S_MAX = 20.0


class Talk:
    """A customer and an agent, connected, and what was recorded of them."""

    def __init__(self, guests: Guests, hotline: Hotline, caller: Call, agent: Incoming) -> None:
        self.guests, self.hotline, self.caller, self.agent = guests, hotline, caller, agent

    async def both_speak(self, seconds: float, *, customer: float = CUSTOMER_HZ) -> None:
        self.caller.say_tone(customer)
        self.agent.say_tone(AGENT_HZ)
        await asyncio.sleep(seconds)
        self.caller.say(b"")
        self.agent.say(b"")

    async def sealed(self) -> dict[str, Any]:
        """Its row, once it is sealed."""
        query = (
            "select recordings.*, calls.recording_status from recordings join calls using (call_id)"
            " where calls.call_id = (select call_id from facts"
            " where fact ->> 'fact' = 'call_entered' order by at desc limit 1)"
        )
        async with asyncio.timeout(SEALED_S_MAX):
            while (row := await self.guests.fetchrow(query)) is None:
                await asyncio.sleep(0.1)
        return row


async def talking(guests: Guests, hotline: Hotline, group: str, dialled: str) -> Talk:
    agent = await guests.agent("1901", group)
    caller = await guests.caller(dialled=dialled)
    if dialled != TAPED_ENTRY:
        await caller.hears("menu.main", within_s=2 * NOISE_S)
        caller.press("1")
    incoming = await agent.rings(within_s=NOISE_S)
    await incoming.answer()
    return Talk(guests, hotline, caller, incoming)


def recordings(hotline: Hotline, *words: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "CCBOT_HOME": str(hotline.home), "PYTHONPATH": str(PROJECT)}
    return subprocess.run(
        [sys.executable, "-m", "ccbot", "recordings", *words],
        env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def exported(hotline: Hotline, call: str, folder: Path) -> list[bytes]:
    """Each channel as A-law."""
    out = folder / "talk.wav"
    done = recordings(hotline, "export", call, "--reason", "a test", "--out", str(out))
    assert done.returncode == 0, done.stderr
    with wave.open(str(out)) as opened:
        frames = opened.readframes(opened.getnframes())
        channels = opened.getnchannels()
    return [_channel(frames, channels, one) for one in range(channels)]


def _channel(frames: bytes, channels: int, one: int) -> bytes:
    samples = memoryview(frames).cast("h")
    return encode(samples[one::channels].tolist())


def seconds_of(sound: bytes, frequency_hz: float) -> list[float]:
    """The moments, in tenths of a second, at which this tone is heard."""
    step = RATE_HZ // 10
    return [
        at / RATE_HZ
        for at in range(0, len(sound) - step, step)
        if power_at(sound[at : at + step], frequency_hz) > PART
    ]


async def test_both_sides_are_apart_and_a_pause_leaves_nothing_behind(
    guests: Guests, hotline: Hotline, tmp_path: Path
) -> None:
    talk = await talking(guests, hotline, "taped", TAPED_ENTRY)
    await talk.caller.hears("notice.recording", within_s=NOISE_S)
    await guests.until_fact("recording_begun")
    await talk.both_speak(3)
    talk.agent.press("*8")
    await guests.until_fact("recording_paused")
    await talk.both_speak(3, customer=CARD_HZ)
    talk.agent.press("*8")
    await guests.until_fact("recording_resumed")
    await asyncio.sleep(2)
    await talk.both_speak(3)
    talk.caller.hang_up()

    row = await talk.sealed()

    assert (row["recording_status"], row["sides"]) == ("partial", "two_sides")
    assert (row["agents"], row["class"]) == (["1901"], "service")
    customer, heard = exported(hotline, row["call_id"], tmp_path)
    assert len(customer) == len(heard) == round(row["seconds"] * RATE_HZ)
    assert len(seconds_of(customer, CUSTOMER_HZ)) > 40
    assert len(seconds_of(heard, AGENT_HZ)) > 40
    assert not seconds_of(customer, AGENT_HZ)
    assert not seconds_of(heard, CUSTOMER_HZ)
    assert not seconds_of(customer, CARD_HZ)
    assert not seconds_of(heard, CARD_HZ)
    spoken = seconds_of(customer, CUSTOMER_HZ)
    assert max(later - sooner for sooner, later in pairwise(spoken)) > 4
    assert recordings(hotline, "verify", row["call_id"]).returncode == 0
    assert not list((hotline.home / "asterisk/spool/recording").glob(f"*{row['call_id']}*"))


async def test_a_recording_goes_on_while_ccbot_is_killed(
    guests: Guests, hotline: Hotline, tmp_path: Path
) -> None:
    talk = await talking(guests, hotline, "service", "10000")
    await guests.until_fact("recording_begun")
    await talk.both_speak(2)
    pid = hotline.pid_of("serve")
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    await talk.both_speak(4)
    async with asyncio.timeout(30):
        while not await hotline.is_ready():
            await asyncio.sleep(0.1)
    await talk.both_speak(2)
    talk.caller.hang_up()

    row = await talk.sealed()

    assert (row["recording_status"], row["sides"]) == ("complete", "mixed")
    [mixed] = exported(hotline, row["call_id"], tmp_path)
    # Eight seconds, half of them while nobody was there; another voice covers some of a mixed tone.
    assert len(seconds_of(mixed, CUSTOMER_HZ)) > 48


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
async def test_a_full_disk_ends_the_recording_and_not_the_call(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    home = tmp_path_factory.mktemp("small")
    (home / "asterisk/spool/recording").mkdir(parents=True)
    small = home / "asterisk/spool/recording"
    with mounted(small), running_hotline(home, CCBOT_DISK_ALARM_MB="0") as hotline:
        async with hotline.guests() as guests:
            talk = await talking(guests, hotline, "service", "10000")
            await guests.until_fact("recording_failed")
            await talk.both_speak(2)
            talk.caller.say_tone(CUSTOMER_HZ)
            await talk.agent.hears_tone(CUSTOMER_HZ, within_s=NOISE_S)
            talk.caller.hang_up()

            row = await talk.sealed()

            assert row["recording_status"] == "partial"
            assert row["seconds"] > 2


@contextmanager
def mounted(place: Path) -> Iterator[None]:
    """A disk that a few seconds of sound fill."""
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=128k,mode=0777", "small", str(place)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        pytest.skip(f"no small disk can be mounted here: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def test_what_is_asked_for_in_vain_is_said_in_one_line(hotline: Hotline) -> None:
    for words, status in [
        (("export", "call-x"), 2),
        (("export", "call-x", "--reason", "why"), 1),
        (("verify", "call-x"), 1),
        (("list", "--day", "the other day"), 2),
        (("list", "--agent", "x"), 2),
    ]:
        done = recordings(hotline, *words)
        assert (done.returncode, len(done.stderr.splitlines())) == (status, 1), words
    assert json.loads(recordings(hotline, "purge", "--dry-run", "--json").stdout) == []
