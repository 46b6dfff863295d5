"""The OpenAPI document, made from the table of routes."""

from collections.abc import Sequence
from typing import Any

import msgspec

from ccbot.web.api.faults import Problem
from ccbot.web.api.sound import Sound
from ccbot.web.api.table import Query, Route, Words

REF = "#/components/schemas/{name}"
FAULTS = {
    401: "no token, or one that opens nothing",
    403: "the role lacks the right, or has it in other groups alone",
    404: "there is none such",
    408: "the body did not come in time",
    409: "it cannot be done as things stand",
    413: "the body is too large",
    422: "the request makes no sense",
    503: "not now: Postgres is away, or too many requests are under way",
}


def document(root: str, table: Sequence[Route]) -> dict[str, Any]:
    """OpenAPI 3.1 for these routes."""
    answers = [one.answer for one in table if one.answer is not Sound]
    types = [Problem, *answers, *(one.body for one in table if one.body)]
    schemas, components = msgspec.json.schema_components(types, ref_template=REF)
    schema_of = dict(zip(map(id, types), schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for route in table:
        operation = _operation(route, schema_of)
        paths.setdefault(root + route.path, {})[route.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "ccbot", "version": "1"},
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(route: Route, schema_of: dict[int, dict[str, Any]]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": f"{route.method.lower()}{route.path.replace('/', '_')}".translate(_PLAIN),
        "summary": route.summary,
        "x-right": route.right.value,
        "parameters": [*map(_in_path, route.parameters), *map(_in_query, route.query)],
        "responses": {
            "200": {"description": "done", **_answer(route, schema_of)},
            **{
                str(status): {"description": text, **_content(schema_of[id(Problem)])}
                for status, text in FAULTS.items()
            },
        },
    }
    if route.body is not None:
        operation["requestBody"] = {"required": True, **_content(schema_of[id(route.body)])}
    return operation


_PLAIN = str.maketrans({"{": None, "}": None, "-": "_", ".": "_"})


def _answer(route: Route, schema_of: dict[int, dict[str, Any]]) -> dict[str, Any]:
    if route.answer is Sound:
        return {"content": {"audio/wav": {}}}
    return _content(schema_of[id(route.answer)])


def _content(schema: dict[str, Any]) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


def _in_path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _in_query(query: Query | Words) -> dict[str, Any]:
    schema: dict[str, Any]
    if isinstance(query, Query):
        schema = {"type": "integer", "minimum": query.least, "maximum": query.most}
    else:
        schema = {"type": "string", "pattern": f"^{query.pattern}$"}
    if query.usual is not None:
        schema["default"] = query.usual
    return {"name": query.name, "in": "query", "description": query.help, "schema": schema}
