#!/usr/bin/env python3
"""The way to targets: source, interface, mark, keepalive, TCP Fast Open.

Runs itself in a network namespace of its own if it may make one. Where it may
not, what needs rights there is tested as far as a plain user sees it: by what
the daemon says of it.
"""

import contextlib
import ctypes
import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys

from harness import *

APART = "SOCKS5D_TEST_APART" in os.environ
CAP_NET_ADMIN, CAP_NET_RAW = 12, 13


class Powerless(Daemon):
    """A daemon that may not do what takes rights over the network."""

    def _limit(self):
        super()._limit()
        PR_CAPBSET_DROP = 24
        libc = ctypes.CDLL(None)
        for capability in (CAP_NET_ADMIN, CAP_NET_RAW):
            libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)


@contextlib.contextmanager
def callers(host="127.0.0.1"):
    """A target, and the addresses from which it was called so far."""
    seen = []

    def serve(s):
        seen.append(s.getpeername()[0])
        echo(s)

    with Target(serve, host) as t:
        yield t, seen


def caller(d, t, seen, via="127.0.0.1"):
    """From where the proxy comes, and which address it names."""
    s, reply = tunnel_and_reply(d, t.host, t.port, via=via)
    with s:
        s.sendall(b"x")
        same(read_exactly(s, 1), b"x")
    same(reply[1], seen[-1])
    return seen[-1]


def reload(d, *lines):
    d.configure(*lines)
    need("reloaded" in d.reload(), d.log())


# ---- source


@case
def each_family_has_the_source_it_was_given_and_a_reload_changes_it():
    with Daemon("source 127.0.0.5", "source ::1") as d, \
            callers() as (t, seen), callers("::1") as (t6, seen6):
        same(caller(d, t, seen), "127.0.0.5")
        same(caller(d, t6, seen6), "::1")
        reload(d, "source 127.0.0.6")
        same(caller(d, t, seen), "127.0.0.6")
        same(caller(d, t6, seen6), "::1")
        reload(d)
        same(caller(d, t, seen), "127.0.0.1")


@case
def source_same_is_the_address_the_client_came_to():
    with Daemon("listen 127.0.0.1:0", "listen 127.0.0.3:0", "listen [::1]:0",
                "source same") as d, callers() as (t, seen):
        same(caller(d, t, seen), "127.0.0.1")
        same(caller(d, t, seen, via="127.0.0.3"), "127.0.0.3")
        # A client that came by the other family leaves the choice open.
        same(caller(d, t, seen, via="::1"), "127.0.0.1")


@case
def a_source_that_this_host_lacks_is_said_and_nothing_goes_another_way():
    with Daemon("source 192.0.2.77") as d, callers() as (t, seen):
        d.wait_log(r"error main no way to targets.* source: 192\.0\.2\.77: ")
        same(refusal(tunnel, d, t.host, t.port), 3)
        same(seen, [])
        reload(d, "source 127.0.0.5")
        same(caller(d, t, seen), "127.0.0.5")


@case
def words_of_source_that_do_not_go_together_are_refused():
    for lines in (("source same", "source 127.0.0.1"),
                  ("source 127.0.0.1 same",), ("source 0.0.0.0",)):
        with Daemon(*lines, ready=False) as d:
            same(d.process.wait(PATIENCE), 1)
            need("source" in d.log(), d.log())
            d.stop = lambda: None


@case
def one_source_has_all_its_ports_for_each_target():
    """Ports are chosen at connect(), not at bind()."""
    ports = "/proc/sys/net/ipv4/ip_local_port_range"
    with Daemon("source 127.0.0.5") as d, Target(echo) as a, \
            Target(echo) as b, contextlib.ExitStack() as stack:
        count = 10
        try:
            need(APART, "not our own namespace")
            with open(ports, "w") as f:
                f.write("40000 40009")
        except (OSError, Failure):
            count = 2  # as many as there are: the sockets still differ
        used = []
        for i in range(count):
            for t, via in ((a, "127.0.0.1"), (b, "::1")):
                s, reply = tunnel_and_reply(d, t.host, t.port, via=via)
                stack.enter_context(s)
                used.append((t.port, reply[2]))
        same(len(set(used)), 2 * count)
        if count == 10:
            need(len({port for _, port in used}) <= 10, "%r" % used)
            with open(ports, "w") as f:
                f.write("32768 60999")


