"""What a row of the matrix says: who does what, and who hears whom then.

The parties: C is the customer, A the agent who has her (1901, group ``hub``), B and D are agents of
``second`` (1902, 1903), L is the team leader of both groups (1909). A step says who does what, and
then who hears whom: ``C=AB`` the customer hears A and B and nobody else, ``C~`` music or a word but
no voice, ``A-`` nobody's voice, ``B.`` is in no call.
"""

from dataclasses import dataclass

Step = tuple[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """One row of the matrix."""

    name: str
    staff: str = "AB"
    """Who is signed in besides the customer; in lower case: not signed in."""
    first: tuple[str, ...] = ()
    """What somebody does before she calls."""
    steps: tuple[Step, ...]
    agents: str
    """Whose names are on her row, in order."""
    kinds: str = "talk"
    """Her segments after the first ringing; ``|`` where one of them may take no time at all."""
    hung_up_by: str = "caller"
    alone: str = ""
    """Who hears nothing by his own choice: he put her on hold."""
    slow: bool = False
    """A variant of another row, or a long wait: on the real Asterisk only when asked for."""


END: Step = ("C hangs up", "A.")
BACK = "C=A A=C"
CONSULTED: tuple[Step, ...] = (("A *3B#", "C~ A-"), ("B answers", "C~ A=B B=A"))
SWAPPED: tuple[Step, ...] = (*CONSULTED, ("A *1", "C=A A=C B~"))
THREE: tuple[Step, ...] = (*CONSULTED, ("A *5", "C=AB A=BC B=AC"))
