"""Which greetings the agents of the scenarios have as files; every other agent has none."""

GREETINGS: dict[str, tuple[str, ...]] = {
    "1001": ("name", "id"),
    "1002": ("name", "id"),
    "1003": ("own", "name", "id"),
    "1004": ("id",),
}
"""Agent's number → the last words of the ids of his greetings, such as ``greeting.1001.name``."""
