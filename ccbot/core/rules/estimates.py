"""What the floor does with facts about what callers were told of their wait."""

from datetime import datetime
from typing import TYPE_CHECKING

from ccbot.core import facts as f
from ccbot.core.calls import Stage
from ccbot.core.decisions import Decision, after

if TYPE_CHECKING:
    from ccbot.core.floor import Floor


class EstimateRules:
    """Facts about estimates."""

    def __init__(self, floor: "Floor") -> None:
        self._floor = floor

    def told(self, fact: f.EstimateTold, now: datetime) -> list[Decision] | None:
        """She counts on it from now on, over a restart too."""
        call = self._floor.calls.get(fact.call)
        if call is None or call.stage not in {Stage.WAITING, Stage.RINGING}:
            return None
        call.promised_at = after(now, 60.0 * fact.minutes)
        return []
