#!/usr/bin/env python3
"""UDP ASSOCIATE: datagrams through the proxy (RFC 1928 section 7)."""

import contextlib
import itertools
import random
import socket
import struct
import threading

from harness import *

LONGEST = 65507  # octets of a datagram over IPv4


def datagram(host, port, payload, frag=0):
    packed = host if isinstance(host, bytes) else packed_host(host)
    return (b"\0\0" + bytes([frag]) + packed + struct.pack("!H", port)
            + payload)


def parsed(octets):
    """The sender an answer names, and its payload."""
    same(octets[:3], b"\0\0\0", "RSV and FRAG of an answer")
    width = {1: 4, 4: 16}[octets[3]]
    ip = str(ipaddress.ip_address(octets[4:4 + width]))
    port, = struct.unpack("!H", octets[4 + width:6 + width])
    return (ip, port), octets[6 + width:]


class Association:
    def __init__(self, daemon, via="127.0.0.1", said=("0.0.0.0", 0),
                 user=None, password=None):
        """said: a port of None announces the one it sends from."""
        self.socket = socket.socket(family_of(via), socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.socket.settimeout(PATIENCE)
        self.socket.bind((via, 0))
        if said[1] is None:
            said = (said[0], self.socket.getsockname()[1])
        self.control = proxy_socket(daemon, via)
        try:
            greet(self.control, user, password)
            self.control.sendall(request(*said, 3))
            rep, *where = read_reply(self.control)
            if rep != 0:
                raise Refused(rep)
        except BaseException:
            self.close()
            raise
        self.where = tuple(where)

    def send(self, host, port, payload, frag=0):
        self.socket.sendto(datagram(host, port, payload, frag), self.where)

    def take(self):
        octets, sender = self.socket.recvfrom(65536)
        same(sender[:2], self.where, "who answers")
        return parsed(octets)

    def ask(self, host, port, payload):
        """Send to an echo and return what comes back."""
        self.send(host, port, payload)
        return self.take()

    def close(self):
        self.control.close()
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Echo:
    """Answers datagrams, and remembers them."""

    def __init__(self, host="127.0.0.1"):
        self.socket = socket.socket(family_of(host), socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.socket.bind((host, 0))
        self.host, self.port = self.socket.getsockname()[:2]
        self.heard = []
        self.ending = False
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        with contextlib.suppress(OSError):
            while True:
                octets, sender = self.socket.recvfrom(65536)
                if self.ending:
                    return
                self.heard.append(octets)
                with contextlib.suppress(OSError):
                    self.socket.sendto(octets, sender)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.ending = True
        with socket.socket(family_of(self.host), socket.SOCK_DGRAM) as s:
            s.sendto(b"", (self.host, self.port))


def refused_association(*args, **kwargs):
    try:
        Association(*args, **kwargs).close()
    except Refused as r:
        return r.code
    return None


# ---- targets


@case
def datagrams_reach_targets_by_ipv4_by_ipv6_and_by_name():
    with Daemon() as d, Echo() as four, Echo("::1") as six:
        for via in ("127.0.0.1", "::1"):
            with Association(d, via) as a:
                same(a.where[0], via, "BND.ADDR")
                for host, echo in (("127.0.0.1", four), ("::1", six),
                                   (as_name("127.0.0.1"), four),
                                   (as_name("::1"), six)):
                    same(a.ask(host, echo.port, b"hello"),
                         ((echo.host, echo.port), b"hello"))


@case
def a_name_is_looked_up_and_what_came_meanwhile_follows_in_order():
    with Daemon() as d, Echo() as e, Association(d) as a:
        # localhost may be either; the echo listens on IPv4 alone
        family = socket.getaddrinfo("localhost", 1)[0][0]
        with (Echo("::1") if family == socket.AF_INET6
              else contextlib.nullcontext(e)) as e:
            for i in range(5):
                a.send("localhost", e.port, b"%d" % i)
            same([a.take()[1] for _ in range(5)], [b"%d" % i for i in range(5)])


@case
def a_name_without_an_address_drops_its_datagrams_alone():
    with Daemon() as d, Echo() as e, Association(d) as a:
        a.send("no-such-name.invalid", e.port, b"lost")
        same(a.ask(e.host, e.port, b"found")[1], b"found")
        same(e.heard, [b"found"])


@case
def one_association_serves_many_targets_of_both_families():
    with contextlib.ExitStack() as stack:
        d = stack.enter_context(Daemon())
        echoes = [stack.enter_context(Echo(h))
                  for h in ("127.0.0.1", "::1", "127.0.0.5") * 10]
        a = stack.enter_context(Association(d))
        for i, e in enumerate(echoes):
            a.send(e.host, e.port, b"%d" % i)
        got = {a.take() for _ in echoes}
        same(got, {((e.host, e.port), b"%d" % i)
                   for i, e in enumerate(echoes)})


@case
def datagrams_of_every_size_pass_unchanged():
    with Daemon() as d, Echo() as e, Association(d) as a:
        for n in (0, 1, 1472, 1473, 9000, 40000, LONGEST - 10):
            payload = random.randbytes(n)
            same(a.ask(e.host, e.port, payload)[1], payload, "%d octets" % n)
        # With a header in front an answer of this length is none any more.
        e.socket.sendto(b"x" * LONGEST, ("127.0.0.1", e.port))
        same(a.ask(e.host, e.port, b"still here")[1], b"still here")


# ---- who may send, who may answer


@case
def only_the_clients_own_address_may_send():
    with Daemon() as d, Echo() as e, Association(d) as a:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as foreign:
            foreign.bind(("127.0.0.9", 0))
            foreign.sendto(datagram(e.host, e.port, b"foreign"), a.where)
            same(a.ask(e.host, e.port, b"own")[1], b"own")
        same(e.heard, [b"own"])


@case
def the_first_datagram_fixes_the_port():
    with Daemon() as d, Echo() as e, Association(d) as a:
        a.ask(e.host, e.port, b"one")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.bind(("127.0.0.1", 0))
            other.sendto(datagram(e.host, e.port, b"other"), a.where)
        a.ask(e.host, e.port, b"two")
        same(e.heard, [b"one", b"two"])


@case
def a_port_that_was_announced_is_the_only_one():
    with Daemon() as d, Echo() as e:
        for said in ("127.0.0.1", "0.0.0.0"):
            with Association(d, said=(said, None)) as a:
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
                    other.bind(("127.0.0.1", 0))
                    other.sendto(datagram(e.host, e.port, b"other"), a.where)
                same(a.ask(e.host, e.port, b"own")[1], b"own")
        same(e.heard, [b"own"] * 2)


@case
def what_a_client_is_called_behind_a_nat_does_not_matter():
    with Daemon() as d, Echo() as e:
        with Association(d, said=("192.0.2.1", 1234)) as a:
            same(a.ask(e.host, e.port, b"hello")[1], b"hello")


@case
def only_targets_that_were_written_to_may_answer():
    with Daemon() as d, Echo() as e, Association(d) as a:
        outside = []
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as target, \
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as foreign:
            target.bind(("127.0.0.1", 0))
            target.settimeout(PATIENCE)
            foreign.bind(("127.0.0.1", 0))
            a.send(*target.getsockname(), b"hello")
            outside = target.recvfrom(100)[1]
            foreign.sendto(b"foreign", outside)
            target.sendto(b"answer", outside)
            same(a.take(), (target.getsockname(), b"answer"))


@case
def a_target_that_refuses_ends_nothing():
    with Daemon() as d, Echo() as e, Association(d) as a:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.bind(("127.0.0.1", 0))
            nobody = s.getsockname()
        for _ in range(10):
            a.send(*nobody, b"is anybody there?")
            same(a.ask(e.host, e.port, b"echo")[1], b"echo")


@case
def octets_that_are_no_header_are_dropped():
    whole = datagram("127.0.0.1", 9, b"")
    with Daemon() as d, Echo() as e, Association(d) as a:
        for n in range(len(whole)):
            a.socket.sendto(whole[:n], a.where)
        for octets in (b"\0\0\0\2" + b"x" * 20, b"\0\0\0\3\0\0\x35x",
                       datagram(e.host, 0, b"port 0")):
            a.socket.sendto(octets, a.where)
        same(a.ask(e.host, e.port, b"echo")[1], b"echo")


# ---- fragments


@case
def fragments_in_order_become_one_datagram():
    with Daemon() as d, Echo() as e, Association(d) as a:
        a.send(e.host, e.port, b"one ", 1)
        a.send(e.host, e.port, b"two ", 2)
        a.send(e.host, e.port, b"three", 0x83)
        same(a.take()[1], b"one two three")
        a.send(e.host, e.port, b"alone", 0x81)
        same(a.take()[1], b"alone")


@case
def fragments_in_any_other_order_are_abandoned():
    with Daemon() as d, Echo() as e, Association(d) as a:
        heard = 0
        for order in itertools.permutations((1, 2, 0x83)):
            for frag in order:
                a.send(e.host, e.port, b"%d" % (frag & 0x7f), frag)
            if order == (1, 2, 0x83):
                same(a.take()[1], b"123")
                heard += 1
            same(a.ask(e.host, e.port, b"after")[1], b"after")
            heard += 1
        same(len(e.heard), heard)


@case
def a_datagram_that_stands_alone_ends_a_sequence():
    with Daemon() as d, Echo() as e, Association(d) as a:
        a.send(e.host, e.port, b"one", 1)
        same(a.ask(e.host, e.port, b"alone")[1], b"alone")
        a.send(e.host, e.port, b"two", 0x82)
        same(a.ask(e.host, e.port, b"after")[1], b"after")
        same(e.heard, [b"alone", b"after"])


@case
def the_longest_datagram_may_come_in_fragments():
    payload = random.randbytes(LONGEST)
    pieces = [payload[i:i + 1000] for i in range(0, LONGEST, 1000)]
    with Daemon() as d, Echo() as e, Association(d) as a:
        # The kernel's buffer holds them all, so that none is lost.
        for i, piece in enumerate(pieces, 1):
            a.send(e.host, e.port, piece,
                   i | (0x80 if i == len(pieces) else 0))
        wait_for(lambda: e.heard, "the whole")
        need(e.heard[0] == payload, "it is another one")


# ---- its life


@case
def the_association_ends_with_its_tcp_connection():
    with Daemon() as d, Echo() as e:
        before = d.open_descriptors()
        for end in (lambda s: s.close(),
                    lambda s: s.shutdown(socket.SHUT_WR)):
            with Association(d) as a:
                a.ask(e.host, e.port, b"hello")
                end(a.control)
                wait_for(lambda: d.open_descriptors() == before,
                         "the sockets to be closed")
        line = d.wait_access("C", 2)[0]
        same(line[8:10] + line[11:], ["5", "5", "client"])


@case
def what_is_said_on_the_tcp_connection_is_ignored():
    with Daemon() as d, Echo() as e, Association(d) as a:
        a.control.sendall(b"x" * 100000)
        same(a.ask(e.host, e.port, b"hello")[1], b"hello")


@case
def an_idle_association_is_closed_and_a_busy_one_is_not():
    with Daemon("connection-timeout 2") as d, Echo() as e:
        with Association(d) as idle, Association(d) as busy:
            idle.control.settimeout(0.1)

            def closed():
                busy.ask(e.host, e.port, b"busy")
                with contextlib.suppress(TimeoutError):
                    return idle.control.recv(1) == b""
            wait_for(closed, "the idle one to be closed")
            same(busy.ask(e.host, e.port, b"hello")[1], b"hello")
        d.wait_access("C", 2)
        same(sorted(line[-1] for line in d.access_lines("C")),
             ["client", "idle"])


@case
def associations_count_twice_among_the_connections():
    with Daemon("max-connections 3") as d:
        with Association(d):
            # Its second place leaves one more connection, but no association.
            same(refused_association(d), 1)


@case
def datagrams_and_octets_are_counted_for_the_user():
    with Daemon(args=("-u", "alice:secret")) as d, Echo() as e:
        with Association(d, user="alice", password="secret") as a:
            for _ in range(3):
                a.ask(e.host, e.port, b"12345")
        line = d.wait_access("C")[0]
        same((line[1], line[5], line[7]), ("alice", "0.0.0.0", "0"))
        same(line[8:10], ["15", "15"], "up and down")
        wait_for(lambda: ctl_user(d, "alice")["down"] == 15, "the account")
        row = ctl_user(d, "alice")
        same((row["udp_up"], row["udp_down"]), (3, 3), "datagrams")
        same((row["up"], row["down"]), (15, 15), "octets")


@case
def the_first_target_is_the_accounts_last_connection():
    with Daemon(args=("-u", "alice:secret")) as d, Echo() as e, \
            Echo("::1") as other:
        with Association(d, user="alice", password="secret") as a:
            need(ctl_user(d, "alice")["last"] > 0, "an association is a connection")
            a.ask(e.host, e.port, b"x")
            a.ask(other.host, other.port, b"x")
            wait_for(lambda: ctl_user(d, "alice")["target"], "the target")
            same(ctl_user(d, "alice")["target"], "%s:%d" % (e.host, e.port))
        with Association(d, user="alice", password="secret") as a:
            a.ask(as_name("localhost"), e.port, b"x")
            wait_for(lambda: ctl_user(d, "alice")["target"] == "localhost:%d" % e.port,
                     "the name")


# ---- settings and rules


@case
def ports_and_the_address_may_be_given():
    with contextlib.ExitStack() as stack:
        probe = stack.enter_context(
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        probe.bind(("127.0.0.5", 0))
        port = probe.getsockname()[1]
        d = stack.enter_context(Daemon("udp-ports %d" % port,
                                       "udp-address 127.0.0.5"))
        same(refused_association(d), 1, "the only port is taken")
        probe.close()
        e = stack.enter_context(Echo())
        a = stack.enter_context(Association(d))
        same(a.where, ("127.0.0.5", port))
        same(a.ask(e.host, e.port, b"hello")[1], b"hello")


@case
def rules_hold_for_every_datagram():
    with Echo() as e, Echo("127.0.0.5") as denied:
        with Daemon("rule deny to 127.0.0.5 command udp",
                    "rule deny to *.denied.test command udp") as d:
            with Association(d) as a:
                a.send(denied.host, denied.port, b"no")
                a.send(as_name("127.0.0.5"), denied.port, b"no")
                a.send("::ffff:127.0.0.5", denied.port, b"no")
                a.send("x.denied.test", e.port, b"no")
                same(a.ask(e.host, e.port, b"yes")[1], b"yes")
            same((e.heard, denied.heard), ([b"yes"], []))


@case
def an_association_that_could_send_nowhere_is_refused_with_02():
    with Daemon("rule allow port 53 command udp",
                "rule deny port 1-65535 command udp") as d:
        same(refused_association(d), None, "there is a port to send to")
    with Daemon("rule allow port 53 command connect",
                "rule deny command udp") as d:
        same(refused_association(d), 2)


if __name__ == "__main__":
    main()
