"""A camera that looks at a QR code, for Chromium's fake capture."""

from pathlib import Path

import numpy as np
import qrcode
from PIL import Image

WIDTH, HEIGHT, FRAMES = 640, 480, 10


def film(path: Path, text: str) -> Path:
    """Ten frames of a code held askew on a grey ground, as raw video (YUV4MPEG2) that Chromium plays over and over."""
    code = qrcode.QRCode(border=3, box_size=8)
    code.add_data(text)
    ground = Image.new("L", (WIDTH, HEIGHT), 140)
    held = code.make_image().convert("L").rotate(11, expand=True, fillcolor=140)
    ground.paste(held, ((WIDTH - held.width) // 2, (HEIGHT - held.height) // 2))
    frame = b"FRAME\n" + np.asarray(ground).tobytes() + b"\x80" * (WIDTH * HEIGHT // 2)
    path.write_bytes(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode() + frame * FRAMES)
    return path
