from network.live_sessions import LiveSessions, process_id

ONE, TWO = process_id("aa", "1"), process_id("aa", "2")


def test_second_row_that_reaches_a_server_is_told_who_has_it():
    live = LiveSessions()

    assert live.claim("a", ONE) == ""
    assert live.claim("b", ONE) == "a"
    assert live.claim("a", ONE) == ""


def test_two_processes_with_one_certificate_are_two_servers():
    live = LiveSessions()

    assert live.claim("a", ONE) == live.claim("b", TWO) == ""


def test_rows_that_waited_are_told_when_the_session_ends():
    live = LiveSessions()
    for uid in ("a", "b", "c"):
        live.claim(uid, ONE)

    assert live.release("b") == ()
    assert live.release("a") == ("c",)
    assert live.claim("c", ONE) == ""


def test_row_without_a_session_releases_nothing():
    assert LiveSessions().release("a") == ()


def test_process_id_never_shows_what_a_peer_wrote():
    assert process_id("aa", "../\n").isalnum()
