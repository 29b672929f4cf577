import os
import shutil
import subprocess
import sys

import pytest

from app.system.idle_time import NoIdleClockError, elapsed_ms, make_idle_clock
from app.system.priority import set_priority


def test_counter_of_windows_may_begin_again():
    assert elapsed_ms(5_000, 3_000) == 2_000
    assert elapsed_ms(1_000, 0xFFFFFFFF - 999) == 2_000


@pytest.mark.skipif(sys.platform != "linux", reason="it is about displays of X11")
def test_there_is_no_clock_without_a_display(monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)

    with pytest.raises(NoIdleClockError):
        make_idle_clock()


@pytest.mark.parametrize("system", ["win32", "darwin"])
@pytest.mark.skipif(sys.platform != "linux", reason="it is about what other systems have")
def test_clock_of_another_system_says_that_it_is_not_there(system):
    with pytest.raises(NoIdleClockError):
        make_idle_clock(system)


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="Windows has classes instead")
def test_priority_is_lowered_for_a_process_and_its_threads():
    code = (
        "import os, threading\n"
        "from app.system.priority import set_priority\n"
        "set_priority('low')\n"
        "read = lambda: print(os.getpriority(os.PRIO_PROCESS, 0))\n"
        "thread = threading.Thread(target=read); thread.start(); thread.join(); read()"
    )
    wanted = max(10, os.getpriority(os.PRIO_PROCESS, 0))

    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )

    assert ended.stdout.split() == [str(wanted)] * 2


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="Windows has classes instead")
def test_priority_is_never_raised():
    before = os.getpriority(os.PRIO_PROCESS, 0)

    set_priority("normal")

    assert os.getpriority(os.PRIO_PROCESS, 0) == before


@pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("Xvfb") is None or shutil.which("xdotool") is None,
    reason="needs Xvfb and xdotool",
)
def test_x11_tells_when_somebody_touched_the_keyboard(tmp_path):
    """In a process of its own: it talks to an X server that is made for it."""
    read_end, write_end = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "320x240x24"],
        pass_fds=(write_end,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write_end)
    try:
        with os.fdopen(read_end) as pipe:
            display = f":{pipe.readline().strip()}"
        code = (
            "import subprocess, sys\n"
            "from app.system.idle_time import make_idle_clock\n"
            "clock = make_idle_clock()\n"
            "before = clock()\n"
            "while clock() - before < 0.3: pass\n"
            "long = clock()\n"
            "subprocess.run(['xdotool', 'key', 'a'], check=True)\n"
            "print(clock() < long)"
        )
        environment = {**os.environ, "DISPLAY": display}
        environment.pop("WAYLAND_DISPLAY", None)
        ended = subprocess.run(
            [sys.executable, "-c", code],
            env=environment, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert ended.stdout.strip() == "True", ended.stderr
    finally:
        server.terminate()
        server.wait(10)
