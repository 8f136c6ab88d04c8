#!/usr/bin/env python3
"""Octets a second of an account, of all its sessions together.

What is asserted of time is what cannot come early: that so many octets took at
least as long as the rate says, but for what a bucket holds. That nothing of a
rate goes to waste is shown by tests/core/bucket_test, which has no clock.
"""

import select
import time

from harness import *

K = 1024
USERS = ("-u", "alice:secret", "-u", "bob:secret")


def pour(s):
    """A target that sends for as long as it is taken."""
    block = bytes(64 * K)
    while True:
        s.sendall(block)


def swallow(s):
    """A target that reads everything and says how much at the end."""
    total = 0
    while True:
        data = s.recv(64 * K)
        if not data:
            break
        total += len(data)
    s.sendall(b"%d" % total)


def into(daemon, target, user="alice"):
    return tunnel(daemon, target.host, target.port, user, "secret")


def take(sockets, octets):
    """Read from all until they have so many together: how many from each, and
    how long that took."""
    got = dict.fromkeys(sockets, 0)
    start = time.monotonic()
    while sum(got.values()) < octets:
        ready, _, _ = select.select(sockets, [], [], PATIENCE)
        need(ready, "nothing comes any more")
        for s in ready:
            got[s] += len(s.recv(64 * K))
    return list(got.values()), time.monotonic() - start


def on_time(octets, took, rate):
    """A bucket holds a quarter of a second and may be overdrawn by another; the
    kernel's buffers are emptied by the reader here."""
    need(took >= octets / rate - 0.75, "%d in %.2f s" % (octets, took))


@case
def what_comes_from_targets_comes_as_fast_as_rate_down_says():
    with Daemon("rate-down 400K", args=USERS) as d, Target(pour) as t:
        with into(d, t) as s:
            octets = 800 * K
            on_time(octets, take([s], octets)[1], 400 * K)


@case
def what_goes_to_targets_goes_as_fast_as_rate_up_says():
    with Daemon("rate-up 400K", args=USERS) as d, Target(swallow) as t:
        with into(d, t) as s:
            start = time.monotonic()
            s.sendall(bytes(800 * K))
            s.shutdown(socket.SHUT_WR)
            same(read_all(s), b"%d" % (800 * K))
            on_time(800 * K, time.monotonic() - start, 400 * K)


@case
def what_is_spliced_is_held_to_the_rate_as_well():
    rate = 16 << 20
    with Daemon("rate-down 16M", args=USERS) as d, Target(pour) as t:
        with into(d, t) as s:
            on_time(2 * rate, take([s], 2 * rate)[1], rate)
        need(ctl_figure(d, "spliced") > rate, "it was copied")


@case
def all_sessions_of_an_account_share_its_rate_alike():
    with Daemon("rate-down 1M", args=USERS, workers=4) as d, \
            Target(pour) as t, contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(into(d, t)) for _ in range(6)]
        take(sockets, 512 * K)  # what waits in sockets from the beginning
        got, took = take(sockets, 3 << 20)
        on_time(3 << 20, took, 1 << 20)
        fair = sum(got) / len(got)
        need(all(0.5 * fair < g < 2 * fair for g in got), got)


@case
def one_that_takes_little_leaves_its_share_to_the_others():
    with Daemon("rate-down 600K", args=USERS) as d, Target(pour) as t, \
            Target(echo) as e:
        with into(d, t) as greedy, into(d, e) as modest:
            octets = 1200 * K
            got, start = 0, time.monotonic()
            while got < octets:
                got += len(greedy.recv(64 * K))
                modest.sendall(b"x")
                same(read_exactly(modest, 1), b"x")
            on_time(octets, time.monotonic() - start, 600 * K)


@case
def each_account_and_each_direction_has_a_rate_of_its_own():
    with Daemon(args=USERS) as d, Target(echo) as e, Target(pour) as t:
        ctl(d, "user", "set", "alice", "rate-down", "1K")
        with into(d, t, "alice") as slow, into(d, t, "bob") as fast, \
                into(d, e, "bob") as other:
            slow.recv(1)
            take([fast], 8 << 20)
            other.sendall(b"x" * 100000)
            read_exactly(other, 100000)
        ctl(d, "user", "set", "alice", "rate-down", "none")
        ctl(d, "user", "set", "alice", "rate-up", "1")
        with into(d, t, "alice") as s:
            take([s], 8 << 20)


