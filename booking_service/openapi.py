"""The OpenAPI 3.1 document, made from the table of operations that routes the requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue
from pydantic_core import core_schema

from booking_client.http.fields import IDEMPOTENCY_KEY_PATTERN
from booking_client.http.operations import (
    IDEMPOTENCY_HEADER,
    KEY_HEADER,
    NOW_HEADER,
    Operation,
    Scope,
)
from booking_client.http.problems import CONTENT_TYPE, STATUS, Fault, Problem, status_of
from booking_service.operations import SERVED
from booking_service.reading import CLOCKS_MAY_DIFFER

VERSION = "1"
_REF = "#/components/schemas/{model}"
_ABOUT = f"""Hospital appointments of the 12320 platform, for every channel.

Each channel has a key of its own, sent as `{KEY_HEADER}`. It books as that channel and sees
what that channel has booked. A channel that is left out of a question is the public.
Times without an offset are local times of Asia/Shanghai. Ids of hospitals and departments are
their names. Every answer that is no success is application/problem+json (RFC 9457) whose `reason`
says what is the matter; nothing has changed then, except after 500 and 503, of which nothing is
known: send the same again, a confirmation with the same `{IDEMPOTENCY_HEADER}`.
"""
_MEANING = {
    Fault.INVALID_REQUEST: "A field is missing, unknown or of a wrong form",
    Fault.BAD_KEY: "The key is missing, unknown or revoked",
    Fault.NOT_ALLOWED: "The key may not do this",
    Fault.TOO_SLOW: "The body came too slowly",
    Fault.TOO_LARGE: "The body is too large",
    Fault.NOT_JSON: "The body is not application/json",
    Fault.TOO_MANY_REQUESTS: "Too many requests with this key",
    Fault.UNAVAILABLE: "The booking core does not answer",
    Fault.BROKEN: "The service is at fault",
}
_OF_A_BODY = (Fault.TOO_SLOW, Fault.TOO_LARGE, Fault.NOT_JSON)
_WITH_RETRY_AFTER = (Fault.TOO_MANY_REQUESTS, Fault.UNAVAILABLE)


class _Schema(GenerateJsonSchema):
    """Times without an offset are not RFC 3339's, so they are described by their form."""

    def time_schema(self, schema: core_schema.TimeSchema) -> JsonSchemaValue:
        return {"type": "string", "pattern": r"^[0-9]{2}:[0-9]{2}:[0-9]{2}$"}

    def datetime_schema(self, schema: core_schema.DatetimeSchema) -> JsonSchemaValue:
        return {
            "type": "string",
            "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?$",
        }


def document() -> dict[str, Any]:
    """The whole document, as a JSON object."""
    schemas, definitions = TypeAdapter.json_schemas(
        list(_shapes()), ref_template=_REF, schema_generator=_Schema
    )
    paths: dict[str, dict[str, Any]] = {}
    for operation in SERVED:
        entry = _operation(operation, schemas)
        paths.setdefault(operation.path, {})[operation.method.lower()] = entry
    return {
        "openapi": "3.1.0",
        "info": {"title": "12320 booking core", "version": VERSION, "description": _ABOUT},
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": KEY_HEADER}},
            "schemas": definitions["$defs"],
        },
    }


_Key = tuple[str, str]  # operation (or what is common to all), and which of its shapes


def _shapes() -> Iterator[tuple[_Key, JsonSchemaMode, TypeAdapter[Any]]]:
    yield ("all", "problem"), "serialization", TypeAdapter(Problem)
    for operation in SERVED:
        yield (operation.name, "result"), "serialization", operation.result
        if operation.body is not None:
            yield (operation.name, "body"), "validation", TypeAdapter(operation.body)


def _operation(operation: Operation[Any], schemas: Any) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": f"Needs the scope `{operation.scope}`.",
        "parameters": list(_parameters(operation)),
        "responses": _responses(operation, schemas),
    }
    if operation.body is not None:
        schema = schemas[(operation.name, "body"), "validation"]
        entry["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema}},
        }
    return entry


def _parameters(operation: Operation[Any]) -> Iterator[dict[str, Any]]:
    schema = operation.parameters.model_json_schema(schema_generator=_Schema)
    required = schema.get("required", [])
    for name, own in schema.get("properties", {}).items():
        yield {
            "name": name,
            "in": "path" if name in operation.path_parameters else "query",
            "required": name in required,
            "schema": _without_null(own),
        }
    if operation.takes_key:
        yield {
            "name": IDEMPOTENCY_HEADER,
            "in": "header",
            "required": True,
            "description": "The same key with the same body gives the same booking.",
            "schema": {"type": "string", "pattern": IDEMPOTENCY_KEY_PATTERN},
        }
    if operation.takes_now:
        minutes = CLOCKS_MAY_DIFFER.seconds // 60
        yield {
            "name": NOW_HEADER,
            "in": "header",
            "required": False,
            "description": "What time it is for the client. It may not be further than"
            f" {minutes} minutes from the service's time, which counts, unless the key has the"
            f" scope `{Scope.CLOCK}`.",
            "schema": {"type": "string", "format": "date-time"},
        }


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter in a URL is left out, never null."""
    choices = [choice for choice in schema.get("anyOf", []) if choice != {"type": "null"}]
    return choices[0] if choices else {k: v for k, v in schema.items() if k != "title"}


def _responses(operation: Operation[Any], schemas: Any) -> dict[str, Any]:
    done: dict[str, Any] = {"description": "Done"}
    if operation.status != 204:
        schema = schemas[(operation.name, "result"), "serialization"]
        done["content"] = {operation.media_type: {"schema": schema}}
    if operation.names is not None:
        parameter, field = operation.names
        done["links"] = {
            other.name: {
                "operationId": other.name,
                "parameters": {f"path.{parameter}": f"$response.body#/{field}"},
            }
            for other in SERVED
            if parameter in other.path_parameters
        }
    meanings: dict[int, list[str]] = {}
    for reason in operation.refusals:
        meanings.setdefault(status_of(reason), []).append(f"`{reason}`")
    if operation.takes_now:
        meanings.setdefault(STATUS[Fault.CLOCKS_DIFFER], []).append(f"`{Fault.CLOCKS_DIFFER}`")
    if operation.path_parameters:
        meanings.setdefault(STATUS[Fault.NO_SUCH_PATH], []).append(f"`{Fault.NO_SUCH_PATH}`")
    responses = {str(operation.status): done}
    for status, reasons in meanings.items():
        responses[str(status)] = _problem(f"Refused: {', '.join(reasons)}", schemas)
    for fault, meaning in _MEANING.items():
        if operation.body is None and fault in _OF_A_BODY:
            continue
        problem = _problem(meaning, schemas)
        if fault in _WITH_RETRY_AFTER:
            problem["headers"] = {
                "Retry-After": {"description": "Seconds", "schema": {"type": "integer"}}
            }
        responses[str(STATUS[fault])] = problem
    return responses


def _problem(description: str, schemas: Any) -> dict[str, Any]:
    schema = schemas[("all", "problem"), "serialization"]
    return {"description": description, "content": {CONTENT_TYPE: {"schema": schema}}}
