"""Draws pictures.png and face.png anew: python printer/art/make.py  (needs the test tools and fonts-dejavu-core)

pictures.png  the pictures of the letters, exactly the shapes of templates/icons.html, white on black, one row a size
face.png      printable ASCII of DejaVu Sans Mono as a printer's own faces: A 12x24, A bold, B 9x17, B bold
Both are one bit deep, so that what is printed does not depend on a font or an SVG engine of the machine.
"""

import io
import shutil
import sys
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
DEJAVU = Path("/usr/share/fonts/truetype/dejavu")
PICTURE_SIZES = (70, 104)
CHARACTERS = [chr(code) for code in range(0x20, 0x7F)]
# (file, pixels, cell width, cell height, baseline): Debian 12's DejaVu 2.37
FACES = (
    ("DejaVuSansMono.ttf", 20, 12, 24, 19),
    ("DejaVuSansMono-Bold.ttf", 20, 12, 24, 19),
    ("DejaVuSansMono.ttf", 15, 9, 17, 13),
    ("DejaVuSansMono-Bold.ttf", 15, 9, 17, 13),
)
PAGE = """<body style="margin:0;background:#000"><style>
svg { display:block; position:absolute; fill:#fff }
svg { stroke:#fff; stroke-width:1.6; stroke-linecap:round; stroke-linejoin:round }
.pic__line { stroke:#000 } .pic__hole { fill:#000 }</style>%s"""


def shapes() -> list[str]:
    """The SVG of each letter's picture, in the order of the letters."""
    templates = Environment(loader=FileSystemLoader(ROOT / "templates"), autoescape=True)
    icons = vars(templates.get_template("icons.html").module)
    return [icons["SHAPES"][f"p-{icons['PICTURES'][letter][0]}"] for letter in sorted(icons["PICTURES"])]


def sheet_of_pictures() -> Image.Image:
    parts, top = [], 0
    for size in PICTURE_SIZES:
        for place, shape in enumerate(shapes()):
            where = f'width="{size}" height="{size}" viewBox="0 0 24 24" style="left:{place * size}px;top:{top}px"'
            parts.append(f"<svg {where}>{shape}</svg>")
        top += size
    width = max(PICTURE_SIZES) * len(shapes())
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": top})
        page.set_content(PAGE % "".join(parts))
        shot = page.screenshot()
        browser.close()
    return Image.open(io.BytesIO(shot)).convert("L").point(lambda light: 255 * (light >= 128), "1")


def sheet_of_characters() -> Image.Image:
    sheet = Image.new("1", (12 * len(CHARACTERS), sum(face[3] for face in FACES)), 0)
    draw, top = ImageDraw.Draw(sheet), 0
    draw.fontmode = "1"
    for file, pixels, wide, high, baseline in FACES:
        font = ImageFont.truetype(DEJAVU / file, pixels)
        for place, character in enumerate(CHARACTERS):
            cell = Image.new("1", (wide, high), 0)
            pen = ImageDraw.Draw(cell)
            pen.fontmode = "1"
            pen.text((0, baseline), character, 1, font, anchor="ls")
            sheet.paste(cell, (place * wide, top))
        top += high
    return sheet


def main() -> int:
    sheet_of_pictures().save(HERE / "pictures.png", optimize=True)
    sheet_of_characters().save(HERE / "face.png", optimize=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