@case
def out_of_ports_requests_are_refused_and_the_next_are_served():
    """Where the namespace is ours; else the ports would be everybody's."""
    ports = "/proc/sys/net/ipv4/ip_local_port_range"
    with Daemon() as d, Target(echo) as t, contextlib.ExitStack() as stack:
        if not APART or not os.access(ports, os.W_OK):
            with tunnel(d, t.host, t.port):
                return
        with open(ports, "w") as f:
            f.write("40000 40003")
        try:
            served, refused = [], 0
            for port in range(41000, 41008):
                s = stack.enter_context(socket.socket())
                s.settimeout(PATIENCE)
                s.bind(("127.0.0.1", port))
                s.connect(("127.0.0.1", d.port))
                greet(s)
                s.sendall(request(t.host, t.port))
                if read_reply(s)[0] == 0:
                    served.append(s)
                else:
                    refused += 1
            same((len(served), refused), (4, 4), "served and refused")
            for s in served:
                s.sendall(b"x")
                same(read_exactly(s, 1), b"x")
        finally:
            with open(ports, "w") as f:
                f.write("32768 60999")
        with tunnel(d, t.host, t.port):
            pass


# ---- interface and mark


@case
def an_interface_leads_to_what_it_reaches_and_one_that_is_not_to_nothing():
    with Daemon("interface lo") as d, callers() as (t, seen):
        same(caller(d, t, seen), "127.0.0.1")
        reload(d, "interface none0")
        d.wait_log(r"no way to targets.* interface: none0: No such device")
        need(refusal(tunnel, d, t.host, t.port) is not None, "was let out")
        same(len(seen), 1)


@case
def a_mark_without_the_right_is_said_and_nothing_goes_without_it():
    with Powerless("mark 5") as d, callers() as (t, seen):
        d.wait_log(r"no way to targets.* mark: 5: Operation not permitted: "
                   "CAP_NET_ADMIN")
        same(refusal(tunnel, d, t.host, t.port), 2)
        same(seen, [])
        reload(d)
        same(caller(d, t, seen), "127.0.0.1")


@contextlib.contextmanager
def no_way_for_mark(mark):
    def rules(*commands):
        for command in commands:
            subprocess.run([tool("ip", "iproute2"), "rule", *command.split()],
                           check=True)
    rules("add pref 1 lookup local", "del pref 0",
          "add pref 0 fwmark %d unreachable" % mark)
    try:
        yield
    finally:
        rules("del pref 0", "add pref 0 lookup local", "del pref 1")


@case
def a_mark_is_what_routing_sees():
    """Where the namespace is ours; else a daemon without the right says so."""
    with Daemon("mark 5") as d, callers() as (t, seen):
        if "no way to targets" in d.log():
            need(not APART, d.log())
            same(refusal(tunnel, d, t.host, t.port), 2)
            return
        same(caller(d, t, seen), "127.0.0.1")
        if not APART:
            return
        with no_way_for_mark(5):
            same(refusal(tunnel, d, t.host, t.port), 3)
            reload(d, "mark 6")
            same(caller(d, t, seen), "127.0.0.1")


def bind_reply(d, peer):
    """The answer to a BIND for that peer, and the socket it came on."""
    s = proxy_socket(d)
    greet(s)
    s.sendall(request(peer, 9, 2))
    return s, read_reply(s)


@case
def an_interface_and_a_mark_hold_for_who_comes_by_bind_as_well():
    with Daemon("interface lo", "mark 5") as d:
        if "no way to targets" in d.log():
            need(not APART, d.log())
            s, reply = bind_reply(d, "127.0.0.1")
            s.close()
            same(reply[0], 2)
            return
        s, reply = bind_reply(d, "127.0.0.9")
        with s, socket.socket() as peer:
            same(reply[0], 0)
            peer.bind(("127.0.0.9", 0))
            peer.connect(reply[1:])
            same(read_reply(s)[0], 0)
            peer.sendall(b"in")
            same(read_exactly(s, 2), b"in")
        if not APART:
            return
        # Nothing that is marked leaves, so the peer gets no answer.
        with no_way_for_mark(5):
            s, reply = bind_reply(d, "127.0.0.9")
            s.close()
            same(reply[0], 3, "nothing leads to the peer")
        reload(d, "interface none0")
        s, reply = bind_reply(d, "0.0.0.0")
        s.close()
        need(reply[0] != 0, "it listens on any interface")


