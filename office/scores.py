"""How good a told range was: the figures of the evaluation's table."""

from collections.abc import Iterable

import numpy as np

from office.fitting import Floats
from office.rivals import Range

TOLERANCE = 1e-6  # minutes; times are whole seconds, written as binary fractions
LATE = 10.0
FIGURES = ("mae", "bias", "late10", "cover80", "below_p90", "width", "pinball")


def score(told: Iterable[tuple[Range, float]]) -> dict[str, float]:
    """`told` holds a range and the minutes it really took. Shares are 0-1, the rest minutes."""
    rows = np.array([(*found, truth) for found, truth in told])
    if not len(rows):
        return dict.fromkeys(FIGURES, 0.0) | {"n": 0}
    low, middle, high, truth = rows.T
    inside = (truth >= low - TOLERANCE) & (truth <= high + TOLERANCE)
    figures = (
        np.abs(truth - middle).mean(),
        (middle - truth).mean(),
        (truth > middle + LATE).mean(),
        inside.mean(),
        (truth <= high + TOLERANCE).mean(),
        (high - low).mean(),
        np.mean([_pinball(truth, told, q) for told, q in ((low, 0.1), (middle, 0.5), (high, 0.9))]),
    )
    return {name: round(float(value), 4) for name, value in zip(FIGURES, figures, strict=True)} | {"n": len(rows)}


def _pinball(truth: Floats, told: Floats, q: float) -> float:
    return float(np.maximum(q * (truth - told), (q - 1) * (truth - told)).mean())
