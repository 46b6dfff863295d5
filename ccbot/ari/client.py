"""The whole of ARI as one object: ``ari.channels.answer(channel_id=…)``."""

from ccbot.ari.generated import operations
from ccbot.ari.request import Requester
from ccbot.ari.transport import Transport


class Ari:
    """Typed access to every resource."""

    def __init__(self, transport: Transport) -> None:
        requester = self.requester = Requester(transport)
        self.applications = operations.Applications(requester)
        self.asterisk = operations.Asterisk(requester)
        self.bridges = operations.Bridges(requester)
        self.channels = operations.Channels(requester)
        self.device_states = operations.DeviceStates(requester)
        self.endpoints = operations.Endpoints(requester)
        self.events = operations.Events(requester)
        self.mailboxes = operations.Mailboxes(requester)
        self.playbacks = operations.Playbacks(requester)
        self.recordings = operations.Recordings(requester)
        self.sounds = operations.Sounds(requester)
