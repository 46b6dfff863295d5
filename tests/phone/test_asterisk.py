"""The built-in phones against a real Asterisk."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from ccbot.phone import CallFailedError, Credentials, Phone, RegistrationError, SoundBook
from tests.phone import asterisk
from tests.phone.asterisk import Asterisk

RIGHT = Credentials(user="p-1001", password="secret")
WRONG = Credentials(user="p-1001", password="guess")

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.xdist_group("phone-asterisk"),
    pytest.mark.skipif(asterisk.root() is None, reason="no Asterisk root: script/setup makes one"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pbx(
    tmp_path_factory: pytest.TempPathFactory, sounds: dict[str, bytes]
) -> AsyncIterator[Asterisk]:
    root = asterisk.root()
    assert root is not None
    base: Path = tmp_path_factory.mktemp("asterisk")
    async with asterisk.running(root, base, sounds) as running:
        yield running


async def test_a_phone_registers_with_its_password_and_takes_it_back(pbx: Asterisk) -> None:
    async with Phone(credentials=RIGHT) as phone:
        await phone.register((pbx.host, pbx.port))
        assert phone.is_registered
        await phone.unregister()
        assert not phone.is_registered


async def test_a_wrong_password_is_refused_after_one_try(pbx: Asterisk) -> None:
    async with Phone(credentials=WRONG) as phone:
        with pytest.raises(RegistrationError) as refused:
            await phone.register((pbx.host, pbx.port))
        assert refused.value.status == 401


async def test_a_call_with_a_wrong_password_fails_with_401(pbx: Asterisk) -> None:
    async with Phone(credentials=WRONG) as phone:
        call = await phone.dial(pbx.uri("600"))
        with pytest.raises(CallFailedError) as failed:
            await call.answered(within_s=3)
        assert failed.value.ending.status == 401


async def test_a_call_from_the_trunks_address_is_echoed(pbx: Asterisk) -> None:
    async with Phone(local="127.0.0.2") as phone:
        call = await phone.dial(pbx.uri("600"), caller="13800001234")
        await call.answered(within_s=3)
        call.say_tone(1000)
        await call.hears_tone(1000, within_s=3)
        call.hang_up()
        assert (await call.ended(within_s=2)).by == "us"


async def test_a_prompt_is_recognised_and_heard_to_its_end(pbx: Asterisk, book: SoundBook) -> None:
    async with Phone(credentials=RIGHT, sounds=book) as phone:
        call = await phone.dial(pbx.uri("601"))
        await call.answered(within_s=3)
        heard = await call.hears("menu.main", within_s=2)
        assert (await call.ended(within_s=5)).by == "them"
        assert call.answered_s is not None
        assert abs(heard.began_s - call.answered_s) < 0.25
        assert call.ears.heard()[-1].is_complete
        assert [h.name for h in call.ears.heard()] == ["menu.main"]


async def test_keys_reach_asterisk_and_come_back(pbx: Asterisk, book: SoundBook) -> None:
    async with Phone(local="127.0.0.2", sounds=book) as phone:
        call = await phone.dial(pbx.uri("602"))
        await call.hears("welcome.main", within_s=3)
        await call.hears("menu.main", within_s=4)
        call.press("1*3")
        await call.hears_keys("1*3", within_s=5)


async def test_a_busy_number_is_busy(pbx: Asterisk) -> None:
    async with Phone(local="127.0.0.2") as phone:
        call = await phone.dial(pbx.uri("486"))
        assert (await call.ended(within_s=3)).status == 486


async def test_a_registered_phone_is_called_and_both_hear_each_other(pbx: Asterisk) -> None:
    async with Phone(credentials=RIGHT) as agent, Phone(local="127.0.0.2") as customer:
        await agent.register((pbx.host, pbx.port))
        call = await customer.dial(pbx.uri("1001"), caller="13800001234")
        incoming = await agent.rings(within_s=3)
        assert incoming.caller == "13800001234"
        await incoming.answer()
        await call.answered(within_s=3)
        incoming.say_tone(440)
        call.say_tone(1000)
        await call.hears_tone(440, within_s=3)
        await incoming.hears_tone(1000, within_s=3)
        incoming.hang_up()
        assert (await call.ended(within_s=2)).by == "them"


async def test_a_customer_who_gives_up_stops_the_agents_phone(pbx: Asterisk) -> None:
    async with Phone(credentials=RIGHT) as agent, Phone(local="127.0.0.2") as customer:
        await agent.register((pbx.host, pbx.port))
        call = await customer.dial(pbx.uri("1001"))
        incoming = await agent.rings(within_s=3)
        call.hang_up()
        await incoming.cancelled(within_s=1)
        assert (await call.ended(within_s=2)).status == 487


async def test_asterisk_stops_ringing_after_its_time_and_the_phone_hears_of_it(
    pbx: Asterisk,
) -> None:
    async with Phone(credentials=RIGHT) as agent, Phone(local="127.0.0.2") as customer:
        await agent.register((pbx.host, pbx.port))
        await customer.dial(pbx.uri("1001"))
        incoming = await agent.rings(within_s=3)
        await incoming.cancelled(within_s=7)
