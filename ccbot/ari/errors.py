"""What can go wrong with a request, by what Asterisk said about it."""


class AriError(Exception):
    """Asterisk refused a request; ``status`` is its HTTP status, 0 if it never answered."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status} {message}" if status else message)
        self.status = status
        self.message = message


class BadRequest(AriError):  # noqa: N818 - named as HTTP names it
    """400: wrong parameters; from addChannel and removeChannel: no such channel."""


class NotFound(AriError):  # noqa: N818
    """404: the thing is gone, or never was."""


class Conflict(AriError):  # noqa: N818
    """409: the channel is not in our application (yet, or any more), or the id exists."""


class NotReady(AriError):  # noqa: N818
    """412: the channel is not up yet."""


class Unprocessable(AriError):  # noqa: N818
    """422: the channel is not in our application, or the format is unknown."""


class AllocationFailed(AriError):  # noqa: N818
    """500: no channel could be made; often the endpoint just cannot be reached."""


class Unavailable(AriError):  # noqa: N818
    """503: Asterisk is starting, or overloaded."""


class OutcomeUnknown(AriError):  # noqa: N818
    """No answer came: the request may or may not have been carried out."""

    def __init__(self, message: str) -> None:
        super().__init__(0, message)


_BY_STATUS: dict[int, type[AriError]] = {
    400: BadRequest,
    404: NotFound,
    409: Conflict,
    412: NotReady,
    422: Unprocessable,
    500: AllocationFailed,
    503: Unavailable,
}


def error_for(status: int, message: str) -> AriError:
    """The error that a status stands for."""
    return _BY_STATUS.get(status, AriError)(status, message)
