"""The faces: an atlas of four faces (rows) with eight expressions each (columns).

Drawn at four times its size and scaled down; transparent where there is skin: the shader lays it over that.
"""

from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFilter

from avatars.figure import FACE_HEIGHT_M, FACE_TOP_M, FACE_WIDTH_M

CELL_WIDTH_PX, CELL_HEIGHT_PX = 128, 160
_OVERSAMPLING = 4
_PX_PER_M = CELL_WIDTH_PX * _OVERSAMPLING / FACE_WIDTH_M

Colour = tuple[int, int, int, int]
_INK: Colour = (38, 28, 30, 255)
_WHITE: Colour = (252, 248, 242, 255)
_IRIS: Colour = (92, 58, 44, 255)
_PUPIL: Colour = (24, 18, 20, 255)
_LIP: Colour = (142, 52, 48, 255)
_MOUTH: Colour = (128, 40, 42, 255)
_TONGUE: Colour = (220, 110, 104, 255)

EYE_HEIGHT_M, EYE_OFFSET_M = 1.496, 0.0415
MOUTH_HEIGHT_M = 1.4255
BROW_HEIGHT_M = 1.532


@dataclass(frozen=True)
class Face:
    """What tells one face from another."""

    eye_half_m: tuple[float, float]
    eye_slant_m: float  # outer corners up
    lash_m: float
    brow_half_width_m: float
    brow_thickness_m: float
    brow_arch_m: float
    brow: Colour
    lip: Colour
    blush: int  # alpha
    freckles: bool = False
    beard: bool = False


FACES = [
    Face((0.0138, 0.0196), 0.0, 0.0042, 0.021, 0.0056, 0.013, (58, 42, 38, 235), _LIP, 95),
    Face((0.0142, 0.0168), 0.0022, 0.0052, 0.021, 0.0040, 0.016, (58, 42, 38, 235), (166, 50, 58, 255), 70),
    Face(
        (0.0122, 0.0164),
        -0.0008,
        0.0036,
        0.0225,
        0.0078,
        0.009,
        (48, 36, 34, 240),
        (136, 66, 56, 255),
        0,
        beard=True,
    ),
    Face(
        (0.0140, 0.0190),
        0.0,
        0.0038,
        0.018,
        0.0048,
        0.015,
        (92, 62, 46, 230),
        (150, 66, 56, 255),
        80,
        freckles=True,
    ),
]


@dataclass(frozen=True)
class Expression:
    name: str
    eyes: str  # open, wide, shut, smiling
    mouth: str  # smile, flat, laugh, ah, oh
    brow_lift_m: float = 0.0


EXPRESSIONS = [
    Expression("neutral", "open", "smile"),
    Expression("blink", "shut", "smile"),
    Expression("laugh", "smiling", "laugh", 0.004),
    Expression("talk-ah", "open", "ah"),
    Expression("talk-oh", "open", "oh"),
    Expression("wonder", "wide", "oh", 0.008),
    Expression("calm", "open", "flat"),
    Expression("smile", "smiling", "smile", 0.003),
]


def _x(x_m: float) -> float:
    return (x_m / FACE_WIDTH_M + 0.5) * CELL_WIDTH_PX * _OVERSAMPLING


def _y(y_m: float) -> float:
    return (FACE_TOP_M - y_m) / FACE_HEIGHT_M * CELL_HEIGHT_PX * _OVERSAMPLING


def _px(m: float) -> int:
    return max(int(m * _PX_PER_M), 1)


class _Pen:
    """Draws in metres of the face, x to the wearer's left, y up."""

    def __init__(self, image: Image.Image) -> None:
        self._draw = ImageDraw.Draw(image)

    @staticmethod
    def _box(x: float, y: float, left: float, up: float, right: float, down: float) -> list[float]:
        return [_x(x - left), _y(y + up), _x(x + right), _y(y - down)]

    def oval(self, x: float, y: float, half_width: float, half_height: float, fill: Colour) -> None:
        self._draw.ellipse(self._box(x, y, half_width, half_height, half_width, half_height), fill=fill)

    def arc(
        self,
        x: float,
        y: float,
        half_width: float,
        up: float,
        down: float,
        start: float,
        end: float,
        colour: Colour,
        thickness: float,
    ) -> None:
        self._draw.arc(
            self._box(x, y, half_width, up, half_width, down), start, end, fill=colour, width=_px(thickness)
        )

    def chord(
        self,
        x: float,
        y: float,
        half_width: float,
        up: float,
        down: float,
        start: float,
        end: float,
        fill: Colour,
    ) -> None:
        self._draw.chord(self._box(x, y, half_width, up, half_width, down), start, end, fill=fill)

    def line(self, points: list[tuple[float, float]], colour: Colour, thickness: float) -> None:
        self._draw.line([(_x(x), _y(y)) for x, y in points], fill=colour, width=_px(thickness), joint="curve")


def _open_eye(pen: _Pen, face: Face, sign: int, stretch: float) -> None:
    x, y = sign * EYE_OFFSET_M, EYE_HEIGHT_M
    w, h = face.eye_half_m[0], face.eye_half_m[1] * stretch
    pen.oval(x, y, w * 1.28, h, _WHITE)
    pen.oval(x, y, w, h, _INK)
    pen.oval(x, y - h * 0.36, w * 0.72, h * 0.46, _IRIS)
    pen.oval(x, y - h * 0.02, w * 0.45, h * 0.38, _PUPIL)
    pen.oval(x + w * 0.38, y + h * 0.43, w * 0.34, h * 0.29, (255, 255, 255, 255))
    pen.oval(x - w * 0.38, y - h * 0.42, w * 0.18, h * 0.13, (255, 240, 225, 200))
    pen.arc(x, y, w * 1.5, h * 1.18, h * 1.3, 198, 342, _INK, face.lash_m)
    corner = x + sign * w * 1.36
    tip = y + h * 0.95 + face.eye_slant_m
    pen.line([(corner, y + h * 0.55), (corner + sign * 0.005, tip)], _INK, 0.0032)


