import pytest

from network.wake import MacError, make_magic_packet, parse_mac


@pytest.mark.parametrize(
    "text",
    [
        "00:1b:63:84:45:e6",
        "00-1B-63-84-45-E6",
        "0:1b:63:84:45:e6",
        "001b.6384.45e6",
        " 001B638445E6 ",
    ],
)
def test_hardware_addresses_are_read_in_all_their_forms(text):
    assert parse_mac(text) == "00:1b:63:84:45:e6"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "studio-1",
        "00:1b:63:84:45",
        "00:1b:63:84:45:e6:00",
        "00:1b:63:84:45:g6",
        "00:00:00:00:00:00",
        "ff:ff:ff:ff:ff:ff",
        "01:00:5e:00:00:fb",
    ],
)
def test_what_is_no_card_of_one_computer_is_refused(text):
    with pytest.raises(MacError):
        parse_mac(text)


def test_packet_is_six_ones_and_sixteen_times_the_address():
    packet = make_magic_packet("00:1b:63:84:45:e6")

    assert len(packet) == 102
    assert packet[:6] == b"\xff" * 6
    assert packet[6:] == bytes([0x00, 0x1B, 0x63, 0x84, 0x45, 0xE6]) * 16
