"""Holds, swaps, talks of three, and restarts within all of them."""

from tests.world.matrix.ending import BACK, CONSULTED, END, SWAPPED, THREE, Ending

HOLD = (
    Ending(
        name="held and taken back",
        steps=(("A *1", "C~"), ("A *1", BACK), END),
        agents="A",
        kinds="talk hold talk",
        alone="A",
    ),
    Ending(
        name="held and taken back by the phone's own button",
        steps=(("A holds", "C~"), ("A unholds", BACK), END),
        agents="A",
        kinds="talk hold talk",
        alone="A",
    ),
    Ending(
        name="the customer leaves while the phone's own button holds her",
        steps=(("A holds", "C~"), END),
        agents="A",
        kinds="talk hold",
        alone="A",
        slow=True,
    ),
    Ending(
        name="the customer leaves while held",
        steps=(("A *1", "C~"), END),
        agents="A",
        kinds="talk hold",
        alone="A",
    ),
    Ending(
        name="her agent leaves while she is held",
        steps=(("A *1", "C~"), ("A hangs up", "C.")),
        agents="A",
        kinds="talk hold survey",
        hung_up_by="agent",
        alone="A",
    ),
    Ending(
        name="handed on out of a hold",
        steps=(
            ("A *1", "C~"),
            ("A *3B#", "C~ A-"),
            ("B answers", "C~ A=B B=A"),
            ("A *6", f"{BACK} B."),
            END,
        ),
        agents="A",
        kinds="talk hold consult talk",
        alone="A",
    ),
    Ending(
        name="ccbot restarts in a hold",
        steps=(("A *1", "C~"), ("ccbot restarts", "C~"), ("A *1", BACK), END),
        agents="A",
        kinds="talk hold talk",
        alone="A",
    ),
)


SWAPS = (
    Ending(
        name="swapped twice and completed",
        steps=(
            *SWAPPED,
            ("A *1", "C~ A=B B=A"),
            ("A *4", "C=B B=C A."),
            ("C hangs up", "B."),
        ),
        agents="AB",
        kinds="talk consult talk consult talk",
    ),
    Ending(
        name="the target leaves while swapped",
        steps=(*SWAPPED, ("B hangs up", BACK), END),
        agents="A",
        kinds="talk consult talk",
        slow=True,
    ),
    Ending(
        name="the sender leaves while swapped",
        steps=(*SWAPPED, ("A hangs up", "C=B B=C"), ("C hangs up", "B.")),
        agents="AB",
        kinds="talk consult talk talk",
    ),
    Ending(
        name="the customer leaves while swapped",
        steps=(*SWAPPED, ("C hangs up", "A. B.")),
        agents="A",
        kinds="talk consult talk",
        slow=True,
    ),
)


CONFERENCES = (
    Ending(
        name="three, and the sender leaves",
        steps=(*THREE, ("A hangs up", "C=B B=C"), ("C hangs up", "B.")),
        agents="AB",
        kinds="talk consult talk talk",
    ),
    Ending(
        name="three, and completed",
        steps=(*THREE, ("A *4", "C=B B=C A."), ("C hangs up", "B.")),
        agents="AB",
        kinds="talk consult talk talk",
    ),
    Ending(
        name="three, and the target leaves",
        steps=(*THREE, ("B hangs up", BACK), END),
        agents="AB",
        kinds="talk consult talk",
    ),
    Ending(
        name="three, and the target is let go",
        steps=(*THREE, ("A *6", f"{BACK} B."), END),
        agents="AB",
        kinds="talk consult talk",
        slow=True,
    ),
    Ending(
        name="three, and the customer leaves",
        steps=(*THREE, ("C hangs up", "A. B.")),
        agents="AB",
        kinds="talk consult talk",
    ),
)


RESTARTS = (
    Ending(
        name="ccbot restarts while it rings",
        steps=(
            ("A *3B#", "C~ A-"),
            ("B rings", ""),
            ("ccbot restarts", "C~"),
            ("B answers", "C~ A=B B=A"),
            ("A *4", "C=B B=C A."),
            ("C hangs up", "B."),
        ),
        agents="AB",
        kinds="talk consult talk",
        alone="A",
    ),
    Ending(
        name="ccbot restarts in the consultation",
        steps=(
            *CONSULTED,
            ("ccbot restarts", "C~ A=B B=A"),
            ("A *4", "C=B B=C A."),
            ("C hangs up", "B."),
        ),
        agents="AB",
        kinds="talk consult talk",
    ),
    Ending(
        name="ccbot restarts with three",
        steps=(
            *THREE,
            ("ccbot restarts", "C=AB A=BC B=AC"),
            ("A hangs up", "C=B B=C"),
            ("C hangs up", "B."),
        ),
        agents="AB",
        kinds="talk consult talk talk",
    ),
    Ending(
        name="ccbot restarts while swapped",
        steps=(
            *SWAPPED,
            ("ccbot restarts", "C=A A=C B~"),
            ("A *1", "C~ A=B B=A"),
            ("A *6", f"{BACK} B."),
            END,
        ),
        agents="A",
        kinds="talk consult talk consult talk",
        slow=True,
    ),
)
