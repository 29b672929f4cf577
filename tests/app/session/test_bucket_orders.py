"""What views, rows and the client's log are told of buckets and servers."""

import time

import pytest

from app.session.bucket_orders import BucketOrders, describe_unit
from app.values.session_types import ServerEntry, ServerState
from network import instructions as do
from network.work import Unit
from renderer.buckets import Region
from tests.app.fake_links import FakeLinks

UNIT = Unit(3, 32, 0, 32, 16, 0, 64)


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        (Unit(3, 32, 0, 32, 16, 0, 64), "unit 3 (32 x 16 at 32, 0)"),
        (Unit(210, 32, 0, 16, 16, 0, 64, whole=3), "unit 210 of bucket 3 (16 x 16 at 32, 0)"),
    ],
)
def test_log_names_unit_and_pixels_and_the_bucket_of_a_part(unit, words):
    assert describe_unit(unit, Region(unit.x, unit.y, unit.width, unit.height)) == words


@pytest.fixture
def links(qtbot):
    links = FakeLinks()
    for uid in "ab":
        links.add(ServerEntry(uid, f"studio-{uid}"), enabled=True)
    return links


@pytest.fixture
def orders(links, monkeypatch):
    orders = BucketOrders(links)
    monkeypatch.setattr(BucketOrders, "_job", "1234")
    performers = orders.performers()
    orders.perform = lambda order: performers[type(order)](order)
    return orders


def test_bucket_that_one_of_two_servers_gives_back_is_shown_at_the_other(orders, links):
    shown, given_back = [], []
    orders.leased.connect(lambda bucket: shown.append(bucket.uid))
    orders.released.connect(given_back.append)
    orders.perform(do.Leased("a", UNIT))
    orders.perform(do.Leased("b", UNIT))

    orders.perform(do.Released("b", UNIT))
    assert (shown, given_back) == (["a", "b", "a"], [])
    orders.perform(do.Released("a", UNIT))

    assert given_back == [3]
    assert [links.status(uid).leases for uid in "ab"] == [0, 0]


def test_row_of_a_lost_server_tells_when_it_is_tried_again(orders, links):
    orders.perform(do.ServerChanged("a", do.Phase.LOST, "gone", 0.0, retry_s=60.0, attempt=2))

    status = links.status("a")
    assert (status.state, status.detail, status.attempt) == (ServerState.LOST, "gone", 2)
    assert 0.0 < status.retry_at_s - time.monotonic() <= 60.0


def test_row_that_waits_for_the_local_server_says_that_it_starts(orders, links):
    links.waits_for_local = lambda uid: uid == "a"

    orders.perform(do.ServerChanged("a", do.Phase.CONNECTING))
    orders.perform(do.ServerChanged("b", do.Phase.CONNECTING))

    states = [links.status(uid).state for uid in "ab"]
    assert states == [ServerState.STARTING, ServerState.CONNECTING]
