"""The telephones around a simulated Asterisk, and the dialplan that lets them in."""

import asyncio
import re
from collections.abc import Callable
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from tests.sim.ears import Ears, Kind, Sound
from tests.sim.fake_channels import NORMAL_CLEARING, FakeChannel, State
from tests.sim.fake_refers import refer

if TYPE_CHECKING:
    from tests.sim.fake_asterisk import FakeAsterisk

APP = "ccbot"
KEY_S = 0.2
"""A key and the pause after it."""

QUALIFY_S = 5.0
"""A phone that vanished is noticed so late."""

AWAY_TRY_S = 3.0
AWAY_TRIES_MAX = 200
"""As in dialplan/extensions.conf."""

CONTEXTS = {"inbound": "from-trunk", "test": "from-test"}

FEATURE_CODES = re.compile(r"\*[0-9].*")


class Dialplan:
    """``dialplan/extensions.conf``, as far as it decides anything."""

    def __init__(self, asterisk: "FakeAsterisk") -> None:
        self._asterisk = asterisk

    def customer(self, channel: FakeChannel, kind: str, dialled: str) -> None:
        """A call from the trunk (``inbound``) or from the test account (``test``)."""
        self._asterisk.log_leg(channel, ended=False, context=CONTEXTS[kind], dialled=dialled)
        if self._asterisk.feed.active(APP):
            channel.enter_app(APP, [kind, dialled])
            return
        again = [f"{kind}-again", dialled, self._asterisk.unix_time()]
        channel.change_state(State.UP)
        self._play(channel, "away.apology")
        self._later(channel, self._length_s("away.apology"), again, 0)

    def agent(self, channel: FakeChannel, code: str) -> None:
        """A call from an agent's phone reaches the feature codes and nothing else."""
        if not FEATURE_CODES.fullmatch(code):
            channel.end(1, 404)
        elif self._asterisk.feed.active(APP):
            channel.enter_app(APP, ["agent", channel.endpoint, code])
        else:
            channel.change_state(State.UP)
            self._goodbye(channel)

    def _later(self, channel: FakeChannel, seconds: float, args: list[str], tries: int) -> None:
        self._asterisk.after(seconds, lambda: self._again(channel, args, tries))

    def _again(self, channel: FakeChannel, args: list[str], tries: int) -> None:
        if channel.gone:
            return
        if self._asterisk.feed.active(APP):
            channel.enter_app(APP, args)
        elif tries == AWAY_TRIES_MAX:
            self._goodbye(channel)
        else:
            channel.in_dialplan = Sound(Kind.MUSIC, "default")
            channel.listen()
            self._later(channel, AWAY_TRY_S, args, tries + 1)

    def _goodbye(self, channel: FakeChannel) -> None:
        self._play(channel, "error.system")
        seconds = self._length_s("error.system")
        self._asterisk.after(seconds, lambda: channel.end(NORMAL_CLEARING))

    def _play(self, channel: FakeChannel, prompt: str) -> None:
        channel.in_dialplan = Sound(Kind.PROMPT, f"sound:ccbot/zh/{prompt}")
        channel.listen()

    def _length_s(self, prompt: str) -> float:
        return self._asterisk.length_s(f"sound:ccbot/zh/{prompt}") or 0.0


