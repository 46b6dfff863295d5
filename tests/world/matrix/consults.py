"""Consultations of an agent, and of a group."""

from tests.world.matrix.ending import BACK, CONSULTED, END, Ending

CONSULT = (
    Ending(
        name="consulted and completed",
        steps=(*CONSULTED, ("A *4", "C=B B=C A."), ("C hangs up", "B.")),
        agents="AB",
        kinds="talk consult talk",
    ),
    Ending(
        name="completed, and the target leaves after it",
        steps=(*CONSULTED, ("A *4", "C=B B=C A."), ("B hangs up", "C.")),
        agents="AB",
        kinds="talk consult talk survey",
        hung_up_by="agent",
        slow=True,
    ),
    Ending(
        name="completed while it rings",
        steps=(
            ("A *3B#", "C~ A-"),
            ("B rings", ""),
            ("A *4", "C~ A."),
            ("B picks up", "C=B B=C"),
            ("C hangs up", "B."),
        ),
        agents="AB",
        kinds="talk consult talk",
        slow=True,
    ),
    Ending(
        name="consulted, and back to the customer",
        steps=(*CONSULTED, ("A *6", f"{BACK} B."), END),
        agents="A",
        kinds="talk consult talk",
    ),
    Ending(
        name="consulted, and back while it rings",
        steps=(("A *3B#", "C~ A-"), ("B rings", ""), ("A *6", BACK), ("B stops ringing", ""), END),
        agents="A",
        kinds="talk consult talk",
        slow=True,
    ),
    Ending(
        name="consulted, and declined",
        steps=(("A *3B#", "C~ A-"), ("B declines", BACK), END),
        agents="A",
        kinds="talk consult talk",
    ),
    Ending(
        name="consulted, and busy",
        first=("B is busy",),
        steps=(("A *3B#", BACK), END),
        agents="A",
        kinds="talk consult talk|talk",
        slow=True,
    ),
    Ending(
        name="consulted, and not answered",
        steps=(("A *3B#", "C~ A-"), ("B rings out", BACK), END),
        agents="A",
        kinds="talk consult talk",
        slow=True,
    ),
    Ending(
        name="the target leaves the consultation",
        steps=(*CONSULTED, ("B hangs up", BACK), END),
        agents="A",
        kinds="talk consult talk",
    ),
    Ending(
        name="the sender leaves the consultation",
        steps=(*CONSULTED, ("A hangs up", "C=B B=C"), ("C hangs up", "B.")),
        agents="AB",
        kinds="talk consult talk",
    ),
    Ending(
        name="the customer leaves the consultation",
        steps=(*CONSULTED, ("C hangs up", "A. B.")),
        agents="A",
        kinds="talk consult",
    ),
    Ending(
        name="the sender leaves while it rings, and it is declined",
        steps=(
            ("A *3B#", "C~ A-"),
            ("B rings", ""),
            ("A hangs up", "C~"),
            ("B rejects", "C~"),
            ("A answers", BACK),
            END,
        ),
        agents="A",
        kinds="talk consult waiting ringing talk",
    ),
    Ending(
        name="consulted again after a refusal",
        staff="ABD",
        steps=(
            ("A *3B#", "C~ A-"),
            ("B declines", BACK),
            ("A *3D#", "C~ A-"),
            ("D answers", "C~ A=D D=A"),
            ("A *4", "C=D D=C A."),
            ("C hangs up", "D."),
        ),
        agents="AD",
        kinds="talk consult talk consult talk",
        slow=True,
    ),
)


CONSULT_A_GROUP = (
    Ending(
        name="a group is consulted",
        steps=(
            ("A *32#", "C~ A-"),
            ("B answers", "C~ A=B B=A"),
            ("A *4", "C=B B=C A."),
            ("C hangs up", "B."),
        ),
        agents="AB",
        kinds="talk consult talk",
    ),
    Ending(
        name="a group is consulted, and its first agent declines",
        staff="ABD",
        steps=(
            ("A *32#", "C~ A-"),
            ("B declines", "C~ A-"),
            ("D answers", "C~ A=D D=A"),
            ("A *6", f"{BACK} D."),
            END,
        ),
        agents="A",
        kinds="talk consult talk",
    ),
    Ending(
        name="a group is consulted, and its only agent declines",
        steps=(("A *32#", "C~ A-"), ("B declines", BACK), END),
        agents="A",
        kinds="talk consult talk",
        slow=True,
    ),
    Ending(
        name="a group is consulted that is closed",
        steps=(("A *33#", ""), ("A hears agent.transfer_unavailable", BACK), END),
        agents="A",
        slow=True,
    ),
    Ending(
        name="a group is consulted in which nobody is ready until patience is over",
        first=("B is not ready",),
        steps=(("A *32#", "C~ A-"), ("A waits 28", "C~"), ("A waits 2", BACK), END),
        agents="A",
        kinds="talk consult talk",
        slow=True,
    ),
)
