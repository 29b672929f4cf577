import pytest

from app.values import session_types
from app.values.session_types import ServerEntry
from network import messages


@pytest.mark.parametrize(
    ("entry", "label"),
    [
        (ServerEntry("u", "10.0.0.7", name="big one", port=4000), "big one"),
        (ServerEntry("u", "studio-2"), "studio-2"),
        (ServerEntry("u", "127.0.0.1", port=30001), "127.0.0.1:30001"),
        (ServerEntry("u", "fe80::1", port=30001), "[fe80::1]:30001"),
        (ServerEntry("u", "", local=True), "This computer"),
    ],
)
def test_row_is_called_by_what_tells_it_from_others(entry, label):
    assert entry.label == label


def test_default_port_is_that_of_the_protocol():
    assert session_types.DEFAULT_PORT == messages.DEFAULT_PORT
