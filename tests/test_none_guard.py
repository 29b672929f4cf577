"""The installed Qt must not lose references of None, which aborts Python 3.11 after a while.

PySide6 6.12.0 does, at every call that returns nothing (pyproject.toml excludes it).
"""

import sys

import pytest
from PySide6.QtCore import QObject

CALLS = 2_000
#: The interpreter itself takes and gives back a few while the test runs.
TOLERANCE = 200


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal since Python 3.12")
def test_none_keeps_its_references_over_thousands_of_void_calls():
    thing = QObject()
    before = sys.getrefcount(None)

    for number in range(CALLS):
        thing.setObjectName(str(number))

    assert thing.objectName() == str(CALLS - 1)
    assert abs(sys.getrefcount(None) - before) < TOLERANCE
