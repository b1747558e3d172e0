"""Pictures from outside become small PNGs of ours: nothing of the file but its colours is kept."""

import struct
from io import BytesIO

from PIL import Image, ImageOps, ImageStat

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")  # SVG is a program, and no other is needed
ACCEPT = "image/png, image/jpeg, image/webp, image/gif"
SIDE = 160  # pixels: the largest monogram, on the densest screen
MARGIN = 14  # pixels around a logo that has no ground of its own
WIDEST = 4096  # pixels a side, and MOST of them, so that a small file can't fill the memory
MOST = 8_000_000
WHITE, INK = (255, 255, 255, 255), (32, 32, 32, 255)
PALE = 225  # of 255: a logo this light is made for dark ground


class Unfit(Exception):
    """Not a picture that we show; the text says why and quotes nothing of it."""


def drawn(raw: bytes) -> bytes:
    """The first frame as a square PNG without transparency; raises Unfit."""
    try:
        with Image.open(BytesIO(raw), formats=FORMATS) as opened:
            _check_size(opened)
            opened.draft("RGB", (SIDE * 2, SIDE * 2))
            upright = ImageOps.exif_transpose(opened).convert("RGBA")
    except (OSError, SyntaxError, ValueError, struct.error, Image.DecompressionBombError) as error:
        raise Unfit(f"not a picture ({type(error).__name__})") from error
    return _png(_on_ground(upright) if _is_clear(upright) else _square(upright, WHITE, SIDE))


def nothing() -> bytes:
    """A picture that shows what lies below it."""
    return _png(Image.new("RGBA", (1, 1)))


def _check_size(opened: Image.Image) -> None:
    """Before a pixel is unpacked."""
    width, height = opened.size
    if max(width, height) > WIDEST or width * height > MOST:
        raise Unfit("too many pixels")


def _on_ground(logo: Image.Image) -> Image.Image:
    """White, or dark below a logo that is nearly white: whatever the page's own colours are."""
    small = ImageOps.contain(logo, (SIDE, SIDE))
    lightness = ImageStat.Stat(small.convert("L"), mask=small.getchannel("A"))
    is_pale = bool(lightness.count[0]) and lightness.mean[0] > PALE
    return _square(small, INK if is_pale else WHITE, SIDE - 2 * MARGIN)


def _square(logo: Image.Image, ground: tuple[int, int, int, int], side: int) -> Image.Image:
    """With the logo in its middle, `side` pixels wide or high."""
    small = ImageOps.contain(logo, (side, side))
    square = Image.new("RGBA", (SIDE, SIDE), ground)
    square.alpha_composite(small, ((SIDE - small.width) // 2, (SIDE - small.height) // 2))
    return square.convert("RGB")


def _is_clear(logo: Image.Image) -> bool:
    """Whether anything of the ground will be seen through it."""
    return ImageStat.Stat(logo.getchannel("A")).extrema[0][0] < 255


def _png(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()
