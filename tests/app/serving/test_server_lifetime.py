from app.serving.server_lifetime import ServerLifetime


def test_server_without_limits_stays():
    lifetime = ServerLifetime(None, None, 0.0)

    assert lifetime.check(idle=True, now_s=1e9) == ""


def test_server_ends_when_nobody_had_a_job_for_long_enough():
    lifetime = ServerLifetime(60.0, None, 0.0)

    assert lifetime.check(idle=True, now_s=59.0) == ""
    assert "--exit-when-idle" in lifetime.check(idle=True, now_s=60.0)


def test_a_job_begins_the_idle_time_anew():
    lifetime = ServerLifetime(60.0, None, 0.0)
    lifetime.check(idle=False, now_s=50.0)

    assert lifetime.check(idle=True, now_s=109.0) == ""
    assert "60 s" in lifetime.check(idle=True, now_s=110.0)


def test_server_ends_after_its_time_even_when_busy():
    lifetime = ServerLifetime(60.0, 100.0, 0.0)

    assert lifetime.check(idle=False, now_s=99.0) == ""
    assert "--max-time" in lifetime.check(idle=False, now_s=100.0)


def test_server_says_only_once_that_it_ends():
    lifetime = ServerLifetime(1.0, 1.0, 0.0)
    assert lifetime.check(idle=True, now_s=2.0)

    assert lifetime.check(idle=True, now_s=3.0) == ""
