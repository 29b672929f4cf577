from network.audit import Audits, Verdict

JOB = "0" * 31 + "1"


def test_nothing_is_compared_without_a_rate() -> None:
    audits = Audits(0.0, JOB)

    assert not any(audits.note(unit, "a", b"x") for unit in range(100))
    assert audits.witnesses(0) == ()


def test_so_many_units_are_chosen_and_others_in_another_job() -> None:
    chosen = [Audits(0.02, job).note(unit, "a", b"x") for job in "12" for unit in range(5000)]

    assert 60 < sum(chosen[:5000]) < 140
    assert chosen[:5000] != chosen[5000:]


def test_two_that_agree_are_believed() -> None:
    audits = Audits(1.0, JOB)
    audits.note(3, "a", b"same")

    assert audits.vote(3, "b", b"same") == Verdict(True, (), ("a", "b"))
    assert (audits.compared, audits.differed) == (1, 0)


def test_one_word_against_another_exposes_nobody() -> None:
    audits = Audits(1.0, JOB)
    audits.note(3, "a", b"this")

    assert audits.vote(3, "b", b"that") == Verdict(False, (), ("a", "b"))


def test_third_opinion_exposes_who_differs() -> None:
    for first, liar in ((b"true", "b"), (b"false", "a")):
        audits = Audits(1.0, JOB)
        audits.note(3, "a", first)
        audits.vote(3, "b", b"true" if liar == "a" else b"false")

        assert audits.vote(3, "c", b"true").liars == (liar,)


def test_three_different_opinions_expose_nobody() -> None:
    audits = Audits(1.0, JOB)
    audits.note(3, "a", b"1")
    audits.vote(3, "b", b"2")

    assert audits.vote(3, "c", b"3").liars == ()


def test_units_and_votes_of_a_liar_are_forgotten() -> None:
    audits = Audits(1.0, JOB)
    audits.note(1, "liar", b"x")
    audits.note(2, "a", b"x")
    audits.note(3, "liar", b"x")
    audits.vote(2, "liar", b"y")

    audits.revoke("liar")

    assert audits.witnesses(1) == ()
    assert audits.witnesses(2) == ("a",)
