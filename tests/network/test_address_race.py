from network.address_race import HEAD_START_S, MAX_TRIED, AddressRace, interleave


def test_families_take_turns_beginning_with_the_first():
    assert interleave(["::1", "::2", "10.0.0.1", "10.0.0.2"]) == [
        "::1", "10.0.0.1", "::2", "10.0.0.2",
    ]  # fmt: skip
    assert interleave(["10.0.0.1", "::1", "::2"]) == ["10.0.0.1", "::1", "::2"]


def test_second_address_waits_for_the_head_start_of_the_first():
    race = AddressRace(["::1", "10.0.0.1"])

    assert race.due(1.0) == "::1"
    assert race.due(1.0 + HEAD_START_S / 2) is None
    assert race.due(1.0 + HEAD_START_S) == "10.0.0.1"
    assert race.due(9.0) is None


def test_next_address_is_tried_at_once_when_one_fails():
    race = AddressRace(["::1", "10.0.0.1"])
    race.due(1.0)
    race.failed("::1")

    assert race.due(1.0) == "10.0.0.1"


def test_race_is_lost_when_all_have_failed_and_not_before():
    race = AddressRace(["::1", "10.0.0.1"])
    for address in ("::1", "10.0.0.1"):
        race.due(1.0)
        assert not race.is_lost
        race.failed(address)

    assert race.is_lost
    assert race.due(2.0) is None


def test_no_more_addresses_are_tried_than_make_sense():
    assert len(interleave(f"10.0.0.{i}" for i in range(100))) == MAX_TRIED
    assert AddressRace([]).is_lost
