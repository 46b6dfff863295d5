"""The rest of a simulated Asterisk's HTTP side: recordings, applications, accounts, itself."""

from typing import Any

from tests.sim.fake_feed import FakeApp
from tests.sim.fake_http import Asked, RefusedError, on
from tests.sim.fake_recordings import FakeRecording, Recordable

ACCOUNT_TYPES = {"auth", "aor", "endpoint"}


def _shown(asked: Asked, app: FakeApp) -> dict[str, Any]:
    channels = [one.id for one in asked.asterisk.channels.values() if one.app == app.name]
    return {
        "name": app.name,
        "channel_ids": channels,
        "bridge_ids": list(asked.asterisk.bridges),
        "endpoint_ids": [],
        "device_names": sorted(app.devices),
        "events_allowed": [],
        "events_disallowed": [{"type": kind} for kind in sorted(app.disallowed)],
    }


@on("GET /applications")
def list_apps(asked: Asked) -> Any:
    return [_shown(asked, app) for app in asked.asterisk.feed.apps.values()]


@on("GET /applications/{name}")
def get_app(asked: Asked, name: str) -> Any:
    return _shown(asked, asked.app(name))


@on("PUT /applications/{name}/eventFilter")
def filter_events(asked: Asked, name: str) -> Any:
    app = asked.app(name)
    app.disallowed = frozenset(one["type"] for one in asked.body.get("disallowed", []))
    return _shown(asked, app)


@on("POST /applications/{name}/subscription")
def subscribe(asked: Asked, name: str) -> Any:
    app = asked.app(name)
    for source in asked.query["eventSource"].split(","):
        kind, _, what = source.partition(":")
        if kind == "deviceState":
            app.devices.add(what)
        elif kind == "channel" and what in asked.asterisk.channels:
            app.channels.add(what)
        elif kind in {"channel", "bridge", "endpoint"}:
            raise RefusedError(422, "Event source does not exist")
        else:
            raise RefusedError(400, "Invalid event source")
    return _shown(asked, app)


@on("DELETE /applications/{name}/subscription")
def unsubscribe(asked: Asked, name: str) -> Any:
    app = asked.app(name)
    for source in asked.query["eventSource"].split(","):
        kind, _, what = source.partition(":")
        subscriptions = app.devices if kind == "deviceState" else app.channels
        subscriptions.discard(what)
    return _shown(asked, app)


@on("GET /deviceStates/{name}")
def get_device(asked: Asked, name: str) -> Any:
    technology, _, endpoint = name.partition("/")
    state = asked.asterisk.told_device_state(endpoint) if technology == "PJSIP" else "UNKNOWN"
    return {"name": name, "state": state}


@on("PUT /asterisk/config/dynamic/res_pjsip/{kind}/{id}")
def put_account(asked: Asked, kind: str, id: str) -> Any:
    if kind not in ACCOUNT_TYPES:
        raise RefusedError(404, f"objectType '{kind}' not found")
    fields = {one["attribute"]: one["value"] for one in asked.body.get("fields", [])}
    if not all(isinstance(value, str) for value in fields.values()):
        raise RefusedError(400, f"Update of object '{id}' failed field value validation")
    account = asked.asterisk.accounts.setdefault((kind, id), {})
    account.update(fields)
    if kind == "endpoint":
        asked.asterisk.device_touched(id)
    return [{"attribute": key, "value": value} for key, value in account.items()]


@on("DELETE /asterisk/config/dynamic/res_pjsip/{kind}/{id}")
def delete_account(asked: Asked, kind: str, id: str) -> None:
    if asked.asterisk.accounts.pop((kind, id), None) is None:
        raise RefusedError(404, f"Object with id '{id}' not found")
    if kind == "endpoint":
        asked.asterisk.device_touched(id)


@on("GET /endpoints/{tech}")
def list_endpoints(asked: Asked, tech: str) -> Any:
    names = [name for kind, name in asked.asterisk.accounts if kind == "endpoint"]
    return [
        {"technology": tech, "resource": name, "state": "unknown", "channel_ids": []}
        for name in names
    ]


@on("GET /asterisk/info")
def info(asked: Asked) -> Any:
    started = asked.asterisk.started_at
    return {
        "status": {"startup_time": started, "last_reload_time": started},
        "system": {"version": asked.asterisk.version, "entity_id": "fake"},
    }


