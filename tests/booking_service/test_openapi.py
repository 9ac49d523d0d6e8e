from __future__ import annotations

import inspect

from booking_client.http.operations import OPERATIONS, Scope
from booking_client.interface import BookingCore
from booking_service.openapi import document
from booking_service.operations import SERVED
from tests.booking_service.service import Service


def test_every_operation_of_the_interface_is_there_and_no_other() -> None:
    interface = {
        name for name, _ in inspect.getmembers(BookingCore, inspect.isfunction) if name[0] != "_"
    }
    assert {operation.name for operation in OPERATIONS} == interface - {"close"}


def test_the_document_has_what_the_table_has() -> None:
    described = {
        (method.upper(), path, entry["operationId"])
        for path, methods in document()["paths"].items()
        for method, entry in methods.items()
    }
    assert described == {(each.method, each.path, each.name) for each in SERVED}


async def test_it_is_served_without_a_key(service: Service) -> None:
    service.headers = {}
    answer = await service.ask("GET", "/openapi.json")
    assert (answer.status, answer.json) == (200, document())


async def test_everything_else_needs_a_key(service: Service) -> None:
    service.headers = {}
    for operation in SERVED:
        path = operation.path.format(session_id=1, hold_id="a", code="2")
        answer = await service.ask(operation.method, path)
        assert (answer.status, answer.reason) == (401, "bad_key"), operation.name


async def test_every_operation_asks_for_its_scope(service: Service) -> None:
    for operation in SERVED:
        others = set(Scope) - {operation.scope}
        await service.use_key(scopes=others)
        path = operation.path.format(session_id=1, hold_id="a", code="2")
        answer = await service.ask(operation.method, path)
        assert (answer.status, answer.reason) == (403, "not_allowed"), operation.name
