"""The colours and the font of the figures, for light and for dark pages.

The two classes are orange and blue, which people with the common kinds of colour blindness can
distinguish; the marker shapes differ as well, and the lines of racers have different dashes. The
colours of the surface go from one class through a neutral middle to the other, so that p = 0.5 is
where the colour vanishes.
"""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Palette:
    """Colours as ``#rrggbb``. Text, grid lines and backgrounds come from the page's own theme."""

    class_0: str
    class_1: str
    surface_0: str
    surface_middle: str
    surface_1: str
    contour: str
    marker_edge: str
    train: str
    test: str
    racer_1: str
    racer_2: str
    racer_3: str
    racer_4: str


LIGHT = Palette(
    class_0="#c2540a",
    class_1="#1668b8",
    surface_0="#f3a35c",
    surface_middle="#fbf9f6",
    surface_1="#66ace8",
    contour="#20242b",
    marker_edge="#ffffff",
    train="#0f766e",
    test="#a0399b",
    racer_1="#0f766e",
    racer_2="#a0399b",
    racer_3="#7a5c00",
    racer_4="#3f4a5a",
)
DARK = Palette(
    class_0="#ffae66",
    class_1="#79c0ff",
    surface_0="#b3591a",
    surface_middle="#171b24",
    surface_1="#1f6fb8",
    contour="#f4f6fa",
    marker_edge="#0e1117",
    train="#2dd4bf",
    test="#f09ae9",
    racer_1="#2dd4bf",
    racer_2="#f09ae9",
    racer_3="#e6c35c",
    racer_4="#cbd5e1",
)

FONT_FAMILY = "Source Sans, Source Sans Pro, system-ui, sans-serif"
CLASS_SYMBOLS = ("circle", "diamond")


def palettes() -> dict[str, dict[str, str]]:
    """Return both palettes in the form that the stage gets."""
    return {"light": asdict(LIGHT), "dark": asdict(DARK)}
