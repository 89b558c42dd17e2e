"""Makes chime.mp3: two soft bell tones, a falling third, short enough to end before somebody speaks.

    python static/sounds/make_chime.py

Needs lameenc (LGPL, used to make the file only). The sound is drawn from sines here, so nobody else's rights are in it.
"""

import math
import struct
from pathlib import Path

import lameenc

RATE = 32_000
SECONDS = 1.5
LOUDEST = 0.8
# Start in seconds, frequency in hertz: e2 and c2, the interval of a door bell.
TONES = ((0.0, 659.26), (0.38, 523.25))
# A bell's partials: multiple of the tone, strength, and how fast it fades (per second).
PARTIALS = ((1.0, 1.0, 3.2), (2.0, 0.42, 4.8), (3.01, 0.16, 7.0), (4.2, 0.06, 10.0))
ATTACK_SECONDS = 0.006
FADE_SECONDS = 0.12


def tone(seconds: float, hertz: float) -> float:
    """One struck bell, `seconds` after the stroke."""
    if seconds < 0:
        return 0.0
    rise = min(1.0, seconds / ATTACK_SECONDS)
    return rise * sum(a * math.exp(-d * seconds) * math.sin(2 * math.pi * hertz * m * seconds) for m, a, d in PARTIALS)


def wave() -> bytes:
    """Sixteen bits a sample, one channel."""
    count = int(RATE * SECONDS)
    raw = [sum(tone(i / RATE - start, hertz) for start, hertz in TONES) for i in range(count)]
    peak = max(abs(value) for value in raw)
    fade = [min(1.0, (count - i) / RATE / FADE_SECONDS) for i in range(count)]
    samples = (int(32767 * LOUDEST * value / peak * f) for value, f in zip(raw, fade, strict=True))
    return struct.pack(f"<{count}h", *samples)


def encode(samples: bytes) -> bytes:
    encoder = lameenc.Encoder()
    encoder.set_bit_rate(48)
    encoder.set_in_sample_rate(RATE)
    encoder.set_channels(1)
    encoder.set_quality(2)
    encoder.silence()
    return bytes(encoder.encode(samples) + encoder.flush())


if __name__ == "__main__":
    Path(__file__).with_name("chime.mp3").write_bytes(encode(wave()))
