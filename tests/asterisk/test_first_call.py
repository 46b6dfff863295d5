"""What a customer and an agent live through, on the real Asterisk with real SIP and sound."""

import pytest

from ccbot.phone import Call, Manner, OverdueError, Phone
from ccbot.phone.legs import Incoming
from tests.asterisk.hotline import Guests, Hotline

pytestmark = pytest.mark.xdist_group("hotline")


async def at_menu(guests: Guests) -> Call:
    call = await guests.caller()
    await call.hears("notice.recording", within_s=2)
    await call.hears("welcome.main", within_s=8)
    await call.hears("menu.main", within_s=8)
    return call


async def talking(guests: Guests, agent: Phone) -> tuple[Call, Incoming]:
    """A customer and an agent in a talk, greeted."""
    call = await guests.caller()
    call.press("1")
    incoming = await agent.rings(within_s=12)
    await incoming.answer()
    await call.hears("greet.neutral", within_s=3)
    return call, incoming


def kinds(segments: list[dict[str, object]]) -> list[object]:
    return [segment["kind"] for segment in segments]


async def test_greeting_key_agent_talk_survey_and_row(guests: Guests) -> None:
    agent = await guests.agent("1001")
    call = await at_menu(guests)
    call.press("1")
    incoming = await agent.rings(within_s=2)
    assert "138****5678" in incoming.invite.get("From")
    assert "13812345678" not in str(incoming.invite)
    await call.hears_music(within_s=2)
    await incoming.answer()
    await call.hears("greet.neutral", within_s=2)
    call.say_tone(440)
    incoming.say_tone(880)
    await incoming.hears_tone(440, within_s=6)
    await call.hears_tone(880, within_s=6)
    incoming.hang_up()
    await call.hears("survey.csat3", within_s=2)
    call.press("1")
    await call.hears("survey.thanks", within_s=2)
    await call.ended(within_s=8)

    row = await guests.row(call)
    assert (
        row["outcome"],
        row["survey_status"],
        row["survey_score"],
        row["agents"],
        row["hung_up_by"],
    ) == ("answered", "answered", 5, ["1001"], "agent")
    assert row["caller_masked"] == "138****5678"
    assert row["greeting_variant"] == "neutral"
    segments = await guests.segments(row["call_id"])
    assert kinds(segments) == ["greeting", "menu", "waiting", "ringing", "talk", "survey"]


async def test_keys_pressed_in_the_greeting_are_kept_for_the_menu(guests: Guests) -> None:
    agent = await guests.agent("2001", "tech")
    call = await guests.caller()
    call.press("2")

    incoming = await agent.rings(within_s=10)

    assert "menu.main" not in [one.name for one in call.ears.heard()]
    await incoming.decline()
    call.hang_up()


async def test_wrong_keys_lead_to_the_default_group_after_three_tries(guests: Guests) -> None:
    agent = await guests.agent("1001")
    call = await at_menu(guests)
    call.press("7")
    await call.hears("menu.invalid", within_s=3)
    call.press("8")
    await call.hears("menu.invalid", within_s=6)
    call.press("9")
    await call.hears("menu.default", within_s=6)

    incoming = await agent.rings(within_s=6)

    call.hang_up()
    await incoming.cancelled(within_s=1)


async def test_nobody_signed_in_is_said_and_ends_politely(guests: Guests) -> None:
    call = await at_menu(guests)
    call.press("3")
    await call.hears("queue.noagents", within_s=3)
    await call.hears("bye", within_s=8)
    await call.ended(within_s=5)

    row = await guests.row(call)

    assert (
        row["outcome"],
        row["entry_group"],
        row["hung_up_by"],
    ) == ("no_agents", "marketing", "system")


async def test_a_declined_call_rings_the_next_agent_within_a_second(guests: Guests) -> None:
    first = await guests.agent("1001")
    second = await guests.agent("1002")
    call = await guests.caller()
    call.press("1")
    await (await first.rings(within_s=12)).decline()

    incoming = await second.rings(within_s=1)

    await incoming.answer()
    await call.hears("greet.neutral", within_s=2)
    call.hang_up()


