"""The OpenAPI document: it knows every route, and refers to nothing that is not there."""

import re
from collections.abc import Iterator
from typing import Any

from ccbot.core.rights import RIGHTS
from ccbot.web.api.door import ROOT
from ccbot.web.api.openapi import document
from ccbot.web.api.routes import TABLE
from tests.web.api_house import House


def texts(part: Any) -> Iterator[tuple[str, str]]:
    if isinstance(part, dict):
        for key, value in part.items():
            if isinstance(value, str):
                yield key, value
            yield from texts(value)
    elif isinstance(part, list):
        for one in part:
            yield from texts(one)


def test_every_route_is_in_it_with_a_right_of_the_table() -> None:
    made = document(ROOT, TABLE)
    found = {
        (method.upper(), path.removeprefix(ROOT)): operation["x-right"]
        for path, operations in made["paths"].items()
        for method, operation in operations.items()
    }
    assert found == {(route.method, route.path): route.right.value for route in TABLE}
    assert set(found.values()) <= {right.value for right in RIGHTS}


def test_no_two_routes_are_the_same() -> None:
    assert len({(route.method, route.path) for route in TABLE}) == len(TABLE)
    made = document(ROOT, TABLE)
    ids = [text for key, text in texts(made) if key == "operationId"]
    assert len(set(ids)) == len(TABLE)


def test_parameters_are_those_of_the_path() -> None:
    for path, operations in document(ROOT, TABLE)["paths"].items():
        for operation in operations.values():
            named = [one["name"] for one in operation["parameters"] if one["in"] == "path"]
            assert named == re.findall(r"{(\w+)}", path)


def test_it_refers_to_schemas_that_are_there() -> None:
    made = document(ROOT, TABLE)
    names = {text.rpartition("/")[2] for key, text in texts(made) if key == "$ref"}
    assert names
    assert names <= set(made["components"]["schemas"])


async def test_it_is_served(alone: House) -> None:
    status, told = await alone.get("leader", "/openapi.json")
    assert (status, told["openapi"]) == (200, "3.1.0")
    assert "/api/v1/calls/{call}" in told["paths"]
