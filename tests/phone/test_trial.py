"""The test call's customer and agent, against a centre played by one more phone."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from ccbot.phone import Phone, SoundBook
from ccbot.phone.legs import Incoming
from ccbot.phone.trial import AGENT_HZ, CUSTOMER_HZ, Plan, Step, Trial
from tests.phone.conftest import speech

PROMPTS = ("welcome.main", "menu.main", "greeting.990001.id", "survey.csat3", "survey.resolved",
           "survey.thanks")  # fmt: skip


@pytest.fixture(scope="module")
def prompts() -> dict[str, bytes]:
    return {name: speech(50 + n, seconds=0.8) for n, name in enumerate(PROMPTS)}


@pytest.fixture(scope="module")
def centre_book(prompts: dict[str, bytes]) -> SoundBook:
    return SoundBook.of({(name, "prompt"): sound for name, sound in prompts.items()})


class Centre:
    """Does what a centre does, as far as a customer and an agent can hear."""

    def __init__(self, phone: Phone, agent: Phone, prompts: dict[str, bytes]) -> None:
        self._phone = phone
        self._agent = "sip:990001@{}:{}".format(*agent.address)
        self._prompts = prompts
        self.is_deaf_to_customer = False
        self.hangs_up_after_menu = False

    async def serve(self) -> None:
        call = await self._phone.rings(within_s=3)
        await call.answer()
        await self._play(call, "welcome.main")
        await self._play(call, "menu.main")
        if self.hangs_up_after_menu:
            call.hang_up()
            return
        await call.hears_keys("1", within_s=5)
        await self._talk(call)
        await self._play(call, "survey.csat3")
        await call.hears_keys("13", within_s=5)
        await self._play(call, "survey.resolved")
        await call.hears_keys("131", within_s=5)
        await self._play(call, "survey.thanks")
        call.hang_up()

    async def _play(self, call: Incoming, name: str) -> None:
        call.say(self._prompts[name])
        async with asyncio.timeout(5):
            while call.sound.is_speaking:
                await asyncio.sleep(0.02)

    async def _talk(self, call: Incoming) -> None:
        leg = await self._phone.dial(self._agent, caller="138****1234")
        await leg.answered(within_s=5)
        await self._play(call, "greeting.990001.id")
        await leg.hears_tone(AGENT_HZ, within_s=5)
        call.say_tone(AGENT_HZ)
        await call.hears_tone(CUSTOMER_HZ, within_s=5)
        call.say(b"")
        if not self.is_deaf_to_customer:
            leg.say_tone(CUSTOMER_HZ)
        await leg.ended(within_s=10)


async def tried(
    book: SoundBook, prompts: dict[str, bytes], **faults: bool
) -> tuple[Trial, list[Step]]:
    told: list[Step] = []
    async with (
        Phone(sounds=book) as customer,
        Phone(sounds=book) as agent,
        Phone() as middle,
        asyncio.TaskGroup() as tasks,
    ):
        centre = Centre(middle, agent, prompts)
        for name, value in faults.items():
            setattr(centre, name, value)
        served = tasks.create_task(_quietly(centre.serve()))
        uri = "sip:10000@{}:{}".format(*middle.address)
        plan = Plan(uri=uri, key="1", score="3", talk_s=1.0)
        trial = Trial(plan=plan, customer=customer, agent=agent, tell=told.append)
        await trial.run()
        served.cancel()
    return trial, told


async def _quietly(serving: Coroutine[Any, Any, None]) -> None:
    try:
        await serving
    except TimeoutError:
        return


async def test_a_good_call_is_told_step_by_step(
    centre_book: SoundBook, prompts: dict[str, bytes]
) -> None:
    trial, told = await tried(centre_book, prompts)
    assert trial.findings.missing() == []
    assert [step.prompt for step in told if step.prompt] == list(PROMPTS)
    assert [step.what for step in told if step.who == "agent"][:2] == [
        "the phone rings, showing 138****1234",
        "answers",
    ]
    assert told == trial.steps


async def test_an_agent_who_hears_nothing_is_found_out(
    centre_book: SoundBook, prompts: dict[str, bytes]
) -> None:
    trial, told = await tried(centre_book, prompts, is_deaf_to_customer=True)
    assert trial.findings.missing() == ["agent_heard_customer", "survey"]
    assert any("MISSED" in step.what and "1000 Hz" in step.what for step in told)


async def test_a_centre_that_hangs_up_is_found_out(
    centre_book: SoundBook, prompts: dict[str, bytes]
) -> None:
    trial, told = await tried(centre_book, prompts, hangs_up_after_menu=True)
    assert trial.findings.greeting
    assert trial.findings.menu
    assert not trial.findings.agent
    assert any("no agent's phone rang" in step.what for step in told)
