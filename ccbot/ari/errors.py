"""What can go wrong with a request, by what Asterisk said about it."""

# ruff: noqa: N818 - the errors are named as HTTP names them


class AriError(Exception):
    """A request failed; ``status`` is Asterisk's HTTP status, 0 if it never answered."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status} {message}" if status else message)
        self.status = status
        self.message = message


class BadRequest(AriError):
    """400: wrong parameters; from addChannel and removeChannel: no such channel."""


class NotFound(AriError):
    """404: the thing is gone, or never was."""


class Conflict(AriError):
    """409: the channel is not in our application (yet, or any more), or the id exists."""


class NotReady(AriError):
    """412: the channel is not up yet."""


class Unprocessable(AriError):
    """422: the channel is not in our application, or the format is unknown."""


class AllocationFailed(AriError):
    """500: no channel could be made; often the endpoint just cannot be reached."""


class Unavailable(AriError):
    """503, or no connection could be made (status 0): surely nothing was carried out."""


class Unreadable(AriError):
    """Asterisk carried the request out, but its reply is not what the declarations say."""


class OutcomeUnknown(AriError):
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
