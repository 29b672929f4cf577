"""Where the picture lies in its view: zoom and pan, in device pixels.

Everything is in device pixels of the view, so that one image pixel is exactly one screen pixel
at 100 %, whatever the screen's scale factor.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

#: Below, a panorama would be a dot; above, one pixel fills the view.
MIN_SCALE = 1 / 64
MAX_SCALE = 128.0
#: Scales that are so close to 100 % become 100 %, where pixels are exact.
NEAR_EXACT = 0.04
#: At least this much of the picture stays in view when it is panned away.
KEEP_VISIBLE_PX = 48
#: One notch of a wheel: four of them double the size.
WHEEL_STEP = 2 ** (1 / 4)


@dataclass(frozen=True)
class ViewGeometry:
    """A picture placed in a view.

    Attributes:
        view_width, view_height: of the view, device pixels.
        image_width, image_height: of the picture, its own pixels; 0 for none.
        scale: device pixels per image pixel.
        x, y: of the picture's top left corner in the view, device pixels.
        fitted: True while the picture follows the view's size.
        ratio: device pixels per logical pixel of the screen.
        fills: whether a fitted picture is enlarged as far as there is room.
    """

    view_width: int = 1
    view_height: int = 1
    image_width: int = 0
    image_height: int = 0
    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0
    fitted: bool = True
    ratio: float = 1.0
    fills: bool = False

    def fit(self, margin: int = 12) -> ViewGeometry:
        """Return the whole picture in the middle.

        It is enlarged at most to the size that 100 % has on an ordinary screen, unless it
        `fills` the view; then by whole numbers, so that all pixels stay equal squares.
        """
        if not self.image_width or not self.image_height:
            return replace(self, fitted=True)
        room_x = max(1, self.view_width - 2 * margin)
        room_y = max(1, self.view_height - 2 * margin)
        room = min(room_x / self.image_width, room_y / self.image_height)
        ordinary = max(1.0, self.ratio)
        scale = min(room, ordinary)
        if self.fills and room > ordinary:
            scale = max(ordinary, float(math.floor(room)))
        if 1.0 < scale < 1.0 + NEAR_EXACT:
            scale = 1.0
        limited = min(max(scale, MIN_SCALE), MAX_SCALE)
        return replace(self._centered(limited), fitted=True)

    def fill(self) -> ViewGeometry:
        """Return the whole picture, as large as there is room for, and so from now on."""
        return replace(self, fills=True).fit()

    def actual_size(self) -> ViewGeometry:
        """Return the picture at 100 %, keeping the middle of the view in place."""
        exact = replace(self, fills=False)
        return exact.zoom(1.0 / self.scale, self.view_width / 2, self.view_height / 2)

    def zoom(self, factor: float, x: float, y: float) -> ViewGeometry:
        """Return the picture larger by `factor`, keeping what lies at (x, y) there.

        Scales close to 100 % become 100 %.
        """
        scale = min(max(self.scale * factor, MIN_SCALE), MAX_SCALE)
        if abs(scale - 1.0) < NEAR_EXACT:
            scale = 1.0
        ratio = scale / self.scale
        moved = replace(
            self,
            scale=scale,
            x=x - (x - self.x) * ratio,
            y=y - (y - self.y) * ratio,
            fitted=False,
        )
        return moved._kept_visible()

    def pan(self, dx: float, dy: float) -> ViewGeometry:
        """Return the picture moved by (dx, dy) device pixels."""
        return replace(self, x=self.x + dx, y=self.y + dy, fitted=False)._kept_visible()

    def reveal(self, x: int, y: int, width: int, height: int) -> ViewGeometry:
        """Return it moved so that an image rectangle is in view, if it is not."""
        left, top, wide, high = self.view_rect(x, y, width, height)
        inside = (
            left >= 0
            and top >= 0
            and left + wide <= self.view_width
            and top + high <= self.view_height
        )
        if inside:
            return self
        dx = self.view_width / 2 - (left + wide / 2)
        return self.pan(dx, self.view_height / 2 - (top + high / 2))

    def resize_view(self, width: int, height: int, ratio: float = 1.0) -> ViewGeometry:
        """Return it for another view size or screen; the middle of the view stays what it was."""
        dx = (width - self.view_width) / 2
        dy = (height - self.view_height) / 2
        resized = replace(
            self,
            view_width=max(1, width),
            view_height=max(1, height),
            ratio=ratio,
            x=self.x + dx,
            y=self.y + dy,
        )
        return resized.fit() if self.fitted else resized._kept_visible()

    def resize_image(self, width: int, height: int) -> ViewGeometry:
        """Return it for another picture: fitted, unless the size is the same."""
        if (width, height) == (self.image_width, self.image_height):
            return self
        return replace(self, image_width=width, image_height=height).fit()

    def image_point(self, x: float, y: float) -> tuple[int, int] | None:
        """Return the image pixel (column, row) at a point of the view, None outside."""
        column = math.floor((x - round(self.x)) / self.scale)
        row = math.floor((y - round(self.y)) / self.scale)
        if 0 <= column < self.image_width and 0 <= row < self.image_height:
            return column, row
        return None

    def view_rect(
        self, x: float, y: float, width: float, height: float
    ) -> tuple[float, float, float, float]:
        """Return an image rectangle as (x, y, width, height) in the view."""
        return (
            round(self.x) + x * self.scale,
            round(self.y) + y * self.scale,
            width * self.scale,
            height * self.scale,
        )

    def visible_pixels(
        self, left: float, top: float, right: float, bottom: float
    ) -> tuple[int, int, int, int] | None:
        """Return the image pixels (x, y, width, height) that a part of the view shows."""
        x0 = max(0, math.floor((left - round(self.x)) / self.scale))
        y0 = max(0, math.floor((top - round(self.y)) / self.scale))
        x1 = min(self.image_width, math.ceil((right - round(self.x)) / self.scale))
        y1 = min(self.image_height, math.ceil((bottom - round(self.y)) / self.scale))
        if x0 >= x1 or y0 >= y1:
            return None
        return x0, y0, x1 - x0, y1 - y0

    def _centered(self, scale: float) -> ViewGeometry:
        return replace(
            self,
            scale=scale,
            x=(self.view_width - self.image_width * scale) / 2,
            y=(self.view_height - self.image_height * scale) / 2,
        )

    def _kept_visible(self) -> ViewGeometry:
        wide, high = self.image_width * self.scale, self.image_height * self.scale
        keep_x, keep_y = min(KEEP_VISIBLE_PX, wide), min(KEEP_VISIBLE_PX, high)
        return replace(
            self,
            x=min(max(self.x, keep_x - wide), self.view_width - keep_x),
            y=min(max(self.y, keep_y - high), self.view_height - keep_y),
        )
