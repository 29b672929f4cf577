"""How often and how long a server's worker may try to open the scene of one job."""

from __future__ import annotations

#: A scene that kills the worker so often while it is opened is not tried again.
MAX_OPEN_DEATHS = 3
#: Building the tree of an enormous scene may take minutes without a word.
OPEN_SILENCE_S = 600.0
#: But it says at once that it begins, when the tiles in hand are done; a worker that hangs in one
#: of an earlier job never does.
FIRST_WORD_S = 60.0


class SceneOpening:
    """The tries to open one scene, until the worker has rendered something of it."""

    def __init__(self) -> None:
        self._deaths = 0
        self._has_begun = False

    def asked(self) -> None:
        """The worker is asked to open the scene."""
        self._has_begun = False

    def progress(self) -> None:
        """It said how far it is."""
        self._has_begun = True

    def died(self) -> bool:
        """It died over it; whether it is not worth another try."""
        self._deaths += 1
        return self._deaths >= MAX_OPEN_DEATHS

    def delivered(self) -> None:
        """It rendered something of the scene, which thus can be opened."""
        self._deaths = 0

    @property
    def silence_s(self) -> float:
        """For how long it may say nothing until that means a hang."""
        return OPEN_SILENCE_S if self._has_begun else FIRST_WORD_S
