"""Requests that are turned away before the core is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from booking_client.http.problems import Fault, FieldError, Problem


class Rejected(Exception):
    """Becomes the answer; the text is for the client and repeats nothing of what was sent."""

    def __init__(
        self,
        fault: Fault,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.problem = Problem.of_fault(fault, detail, errors)
        self.headers = dict(headers or {})
        super().__init__(f"{fault.value}: {detail}")
