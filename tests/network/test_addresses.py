import pytest

from network.addresses import (
    EVERYWHERE,
    LOOPBACK,
    Address,
    AddressError,
    is_loopback,
    parse_address,
    parse_address_list,
    parse_listen,
    realm_of,
)


@pytest.mark.parametrize(
    ("text", "host", "port", "back"),
    [
        ("studio-2", "studio-2", 20727, "studio-2:20727"),
        (" Studio-2:8080 ", "studio-2", 8080, "studio-2:8080"),
        ("192.168.1.20", "192.168.1.20", 20727, "192.168.1.20:20727"),
        ("192.168.1.20:1", "192.168.1.20", 1, "192.168.1.20:1"),
        ("::1", "::1", 20727, "[::1]:20727"),
        ("[::1]", "::1", 20727, "[::1]:20727"),
        ("[::1]:65535", "::1", 65535, "[::1]:65535"),
        ("2001:DB8:0:0::1", "2001:db8::1", 20727, "[2001:db8::1]:20727"),
        ("[fe80::1%eth0]:9", "fe80::1%eth0", 9, "[fe80::1%eth0]:9"),
        ("render_7.local.", "render_7.local", 20727, "render_7.local:20727"),
        ("Büro.example", "büro.example", 20727, "büro.example:20727"),
        ("localhost", "localhost", 20727, "localhost:20727"),
        ("4d-farm", "4d-farm", 20727, "4d-farm:20727"),
    ],
)
def test_address_is_understood_and_written_back(text, host, port, back):
    address = parse_address(text)

    assert address == Address(host, port)
    assert str(address) == back
    assert parse_address(back) == address


def test_default_port_can_be_another():
    assert parse_address("studio", 99).port == 99


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("   ", "empty"),
        (":80", "host name is missing"),
        ("host:", "port must be a number"),
        ("host:0", "from 1 to 65535"),
        ("host:65536", "from 1 to 65535"),
        ("host:80a", "'80a'"),
        ("host:٣", "port must be a number"),
        ("host:-1", "port must be a number"),
        ("host:" + "9" * 5000, "port must be a number"),
        ("[::1", "IPv6 address with port"),
        ("[::1]80", "IPv6 address with port"),
        ("[host]:80", "brackets are for IPv6"),
        ("1:2:3", "not an IPv6 address"),
        ("::1%", "network interface"),
        ("fe80::1%a b", "network interface"),
        ("256.1.1.1", "four numbers"),
        ("192.168.1", "four numbers"),
        ("127.1", "four numbers"),
        ("a..b", "empty part"),
        (".a", "empty part"),
        ("-a", "starts or ends with '-'"),
        ("a-.b", "starts or ends with '-'"),
        ("a/b", "letters, digits"),
        ("http://host", "'http://host'"),
        ("user@host", "letters, digits"),
        ("a\x00b", "letters, digits"),
        ("../etc", "empty part"),
        ("x" * 64, "at most 63"),
        ("ä" * 64, "cannot be written in DNS"),
        (".".join(["x" * 50] * 6), "at most 253"),
    ],
)
def test_wrong_address_is_named_with_the_reason(text, words):
    with pytest.raises(AddressError, match=words):
        parse_address(text)


def test_list_takes_every_separator_and_comments():
    text = """# the farm
    a;b,c:81  d
    [::1]:9\t192.0.2.1 # mine; not,these
    a
    """

    assert [str(address) for address in parse_address_list(text)] == [
        "a:20727",
        "b:20727",
        "c:81",
        "d:20727",
        "[::1]:9",
        "192.0.2.1:20727",
    ]


def test_list_names_every_wrong_part_with_its_line():
    with pytest.raises(AddressError) as caught:
        parse_address_list("good\nbad:0; fine\n:7")

    assert "line 2: 'bad:0'" in str(caught.value)
    assert "line 3: ':7'" in str(caught.value)
    assert "good" not in str(caught.value)


def test_list_error_stays_readable_when_everything_is_wrong():
    with pytest.raises(AddressError, match=r"and 190 more") as caught:
        parse_address_list(":1\n" * 200)

    assert len(str(caught.value)) < 1000


def test_list_has_a_limit():
    with pytest.raises(AddressError, match="10000 addresses"):
        parse_address_list("\n".join(f"h{i}" for i in range(10_001)))
    with pytest.raises(AddressError, match="characters"):
        parse_address_list("#" * (1 << 21))


def test_empty_list_is_empty():
    assert parse_address_list("  \n# nothing\n;,") == []


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("::1%lo", True),
        ("192.0.2.1", False),
        ("0.0.0.0", False),
        ("studio", False),
    ],
)
def test_loopback_is_recognised(host, loopback):
    assert is_loopback(host) == loopback


@pytest.mark.parametrize(
    ("address", "realm"),
    [
        ("127.0.0.1", "loopback"),
        ("::1", "loopback"),
        ("192.168.1.7", "network"),
        ("2001:db8::7", "network"),
        ("fe80::1%eth0", ""),
        ("169.254.3.4", ""),
        ("", ""),
    ],
)
def test_addresses_that_mean_something_else_elsewhere_have_no_realm(address, realm):
    assert realm_of(address) == realm


@pytest.mark.parametrize(
    ("text", "addresses", "port"),
    [
        ("*", EVERYWHERE, 7),
        ("", EVERYWHERE, 7),
        (":0", EVERYWHERE, 0),
        ("*:99", EVERYWHERE, 99),
        ("localhost:0", LOOPBACK, 0),
        ("127.0.0.1", ("127.0.0.1",), 7),
        ("[::1]:20", ("::1",), 20),
        ("::1", ("::1",), 7),
    ],
)
def test_listen_address_is_understood(text, addresses, port):
    assert parse_listen(text, 7) == (addresses, port)


@pytest.mark.parametrize("text", ["studio-2", "127.0.0.1:x", "127.0.0.1:70000", "1.2.3"])
def test_listen_address_that_is_no_address_of_a_computer_is_refused(text):
    with pytest.raises(AddressError):
        parse_listen(text, 7)
