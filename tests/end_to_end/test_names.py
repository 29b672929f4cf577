"""A name with many addresses, told by a real DNS server to the system's real resolver."""

import json
import shutil
import subprocess
import sys

import pytest

from tests.end_to_end.farm import ROOT, environment
from tests.end_to_end.named_farm import ADDRESSES, EXIT_OTHER_RESOLVER

pytestmark = [pytest.mark.slow, pytest.mark.processes]

#: A network with nothing but loopback, and another file that names the DNS server.
INSIDE = 'ip link set lo up && mount --bind "$1" /etc/resolv.conf && shift && exec "$@"'
UNSHARE = ["unshare", "--map-root-user", "--mount", "--net", "sh", "-c", INSIDE, "sh"]


@pytest.fixture
def in_own_network(tmp_path):
    """Return what runs a command where 127.0.0.1 answers for names."""
    if sys.platform != "linux" or not shutil.which("unshare") or not shutil.which("ip"):
        pytest.skip("needs Linux with unshare and ip")
    resolv = tmp_path / "resolv.conf"
    resolv.write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:2\n")

    def run(*command, timeout=30):
        return subprocess.run(
            [*UNSHARE, str(resolv), *command], env=environment(), cwd=ROOT,
            capture_output=True, text=True, timeout=timeout, check=False,
        )  # fmt: skip

    if run("true").returncode != 0:
        pytest.skip("this user may not make namespaces")
    return run


def test_client_uses_all_servers_of_a_name_and_finds_new_ones(in_own_network, tmp_path):
    done = in_own_network(
        sys.executable, "-m", "tests.end_to_end.named_farm", str(tmp_path), timeout=280
    )

    if done.returncode == EXIT_OTHER_RESOLVER:
        pytest.skip("this system's resolver does not read /etc/resolv.conf")
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["equal"]
    assert told["servers"] == len(ADDRESSES)
    assert (told["before"], told["interrupted"]) == (1, 130)
