"""Sealed recordings, opened for whoever may hear them."""

from collections.abc import Callable, Iterator

from ccbot.core.ids import CallId
from ccbot.recordings.sealer import read_back
from ccbot.recordings.shelf import NoKeyError, Shelf
from ccbot.recordings.vault import Broken
from ccbot.web.api.sound import Unplayable


class Player:
    """What the API asks for sounds."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def open(self, call: CallId, place: str, sha256: str) -> Callable[[], Iterator[bytes]]:
        """What gives the WAV file piece by piece; reads it once before, to see that it is whole."""
        try:
            vault, path = self._shelf.vault(), self._shelf.path(place)
            if read_back(vault, path, call) != sha256:
                raise Unplayable(f"the recording of {call} is not what was sealed")
        except (Broken, NoKeyError, OSError) as problem:
            raise Unplayable(f"the recording of {call} cannot be opened: {problem}") from None
        return lambda: vault.open(path, call)