def _eye(pen: _Pen, face: Face, sign: int, kind: str) -> None:
    x, y, (w, h) = sign * EYE_OFFSET_M, EYE_HEIGHT_M, face.eye_half_m
    if kind == "shut":
        pen.arc(x, y, w * 1.3, h * 0.9, h * 0.45, 20, 160, _INK, face.lash_m)
    elif kind == "smiling":
        pen.arc(x, y, w * 1.35, h * 0.35, h * 1.1, 200, 340, _INK, face.lash_m + 0.0004)
    else:
        _open_eye(pen, face, sign, 1.15 if kind == "wide" else 1.0)


def _brow(pen: _Pen, face: Face, sign: int, lift_m: float) -> None:
    start, end = (212, 332) if sign > 0 else (208, 328)
    y = BROW_HEIGHT_M + lift_m - face.brow_arch_m * 0.7
    pen.arc(
        sign * 0.043,
        y,
        face.brow_half_width_m,
        face.brow_arch_m,
        face.brow_arch_m,
        start,
        end,
        face.brow,
        face.brow_thickness_m,
    )


_Mouth = Callable[[_Pen, Face], None]


def _smile(pen: _Pen, face: Face) -> None:
    pen.arc(0, MOUTH_HEIGHT_M, 0.020, 0.020, 0.008, 25, 155, face.lip, 0.0040)


def _flat(pen: _Pen, face: Face) -> None:
    pen.arc(0, MOUTH_HEIGHT_M, 0.015, 0.010, 0.005, 20, 160, face.lip, 0.0040)


def _laugh(pen: _Pen, face: Face) -> None:
    pen.chord(0, MOUTH_HEIGHT_M, 0.0185, 0.021, 0.015, 0, 180, _MOUTH)
    pen.chord(0, MOUTH_HEIGHT_M, 0.012, -0.002, 0.015, 10, 170, _TONGUE)


def _ah(pen: _Pen, face: Face) -> None:
    pen.oval(0, MOUTH_HEIGHT_M - 0.0015, 0.013, 0.0105, _MOUTH)
    pen.oval(0, MOUTH_HEIGHT_M - 0.007, 0.008, 0.004, _TONGUE)


def _oh(pen: _Pen, face: Face) -> None:
    pen.oval(0, MOUTH_HEIGHT_M, 0.0085, 0.010, _MOUTH)


_MOUTHS: dict[str, _Mouth] = {"smile": _smile, "flat": _flat, "laugh": _laugh, "ah": _ah, "oh": _oh}


def _soft(size: tuple[int, int], paint: Callable[[_Pen], None], tint: Colour, blur_m: float) -> Image.Image:
    layer = Image.new("RGBA", size, (*tint[:3], 0))
    paint(_Pen(layer))
    return layer.filter(ImageFilter.GaussianBlur(blur_m * _PX_PER_M))


def _blush(face: Face) -> Callable[[_Pen], None]:
    def paint(pen: _Pen) -> None:
        for sign in (1, -1):
            pen.oval(sign * 0.064, 1.455, 0.021, 0.013, (222, 92, 80, face.blush))

    return paint


def _beard(pen: _Pen) -> None:
    tint: Colour = (58, 40, 34, 165)
    pen.arc(0, MOUTH_HEIGHT_M + 0.006, 0.021, 0.007, 0.016, 195, 345, tint, 0.0062)
    pen.chord(0, MOUTH_HEIGHT_M - 0.017, 0.013, 0.006, 0.020, 0, 180, tint)


def _freckles(pen: _Pen) -> None:
    spots = [
        (0.046, 1.462),
        (0.054, 1.470),
        (0.061, 1.463),
        (0.069, 1.468),
        (0.055, 1.457),
        (0.066, 1.458),
        (0.076, 1.462),
    ]
    for x, y in spots:
        for sign in (1, -1):
            pen.oval(sign * x + 0.001, y + 0.0012 * sign, 0.0016, 0.0016, (150, 84, 58, 190))


def draw(face: Face, expression: Expression) -> Image.Image:
    size = (CELL_WIDTH_PX * _OVERSAMPLING, CELL_HEIGHT_PX * _OVERSAMPLING)
    image = _soft(size, _blush(face), (222, 92, 80, 0), 0.006)
    if face.beard:
        image.alpha_composite(_soft(size, _beard, (58, 40, 34, 0), 0.0016))
    pen = _Pen(image)
    if face.freckles:
        _freckles(pen)
    for sign in (1, -1):
        _eye(pen, face, sign, expression.eyes)
        _brow(pen, face, sign, expression.brow_lift_m)
    _MOUTHS[expression.mouth](pen, face)
    return image.resize((CELL_WIDTH_PX, CELL_HEIGHT_PX), Image.Resampling.LANCZOS)


def atlas() -> Image.Image:
    image = Image.new(
        "RGBA", (CELL_WIDTH_PX * len(EXPRESSIONS), CELL_HEIGHT_PX * len(FACES)), (214, 96, 84, 0)
    )
    for row, face in enumerate(FACES):
        for column, expression in enumerate(EXPRESSIONS):
            image.paste(draw(face, expression), (column * CELL_WIDTH_PX, row * CELL_HEIGHT_PX))
    return image
