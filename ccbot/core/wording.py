"""Words of a user that are kept for ever: a name, a reason."""

WORDS_CHARS_MAX = 500


class BadWordsError(ValueError):
    """The words cannot be kept; the message says which they are and how to mend them."""


def one_line(text: str, what: str) -> str:
    """The words in one line; ``BadWordsError`` if there are none, too many, or unseen ones."""
    words = " ".join(text.split())
    if not words:
        raise BadWordsError(f"{what}: is empty")
    if not words.isprintable():
        raise BadWordsError(f"{what}: has characters that cannot be printed")
    if len(words) > WORDS_CHARS_MAX:
        raise BadWordsError(f"{what}: is longer than {WORDS_CHARS_MAX} characters")
    return words
