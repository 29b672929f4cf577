import pytest
from job_builder import JOB

from network.assets import MIN_CHUNK_BYTES, WINDOW, WRITE_WINDOW, AssetTransfer, TransferError
from network.instructions import StoreChunk
from network.limits import ASSET_CHUNK_BYTES
from network.messages import AssetChunk, AssetEntry, AssetRequest

DIGESTS = [f"{number:064x}" for number in range(8)]


def entries(*sizes: int) -> list[AssetEntry]:
    return [AssetEntry(f"file-{i}", DIGESTS[i], size) for i, size in enumerate(sizes)]


def answer(transfer: AssetTransfer, request: AssetRequest, now_s: float = 0.0) -> StoreChunk:
    message = AssetChunk(JOB, request.digest, request.offset)
    return transfer.chunk(message, bytes(request.length), now_s)


def fetch(transfer: AssetTransfer, took_s: float = 0.2) -> list[tuple[str, int, int]]:
    """Answer everything; returns what was asked for as (digest, offset, length)."""
    asked: list[tuple[str, int, int]] = []
    now_s = 0.0
    requests: list[AssetRequest] = []
    while not transfer.is_complete:
        for step in transfer.advance(now_s):
            if isinstance(step, StoreChunk):
                assert not transfer.stored(step.digest, "")
            else:
                requests.append(step)
                asked.append((step.digest, step.offset, step.length))
        if requests:
            now_s += took_s
            store = answer(transfer, requests.pop(0), now_s)
            if store.offset + len(store.data) == store.size:
                assert not transfer.stored(store.digest, "")
            else:
                transfer.written()
    return asked


def test_transfer_asks_only_for_what_is_missing() -> None:
    transfer = AssetTransfer(JOB, entries(10, 20, 30), {DIGESTS[1]}, {})

    assert fetch(transfer) == [(DIGESTS[0], 0, 10), (DIGESTS[2], 0, 30)]
    assert transfer.fraction == 1.0


def test_transfer_asks_once_for_content_that_two_labels_share() -> None:
    twice = [AssetEntry("a", DIGESTS[0], 10), AssetEntry("b", DIGESTS[0], 10)]

    assert fetch(AssetTransfer(JOB, twice, (), {})) == [(DIGESTS[0], 0, 10)]


def test_transfer_goes_on_where_it_was_interrupted() -> None:
    transfer = AssetTransfer(JOB, entries(1000), (), {DIGESTS[0]: 990})

    assert transfer.fraction == 0.99
    assert fetch(transfer) == [(DIGESTS[0], 990, 10)]


@pytest.mark.parametrize("partial", [0, 50])
def test_transfer_stores_files_that_need_no_bytes(partial: int) -> None:
    transfer = AssetTransfer(JOB, entries(partial), (), {DIGESTS[0]: partial})

    assert transfer.advance(0.0) == [StoreChunk(DIGESTS[0], partial, partial, b"")]


def test_transfer_keeps_few_pieces_on_their_way() -> None:
    transfer = AssetTransfer(JOB, entries(100 * MIN_CHUNK_BYTES), (), {})

    requests = transfer.advance(0.0)
    assert len(requests) == WINDOW
    assert transfer.advance(0.0) == []
    assert isinstance(requests[0], AssetRequest)
    answer(transfer, requests[0])

    assert len(transfer.advance(0.0)) == 1


def test_transfer_waits_for_a_slow_disk() -> None:
    transfer = AssetTransfer(JOB, entries(100 * ASSET_CHUNK_BYTES), (), {})
    requests = list(transfer.advance(0.0))
    asked = 0
    while requests:
        request = requests.pop(0)
        assert isinstance(request, AssetRequest)
        answer(transfer, request)
        asked += 1
        requests += transfer.advance(0.0)
    assert asked == WRITE_WINDOW

    transfer.written()

    assert len(transfer.advance(0.0)) == 1


def test_pieces_grow_on_a_fast_link_and_shrink_on_a_slow_one() -> None:
    size = 40 * ASSET_CHUNK_BYTES

    fast = fetch(AssetTransfer(JOB, entries(size), (), {}), took_s=0.001)
    slow = fetch(AssetTransfer(JOB, entries(size), (), {}), took_s=2.0)

    assert max(length for _, _, length in fast) == ASSET_CHUNK_BYTES
    assert max(length for _, _, length in slow) == MIN_CHUNK_BYTES
    assert sum(length for _, _, length in fast) == size


def test_resumed_file_that_is_damaged_is_fetched_once_more_as_a_whole() -> None:
    transfer = AssetTransfer(JOB, entries(100), (), {DIGESTS[0]: 60})
    (request,) = transfer.advance(0.0)
    assert isinstance(request, AssetRequest)
    answer(transfer, request)

    assert transfer.stored(DIGESTS[0], "its content is wrong") == ""
    (again,) = transfer.advance(0.0)
    assert again == AssetRequest(JOB, DIGESTS[0], 0, 100)
    answer(transfer, again)

    problem = transfer.stored(DIGESTS[0], "its content is wrong")
    assert problem == "cannot store 'file-0': its content is wrong"


def test_answer_for_an_earlier_job_does_not_complete_a_file() -> None:
    transfer = AssetTransfer(JOB, entries(100), (), {})

    assert transfer.stored(DIGESTS[0], "") == ""
    assert transfer.stored(DIGESTS[5], "anything") == ""
    assert not transfer.is_complete


def test_piece_without_a_request_is_refused() -> None:
    transfer = AssetTransfer(JOB, entries(100), (), {})

    with pytest.raises(TransferError, match="nobody asked for"):
        transfer.chunk(AssetChunk(JOB, DIGESTS[0], 0), bytes(100), 0.0)


def test_file_of_which_part_was_asked_for_is_asked_for_once_by_the_next_source() -> None:
    transfer = AssetTransfer(JOB, entries(20 * MIN_CHUNK_BYTES), (), {})
    assert len(transfer.advance(0.0)) == WINDOW
    transfer.restart_window()
    transfer.restart_window()

    asked = fetch(transfer)

    assert sum(length for _, _, length in asked) == 20 * MIN_CHUNK_BYTES
    assert transfer.advance(0.0) == []
