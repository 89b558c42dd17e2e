"""The doorbell between processes: whatever became of Redis, nobody who rings waits for it."""

import time

import pytest
from post_office import rude

import doorbell


@pytest.mark.parametrize("manner", ["gone", "close", "hang"])
def test_a_ring_is_soon_given_up(monkeypatch, caplog, manner):
    """Nobody there, hung up, or silent: a request that rings goes on, the log says why, and whoever watches is told."""
    monkeypatch.setattr(doorbell, "PATIENCE_SECONDS", 0.2)
    with rude(manner) as port:
        bell = doorbell.Doorbell(f"redis://127.0.0.1:{port}")
        began = time.monotonic()
        bell.ring("waru")
        assert time.monotonic() - began < 1
        assert "could not ring" in caplog.text
        assert bell.trouble() is not None
