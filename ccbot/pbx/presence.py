"""Whether agents' phones are there: Asterisk's device states, turned into facts."""

from collections import Counter
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
        self._news: Counter[AgentId] = Counter()
        """How often Asterisk told of a phone by itself."""
        self._unanswered: set[AgentId] = set()
        """Phones of which Asterisk could not be asked."""

    async def watch(self, agent: AgentId) -> None:
        """Subscribe to one phone and report how it is now; said again, it does no harm.

        Asterisk forgets device-state subscriptions whenever the event socket is lost. An event may
        overtake the answer to our question: then the event is newer, and the answer is ignored.
        """
        device = f"PJSIP/{endpoint_of(agent)}"
        self._unanswered.discard(agent)
        try:
            await self._ari.applications.subscribe(
                application_name=APP, event_source=[f"deviceState:{device}"]
            )
            news = self._news[agent]
            state = (await self._ari.device_states.get(device_name=device)).state
        except AriError:
            self._unanswered.add(agent)
            self._changed(agent, Phone.UNREACHABLE)
            return
        if self._news[agent] == news:
            self._changed(agent, _PHONES.get(state, Phone.UNREACHABLE))

    def watch_later(self, agent: AgentId) -> None:
        """Ask about this phone when next there is time."""
        self._unanswered.add(agent)

    async def watch_unanswered(self) -> None:
        """Ask once more about phones of which Asterisk could not be asked."""
        for agent in sorted(self._unanswered):
            await self.watch(agent)

    def heard(self, event: DeviceStateChanged) -> None:
        """A device state changed."""
        technology, _, endpoint = event.device_state.name.partition("/")
        agent = agent_of(endpoint)
        if technology == "PJSIP" and agent is not None:
            self._news[agent] += 1
            self._changed(agent, _PHONES.get(event.device_state.state, Phone.UNREACHABLE))
