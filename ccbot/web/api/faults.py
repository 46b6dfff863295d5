"""What the API answers when it cannot do as asked: a status, a word for programs, one line."""

import msgspec


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """The body of every answer that is no success."""

    error: str
    """A word that never changes, for programs."""
    message: str
    """One line that says what is wrong and how to mend it."""


class ApiFault(Exception):  # noqa: N818 - the fault is the asker's, or the moment's
    """The request is answered with this."""

    def __init__(self, status: int, error: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.problem = Problem(error=error, message=message)


def unauthorized() -> ApiFault:
    """Nobody whom we know asks."""
    line = "send `Authorization: Bearer TOKEN`; `script/ccbot user add` gives tokens"
    return ApiFault(401, "unauthorized", line)


def forbidden(right: str, where: str = "") -> ApiFault:
    """He is known, and may not."""
    return ApiFault(403, "forbidden", f"your role lacks the right {right}{where}")


def not_found(what: str) -> ApiFault:
    """There is none such."""
    return ApiFault(404, "not_found", what)


def conflict(error: str, message: str) -> ApiFault:
    """It cannot be done as things stand."""
    return ApiFault(409, error, message)


def unprocessable(message: str) -> ApiFault:
    """The request makes no sense."""
    return ApiFault(422, "bad_request", " ".join(message.split()))
