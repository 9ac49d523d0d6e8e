"""Our listening beside a minimal pipecat-ai pipeline, on the same audio (docs/peer.md)."""
