"""The servers that the admin tests run against, started when first needed."""

import atexit
import functools
import subprocess
import tempfile

import harness
from harness import need


@functools.cache
def folder():
    holder = tempfile.TemporaryDirectory(prefix="socks5d-admin-")
    atexit.register(holder.cleanup)
    return holder.name


def unix_path(name):
    return "unix:%s/%s.sock" % (folder(), name)


@functools.cache
def fake_daemon(limit_ms, endpoint):
    """The admin server over a fake supervisor; the endpoint it really has."""
    process = subprocess.Popen(
        [harness.program("tests/daemon/fake_daemon"), limit_ms, endpoint],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def end():
        process.stdin.close()
        need(process.wait(harness.PATIENCE) == 0, "fake_daemon failed")
    atexit.register(end)
    line = process.stdout.readline().strip()
    need(line != "", "fake_daemon does not serve " + endpoint)
    return line


@functools.cache
def socks5d(kind):
    """The real daemon's endpoint of that kind; memory: keeps its accounts."""
    where = {"unix": unix_path("real"), "tcp": "tcp:127.0.0.1:0",
             "sctp": "sctp:127.0.0.1:0", "sctp6": "sctp:[::1]:0"}[kind]
    daemon = harness.Daemon("admin " + where,
                            args=("-a", "root:secret", "-u", "alice:secret"))
    atexit.register(daemon.__exit__, None, None, None)
    return daemon.wait_log(
        r" administering on=(%s:\S+)" % kind.rstrip("6")).group(1)
