"""Linux: system calls that a worker must not make fail with EPERM from now on (seccomp-bpf).

A list of what is forbidden, not of what is allowed: Python, LLVM and glibc change what they need
from release to release, while the ways out of a process are few.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
import sys

_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_SET_MODE_FILTER = 1
_ALL_THREADS = 1
_CLONE_THREAD = 0x10000
_X32_BIT = 0x40000000

# struct seccomp_data: nr u32, arch u32, instruction pointer u64, args u64[6].
_NUMBER, _ARCH, _FIRST_ARGUMENT = 0, 4, 16
# linux/bpf_common.h: load a word, jump if equal / greater or equal / any bit set, return.
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _IF_BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _FAIL_WITH = 0x7FFF0000, 0x00050000

#: By machine: the architecture's number, seccomp itself, clone and clone3.
_MACHINES = {"x86_64": (0xC000003E, 317, 56, 435), "aarch64": (0xC00000B7, 277, 220, 435)}
#: By name: x86_64, aarch64 (None: has it not).
_FORBIDDEN: dict[str, tuple[int | None, int | None]] = {
    # sockets; io_uring makes them without a system call of their own
    "socket": (41, 198), "socketpair": (53, 199), "connect": (42, 203), "bind": (49, 200),
    "listen": (50, 201), "accept": (43, 202), "accept4": (288, 242), "sendto": (44, 206),
    "sendmsg": (46, 211), "sendmmsg": (307, 269), "io_uring_setup": (425, 425),
    # programs and processes
    "execve": (59, 221), "execveat": (322, 281), "fork": (57, None), "vfork": (58, None),
    # other processes of this user
    "kill": (62, 129), "ptrace": (101, 117), "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271), "pidfd_open": (434, 434), "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424), "rt_sigqueueinfo": (129, 138),
    # the kernel's large and rarely used doors
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218), "mount": (165, 40),
    "umount2": (166, 39), "unshare": (272, 97), "setns": (308, 268), "pivot_root": (155, 41),
    "chroot": (161, 51), "init_module": (175, 105), "finit_module": (313, 273),
    "kexec_load": (246, 104), "open_by_handle_at": (304, 265),
}  # fmt: skip


def forbid_network_and_programs() -> list[str]:
    """Install the filter in all threads.

    Returns:
        What holds from now on; says so if this kernel or machine cannot.
    """
    assert sys.platform == "linux"
    numbers = _MACHINES.get(platform.machine())
    if numbers is None:
        return [f"the network stays open (no filter for {platform.machine()})"]
    program = _make_filter(platform.machine())
    libc = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(buffer))
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
        head = ctypes.create_string_buffer(header, len(header))
        if libc.syscall(numbers[1], _SECCOMP_SET_MODE_FILTER, _ALL_THREADS, head) == 0:
            return ["no network", "no programs"]
    return [f"the network stays open ({errno.errorcode.get(ctypes.get_errno(), 'no seccomp')})"]


def _make_filter(machine: str) -> bytes:
    arch, _, clone, clone3 = _MACHINES[machine]
    column = list(_MACHINES).index(machine)
    deny = _FAIL_WITH | errno.EPERM
    code = [
        (_LOAD, 0, 0, _ARCH),
        *_if(_IF_EQUAL, arch, otherwise=deny),
        (_LOAD, 0, 0, _NUMBER),
        *_if(_IF_AT_LEAST, _X32_BIT, then=deny),
        # Its flags lie in memory, which a filter cannot read; glibc then falls back to clone.
        *_if(_IF_EQUAL, clone3, then=_FAIL_WITH | errno.ENOSYS),
    ]
    for names in _FORBIDDEN.values():
        number = names[column]
        if number is not None:
            code += _if(_IF_EQUAL, number, then=deny)
    code += [
        (_IF_EQUAL, 0, 3, clone),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        *_if(_IF_BITS, _CLONE_THREAD, otherwise=deny),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("HBBI", *line) for line in code)


def _if(
    test: int, value: int, *, then: int | None = None, otherwise: int | None = None
) -> list[tuple[int, int, int, int]]:
    """A test, and the end of the filter where it goes one way."""
    if then is not None:
        return [(test, 0, 1, value), (_RETURN, 0, 0, then)]
    assert otherwise is not None
    return [(test, 1, 0, value), (_RETURN, 0, 0, otherwise)]
