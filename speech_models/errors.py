"""What can be wrong with a model; every message names the command that mends it."""

from __future__ import annotations


class ModelError(Exception):
    """Base of everything this package raises on purpose (besides DataFileError)."""


class UnknownModel(ModelError):
    """The manifest has no model of this name."""

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(f"no model is called {name!r}; known: {', '.join(known)}")


class ModelMissing(ModelError):
    """The model is not in the store."""

    def __init__(self, name: str) -> None:
        super().__init__(f"model {name} is not installed: run `ivr models fetch {name}`")


class ModelCorrupt(ModelError):
    """The model is in the store but is not what the manifest names."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"model {name} is damaged ({problem}): run `ivr models fetch {name}`")


class ModelFetchError(ModelError):
    """The model could not be fetched; the message is one line and says what to do."""
