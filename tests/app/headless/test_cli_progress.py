"""What the command line says at the end of a frame."""

import io

from app.headless.cli_progress import TextReporter
from app.values.session_types import FrameReport, ServerReport


def test_end_tells_each_servers_part_of_the_pixels():
    # 10 buckets: the first server ended one of them, and rendered half of the pixels.
    servers = (
        ServerReport("studio-1", "studio-1:20727", buckets=1, share=0.5),
        ServerReport("studio-2", "studio-2:20727", buckets=9, share=0.5),
    )
    report = FrameReport("ab", True, 4.0, 0.5, 2e6, "tracer", 0, 64, 32, 4, 32, 32, "spiral", 10,
                         10, servers)  # fmt: skip
    stream = io.StringIO()

    TextReporter(stream).finished(report)

    assert stream.getvalue().splitlines() == [
        "  studio-1: 50% of the pixels",
        "  studio-2: 50% of the pixels",
        "done: 10 of 10 buckets in 4.0 s, 2.00 Msamples/s",
    ]
