"""python-escpos, brought in without what its import does on the side.

`import escpos` (3.1) calls logging.basicConfig(), which would put a handler on the root logger of the whole
server, and leaves one new temporary directory behind per process, because mkdtemp() stands as a default
argument. So the root logger gets a handler of ours for that moment (basicConfig then does nothing), and the
directory is made inside one that is deleted again. ESCPOS_CAPABILITIES_PICKLE_DIR is not used: several workers
starting at once can read each other's half-written pickle, and the gain is 0.2 s.
"""

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def _nothing_left_behind() -> Iterator[None]:
    root, placeholder = logging.getLogger(), logging.NullHandler()
    before = tempfile.tempdir
    root.addHandler(placeholder)
    try:
        with tempfile.TemporaryDirectory(prefix="giliran-escpos-") as scratch:
            tempfile.tempdir = scratch
            yield
    finally:
        tempfile.tempdir = before
        root.removeHandler(placeholder)


with _nothing_left_behind():
    from escpos.capabilities import CAPABILITIES
    from escpos.printer import Dummy

__all__ = ["PROFILES", "Dummy", "blank", "cuts", "raw"]
PROFILES = frozenset(CAPABILITIES["profiles"])


def cuts(profile: str) -> bool:
    """Whether it has a cutter. Errors: KeyError for an unknown profile."""
    features = CAPABILITIES["profiles"][profile]["features"]
    return bool(features.get("paperFullCut") or features.get("paperPartCut"))


def blank(profile: str) -> Dummy:
    """An empty slip whose characters are pinned to code page 437.

    The automatic choice sends plain ASCII as page 1 (Katakana) and CP437 as page 52 on the small 58 mm
    printers; page 0 is CP437 everywhere. Errors: KeyError for an unknown profile.
    """
    slip = Dummy(profile=profile, magic_encode_args={"disabled": True, "encoding": "CP437"})
    slip.hw("INIT")
    raw(slip, b"\x1bt\x00")
    return slip


def raw(slip: Dummy, command: bytes) -> None:
    """A command that the library has no method for."""
    slip._raw(command)  # noqa: SLF001 -- its own way for that, named so in its documentation
