"""The buttons of a desk phone within a call: hold, and transfer."""

from ccbot.phone import Phone
from tests.phone.test_call import connected


async def test_a_phone_that_holds_is_not_heard_and_hears_nothing_until_it_comes_back() -> None:
    async with Phone() as caller, Phone() as called:
        call, incoming = await connected(caller, called)
        call.listen_for({"incoming": 1650})
        incoming.listen_for({"call": 1850})
        call.say_pitch(1850)
        incoming.say_pitch(1650)
        await call.until_hears("incoming", within_s=2)
        await call.hold()
        await call.until_hears(within_s=2)
        await incoming.until_hears(within_s=2)
        await call.unhold()
        await call.until_hears("incoming", within_s=2)
        await incoming.until_hears("call", within_s=2)


async def test_a_refer_is_declined_by_a_phone_and_the_call_goes_on() -> None:
    async with Phone() as caller, Phone() as called:
        call, incoming = await connected(caller, called)
        assert await incoming.refer("sip:1002@127.0.0.1") == 603
        assert call.referred_to == ["<sip:1002@127.0.0.1>"]
        assert call.ending is None


async def test_an_attended_refer_names_the_other_call() -> None:
    async with Phone() as caller, Phone() as called:
        call, incoming = await connected(caller, called)
        second, consulted = await connected(called, caller)
        await incoming.refer("sip:1002@127.0.0.1", replaces=second)
        [target] = call.referred_to
        ours = second.dialog
        assert target == (
            f"<sip:1002@127.0.0.1?Replaces={ours.call_id}%3Bto-tag%3D{consulted.dialog.tag}"
            f"%3Bfrom-tag%3D{ours.tag}>"
        )
