"""The doctor at a running centre."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ccbot.phone import Credentials, Phone, RegistrationError
from tests.asterisk.guests import PASSWORD, TRUNK, Guests
from tests.asterisk.hotline import Hotline

WRITTEN_S_MAX = 5.0
"""Asterisk writes its database each second."""


async def doctor(hotline: Hotline, *words: str) -> tuple[int, list[dict[str, Any]]]:
    """Status and findings of the command, run beside the centre with its settings."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ccbot", "doctor", "--json", *words),
        env={**os.environ, **_settings_of(hotline)},
        stdout=subprocess.PIPE,
    )
    output, _ = await process.communicate()
    return process.returncode or 0, json.loads(output)


def _settings_of(hotline: Hotline) -> dict[str, str]:
    lines = Path(f"/proc/{hotline.up.pid}/environ").read_text().split("\0")
    return dict(line.split("=", 1) for line in lines if line.startswith(("CCBOT_", "PYTHONPATH")))


def of(findings: list[dict[str, Any]], check: str) -> list[tuple[str, str]]:
    return [(one["level"], one["says"]) for one in findings if one["check"] == check]


async def test_a_centre_that_runs_is_well(hotline: Hotline) -> None:
    _, findings = await doctor(hotline, "--calls", "20")
    checks = ("ccbot", "outbox", "Postgres", "modules", "ports", "secrets", "sound ports")
    for check in checks:
        assert {level for level, _ in of(findings, check)} == {"good"}, of(findings, check)
    assert {says.rsplit(" ", 1)[1] for _, says in of(findings, "ports")} == {"centre's"}
    assert any("REFER" in says for _, says in of(findings, "Asterisk"))


async def test_a_phone_at_a_trunks_address_is_found(guests: Guests) -> None:
    await guests.agent("1951", signed_in=False)
    await guests.account("1952")
    credentials = Credentials(user="p-1952", password=PASSWORD)
    async with Phone(local=TRUNK, user="p-1952", credentials=credentials) as phone:
        with pytest.raises(RegistrationError):
            await phone.register(guests.hotline.server)
    async with asyncio.timeout(WRITTEN_S_MAX + 5):
        while True:
            status, findings = await doctor(guests.hotline)
            if any("cannot register" in says for _, says in of(findings, "trunks")):
                break
    assert status == 1
    (finding,) = of(findings, "trunks")
    assert finding[0] == "wrong"
    assert f"a phone at {TRUNK}" in finding[1]
