"""Blind transfers, to an agent and to a group."""

from tests.world.matrix.ending import BACK, END, Ending

BLIND = (
    Ending(
        name="blind to an agent who answers",
        steps=(("A *2B#", "C~ A-"), ("B answers", "C=B B=C A."), ("C hangs up", "B.")),
        agents="AB",
        kinds="talk consult talk",
    ),
    Ending(
        name="blind to an agent, who leaves after it",
        steps=(("A *2B#", "C~ A-"), ("B answers", "C=B B=C A."), ("B hangs up", "C.")),
        agents="AB",
        kinds="talk consult talk survey",
        hung_up_by="agent",
    ),
    Ending(
        name="blind to an agent who declines",
        steps=(("A *2B#", "C~ A-"), ("B declines", BACK), END),
        agents="A",
        kinds="talk consult talk",
    ),
    Ending(
        name="blind to an agent whose phone is busy",
        first=("B is busy",),
        steps=(("A *2B#", BACK), END),
        agents="A",
        kinds="talk consult talk|talk",
    ),
    Ending(
        name="blind to an agent who does not answer",
        steps=(("A *2B#", "C~ A-"), ("B rings out", BACK), END),
        agents="A",
        kinds="talk consult talk",
    ),
    Ending(
        name="blind to an agent who is not signed in",
        staff="Ab",
        steps=(("A *2B#", ""), ("A hears agent.target_busy", BACK), END),
        agents="A",
    ),
    Ending(
        name="blind to an agent who is not ready",
        first=("B is not ready",),
        steps=(("A *2B#", ""), ("A hears agent.target_busy", BACK), END),
        agents="A",
    ),
    Ending(
        name="blind to nobody known",
        staff="A",
        steps=(("A *21999#", ""), ("A hears agent.unknown_target", BACK), END),
        agents="A",
    ),
    Ending(
        name="blind to himself",
        staff="A",
        steps=(("A *2A#", ""), ("A hears agent.unknown_target", BACK), END),
        agents="A",
    ),
    Ending(
        name="a target that is taken back",
        steps=(("A *2190*", BACK), ("A *1", "C~"), ("A *1", BACK), END),
        agents="A",
        kinds="talk hold talk",
        alone="A",
    ),
    Ending(
        name="blind, and the customer leaves while it rings",
        steps=(("A *2B#", "C~ A-"), ("B rings", ""), ("C hangs up", "A."), ("B stops ringing", "")),
        agents="A",
        kinds="talk consult",
    ),
    Ending(
        name="blind, and the sender leaves while it rings",
        steps=(
            ("A *2B#", "C~ A-"),
            ("B rings", ""),
            ("A hangs up", "C~"),
            ("B picks up", "C=B B=C"),
            ("C hangs up", "B."),
        ),
        agents="AB",
        kinds="talk consult talk",
    ),
    Ending(
        name="blind, taken back while it rings",
        steps=(("A *2B#", "C~ A-"), ("B rings", ""), ("A *6", BACK), ("B stops ringing", ""), END),
        agents="A",
        kinds="talk consult talk",
    ),
    Ending(
        name="to a second agent and on to a third",
        staff="ABD",
        steps=(
            ("A *2B#", "C~ A-"),
            ("B answers", "C=B B=C A."),
            ("B *2D#", "C~ B-"),
            ("D answers", "C=D D=C B."),
            ("C hangs up", "D."),
        ),
        agents="ABD",
        kinds="talk consult talk consult talk",
    ),
    Ending(
        name="to a team leader after three hops",
        staff="ABDL",
        steps=(
            ("A *2B#", "C~ A-"),
            ("B answers", "C=B B=C A."),
            ("B *2D#", "C~ B-"),
            ("D answers", "C=D D=C B."),
            ("D *2B#", "C~ D-"),
            ("B answers", "C=B B=C D."),
            ("B *2A#", "C~ B-"),
            ("L answers", "C=L L=C B."),
            ("C hangs up", "L."),
        ),
        agents="ABDL",
        kinds="talk consult talk consult talk consult talk consult talk",
    ),
    Ending(
        name="nobody after three hops without a team leader",
        staff="ABD",
        steps=(
            ("A *2B#", "C~ A-"),
            ("B answers", "C=B B=C A."),
            ("B *2D#", "C~ B-"),
            ("D answers", "C=D D=C B."),
            ("D *2B#", "C~ D-"),
            ("B answers", "C=B B=C D."),
            ("B *2A#", ""),
            ("B hears agent.transfer_unavailable", "C=B B=C"),
            ("C hangs up", "B."),
        ),
        agents="ABD",
        kinds="talk consult talk consult talk consult talk",
    ),
)


BLIND_TO_A_GROUP = (
    Ending(
        name="blind to a group",
        steps=(("A *22#", "C~ A."), ("B answers", "C=B B=C"), ("C hangs up", "B.")),
        agents="AB",
        kinds="talk waiting ringing talk",
    ),
    Ending(
        name="blind to a group whose first agent declines",
        staff="ABD",
        steps=(
            ("A *22#", "C~ A."),
            ("B declines", "C~"),
            ("D answers", "C=D D=C"),
            ("C hangs up", "D."),
        ),
        agents="AD",
        kinds="talk waiting ringing waiting ringing talk",
    ),
    Ending(
        name="blind to a group that is closed",
        steps=(("A *23#", ""), ("A hears agent.transfer_unavailable", BACK), END),
        agents="A",
    ),
    Ending(
        name="blind to a group without anybody",
        steps=(("A *24#", ""), ("A hears agent.transfer_unavailable", BACK), END),
        agents="A",
    ),
    Ending(
        name="blind to a group, and the customer leaves its queue",
        first=("B is not ready",),
        steps=(("A *22#", "C~ A."), ("C hangs up", "")),
        agents="A",
        kinds="talk waiting",
    ),
    Ending(
        name="blind to a group and back again",
        steps=(
            ("A *22#", "C~ A."),
            ("B answers", "C=B B=C"),
            ("B *21#", "C~ B."),
            ("A answers", BACK),
            END,
        ),
        agents="AB",
        kinds="talk waiting ringing talk waiting ringing talk",
    ),
)
