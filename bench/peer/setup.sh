#!/usr/bin/env bash
# Makes .venv-peer: pipecat-ai with faster-whisper, from the hash-locked requirements/peer.txt.
set -euo pipefail
cd "$(dirname "$0")/../.."
[ -x .venv-peer/bin/python ] || python3 -m venv .venv-peer
pip=".venv-peer/bin/pip --quiet --disable-pip-version-check"
$pip install --require-hashes --no-deps -r requirements/build.txt
$pip install --require-hashes --no-deps --no-build-isolation -r requirements/peer.txt
.venv-peer/bin/python -c 'from importlib.metadata import version; print("pipecat-ai", version("pipecat-ai"))'
