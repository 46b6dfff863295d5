"""The whole layer against a real Asterisk: requests, refusals, and the events they cause."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ccbot.ari import errors
from ccbot.ari.client import Ari
from ccbot.ari.events import UNWANTED, Event, Unknown, channel_ids, filter_events
from ccbot.ari.generated import events as ev
from ccbot.ari.socket import EventSocket
from ccbot.ari.transport import HttpTransport
from tests.ari.asterisk import running
from tests.ari.test_socket import Always

EVENT_S_MAX = 10.0
APP = "ccbot"


@pytest.fixture(scope="module")
async def url(asterisk_root: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    async with running(asterisk_root, tmp_path_factory.mktemp("asterisk")) as address:
        yield address


class Ear:
    """Keeps the events, and waits for the one that is wanted."""

    def __init__(self) -> None:
        self.heard: list[Event | Unknown] = []
        self._more = asyncio.Event()

    def listen(self, event: Event | Unknown) -> None:
        self.heard.append(event)
        self._more.set()

    async def until(self, wanted: Callable[[Event | Unknown], bool]) -> Event | Unknown:
        async with asyncio.timeout(EVENT_S_MAX):
            while True:
                self._more.clear()
                for event in self.heard:
                    if wanted(event):
                        return event
                await self._more.wait()


class Line:
    """A client with its event socket open."""

    def __init__(self, transport: HttpTransport) -> None:
        self.ari = Ari(transport)
        self.ear = Ear()
        self.socket = EventSocket(transport, APP, Always(0.5))


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Line]:
    """A client whose events arrive."""
    up = asyncio.Event()
    async with HttpTransport(url) as transport, asyncio.TaskGroup() as tasks:
        line = Line(transport)

        async def on_up() -> None:
            await filter_events(line.ari, APP)
            up.set()

        work = tasks.create_task(line.socket.run(line.ear.listen, on_up, up.clear))
        async with asyncio.timeout(EVENT_S_MAX):
            await up.wait()
        yield line
        work.cancel()


@pytest.mark.asyncio(loop_scope="module")
async def test_every_question_without_parameters_has_a_readable_answer(url: str) -> None:
    async with connected(url) as line:
        ari = line.ari
        info = await ari.asterisk.get_info()
        assert info.system is not None
        assert info.system.version.startswith("22.")
        assert info.status is not None
        assert (await ari.asterisk.ping()).ping == "pong"
        assert "res_ari.so" in {module.name for module in await ari.asterisk.list_modules()}
        assert [channel.channel for channel in await ari.asterisk.list_log_channels()]
        assert [sound.id for sound in await ari.sounds.list()] == ["tune"]
        [app] = await ari.applications.list()
        assert app.name == APP
        assert {one["type"] for one in app.events_disallowed} == set(UNWANTED)
        for listed in (ari.channels, ari.bridges, ari.endpoints, ari.device_states):
            assert isinstance(await listed.list(), list)
        assert await ari.recordings.list_stored() == []


@pytest.mark.asyncio(loop_scope="module")
async def test_what_does_not_exist_is_refused_by_its_error(url: str) -> None:
    async with HttpTransport(url) as transport:
        ari = Ari(transport)
        with pytest.raises(errors.NotFound, match="Channel not found"):
            await ari.channels.answer(channel_id="ccbot-none")
        with pytest.raises(errors.AllocationFailed, match="Allocation failed"):
            await ari.channels.originate_with_id(
                channel_id="ccbot-nobody", endpoint="PJSIP/nobody", app=APP
            )
        await ari.bridges.create_with_id(bridge_id="ccbot-r1", type="mixing")
        with pytest.raises(errors.BadRequest, match="Channel not found"):
            await ari.bridges.add_channel(bridge_id="ccbot-r1", channel=["ccbot-none"])
        await ari.bridges.destroy(bridge_id="ccbot-r1")
        with pytest.raises(errors.NotFound, match="Bridge not found"):
            await ari.bridges.get(bridge_id="ccbot-r1")
    async with HttpTransport(url.replace("http://ccbot:", "http://ccbot:x")) as transport:
        with pytest.raises(errors.AriError, match="401"):
            await Ari(transport).asterisk.ping()


@pytest.mark.asyncio(loop_scope="module")
async def test_an_account_can_be_pushed_and_removed(url: str) -> None:
    async with HttpTransport(url) as transport:
        ari = Ari(transport)
        where = {"config_class": "res_pjsip", "object_type": "aor", "id": "p-1001"}
        fields = await ari.asterisk.update_object(
            **where, fields=[{"attribute": "max_contacts", "value": "1"}]
        )
        assert ("max_contacts", "1") in {(one.attribute, one.value) for one in fields}
        with pytest.raises(errors.BadRequest):
            await ari.asterisk.update_object(
                **where, fields=[{"attribute": "no_such", "value": "1"}]
            )
        await ari.asterisk.delete_object(**where)
        with pytest.raises(errors.NotFound):
            await ari.asterisk.get_object(**where)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_call_can_be_made_played_to_bridged_and_ended(url: str) -> None:
    async with connected(url) as line:
        ari, ear = line.ari, line.ear
        made = await ari.channels.originate_with_id(
            channel_id="ccbot-leg/1",
            endpoint="Local/600@far",
            app=APP,
            app_args="ring,offer-1",
            variables={"CCID": "call 1 & more"},
        )
        assert made.id == "ccbot-leg/1"
        start = await ear.until(lambda one: isinstance(one, ev.StasisStart))
        assert isinstance(start, ev.StasisStart)
        assert (start.channel.id, start.args) == ("ccbot-leg/1", ["ring", "offer-1"])
        said = await ari.channels.get_channel_var(channel_id=made.id, variable="CCID")
        assert said.value == "call 1 & more"
        with pytest.raises(errors.Conflict, match="already exists"):
            await ari.channels.originate_with_id(
                channel_id=made.id, endpoint="Local/600@far", app=APP
            )
        await ari.channels.play_with_id(
            channel_id=made.id, playback_id="ccbot-p1", media=["sound:tune", "sound:tune"]
        )
        await ari.playbacks.stop(playback_id="ccbot-p1")
        await ear.until(lambda one: isinstance(one, ev.PlaybackFinished))
        await ari.bridges.create_with_id(bridge_id="ccbot-room", type="mixing,dtmf_events")
        await ari.bridges.add_channel(bridge_id="ccbot-room", channel=[made.id])
        await ear.until(lambda one: isinstance(one, ev.ChannelEnteredBridge))
        assert (await ari.bridges.get(bridge_id="ccbot-room")).channels == [made.id]
        await ari.channels.hangup(channel_id=made.id, reason="normal")
        ended = await ear.until(lambda one: isinstance(one, ev.ChannelDestroyed))
        assert channel_ids(ended) == (made.id,)
        await ari.bridges.destroy(bridge_id="ccbot-room")
        await ear.until(lambda one: isinstance(one, ev.BridgeDestroyed))
        kinds = {type(event).__name__ for event in ear.heard}
        assert kinds.isdisjoint(UNWANTED)
        assert not [event for event in ear.heard if isinstance(event, Unknown)]
        assert line.socket.malformed == 0


@pytest.mark.asyncio(loop_scope="module")
async def test_a_second_socket_of_the_same_name_replaces_the_first(url: str) -> None:
    async with connected(url) as first, connected(url):
        await first.ear.until(lambda one: isinstance(one, ev.ApplicationReplaced))
