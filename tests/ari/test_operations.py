"""Typed parameters become the words that Asterisk understands, and its answers typed results."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager

import pytest

from ccbot.ari import errors
from ccbot.ari.client import Ari
from ccbot.ari.generated.models import ConfigTuple
from ccbot.ari.request import carried_through
from ccbot.ari.transport import Reply


class Recorder:
    """A transport that keeps the last request and gives one reply."""

    def __init__(self, reply: Reply | None = None) -> None:
        self.reply = reply or Reply(204, b"")
        self.method = ""
        self.path = ""
        self.query: Mapping[str, str] = {}
        self.body: bytes | None = None

    async def request(
        self, method: str, path: str, query: Mapping[str, str], body: bytes | None
    ) -> Reply:
        self.method, self.path, self.query, self.body = method, path, query, body
        return self.reply

    def events(self, app: str) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        raise NotImplementedError


CHANNEL: dict[str, object] = {
    "id": "ccbot-1",
    "protocol_id": "",
    "name": "PJSIP/p-1001-1",
    "state": "Down",
    "caller": {"name": "", "number": ""},
    "connected": {"name": "", "number": ""},
    "accountcode": "",
    "dialplan": {
        "context": "",
        "exten": "s",
        "priority": 1,
        "app_name": "AppDial2",
        "app_data": "(Outgoing Line)",
    },
    "creationtime": "2026-11-23T20:38:00.123+0000",
    "language": "zh",
}


async def test_parameters_travel_by_their_declared_names_and_none_is_not_sent() -> None:
    wire = Recorder(Reply(200, json.dumps(CHANNEL).encode()))
    channel = await Ari(wire).channels.originate_with_id(
        channel_id="ccbot-1",
        endpoint="PJSIP/p-1001",
        app="ccbot",
        app_args="ring,offer-1",
        timeout=15,
        variables={"FORWARD_CONTEXT": "nowhere"},
    )
    assert (wire.method, wire.path) == ("POST", "/channels/ccbot-1")
    assert wire.query == {
        "endpoint": "PJSIP/p-1001",
        "app": "ccbot",
        "appArgs": "ring,offer-1",
        "timeout": "15",
    }
    assert json.loads(wire.body or b"") == {"variables": {"FORWARD_CONTEXT": "nowhere"}}
    assert (channel.id, channel.dialplan.app_name) == ("ccbot-1", "AppDial2")


async def test_nothing_can_leave_its_part_of_the_path() -> None:
    wire = Recorder()
    await Ari(wire).channels.answer(channel_id="../bridges/ä?x=1#y")
    assert wire.path == "/channels/..%2Fbridges%2F%C3%A4%3Fx%3D1%23y/answer"
    await Ari(wire).channels.hangup(channel_id="..")
    assert wire.path == "/channels/%2E%2E"


async def test_lists_are_joined_and_truth_is_lower_case() -> None:
    wire = Recorder()
    await Ari(wire).bridges.add_channel(bridge_id="b", channel=["x", "y"], mute=True, role=None)
    assert wire.query == {"channel": "x,y", "mute": "true"}
    assert wire.body is None


async def test_the_fields_of_an_object_are_the_body() -> None:
    wire = Recorder(Reply(200, b'[{"attribute":"context","value":"nowhere"}]'))
    fields = await Ari(wire).asterisk.update_object(
        config_class="res_pjsip",
        object_type="endpoint",
        id="p-1001",
        fields=[ConfigTuple(attribute="context", value="nowhere")],
    )
    assert wire.path == "/asterisk/config/dynamic/res_pjsip/endpoint/p-1001"
    expected = {"fields": [{"attribute": "context", "value": "nowhere"}]}
    assert json.loads(wire.body or b"") == expected
    assert fields == [ConfigTuple(attribute="context", value="nowhere")]


async def test_an_event_filter_is_the_body_itself() -> None:
    reply: dict[str, object] = {
        "name": "ccbot",
        "channel_ids": [],
        "bridge_ids": [],
        "endpoint_ids": [],
    }
    reply |= {"device_names": [], "events_allowed": [], "events_disallowed": [{"type": "Dial"}]}
    wire = Recorder(Reply(200, json.dumps(reply).encode()))
    wanted = {"allowed": [], "disallowed": [{"type": "Dial"}]}
    got = await Ari(wire).applications.filter(application_name="ccbot", filter=wanted)
    assert json.loads(wire.body or b"") == wanted
    assert got.events_disallowed == [{"type": "Dial"}]


async def test_a_sound_file_comes_as_bytes() -> None:
    wire = Recorder(Reply(200, b"RIFF\xff"))
    got = await Ari(wire).recordings.get_stored_file(recording_name="calls/1")
    assert got == b"RIFF\xff"
    assert wire.path == "/recordings/stored/calls%2F1/file"


async def test_unknown_fields_of_a_result_are_ignored() -> None:
    wire = Recorder(Reply(200, json.dumps(CHANNEL | {"invented_later": [1]}).encode()))
    assert (await Ari(wire).channels.get(channel_id="ccbot-1")).language == "zh"


async def test_a_reply_that_is_not_as_declared_is_unreadable() -> None:
    for body in (b"", b"{}", b"<html>"):
        with pytest.raises(errors.Unreadable, match="GET /channels/x"):
            await Ari(Recorder(Reply(200, body))).channels.get(channel_id="x")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, errors.BadRequest),
        (404, errors.NotFound),
        (409, errors.Conflict),
        (412, errors.NotReady),
        (422, errors.Unprocessable),
        (500, errors.AllocationFailed),
        (503, errors.Unavailable),
        (405, errors.AriError),
        (302, errors.AriError),
    ],
)
async def test_each_status_is_raised_as_its_error(status: int, kind: type[errors.AriError]) -> None:
    wire = Recorder(Reply(status, b'{"message":"Channel not found"}'))
    with pytest.raises(errors.AriError) as caught:
        await Ari(wire).channels.answer(channel_id="x")
    assert type(caught.value) is kind
    assert caught.value.status == status
    assert str(caught.value) == f"{status} Channel not found"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"error":"Allocation failed"}', "Allocation failed"),
        (b"<html>Bad Request</html>", "<html>Bad Request</html>"),
        (b"x" * 1000, "x" * 200),
        (b"[1]", "[1]"),
        (b"\xff", "\ufffd"),
    ],
)
async def test_the_reason_of_a_refusal_is_kept_whatever_its_form(body: bytes, said: str) -> None:
    with pytest.raises(errors.AriError) as caught:
        await Ari(Recorder(Reply(500, body))).channels.answer(channel_id="x")
    assert caught.value.message == said


async def test_who_is_cancelled_leaves_when_the_outcome_is_known() -> None:
    wire = Slow()
    async with asyncio.TaskGroup() as group:
        asking = group.create_task(Ari(wire).channels.answer(channel_id="1"))
        await wire.asked.wait()
        asking.cancel()
        asking.cancel()
        await asyncio.sleep(0.01)
        assert not asking.done()
        wire.answer.set_result(Reply(204, b""))
    assert asking.cancelled()


async def test_who_may_leave_is_not_kept_while_the_operation_goes_on_alone() -> None:
    wire = Slow()
    may_leave = False
    async with asyncio.TaskGroup() as group:
        work = Ari(wire).channels.answer(channel_id="1")
        asking = group.create_task(carried_through(work, leave=lambda: may_leave))
        await wire.asked.wait()
        asking.cancel()
        await asyncio.sleep(0.01)
        assert not asking.done()
        may_leave = True
        asking.cancel()
        await asyncio.sleep(0.01)
        assert asking.cancelled()
        assert not wire.answer.cancelled()
        wire.answer.set_result(Reply(404, b""))  # an error that nobody hears warns nobody


class Slow(Recorder):
    """Its reply comes when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()
        self.answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()

    async def request(
        self, method: str, path: str, query: Mapping[str, str], body: bytes | None
    ) -> Reply:
        self.asked.set()
        return await self.answer
