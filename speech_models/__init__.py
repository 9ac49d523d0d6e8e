"""The speech models: what they are (manifest.yaml), where they lie, how to fetch and check them."""

from speech_models.errors import (
    ModelCorrupt,
    ModelError,
    ModelFetchError,
    ModelMissing,
    UnknownModel,
)
from speech_models.fetch import fetch_models
from speech_models.manifest import Manifest, ModelEntry, load_manifest
from speech_models.store import (
    ModelStatus,
    is_present,
    list_models,
    model_path,
    store_dir,
    verify,
    verify_models,
)

__all__ = [
    "Manifest",
    "ModelCorrupt",
    "ModelEntry",
    "ModelError",
    "ModelFetchError",
    "ModelMissing",
    "ModelStatus",
    "UnknownModel",
    "fetch_models",
    "is_present",
    "list_models",
    "load_manifest",
    "model_path",
    "store_dir",
    "verify",
    "verify_models",
]
