"""A process that has imported the product and does nothing but fork: each fork becomes a `swapshop` that was asked for.

Run by tests/support/forking.py. It has one thread, no event loop and nothing open but the socket on which it is asked,
so that a fork is a process as new as if it had been started, without the two seconds of CPU that importing takes.
"""

import ctypes
import gc
import json
import os
import select
import signal
import socket
import sys
import threading
from dataclasses import dataclass
from importlib import import_module
from typing import TypedDict

PRODUCT = ("web.cli", "web.embedded", "web.processes", "web.bootstrap", "web.doctor", "web.demo", "web.watch")
LATER = ("uvloop", "uvicorn.lifespan.on", "uvicorn.protocols.http.httptools_impl", "broadcaster._backends.redis")
"""What the product imports when it runs."""
DESCRIPTORS = 3
MOST_BYTES = 200_000
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)
ENDED_BY_A_FAULT = 1


class Asked(TypedDict):
    """A process to be: its descriptors (stdout, stderr, where its life is told) come along as rights."""

    arguments: list[str]
    directory: str
    environment: dict[str, str]


@dataclass(frozen=True, slots=True)
class Child:
    pid: int
    told: int
    """A pipe, to which its pid and then its status are written, a line each."""


def main() -> None:
    asking = socket.socket(fileno=int(sys.argv[1]))
    for name in (*PRODUCT, *LATER):
        import_module(name)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for our children; we end when nobody can ask any more
    gc.collect()
    gc.freeze()
    assert threading.active_count() == 1, "a fork would leave the other threads behind"
    if become := serve(asking):
        run_as(become)


def serve(asking: socket.socket) -> Asked | None:
    """Forks until nobody can ask any more: None then; in the child, who it is to be."""
    children: dict[int, Child] = {}
    poll = select.poll()
    poll.register(asking, select.POLLIN)
    while True:
        for descriptor, _ in poll.poll():
            if child := children.pop(descriptor, None):
                poll.unregister(descriptor)
                os.close(descriptor)
                tell_the_end(child)
                continue
            message, rights, _, _ = socket.recv_fds(asking, MOST_BYTES, DESCRIPTORS)
            if not message:
                return None
            asked: Asked = json.loads(message)
            parent = os.getpid()
            if (pid := os.fork()) == 0:
                asking.detach()  # its descriptor will be another file's, so it must not be closed with this object
                take_over(rights[0], rights[1], parent=parent)
                return asked
            ending = os.pidfd_open(pid)
            children[ending] = Child(pid, rights[2])
            poll.register(ending, select.POLLIN)
            os.write(rights[2], b"%d\n" % pid)
            os.close(rights[0])
            os.close(rights[1])


def tell_the_end(child: Child) -> None:
    _, status = os.waitpid(child.pid, 0)
    try:
        os.write(child.told, b"%d\n" % os.waitstatus_to_exitcode(status))
    except BrokenPipeError:
        pass  # whoever asked for it has forgotten it
    finally:
        os.close(child.told)


def take_over(stdout: int, stderr: int, *, parent: int) -> None:
    """In the child: its own output, nothing else of ours, and the signals of a new process. It dies with us."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(ENDED_BY_A_FAULT)  # we died before that was said
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.dup2(stdout, 1)
    os.dup2(stderr, 2)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))


def run_as(asked: Asked) -> None:
    """What `python -m web.cli` does, after its imports."""
    from web.cli import main as swapshop

    os.chdir(asked["directory"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    sys.argv = ["swapshop", *asked["arguments"]]
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)  # noqa: SIM115
    swapshop()


if __name__ == "__main__":
    main()
