"""The centre renders what names its company while it already takes calls."""

import asyncio
import os
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from ccbot.settings import PROJECT, Settings, read
from ccbot.speech.background import render_own
from tests.speech.engine import Engine


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Of a centre with a company, but without Postgres."""
    for name in [name for name in os.environ if name.startswith("CCBOT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PYTHONPATH", str(PROJECT))
    monkeypatch.setenv("CCBOT_HOME", str(tmp_path))
    monkeypatch.setenv("CCBOT_COMPANY", "远山")
    return replace(read({}), home=tmp_path)


async def test_sentences_that_name_the_company_appear(settings: Settings) -> None:
    Engine(settings.home)

    with capture_logs() as logged:
        await render_own(settings)

    made = {path.name for path in (settings.home / "sounds/zh").glob("*.alaw")}
    assert made == {"welcome.main.alaw", "greet.neutral.alaw"}
    assert logged == []


async def test_a_failure_is_one_line_in_the_log(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    Engine(settings.home)
    monkeypatch.setenv("CCBOT_COMPANY", "远山!")

    with capture_logs() as logged:
        await render_own(settings)

    assert [one["event"] for one in logged] == ["sentences with names are not rendered"]
    assert "no breath left" in logged[0]["why"]


async def test_nothing_is_rendered_when_speech_is_off(settings: Settings) -> None:
    engine = Engine(settings.home)

    await render_own(replace(settings, speech=False))

    assert engine.said() == ""


async def test_it_ends_with_the_centre(settings: Settings) -> None:
    """A command that would never end by itself is gone when its task is cancelled."""
    engine = settings.home / "speech/venv/bin/python"
    Engine(settings.home)
    began = settings.home / "began"
    engine.write_text(
        f"#!/bin/sh\necho $$ > {began}.new && mv {began}.new {began}\nexec sleep 600\n"
    )

    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        task = group.create_task(render_own(settings))
        while not began.exists():
            await asyncio.sleep(0.05)
        task.cancel()

    async with asyncio.timeout(10):
        while Path(f"/proc/{began.read_text().strip()}").exists():
            await asyncio.sleep(0.05)
