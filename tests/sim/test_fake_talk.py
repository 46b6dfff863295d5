"""The simulated Asterisk itself, in a talk: who hears whom, snoops, mutes, holds, recordings."""

import io
import wave
from array import array
from collections.abc import Callable, Coroutine
from typing import Any

from ccbot.ari.client import Ari
from ccbot.phone.alaw import encode, power_at
from tests.sim.ears import Kind
from tests.sim.fake_asterisk import FakeAsterisk
from tests.sim.fake_channels import FakeChannel, State
from tests.sim.fake_phones import Line
from tests.sim.loop import Sim, simulate

APP = "ccbot"
LOW_HZ, HIGH_HZ = 500.0, 900.0


class Stage:
    """Anna and Bert in a room; Cora beside it."""

    def __init__(self, sim: Sim) -> None:
        self.asterisk = FakeAsterisk(sim, length_s=lambda media: 1.0)
        self.ari = Ari(self.asterisk)
        self.anna, self.bert, self.cora = (self._line(name) for name in ("anna", "bert", "cora"))

    def _line(self, name: str) -> FakeChannel:
        channel = self.asterisk.new_channel(
            endpoint=name, human=Line(self.asterisk), state=State.UP, channel_id=name
        )
        channel.enter_app(APP, [])
        return channel

    async def meet(self) -> None:
        await self.ari.bridges.create_with_id(bridge_id="room", type="mixing,dtmf_events")
        await self.ari.bridges.add_channel(bridge_id="room", channel=["anna", "bert"])

    async def snoops(self, target: str, *, spy: str = "none", whisper: str = "none") -> None:
        """Cora, by a snoop in a bridge of her own."""
        await self.ari.channels.snoop_channel_with_id(
            channel_id=target, snoop_id="snoop", app=APP, spy=spy, whisper=whisper
        )
        await self.ari.bridges.create_with_id(bridge_id="beside", type="mixing")
        await self.ari.bridges.add_channel(bridge_id="beside", channel=["cora", "snoop"])

    def heard(self) -> dict[str, str]:
        """Whom each of them hears now."""
        return {one.id: _voices(one) for one in (self.anna, self.bert, self.cora) if not one.gone}


def _voices(channel: FakeChannel) -> str:
    sounds = channel.ears.log[-1].sounds
    return " ".join(sorted(one.what for one in sounds if one.kind is Kind.VOICE))


def on_stage(story: Callable[[Stage], Coroutine[Any, Any, None]]) -> None:
    async def play(sim: Sim) -> None:
        stage = Stage(sim)
        async with stage.asterisk.events(APP):
            await stage.meet()
            await story(stage)

    simulate(0, play)


def test_a_listening_snoop_hears_both_and_is_heard_by_nobody() -> None:
    async def story(stage: Stage) -> None:
        await stage.snoops("bert", spy="both")
        assert stage.heard() == {"anna": "bert", "bert": "anna", "cora": "anna bert"}

    on_stage(story)


def test_a_snoop_of_one_side_hears_that_side() -> None:
    async def story(stage: Stage) -> None:
        await stage.snoops("bert", spy="in")
        assert stage.heard()["cora"] == "bert"
        await stage.ari.channels.hangup(channel_id="snoop")
        await stage.ari.bridges.destroy(bridge_id="beside")
        assert stage.heard()["cora"] == ""
        await stage.snoops("bert", spy="out")
        assert stage.heard()["cora"] == "anna"

    on_stage(story)


def test_a_whisper_is_heard_by_the_target_alone() -> None:
    async def story(stage: Stage) -> None:
        await stage.snoops("bert", spy="both", whisper="out")
        assert stage.heard() == {"anna": "bert", "bert": "anna cora", "cora": "anna bert"}

    on_stage(story)


def test_a_whisper_inwards_is_heard_by_whoever_hears_the_target() -> None:
    async def story(stage: Stage) -> None:
        await stage.snoops("bert", whisper="in")
        assert stage.heard() == {"anna": "bert cora", "bert": "anna", "cora": ""}

    on_stage(story)


def test_a_snoop_follows_its_target_out_of_the_room_and_ends_with_it() -> None:
    async def story(stage: Stage) -> None:
        await stage.snoops("bert", spy="both")
        await stage.ari.bridges.remove_channel(bridge_id="room", channel=["anna"])
        assert stage.heard() == {"anna": "", "bert": "", "cora": "bert"}
        await stage.ari.channels.hangup(channel_id="bert")
        stage.asterisk.feed.sent.clear()
        await _soon(stage)
        assert "snoop" not in stage.asterisk.channels
        assert stage.asterisk.feed.sent.count("StasisEnd") == 1
        assert stage.heard() == {"anna": "", "cora": ""}

    on_stage(story)


def test_who_is_muted_is_not_heard_or_does_not_hear() -> None:
    async def story(stage: Stage) -> None:
        await stage.ari.channels.mute(channel_id="bert", direction="in")
        assert stage.heard() == {"anna": "", "bert": "anna", "cora": ""}
        await stage.ari.channels.unmute(channel_id="bert", direction="in")
        await stage.ari.channels.mute(channel_id="bert", direction="out")
        assert stage.heard() == {"anna": "bert", "bert": "", "cora": ""}
        await stage.ari.channels.unmute(channel_id="bert", direction="both")
        assert stage.heard() == {"anna": "bert", "bert": "anna", "cora": ""}

    on_stage(story)


