"""The channel box: which channel of the frame is shown.

The list follows the frame that is on the film; a new frame that has the channel too goes on
showing it. Channels that are scaled to their smallest and largest value are scaled anew when the
frame ends, and now and then while it grows.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy.typing as npt
from numpy import float32
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QComboBox

from app.picture.film_display import FilmDisplay
from app.system.translation import word
from app.window.render_controller import RenderController
from renderer.channel_view import Limits, find_limits, make_transform
from renderer.channels import BEAUTY, Channel, channel_offsets, film_channels

#: Finding the limits reads the whole channel: after so many buckets it is worth it.
BUCKETS_PER_SCALING = 16


class ChannelControls(QObject):
    """Keeps the box, the frame and what is shown of it in step.

    Attributes:
        wanted: name of the channel that the artist chose last.
    """

    def __init__(self, box: QComboBox, display: FilmDisplay, render: RenderController) -> None:
        super().__init__(box)
        self.wanted = BEAUTY.name
        self._box = box
        self._display = display
        self._render = render
        self._limits = Limits()
        self._buckets = 0
        self._list((BEAUTY,))
        box.activated.connect(lambda _index: self.choose(box.currentData()))
        render.began.connect(self._begin)
        render.bucket_shown.connect(self._count)
        render.finished.connect(lambda _report: self._scale())

    def choose(self, name: str) -> None:
        """Show this channel of the frame, and of those to come that have it."""
        self.wanted = name
        self._box.setCurrentIndex(max(0, self._box.findData(name)))
        self._show()

    def calls(self) -> dict[str, Callable[..., object]]:
        """Return what each of the actions about channels does."""
        return {
            "next_channel": lambda: self.step(1),
            "previous_channel": lambda: self.step(-1),
        }

    def step(self, steps: int) -> None:
        """The next or previous channel of the frame."""
        self.choose(self._box.itemData((self._box.currentIndex() + steps) % self._box.count()))

    @property
    def component_names(self) -> tuple[str, ...]:
        """What the numbers of a shown pixel are."""
        chosen = self._chosen()
        names = ("Red", "Green", "Blue", "Alpha") if chosen is None else chosen[0].components
        return tuple(word(name) for name in names)

    def _begin(self) -> None:
        self._buckets = 0
        self._list(self._channels())
        self._show()

    def _channels(self) -> tuple[Channel, ...]:
        job = self._render.job
        return film_channels(job.request.settings.channels) if job is not None else (BEAUTY,)

    def _list(self, channels: tuple[Channel, ...]) -> None:
        self._box.clear()
        for channel in channels:
            self._box.addItem(_title(channel.name), channel.name)
        self._box.setCurrentIndex(max(0, self._box.findData(self.wanted)))
        self._box.setEnabled(len(channels) > 1)

    def _chosen(self) -> tuple[Channel, npt.NDArray[float32]] | None:
        """Return the shown channel and its part of the film; None for the beauty."""
        film, channels = self._render.film, self._channels()
        name = self._box.currentData()
        if film is None or name == BEAUTY.name:
            return None
        channel = next(c for c in channels if c.name == name)
        first = channel_offsets(channels)[name]
        return channel, film.pixels[:, :, first : first + len(channel.components)]

    def _show(self) -> None:
        chosen, film = self._chosen(), self._render.film
        if chosen is None or film is None:
            self._display.set_channel(None)
            return
        channel, pixels = chosen
        self._limits = find_limits(channel, pixels, film.done)
        self._display.set_channel(pixels, make_transform(channel, self._limits))

    def _count(self) -> None:
        self._buckets += 1
        if self._buckets % BUCKETS_PER_SCALING == 0 or self._buckets == 1:
            self._scale()

    def _scale(self) -> None:
        chosen, film = self._chosen(), self._render.film
        if chosen is not None and film is not None:
            channel, pixels = chosen
            if find_limits(channel, pixels, film.done) != self._limits:
                self._show()


def _title(name: str) -> str:
    return name.upper() if len(name) == 2 else word(name.replace("_", " ").capitalize())
