"""Who hears whom: what a scenario may ask of everybody on the telephone, in both worlds."""

from typing import Protocol

from ccbot.phone.voices import PITCHES_HZ

MOMENT_S = 0.35
"""As people change places, one may be heard with another for less than that."""

ALONE_S_MAX = 2.0
"""Nobody in a call hears nothing at all for longer, and nobody's voice or music is nothing."""


class Party(Protocol):
    """Somebody who speaks all the time, once ``World.everybody_speaks`` was said."""

    @property
    def number(self) -> str:
        """By which the parties of a scenario are told apart."""
        ...

    async def hears_only(self, *parties: "Party", within_s: float) -> None:
        """Until exactly these are heard; without any: until nobody's voice is."""
        ...

    async def hears_only_music(self, within_s: float) -> None:
        """Until music is heard, and nobody's voice."""
        ...

    async def hears_no_voice(self, within_s: float) -> None:
        """Until something is heard, a prompt, music or ringing, but nobody's voice."""
        ...

    def voices(self) -> frozenset[str]:
        """The numbers of those who are heard now; nobody without a call."""
        ...

    def all_voices(self) -> set[frozenset[str]]:
        """Everybody who was ever heard together for longer than ``MOMENT_S``."""
        ...

    def alone_s(self) -> float:
        """The longest span in which nothing was heard, of all calls since they were answered."""
        ...


class Pitches(dict[str, float]):
    """Number of a party → the pitch at which that one speaks, given when first asked for."""

    def of(self, number: str) -> float:
        """The party's own pitch."""
        if number not in self:
            assert len(self) < len(PITCHES_HZ), "there are no more pitches that are told apart"
            self[number] = PITCHES_HZ[len(self)]
        return self[number]


def nobody_alone(*parties: Party, max_s: float = ALONE_S_MAX) -> None:
    """Nobody of these had to listen to silence for so long."""
    alone = {one.number: one.alone_s() for one in parties if one.alone_s() > max_s}
    assert not alone, f"heard nothing for so many seconds: {alone}"