def test_a_phone_that_holds_neither_speaks_nor_hears_and_the_other_one_hears_music() -> None:
    async def story(stage: Stage) -> None:
        stage.bert.hold(held=True)
        assert stage.heard() == {"anna": "", "bert": "", "cora": ""}
        assert {one.kind for one in stage.anna.ears.log[-1].sounds} == {Kind.MUSIC}
        stage.bert.hold(held=False)
        assert stage.heard() == {"anna": "bert", "bert": "anna", "cora": ""}
        assert stage.asterisk.feed.sent[-2:] == ["ChannelHold", "ChannelUnhold"]

    on_stage(story)


def test_in_a_room_of_three_a_phone_that_holds_is_silent() -> None:
    async def story(stage: Stage) -> None:
        await stage.ari.bridges.add_channel(bridge_id="room", channel=["cora"])
        stage.bert.hold(held=True)
        assert stage.heard() == {"anna": "cora", "bert": "", "cora": "anna"}
        assert {one.kind for one in stage.anna.ears.log[-1].sounds} == {Kind.VOICE}

    on_stage(story)


def test_refer_is_declined_where_the_account_forbids_it() -> None:
    async def story(stage: Stage) -> None:
        stage.asterisk.accounts["endpoint", "bert"] = {"allow_transfer": "no"}
        _telephone(stage.bert).refer("1002")
        await _soon(stage)
        assert stage.bert.told_of_refer == [603]
        assert "ChannelTransfer" not in stage.asterisk.feed.sent

    on_stage(story)


def test_an_accepted_refer_is_told_and_its_progress_told_back() -> None:
    async def story(stage: Stage) -> None:
        stage.asterisk.accounts["endpoint", "bert"] = {
            "set_var": "PJSIP_TRANSFER_HANDLING()=ari-only"
        }
        _telephone(stage.bert).refer("1002")
        await _soon(stage)
        assert stage.asterisk.feed.sent[-1] == "ChannelTransfer"
        for state in ("channel_progress", "channel_unavailable", "channel_answered"):
            await stage.ari.channels.transfer_progress(channel_id="bert", states=state)
        assert stage.bert.told_of_refer == [202, 100, 503]

    on_stage(story)


def test_each_side_of_a_talk_is_recorded_by_a_snoop_of_its_own() -> None:
    async def story(stage: Stage) -> None:
        for direction in ("in", "out"):
            await stage.ari.channels.snoop_channel_with_id(
                channel_id="bert", snoop_id=direction, app=APP, spy=direction
            )
            await stage.ari.channels.record(channel_id=direction, name=direction, format="wav")
        _both_speak(stage)
        await _passes(stage, 2.0)
        await stage.ari.channels.hangup(channel_id="bert")
        await _soon(stage)
        assert _pitches(stage, "in") == {HIGH_HZ}
        assert _pitches(stage, "out") == {LOW_HZ}

    on_stage(story)


def test_a_room_is_recorded_as_a_mix_even_while_ccbot_pauses_and_mutes() -> None:
    async def story(stage: Stage) -> None:
        live = stage.ari.recordings
        await stage.ari.bridges.record(bridge_id="room", name="mix", format="wav")
        await _passes(stage, 1.0)
        await live.pause(recording_name="mix")
        _both_speak(stage)
        await _passes(stage, 1.0)
        await live.unpause(recording_name="mix")
        await live.mute(recording_name="mix")
        await _passes(stage, 1.0)
        await live.stop(recording_name="mix")
        assert _pitches(stage, "mix") == set()
        assert stage.asterisk.spool_s() == {"mix": 2.0}
        await stage.ari.bridges.record(bridge_id="room", name="next", format="wav")
        await _passes(stage, 1.0)
        await stage.ari.bridges.destroy(bridge_id="room")
        assert _pitches(stage, "next") == {LOW_HZ, HIGH_HZ}

    on_stage(story)


def test_statistics_tell_how_well_a_line_is_heard() -> None:
    async def story(stage: Stage) -> None:
        stage.bert.quality.loss = 0.1
        await _passes(stage, 10.0)
        told = await stage.ari.channels.rtpstatistics(channel_id="bert")
        assert (told.rxcount, told.rxploss) == (450, 50)

    on_stage(story)


def _telephone(channel: FakeChannel) -> Line:
    line = channel.human
    assert isinstance(line, Line)
    line.channel = channel
    return line


def _both_speak(stage: Stage) -> None:
    stage.asterisk.pitches_hz.update(anna=LOW_HZ, bert=HIGH_HZ)
    stage.anna.spoke(60)
    stage.bert.spoke(60)


def _pitches(stage: Stage, name: str) -> set[float]:
    """Which voices are in a recording."""
    with wave.open(io.BytesIO(stage.asterisk.stored[name])) as opened:
        sound = encode(list(array("h", opened.readframes(opened.getnframes()))))
    return {pitch_hz for pitch_hz in (LOW_HZ, HIGH_HZ) if power_at(sound, pitch_hz) > 0.2}


async def _soon(stage: Stage) -> None:
    await _passes(stage, 0.1)


async def _passes(stage: Stage, seconds: float) -> None:
    over = stage.asterisk.loop.create_future()
    stage.asterisk.after(seconds, lambda: over.set_result(None))
    await over
