"""What a command may fail with: one line that says what is wrong and how to mend it."""


class UsageFault(Exception):  # noqa: N818 - the fault is the user's words, not ours
    """Bad input; exit status 2."""


class Fault(Exception):  # noqa: N818 - likewise
    """It cannot be done now; exit status 1."""
