"""Snoop channels of a simulated Asterisk: what they hear of another, and whisper into it."""

from typing import TYPE_CHECKING, Any

from tests.sim.ears import Sound
from tests.sim.fake_channels import FakeChannel, State

if TYPE_CHECKING:
    from tests.sim.fake_asterisk import FakeAsterisk

ENDS_AFTER_S = 0.02
"""A snoop channel ends with its target: at its next frame."""


class Nobody:
    """No human holds a snoop channel."""

    def line_answered(self, channel: FakeChannel) -> None:
        """Nobody cares."""

    def line_ended(self, channel: FakeChannel) -> None:
        """Nobody cares."""

    def transfer_told(self, channel: FakeChannel) -> None:
        """Nobody cares."""


class FakeSnoop(FakeChannel):
    """Hears its target (``in``: what that says; ``out``: what is sent to it), and whispers.

    Whispered ``out`` is heard by the target alone, ``in`` by whoever hears the target. What is
    whispered is not spied.
    """

    def __init__(
        self, asterisk: "FakeAsterisk", channel_id: str, target: FakeChannel, spy: str, whisper: str
    ) -> None:
        super().__init__(
            asterisk, channel_id, endpoint=f"Snoop/{target.id}", human=Nobody(), state=State.UP
        )
        self.target = self.snoops_on = target
        self.spy = spy
        self.whisper = whisper
        target.snoops.append(self)

    def says(self) -> set[Sound]:
        """What those in its own bridge hear of it."""
        heard: set[Sound] = set()
        if self.spy in {"in", "both"}:
            heard |= self.target.own_voice()
        if self.spy in {"out", "both"}:
            heard |= self.target.sent()
        return heard

    def whispers(self) -> set[Sound]:
        """What those in its own bridge say."""
        if self.bridge is None:
            return {self.queue.sound} if self.queue.sound is not None else set()
        return self._from_bridge(self.bridge)

    def recorded(self) -> set[Sound]:
        """A recording of it holds what it spies."""
        return self.says()

    def end(self, cause: int, tech_cause: int = 0, *, asked: bool = False) -> None:
        """It is no more; its target is heard as it is."""
        if not self.gone:
            self.target.snoops.remove(self)
        super().end(cause, tech_cause, asked=asked)
        self.target.listen_all()

    def target_ended(self) -> None:
        """It follows."""
        self._asterisk.after(ENDS_AFTER_S, lambda: self.end(0))

    def listen(self) -> None:
        """Somebody in its bridge is heard, or not any more: so is what it whispers."""
        super().listen()
        if self.whisper == "none" or self.target.gone:
            return
        self.target.write_down()
        if self.target.bridge is not None:
            for other in self.target.bridge.channels:
                other.write_down()

    def overhears(self) -> None:
        """Something changed with its target."""
        if self.bridge is not None:
            for other in self.bridge.channels:
                other.write_down()
        self.write_down()

    def json(self) -> dict[str, Any]:
        """The channel as ARI shows it."""
        return {**super().json(), "name": f"Snoop/{self.target.id}-{self.id}"}
