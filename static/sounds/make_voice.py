"""Makes the voice clips of both languages: voice/{id,en}/*.mp3, from the words of words.toml.

    python -m static.sounds.make_voice        (from the folder of server.py)

Needs espeak-ng (called as a program) and lameenc, to make the files only. Silence is cut from both ends, so that clips
follow one another as speech does, and all are equally loud.
"""

import array
import subprocess
import sys
import tempfile
import wave
from pathlib import Path

import lameenc

from display.voice import every_clip

HERE = Path(__file__).resolve().parent / "voice"
# Voice, words per minute.
VOICES = {"id": ("id", 140), "en": ("en-us", 145)}
# Letters are slower: B, D, G, P and T differ in little, and no sentence helps to guess them.
LETTER_SPEED = 0.7
KBIT_PER_SECOND = 32
LOUDEST = 0.85  # of full scale, as loud as the chime
QUIET = 0.012  # of full scale: what is below it at the ends is silence
MARGIN_SECONDS = 0.035
FULL = 32_767


def speak(text: str, voice: str, words_per_minute: int) -> tuple["array.array[int]", int]:
    """Sixteen-bit samples and their rate."""
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        subprocess.run(["espeak-ng", "-v", voice, "-s", str(words_per_minute), "-w", file.name, "--stdin"],
                       input=text.encode(), check=True)
        with wave.open(file.name) as sound:
            return array.array("h", sound.readframes(sound.getnframes())), sound.getframerate()


def trimmed(samples: "array.array[int]", rate: int) -> "array.array[int]":
    loud = [i for i, value in enumerate(samples) if abs(value) > QUIET * FULL]
    margin = int(rate * MARGIN_SECONDS)
    return samples[max(0, loud[0] - margin): loud[-1] + margin]


def levelled(samples: "array.array[int]") -> "array.array[int]":
    """The loudest sample at LOUDEST: a letter must not be lost beside a sentence."""
    scale = LOUDEST * FULL / max(abs(value) for value in samples)
    return array.array("h", (int(value * scale) for value in samples))


def encode(samples: "array.array[int]", rate: int) -> bytes:
    encoder = lameenc.Encoder()
    encoder.set_bit_rate(KBIT_PER_SECOND)
    encoder.set_in_sample_rate(rate)
    encoder.set_channels(1)
    encoder.set_quality(2)
    encoder.silence()
    return bytes(encoder.encode(samples.tobytes()) + encoder.flush())


def main() -> None:
    for lang, (voice, speed) in VOICES.items():
        folder = HERE / lang
        folder.mkdir(parents=True, exist_ok=True)
        wanted = every_clip(lang)
        for clip, text in wanted.items():
            samples, rate = speak(text, voice, round(speed * LETTER_SPEED) if len(clip) == 1 else speed)
            (folder / f"{clip}.mp3").write_bytes(encode(levelled(trimmed(samples, rate)), rate))
        for old in folder.glob("*.mp3"):
            if old.stem not in wanted:
                old.unlink()
        sys.stderr.write(f"{lang}: {len(wanted)} clips, {sum(f.stat().st_size for f in folder.iterdir())} bytes\n")


if __name__ == "__main__":
    main()