class Telephone:
    """What every telephone can do with the one call that it has."""

    def __init__(self, asterisk: "FakeAsterisk") -> None:
        self.asterisk = asterisk
        self.channel: FakeChannel | None = None
        self.last: FakeChannel | None = None
        """The last channel, its ears included, when there is none now."""
        self.all_ears: list[Ears] = []
        """Of every call so far."""
        self.pressed_at_s: list[float] = []
        """When keys were pressed, in every call so far."""
        self.news = asyncio.Event()

    @property
    def ears(self) -> Ears:
        """What this phone's human hears in the present call, or heard in the last one."""
        assert self.last is not None, "this phone has had no call yet"
        return self.last.ears

    def press(self, keys: str) -> None:
        """Press keys, one after the other."""
        channel = self.channel
        assert channel is not None, "there is no call to press keys in"
        self.pressed_at_s.append(channel.ears.now_s())
        delay_s = self.asterisk.delays.sip_s()
        for position, key in enumerate(keys):
            self._send(partial(channel.pressed, key), delay_s + KEY_S * position)

    def say(self, seconds: float) -> None:
        """Speak for so long; silence follows."""
        channel = self.channel
        assert channel is not None, "there is no call to speak in"
        self._send(partial(channel.spoke, seconds))

    def hold(self) -> None:
        """The phone's own button: a re-INVITE with sendonly."""
        self._put_on_hold(held=True)

    def unhold(self) -> None:
        """The button once more: sendrecv."""
        self._put_on_hold(held=False)

    def _put_on_hold(self, *, held: bool) -> None:
        channel = self.channel
        assert channel is not None, "there is no call to put on hold"
        self._send(lambda: channel.hold(held=held))

    def refer(self, destination: str, consult: "Telephone | None" = None) -> None:
        """The transfer button: blind, or attended with the call on another line of this phone."""
        channel, other = self.channel, consult.channel if consult else None
        assert channel is not None, "there is no call to transfer"
        self._send(lambda: refer(self.asterisk, channel, destination, other))

    def hang_up(self) -> None:
        """End the call: the human hears nothing any more, Asterisk learns of it a bit later."""
        channel = self.channel
        if channel is None:
            return
        self._take(None)
        channel.ears.hung_up = channel.ears.closed_at_s is None
        channel.ears.close()
        self._send(lambda: channel.end(NORMAL_CLEARING))

    def line_answered(self, channel: FakeChannel) -> None:
        """The call was picked up."""
        self.wake()

    def line_ended(self, channel: FakeChannel) -> None:
        """The line is dead."""
        if self.channel is channel:
            self._take(None)

    def transfer_told(self, channel: FakeChannel) -> None:
        """A word on the transfer that it asked for."""
        self.wake()

    def wake(self) -> None:
        """Something happened to this phone."""
        self.news.set()
        self.news = asyncio.Event()

    def _take(self, channel: FakeChannel | None) -> None:
        self.channel = channel
        if channel is not None:
            self.last = channel
            self.all_ears.append(channel.ears)
        self.wake()

    def _send(self, what: Callable[[], None], after_s: float | None = None) -> None:
        delay_s = self.asterisk.delays.sip_s() if after_s is None else after_s
        self.asterisk.after(delay_s, what)


class Line(Telephone):
    """A customer's telephone, behind the trunk."""

    def dial(self, dialled: str, number: str, kind: str = "inbound") -> FakeChannel:
        """Call the hotline."""
        channel = self.asterisk.new_channel(
            endpoint="trunk", human=self, state=State.RING, number=number
        )
        self._take(channel)
        self._send(lambda: self._arrive(channel, kind, dialled))
        return channel

    def _arrive(self, channel: FakeChannel, kind: str, dialled: str) -> None:
        if not channel.gone:
            self.asterisk.dialplan.customer(channel, kind, dialled)


class Manner(StrEnum):
    """What a desk phone does with a call by itself."""

    RING = "ring"
    BUSY = "busy"
    """486 at once: do not disturb."""
    DEAF = "deaf"
    """No answer to the INVITE at all: it vanished."""


