"""The whole of ARI as one object: ``ari.channels.answer(channel_id=…)``."""

from ccbot.ari.call import Caller
from ccbot.ari.generated import operations
from ccbot.ari.transport import Transport


class Ari:
    """Typed access to every resource."""

    def __init__(self, transport: Transport) -> None:
        call = Caller(transport)
        self.applications = operations.Applications(call)
        self.asterisk = operations.Asterisk(call)
        self.bridges = operations.Bridges(call)
        self.channels = operations.Channels(call)
        self.device_states = operations.DeviceStates(call)
        self.endpoints = operations.Endpoints(call)
        self.mailboxes = operations.Mailboxes(call)
        self.playbacks = operations.Playbacks(call)
        self.recordings = operations.Recordings(call)
        self.sounds = operations.Sounds(call)
        self.events = operations.Events(call)
