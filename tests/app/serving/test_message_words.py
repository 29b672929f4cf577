import pytest

from app.serving.message_words import describe_message
from network import messages as m

JOB = "0123456789abcdef" * 2


@pytest.mark.parametrize(
    ("message", "payload_bytes", "text"),
    [
        (m.Assign(JOB, 17, 47, 16, 0, 8, 4, 0, 4), 0,
         "Assign job 01234567 unit 17 lease 47 (8 x 4 at 16, 0)"),
        (m.Result(JOB, 17, 47, 0.5), 4096, "Result job 01234567 unit 17 lease 47 (4 KiB)"),
        (m.GiveBack(JOB, list(range(10))), 0,
         "GiveBack job 01234567 leases 0, 1, 2, 3, 4, 5, 6, 7 and 2 more"),
        (m.JobStatus(JOB, "ready", 1.0, "tracer1"), 0, "JobStatus job 01234567 ready 100% tracer1"),
        (m.EndJob(JOB), 0, "EndJob job 01234567 is over"),
        (m.Availability(True, 8, "x"), 0, "Availability paused, 8 threads"),
        (m.UnitFailed(JOB, 1, 2, True, "killed"), 0,
         "UnitFailed job 01234567 unit 1 lease 2: killed"),
    ],
)  # fmt: skip
def test_line_names_job_and_unit_and_no_pixels(message, payload_bytes, text):
    assert describe_message(message, payload_bytes) == text


@pytest.mark.parametrize("message", [m.Ping(1, 2), m.AssetRequest(JOB, "ab" * 32, 0, 1)])
def test_what_comes_by_the_thousand_is_not_logged(message):
    assert describe_message(message) == ""
