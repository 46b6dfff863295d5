"""The matrix of transfers: how each can end, as data, played by one and the same scenario."""

from tests.world.matrix import blind, consults, together
from tests.world.matrix.ending import Ending

__all__ = ["MATRIX", "Ending"]

MATRIX = (
    *together.HOLD,
    *blind.BLIND,
    *blind.BLIND_TO_A_GROUP,
    *consults.CONSULT,
    *together.SWAPS,
    *together.CONFERENCES,
    *consults.CONSULT_A_GROUP,
    *together.RESTARTS,
)
"""Every row."""