# ---- keepalive and TCP Fast Open


def timer(local, remote):
    """The timer that runs for a connection over IPv4; 2 is keepalive."""
    def written(address):
        return "%08X:%04X" % (
            struct.unpack("=I", socket.inet_aton(address[0]))[0], address[1])
    with open("/proc/net/tcp") as f:
        for line in f.read().splitlines()[1:]:
            fields = line.split()
            if fields[1:3] == [written(local), written(remote)]:
                return int(fields[5].split(":")[0])
    raise Failure("no connection from %r to %r" % (local, remote))


def timers(d, t):
    """Of the proxy's two connections, when nothing is on its way."""
    s, reply = tunnel_and_reply(d, t.host, t.port)
    with s:
        s.sendall(b"x")
        same(read_exactly(s, 1), b"x")
        mine, proxy = s.getsockname(), s.getpeername()

        def quiet():
            found = (timer(proxy, mine),
                     timer((reply[1], reply[2]), (t.host, t.port)))
            return found if 1 not in found else None
        return wait_for(quiet, "acknowledgements")


@case
def keepalive_watches_both_sides_and_can_be_changed():
    with Daemon() as d, Target(echo) as t:
        same(timers(d, t), (0, 0))
        reload(d, "keepalive 60")
        same(timers(d, t), (2, 2))
        reload(d)
        same(timers(d, t), (0, 0))
    with Daemon("keepalive 60") as d, Target(echo) as t:
        same(timers(d, t), (2, 2))


def passive():
    """Connections that came with data in their SYN, in this namespace."""
    with open("/proc/net/netstat") as f:
        names, values = [line.split() for line in f
                         if line.startswith("TcpExt:")]
    return int(values[names.index("TCPFastOpenPassive")])


def fast_open(d, t):
    MSG_FASTOPEN = 0x20000000
    with socket.socket() as s:
        # Without a timeout: with one there is no waiting for a cookie.
        s.sendto(b"\5\1\0", MSG_FASTOPEN, ("127.0.0.1", d.port))
        s.settimeout(PATIENCE)
        same(read_exactly(s, 2), b"\5\0")
        s.sendall(request(t.host, t.port))
        same(read_reply(s)[0], 0)


@case
def a_greeting_in_the_syn_is_taken_with_tcp_fastopen_only():
    switch = "/proc/sys/net/ipv4/tcp_fastopen"
    try:
        need(APART, "not our own namespace")
        with open(switch, "w") as f:
            f.write("3")
    except (OSError, Failure):
        pass
    with open(switch) as f:
        allowed = int(f.read())
    with Daemon("tcp-fastopen yes") as d, Target(echo) as t:
        same("tcp-fastopen has no effect" in d.log(), allowed & 2 == 0)
        if allowed & 3 != 3:
            tunnel(d, t.host, t.port).close()
            return
        before = passive()
        for _ in range(3):  # the first one only fetches the cookie
            fast_open(d, t)
        need(passive() >= before + 2, "not in the SYN")
        reload(d)
        before = passive()
        fast_open(d, t)
        same(passive(), before)


# ---- a namespace of its own


def raise_loopback():
    SIOCSIFFLAGS, IFF_UP = 0x8914, 1
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        fcntl.ioctl(s, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))


def enter():
    """Start again in a namespace, if that is possible."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return
    command = [unshare, "--net"]
    if os.geteuid() != 0:
        command.append("--map-root-user")
    if subprocess.run([*command, "true"], capture_output=True).returncode != 0:
        return
    os.environ["SOCKS5D_TEST_APART"] = "1"
    os.execv(unshare, [*command, sys.executable, os.path.abspath(__file__),
                       *sys.argv[1:]])


if __name__ == "__main__":
    if APART:
        raise_loopback()
    else:
        enter()
    main()
