"""Collects Python's garbage in the thread of the event loop, and in no other.

The collector runs in whichever thread allocates when it is due. If it finds a cycle with Qt
objects in a background thread, they are destroyed there, and Qt crashes.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

#: Often enough for what a busy window leaves, too seldom to be seen in a profile.
COLLECT_MS = 200


def collect_due() -> None:
    """Collect the generation that is due by the collector's own thresholds."""
    counts, thresholds = gc.get_count(), gc.get_threshold()
    for generation in (2, 1, 0):
        if counts[generation] > thresholds[generation]:
            gc.collect(generation)
            return


def collect_here(parent: QObject) -> None:
    """Collect in this thread from now on, while `parent` lives.

    What is there already is taken for permanent: looking through a whole program's modules
    would stall the window.
    """
    gc.disable()
    gc.freeze()
    timer = QTimer(parent)
    timer.timeout.connect(collect_due)
    timer.start(COLLECT_MS)
