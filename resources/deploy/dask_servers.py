"""Render servers on the workers of a Dask cluster: each worker starts one, which dials in.

On the artist's computer `brigade render room.glb -o room.exr --no-local --accept --key-file K`
runs; where the cluster can be reached:

    python dask_servers.py tcp://scheduler:8786 artist-1 farm.key

The key's path is one on the workers' computers. Ends when all servers have ended.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from dask.distributed import Client, get_worker

IDLE_S = 600


def serve(connect: str, key_file: str, idle_s: float) -> int:
    """Run a render server in this worker's place; return its exit status."""
    worker = get_worker()
    name = f"dask-{os.uname().nodename}-{worker.name}" if hasattr(os, "uname") else "dask"
    command = [sys.executable, "-m", "app.cli", "server", "--connect", connect]
    command += ["--key-file", key_file, "--name", name[:64]]
    command += ["--threads", str(worker.state.nthreads), "--exit-when-idle", str(idle_s)]
    return subprocess.call(command)


def start_servers(client: Client, connect: str, key_file: str, idle_s: float = IDLE_S) -> list[int]:
    """Start one server on each worker of the cluster and wait for their ends."""
    workers = list(client.scheduler_info(n_workers=-1)["workers"])
    tasks = [
        client.submit(serve, connect, key_file, idle_s, workers=[address], pure=False, retries=0)
        for address in workers
    ]
    return client.gather(tasks)


def main() -> int:
    """Take scheduler, client and key file from the command line."""
    parser = argparse.ArgumentParser(description="Render servers on the workers of a Dask cluster.")
    parser.add_argument("scheduler", help="such as tcp://scheduler:8786")
    parser.add_argument("connect", metavar="HOST[:PORT]", help="of the client that accepts")
    parser.add_argument("key_file", help="path of the key on the workers' computers")
    parser.add_argument("--exit-when-idle", type=float, default=IDLE_S, metavar="S")
    arguments = parser.parse_args()
    with Client(arguments.scheduler) as client:
        statuses = start_servers(
            client, arguments.connect, arguments.key_file, arguments.exit_when_idle
        )
    return max(statuses, default=1)


if __name__ == "__main__":
    sys.exit(main())