@on("GET /asterisk/ping")
def ping(asked: Asked) -> Any:
    return {"ping": "pong", "timestamp": asked.asterisk.now(), "asterisk_id": "fake"}


@on("GET /asterisk/variable")
def get_global(asked: Asked) -> Any:
    return {"value": asked.asterisk.globals.get(asked.query["variable"], "")}


@on("POST /asterisk/variable")
def set_global(asked: Asked) -> None:
    asked.asterisk.globals[asked.query["variable"]] = asked.query.get("value", "")


@on("GET /channels/{id}/variable")
def get_variable(asked: Asked, id: str) -> Any:
    value = asked.channel(id).variables.get(asked.query["variable"])
    if value is None:
        raise RefusedError(404, "Provided variable was not found")
    return {"value": value}


@on("POST /channels/{id}/variable")
def set_variable(asked: Asked, id: str) -> None:
    asked.controlled(id).variables[asked.query["variable"]] = asked.query.get("value", "")


# ---- recordings ---------------------------------------------------------------------------------


@on("POST /channels/{id}/record")
def record(asked: Asked, id: str) -> Any:
    """One in a bridge is taken, and fails."""
    channel = asked.controlled(id)
    recording = _new_recording(asked, channel, f"channel:{id}")
    if channel.bridge is not None:
        failed = recording.json("failed", cause="Cannot record channel while in bridge")
        channel.tell("RecordingFailed", recording=failed)
        return 201, failed
    return _begins(asked, recording)


@on("POST /bridges/{id}/record")
def record_bridge(asked: Asked, id: str) -> Any:
    return _begins(asked, _new_recording(asked, asked.bridge(id), f"bridge:{id}"))


def _new_recording(asked: Asked, target: Recordable, uri: str) -> FakeRecording:
    asterisk, name = asked.asterisk, asked.query["name"]
    if name in {*asterisk.recordings, *asterisk.stored, *asterisk.takes}:
        raise RefusedError(409, f"Recording '{name}' already exists and can not be overwritten")
    return FakeRecording(
        asterisk,
        target,
        uri,
        name,
        most_s=int(asked.query.get("maxDurationSeconds", 0)),
        silence_s=int(asked.query.get("maxSilenceSeconds", 0)),
        end_keys=asked.query.get("terminateOn", "none"),
    )


def _begins(asked: Asked, recording: FakeRecording) -> Any:
    asked.asterisk.recordings[recording.name] = recording
    asked.asterisk.loop.call_soon(recording.begin)
    return 201, recording.json("queued")


def _live(asked: Asked, name: str) -> FakeRecording:
    recording = asked.asterisk.recordings.get(name)
    if recording is None:
        raise RefusedError(404, "Recording not found")
    return recording


@on("GET /recordings/live/{name}")
def live_recording(asked: Asked, name: str) -> Any:
    recording = _live(asked, name)
    return recording.json(recording.state)


@on("POST /recordings/live/{name}/stop")
def stop_recording(asked: Asked, name: str) -> None:
    _live(asked, name).stop()


@on("DELETE /recordings/live/{name}")
def discard_recording(asked: Asked, name: str) -> None:
    _live(asked, name).discard()


@on("POST /recordings/live/{name}/pause")
def pause_recording(asked: Asked, name: str) -> None:
    _live(asked, name).pause(paused=True)


@on("DELETE /recordings/live/{name}/pause")
def unpause_recording(asked: Asked, name: str) -> None:
    _live(asked, name).pause(paused=False)


@on("POST /recordings/live/{name}/mute")
def mute_recording(asked: Asked, name: str) -> None:
    _live(asked, name).mute(muted=True)


@on("DELETE /recordings/live/{name}/mute")
def unmute_recording(asked: Asked, name: str) -> None:
    _live(asked, name).mute(muted=False)


@on("GET /recordings/stored/{name}/file")
def get_recorded(asked: Asked, name: str) -> Any:
    return _stored(asked, name)


@on("DELETE /recordings/stored/{name}")
def delete_recorded(asked: Asked, name: str) -> None:
    _stored(asked, name)
    del asked.asterisk.stored[name]


def _stored(asked: Asked, name: str) -> bytes:
    content = asked.asterisk.stored.get(name)
    if content is None:
        raise RefusedError(404, "Recording not found")
    return content