class DeskPhone(Telephone):
    """An agent's telephone: one line, which registers, rings, answers, declines, vanishes."""

    def __init__(self, asterisk: "FakeAsterisk", endpoint: str) -> None:
        super().__init__(asterisk)
        self.endpoint = endpoint
        self.registered = False
        self.reachable = False
        """What Asterisk believes, from registrations and OPTIONS."""
        self.manner = Manner.RING
        self.is_ringing = False
        self.shows = ""
        """The caller id of the latest call."""
        self.offers = 0
        """How often it was invited."""
        self.rings: list[tuple[float, float]] = []
        """From when to when it rang, each time."""
        self.heard: list[Ears] = []
        """Of each call that rang."""
        asterisk.phones[endpoint] = self

    def register(self) -> None:
        """If the account is there: else 401."""
        there = ("endpoint", self.endpoint) in self.asterisk.accounts
        self.registered = self.reachable = there
        self.asterisk.device_touched(self.endpoint)

    def unregister(self) -> None:
        """A polite goodbye."""
        self.registered = self.reachable = False
        self.asterisk.device_touched(self.endpoint)

    def vanish(self) -> None:
        """The network is gone: nobody is told; Asterisk notices when OPTIONS is not answered."""
        self.manner = Manner.DEAF
        self.asterisk.after(QUALIFY_S, self._noticed)

    def _noticed(self) -> None:
        if self.manner is Manner.DEAF:
            self.reachable = False
            self.asterisk.device_touched(self.endpoint)

    def come_back(self) -> None:
        """The network is there again, and the phone registers."""
        self.manner = Manner.RING
        self.register()

    # ---- calls that ring here -------------------------------------------------------------------

    def invited(self, channel: FakeChannel, *, shows: str) -> None:
        """Asterisk sent an INVITE."""
        self.offers += 1
        self.shows = shows
        self._send(lambda: self._rung(channel))

    def _rung(self, channel: FakeChannel) -> None:
        if channel.gone or self.manner is Manner.DEAF:
            return
        if self.manner is Manner.BUSY or self.channel is not None:
            self._send(lambda: channel.end(17, 486))
            return
        self.is_ringing = True
        self.heard.append(channel.ears)
        self.rings.append((channel.ears.now_s(), float("inf")))
        self._take(channel)
        self._send(lambda: self._rings(channel))

    @staticmethod
    def _rings(channel: FakeChannel) -> None:
        if not channel.gone and channel.state is State.DOWN:
            channel.change_state(State.RINGING)

    def answer(self) -> None:
        """Pick up. The caller may have given up at this very moment."""
        channel = self._rung_channel()
        self._send(lambda: self._picked_up(channel))

    def _picked_up(self, channel: FakeChannel) -> None:
        if not channel.gone:
            channel.change_state(State.UP)

    def hang_up(self) -> None:
        """End the call; one that still rings is declined."""
        if self.is_ringing:
            self.decline()
        else:
            super().hang_up()

    def decline(self) -> None:
        """603."""
        channel = self._rung_channel()
        self._take(None)
        self._send(lambda: channel.end(21, 603))

    def redirect(self) -> None:
        """302: Asterisk goes where it is told, but not with a channel that was dialled by ARI."""
        channel = self._rung_channel()
        self._take(None)
        self._send(lambda: channel.end(0, 302))

    def _rung_channel(self) -> FakeChannel:
        assert self.channel is not None, "nothing rings"
        assert self.is_ringing, "nothing rings"
        self._stop_ringing()
        return self.channel

    # ---- calls that it makes --------------------------------------------------------------------

    def dial(self, code: str) -> FakeChannel:
        """Dial a feature code."""
        assert self.channel is None, "the line is engaged"
        channel = self.asterisk.new_channel(
            endpoint=self.endpoint, human=self, state=State.RING, number=self.endpoint
        )
        self._take(channel)
        self._send(lambda: self._arrive(channel, code))
        return channel

    def _arrive(self, channel: FakeChannel, code: str) -> None:
        if not channel.gone:
            self.asterisk.dialplan.agent(channel, code)

    def line_ended(self, channel: FakeChannel) -> None:
        """The line is dead."""
        if self.channel is channel and self.is_ringing:
            self._stop_ringing()
        super().line_ended(channel)

    def _stop_ringing(self) -> None:
        self.is_ringing = False
        began_s, _ = self.rings[-1]
        self.rings[-1] = (began_s, self.heard[-1].now_s())


class HomePhone(DeskPhone):
    """A customer's telephone that is called through the trunk: no account, always there."""

    def __init__(self, asterisk: "FakeAsterisk", number: str) -> None:
        super().__init__(asterisk, f"{number}@trunk-out")
        self.registered = self.reachable = True


class SecondLine(Telephone):
    """Another line of a desk phone that has a call already."""

    def __init__(self, phone: DeskPhone) -> None:
        super().__init__(phone.asterisk)
        self._endpoint = phone.endpoint

    def dial(self, code: str) -> None:
        """Dial a feature code."""
        channel = self.asterisk.new_channel(
            endpoint=self._endpoint, human=self, state=State.RING, number=self._endpoint
        )
        self._take(channel)
        self._send(lambda: self._arrive(channel, code))

    def _arrive(self, channel: FakeChannel, code: str) -> None:
        if not channel.gone:
            self.asterisk.dialplan.agent(channel, code)
