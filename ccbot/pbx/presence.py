"""Whether agents' phones are there: Asterisk's device states, turned into facts."""

from collections.abc import Callable

from ccbot.ari.client import Ari
from ccbot.ari.errors import AriError
from ccbot.ari.generated.events import DeviceStateChanged
from ccbot.core.facts import Phone
from ccbot.core.ids import AgentId
from ccbot.pbx.accounts import agent_of, endpoint_of
from ccbot.pbx.exchange import APP

_PHONES = {
    "NOT_INUSE": Phone.IDLE,
    "INUSE": Phone.BUSY,
    "BUSY": Phone.BUSY,
    "ONHOLD": Phone.BUSY,
    "RINGING": Phone.RINGING,
    "RINGINUSE": Phone.BUSY,
}
"""Every other state (UNAVAILABLE, INVALID, UNKNOWN) means that the phone cannot be rung."""


class Presence:
    """Watches the agents' phones."""

    def __init__(self, ari: Ari, changed: Callable[[AgentId, Phone], None]) -> None:
        self._ari = ari
        self._changed = changed

    async def watch(self, agent: AgentId) -> None:
        """Subscribe to one phone and report how it is now; said again, it does no harm.

        Asterisk forgets device-state subscriptions whenever the event socket is lost.
        """
        device = f"PJSIP/{endpoint_of(agent)}"
        try:
            await self._ari.applications.subscribe(
                application_name=APP, event_source=[f"deviceState:{device}"]
            )
            state = await self._ari.device_states.get(device_name=device)
        except AriError:
            self._changed(agent, Phone.UNREACHABLE)
            return
        self._changed(agent, _PHONES.get(state.state, Phone.UNREACHABLE))

    def heard(self, event: DeviceStateChanged) -> None:
        """A device state changed."""
        technology, _, endpoint = event.device_state.name.partition("/")
        agent = agent_of(endpoint)
        if technology == "PJSIP" and agent is not None:
            self._changed(agent, _PHONES.get(event.device_state.state, Phone.UNREACHABLE))
