from network.name_book import LOOK_UP_S, MAX_ADDRESSES, REST_S, NameBook

PODS = ("10.0.0.1", "10.0.0.2", "10.0.0.3")


def make_book() -> NameBook:
    book = NameBook()
    book.set_rows(["row"], 0.0)
    return book


def test_name_is_looked_up_at_once_and_then_again_and_again():
    book = make_book()

    assert book.due(0.0) == ["row"]
    assert book.due(LOOK_UP_S - 0.1) == []
    assert book.due(LOOK_UP_S) == ["row"]


def test_other_addresses_are_dialled_once_the_row_has_reached_one():
    book = make_book()

    assert book.found("row", PODS, "", 0.0) == ()
    assert book.found("row", PODS, "10.0.0.2", 1.0) == ("10.0.0.1", "10.0.0.3")
    assert book.found("row", PODS, "10.0.0.2", 2.0) == ()


def test_new_address_is_dialled_at_the_next_look_up():
    book = make_book()
    book.found("row", PODS, "10.0.0.1", 0.0)

    assert book.found("row", (*PODS, "10.0.0.4"), "10.0.0.1", 9.0) == ("10.0.0.4",)


def test_address_that_is_lost_is_dialled_again_at_the_next_look_up():
    book = make_book()
    book.found("row", PODS, "10.0.0.1", 0.0)
    book.ended("row", "10.0.0.2", 5.0, rest=False)

    assert book.found("row", PODS, "10.0.0.1", 9.0) == ("10.0.0.2",)


def test_second_address_of_a_server_is_left_alone_for_a_while():
    book = make_book()
    book.found("row", PODS, "10.0.0.1", 0.0)
    book.ended("row", "10.0.0.2", 5.0, rest=True)

    assert book.found("row", PODS, "10.0.0.1", 9.0) == ()
    assert book.found("row", PODS, "10.0.0.1", 5.0 + REST_S) == ("10.0.0.2",)


def test_name_with_one_address_is_the_rows_own_business():
    assert make_book().found("row", ("10.0.0.1",), "10.0.0.9", 0.0) == ()


def test_row_that_is_gone_is_forgotten():
    book = make_book()
    book.set_rows([], 1.0)

    assert book.found("row", PODS, "10.0.0.1", 2.0) == ()
    assert book.addresses("row") == ()
    book.ended("row", "10.0.0.1", 3.0, rest=True)


def test_addresses_of_a_name_have_a_limit():
    book = make_book()
    many = [f"10.1.{i // 256}.{i % 256}" for i in range(5000)]

    assert len(book.found("row", many, "10.1.0.0", 0.0)) == MAX_ADDRESSES - 1
