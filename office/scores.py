"""How good a told range was: the figures of the evaluation's table."""

from collections.abc import Iterable

import numpy as np

from office.rivals import Range

TOLERANCE = 1e-6  # minutes; times are whole seconds, written as binary fractions
LATE = 10.0


def score(told: Iterable[tuple[Range, float]]) -> dict[str, float]:
    """`told` holds a range and the minutes it really took. Shares are 0-1, the rest minutes."""
    rows = np.array([(*found, truth) for found, truth in told])
    if not len(rows):
        return {"mae": 0.0, "bias": 0.0, "late10": 0.0, "cover80": 0.0, "below_p90": 0.0, "width": 0.0, "pinball": 0.0, "n": 0}
    low, middle, high, truth = rows.T
    inside = (truth >= low - TOLERANCE) & (truth <= high + TOLERANCE)
    figures = {
        "mae": np.abs(truth - middle).mean(), "bias": (middle - truth).mean(), "late10": (truth > middle + LATE).mean(),
        "cover80": inside.mean(), "below_p90": (truth <= high + TOLERANCE).mean(), "width": (high - low).mean(),
        "pinball": np.mean([_pinball(truth, level, q) for level, q in ((low, 0.1), (middle, 0.5), (high, 0.9))]),
    }
    return {name: round(float(value), 4) for name, value in figures.items()} | {"n": len(rows)}


def _pinball(truth: np.ndarray, told: np.ndarray, q: float) -> float:
    return float(np.maximum(q * (truth - told), (q - 1) * (truth - told)).mean())