@case
def a_new_rate_holds_for_sessions_under_way():
    with Daemon("rate-down 1K", args=USERS) as d, Target(pour) as t:
        with into(d, t) as s, into(d, t) as other:
            take([s, other], 512)
            ctl(d, "user", "set", "alice", "rate-down", "none")
            take([s], 16 << 20)
            take([other], 16 << 20)
            ctl(d, "user", "set", "alice", "rate-down", "256K")
            # Up to a second at full speed, and what is in the sockets then.
            settled = time.monotonic() + 1.5
            while (time.monotonic() < settled
                   or select.select([s], [], [], 0)[0]):
                s.recv(64 * K)
            got, took = take([s], 512 * K)
            need(took >= 0.5, "%r in %.2f s" % (got, took))


@case
def an_end_of_file_and_a_reset_come_through_a_session_that_waits():
    def burst(s):
        s.sendall(b"x" * 3000)

    with Daemon("rate-down 10K", args=USERS) as d, Target(burst) as t:
        with into(d, t) as s:
            same(len(read_all(s)), 3000)
        same(d.wait_access("C")[0][9], "3000", "DOWN in the log")


@case
def a_session_that_waits_can_be_killed_and_leaves_nothing():
    with Daemon("rate-down 1", args=USERS) as d, Target(pour) as t:
        with into(d, t) as s, into(d, t) as other:
            s.recv(1)
            ctl(d, "session", "clear", "alice")
            need(is_closed(s) in ("end", "reset", b"\0"), "it stays")
            take_rest(other)
        wait_for(lambda: ctl_figure(d, "sessions") == 0, "them to be gone")
        ctl(d, "user", "del", "alice")
        ctl(d, "user", "set", "bob", "rate-down", "none")
        with into(d, t, "bob") as s:
            take([s], 1 << 20)


def take_rest(s):
    with contextlib.suppress(ConnectionResetError):
        while s.recv(64 * K):
            pass


@case
def the_daemon_ends_while_sessions_wait():
    with Daemon("rate-down 1", args=USERS) as d, Target(pour) as t:
        with into(d, t) as s, into(d, t) as other:
            s.recv(1)
            d.process.terminate()
            take_rest(s)
            take_rest(other)


# ---- datagrams


class Association:
    def __init__(self, daemon, target, user="alice"):
        self.target = target
        self.control = proxy_socket(daemon)
        greet(self.control, user, "secret")
        self.control.sendall(request("0.0.0.0", 0, 3))
        rep, *where = read_reply(self.control)
        same(rep, 0, "REP")
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(tuple(where))
        self.head = b"\0\0\0" + packed_host(target[0]) + struct.pack(
            "!H", target[1])

    def send(self, payload):
        self.socket.send(self.head + payload)

    def take(self):
        return self.socket.recv(65536)[len(self.head):]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()
        self.control.close()


@case
def datagrams_pass_as_fast_as_the_rate_says_and_none_is_torn():
    with Daemon("rate-up 100K", args=USERS) as d, \
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as t:
        t.bind(("127.0.0.1", 0))
        t.settimeout(PATIENCE)
        with Association(d, t.getsockname()) as a:
            start = time.monotonic()
            for i in range(200):  # they wait in the socket of the proxy
                a.send(struct.pack("!I", i) + bytes(1020))
            seen = []
            while len(seen) < 200:
                octets = t.recv(65536)
                same(len(octets), 1024)
                seen.append(struct.unpack("!I", octets[:4])[0])
            took = time.monotonic() - start
            same(seen, list(range(200)))
            # The batch that is under way when the bucket is empty passes.
            need(took >= (200 * K - 64 * K) / (100 * K) - 0.75,
                 "%.2f s" % took)


if __name__ == "__main__":
    main()