async def test_an_unanswered_phone_rings_15_seconds_and_then_the_next_one(guests: Guests) -> None:
    first = await guests.agent("1001")
    second = await guests.agent("1002")
    first.manner = Manner.RING
    call = await guests.caller()
    call.press("1")
    unanswered = await first.rings(within_s=12)
    await unanswered.cancelled(within_s=16)

    incoming = await second.rings(within_s=1)

    assert call.ears.longest_silence_s() < 3
    call.hang_up()
    await incoming.cancelled(within_s=1)


async def test_a_phone_that_vanished_is_offered_nothing(guests: Guests) -> None:
    agent = await guests.agent("1001")
    await agent.unregister()
    call = await guests.caller()
    call.press("1")
    await call.hears_music(within_s=12)

    with pytest.raises(OverdueError):
        await agent.rings(within_s=2)
    call.hang_up()


async def test_star_seven_sends_the_customer_to_the_survey(guests: Guests) -> None:
    agent = await guests.agent("1001")
    call, answered = await talking(guests, agent)
    answered.press("*7")
    await answered.ended(within_s=3)
    await call.hears("survey.csat3", within_s=2)
    call.press("5")
    await call.hears("survey.invalid", within_s=2)
    call.press("3")
    await call.hears("survey.thanks_low", within_s=4)
    await call.ended(within_s=8)

    row = await guests.row(call)

    assert (
        row["outcome"],
        row["survey_status"],
        row["survey_score"],
        row["hung_up_by"],
    ) == ("answered", "answered", 1, "agent")


@pytest.mark.parametrize(
    ("stage", "outcome"),
    [
        ("greeting", "abandoned_menu"),
        ("menu", "abandoned_menu"),
        ("waiting", "abandoned_waiting"),
        ("ringing", "abandoned_ringing"),
        ("talk", "answered"),
    ],
)
async def test_a_hang_up_gives_the_right_row_at_once(
    guests: Guests, stage: str, outcome: str
) -> None:
    agent = await guests.agent("1001")
    incoming: Incoming | None = None
    if stage == "waiting":
        await guests.dials(agent, "*721", "agent.not_ready")
    call = await guests.caller()
    if stage == "greeting":
        await call.hears("notice.recording", within_s=2)
    elif stage == "menu":
        await call.hears("menu.main", within_s=12)
    else:
        call.press("1")
    if stage == "waiting":
        await call.hears_music(within_s=12)
    if stage in {"ringing", "talk"}:
        incoming = await agent.rings(within_s=12)
    if stage == "talk":
        assert incoming is not None
        await incoming.answer()
        await call.hears("greet.neutral", within_s=2)
        call.hang_up()
        await incoming.ended(within_s=1)
    else:
        call.hang_up()
    if stage == "ringing":
        assert incoming is not None
        await incoming.cancelled(within_s=1)

    row = await guests.row(call)

    assert (outcome, "caller") == (row["outcome"], row["hung_up_by"])


async def test_an_agents_phone_reaches_nothing_but_its_codes(guests: Guests) -> None:
    agent = await guests.agent("1001", signed_in=False)
    for number in ("10000", "13800138000", "*99", "1002"):
        call = await agent.dial(f"sip:{number}@127.0.0.1:{guests.hotline.sip_port}")
        ending = await call.ended(within_s=3)
        assert ending.status == 404


async def test_the_callers_full_number_is_in_no_log(guests: Guests, hotline: Hotline) -> None:
    call = await guests.caller("13899990000")
    await call.hears("notice.recording", within_s=2)
    call.hang_up()
    await guests.settled()

    assert "13899990000" not in hotline.log()
    assert "13899990000" not in (hotline.home / "asterisk/log/messages.log").read_text()
