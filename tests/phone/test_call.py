"""Two built-in phones call each other over loopback."""

from dataclasses import replace

import pytest

from ccbot.phone import CallFailedError, Manner, OverdueError, Phone, SoundBook
from ccbot.phone.legs import Incoming, Outgoing


def uri(phone: Phone) -> str:
    host, port = phone.address
    return f"sip:1001@{host}:{port}"


async def connected(caller: Phone, called: Phone) -> tuple[Outgoing, Incoming]:
    call = await caller.dial(uri(called), caller="13800001234")
    incoming = await called.rings(within_s=2)
    await incoming.answer()
    await call.answered(within_s=2)
    return call, incoming


async def test_a_call_rings_with_the_callers_number_and_is_answered() -> None:
    async with Phone() as caller, Phone() as called:
        call = await caller.dial(uri(called), caller="13800001234")
        incoming = await called.rings(within_s=2)
        await call.ringing(within_s=2)
        assert incoming.caller == "13800001234"
        await incoming.answer()
        await call.answered(within_s=2)


async def test_a_phone_shows_the_name_that_it_is_told() -> None:
    async with Phone() as caller, Phone() as called:
        await caller.dial(uri(called), caller="13800001234")
        incoming = await called.rings(within_s=2)
        number = incoming.invite.get("From")
        told = [h for h in incoming.invite.headers if h[0] != "From"]
        named = ("From", f'"138****1234" {number}')
        incoming.invite = replace(incoming.invite, headers=(*told, named))
        assert incoming.caller == "138****1234"


async def test_sound_goes_both_ways() -> None:
    async with Phone() as caller, Phone(local="127.0.0.2") as called:
        call, incoming = await connected(caller, called)
        call.say_tone(440)
        incoming.say_tone(1000)
        await incoming.hears_tone(440, within_s=2)
        await call.hears_tone(1000, within_s=2)
        assert not call.ears.hears_tone(440)


async def test_keys_arrive_in_order_both_ways() -> None:
    async with Phone() as caller, Phone() as called:
        call, incoming = await connected(caller, called)
        call.press("1*22#")
        incoming.press("90")
        await incoming.hears_keys("1*22#", within_s=4)
        await call.hears_keys("90", within_s=2)


async def test_a_prompt_that_is_played_is_recognised_from_its_beginning(
    book: SoundBook, sounds: dict[str, bytes]
) -> None:
    async with Phone(sounds=book) as caller, Phone() as called:
        call, incoming = await connected(caller, called)
        incoming.say(sounds["menu.main"])
        heard = await call.hears("menu.main", within_s=2)
        assert heard.from_s == 0.0
        assert call.answered_s is not None
        assert abs(heard.began_s - call.answered_s) < 0.2


async def test_the_called_side_hangs_up() -> None:
    async with Phone() as caller, Phone() as called:
        call, incoming = await connected(caller, called)
        incoming.hang_up()
        assert (await call.ended(within_s=2)).by == "them"


async def test_the_caller_hangs_up() -> None:
    async with Phone() as caller, Phone() as called:
        call, incoming = await connected(caller, called)
        call.hang_up()
        assert (await incoming.ended(within_s=2)).by == "them"
        assert (await call.ended(within_s=2)).by == "us"


async def test_a_caller_who_gives_up_stops_the_ringing() -> None:
    async with Phone() as caller, Phone() as called:
        call = await caller.dial(uri(called))
        incoming = await called.rings(within_s=2)
        await call.ringing(within_s=2)
        call.hang_up()
        await incoming.cancelled(within_s=1)
        assert (await call.ended(within_s=2)).status == 487


async def test_giving_up_before_any_answer_still_cancels() -> None:
    async with Phone() as caller, Phone() as called:
        call = await caller.dial(uri(called))
        call.hang_up()
        incoming_ended = await call.ended(within_s=2)
        assert incoming_ended.status == 487
        assert called.calls == []


async def test_an_answer_that_crosses_the_cancel_ends_the_call_on_both_sides() -> None:
    async with Phone() as caller, Phone() as called:
        call = await caller.dial(uri(called))
        incoming = await called.rings(within_s=2)
        await call.ringing(within_s=2)
        await incoming.answer()  # its 200 is on the way …
        call.hang_up()  # … when the caller gives up
        assert (await incoming.ended(within_s=2)).by == "them"
        assert (await call.ended(within_s=2)).by == "us"


@pytest.mark.parametrize("status", [603, 486, 480])
async def test_a_refusal_reaches_the_caller(status: int) -> None:
    async with Phone() as caller, Phone() as called:
        call = await caller.dial(uri(called))
        incoming = await called.rings(within_s=2)
        await incoming.decline(status)
        with pytest.raises(CallFailedError) as failed:
            await call.answered(within_s=2)
        assert failed.value.ending.status == status


@pytest.mark.parametrize(("manner", "status"), [(Manner.BUSY, 486), (Manner.DECLINE, 603)])
async def test_a_phone_refuses_by_itself(manner: Manner, status: int) -> None:
    async with Phone() as caller, Phone() as called:
        called.manner = manner
        call = await caller.dial(uri(called))
        assert (await call.ended(within_s=2)).status == status


async def test_a_silent_phone_does_not_even_ring() -> None:
    async with Phone() as caller, Phone() as called:
        called.manner = Manner.SILENT
        call = await caller.dial(uri(called))
        with pytest.raises(OverdueError, match="ringing"):
            await call.ringing(within_s=0.3)
        caller.vanish()


async def test_putting_a_phone_away_ends_its_calls() -> None:
    async with Phone() as caller:
        async with Phone() as called:
            call, _ = await connected(caller, called)
        assert (await call.ended(within_s=2)).by == "them"


async def test_a_phone_that_vanishes_says_nothing() -> None:
    async with Phone() as caller, Phone() as called:
        call, _ = await connected(caller, called)
        called.vanish()
        with pytest.raises(OverdueError):
            await call.ended(within_s=0.3)
        caller.vanish()


async def test_what_was_heard_is_kept_on_the_time_line(book: SoundBook) -> None:
    async with Phone(sounds=book) as caller, Phone() as called:
        call, incoming = await connected(caller, called)
        incoming.say_tone(1000)
        await call.hears_tone(1000, within_s=2)
        call.hang_up()
        assert len(call.recording) >= 5 * 160
        assert call.sound.counts.lost == 0
