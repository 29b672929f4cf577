"""Channels and adaptive sampling over real servers: the same bits as in one process."""

import numpy as np
import OpenEXR
import pytest

from app.system.demo import benchmark_scene
from tests.end_to_end.farm import Client, Server

pytestmark = [pytest.mark.processes, pytest.mark.slow]

FRAME = [
    "--width", "120", "--height", "80", "--seed", "5", "--samples", "96", "--bucket-size", "24",
    "--noise-threshold", "0.05",
    "--channels", "normal,depth,object_id,direct,indirect,noise,time,server",
]  # fmt: skip


def read_layer(path, name: str) -> np.ndarray:
    return OpenEXR.File(str(path), separate_channels=True).channels()[name].pixels


def test_servers_deliver_every_channel_with_the_bits_of_one_process(farm, tmp_path):
    alone = farm(Client, benchmark_scene(), tmp_path / "alone.json", *FRAME, "--in-process")
    expected = alone.finish()
    servers = [farm(Server, name) for name in ("one", "two")]
    options = [part for server in servers for part in ("--server", server.address)]
    client = farm(Client, benchmark_scene(), tmp_path / "farm.json", *FRAME, *options, "--no-local")

    report = client.finish()

    assert report["frame_sha256"] == expected["frame_sha256"]
    assert report["channels"] == expected["channels"]
    assert report["samples_taken"] == expected["samples_taken"] < 120 * 80 * 96
    assert {"depth", "object_id", "samples"} <= report["channels"].keys()
    picture = tmp_path / "farm.exr"
    numbers, counts = np.unique(read_layer(picture, "server.Y"), return_counts=True)
    delivered = {n: s["buckets"] for n, s in enumerate(report["servers"], 1) if s["buckets"]}
    assert set(numbers.tolist()) == set(delivered)
    assert counts.sum() == 120 * 80
    assert read_layer(picture, "time.Y").min() > 0.0
    assert read_layer(picture, "samples.Y").sum() == report["samples_taken"]
