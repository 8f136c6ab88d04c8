#!/usr/bin/env python3
"""BIND: two replies, and a peer in between (RFC 1928 section 4)."""

import contextlib
import os
import re
import socket

from harness import *


@contextlib.contextmanager
def bound(daemon, host="0.0.0.0", port=0, via="127.0.0.1"):
    """A client that has had its first reply, and what that named."""
    with proxy_socket(daemon, via) as s:
        greet(s)
        s.sendall(request(host, port, 2))
        rep, where, listening = read_reply(s)
        if rep != 0:
            raise Refused(rep)
        yield s, (where, listening)


def call(where, source=None):
    s = socket.socket(family_of(where[0]))
    s.settimeout(PATIENCE)
    if source is not None:
        s.bind((source, 0))
    s.connect(where)
    return s


def refused_bind(*args, **kwargs):
    try:
        with bound(*args, **kwargs):
            return None
    except Refused as r:
        return r.code


@case
def the_first_reply_names_the_listener_and_the_second_the_peer():
    for via in ("127.0.0.1", "::1"):
        with Daemon() as d, bound(d, via, 21, via) as (s, where):
            same(where[0], via, "BND.ADDR")
            with call(where) as peer:
                same(read_reply(s), (0, *peer.getsockname()[:2]))
                peer.sendall(b"down")
                s.sendall(b"up")
                same(read_exactly(s, 4), b"down")
                same(read_exactly(peer, 2), b"up")
                s.shutdown(socket.SHUT_WR)
                same(read_all(peer), b"", "the end of file is passed on")


@case
def any_address_lets_anybody_call():
    for zero in ("0.0.0.0", "::"):
        with Daemon() as d, bound(d, zero) as (s, where):
            with call(where, "127.0.0.9"):
                same(read_reply(s)[:2], (0, "127.0.0.9"))


@case
def peers_that_were_not_named_are_closed_and_waiting_goes_on():
    with Daemon() as d, bound(d, "127.0.0.7", 21) as (s, where):
        for _ in range(3):
            with call(where, "127.0.0.8") as wrong:
                need(is_closed(wrong) in ("end", "reset"), "it was let in")
        with call(where, "127.0.0.7") as right:
            same(read_reply(s), (0, *right.getsockname()))


@case
def a_peer_may_be_named_by_its_name():
    for name in ("localhost", as_name("127.0.0.1")):
        with Daemon() as d, bound(d, name) as (s, where):
            with call(where, "127.0.0.3") as wrong:
                need(is_closed(wrong) in ("end", "reset"), "it was let in")
            with call(where, "127.0.0.1"):
                same(read_reply(s)[0], 0)


@case
def a_peer_whose_name_does_not_exist_gives_04():
    with Daemon("connect-timeout 2") as d:
        same(refused_bind(d, "no-such-name.invalid"), 4)


@case
def only_the_first_peer_is_taken():
    with Daemon() as d, bound(d) as (s, where):
        with call(where) as peer:
            same(read_reply(s)[0], 0)
            same(refused_call(where), True)
            peer.sendall(b"still here")
            same(read_exactly(s, 10), b"still here")


def refused_call(where):
    try:
        call(where).close()
    except ConnectionRefusedError:
        return True
    except ConnectionResetError:
        pass  # it is being closed
    return False


@case
def the_listener_goes_with_its_client():
    with Daemon() as d:
        before = d.open_descriptors()
        for end in (lambda s: s.close(), reset):
            # Those who call to see are not the peer.
            with bound(d, "127.0.0.77") as (s, where):
                end(s)
                wait_for(lambda: refused_call(where), "the listener's end")
        wait_for(lambda: d.open_descriptors() == before, "descriptors")


def reset(s):
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    s.close()


@case
def a_peer_that_does_not_come_gives_06_when_bind_timeout_has_passed():
    with Daemon("bind-timeout 1", "connect-timeout 60") as d:
        with bound(d) as (s, where):
            same(read_reply(s)[0], 6)
            need(is_closed(s) in ("end", "reset"), "it is not closed")
            need(refused_call(where), "it still listens")
        lines = d.wait_access("A")
        same([line[-1] for line in lines], ["6"], "one line, at the end")


@case
def rules_hold_for_the_request_and_for_the_peer():
    with Daemon("rule deny to 127.0.0.8 command bind") as d:
        same(refused_bind(d, "127.0.0.8"), 2)
        same(refused_bind(d, as_name("127.0.0.8")), 2)
        with bound(d) as (s, where):
            with call(where, "127.0.0.8") as denied:
                need(is_closed(denied) in ("end", "reset"), "it was let in")
            with call(where, "127.0.0.9"):
                same(read_reply(s)[:2], (0, "127.0.0.9"))
    with Daemon("rule deny command bind") as d:
        same(refused_bind(d), 2)


@case
def what_the_client_sends_ahead_reaches_the_peer():
    with Daemon() as d, bound(d) as (s, where):
        s.sendall(b"early")
        with call(where) as peer:
            same(read_exactly(peer, 5), b"early")


@case
def ports_and_the_address_may_be_given():
    with contextlib.ExitStack() as stack:
        # A range that is free now: the ports next to one the kernel gave.
        probe = stack.enter_context(listener("127.0.0.5"))
        low = probe.getsockname()[1]
        d = stack.enter_context(Daemon("bind-ports %d" % low,
                                       "bind-address 127.0.0.5 2001:db8::5"))
        same(refused_bind(d), 1, "the only port is taken")
        probe.close()
        s, where = stack.enter_context(bound(d))
        same(where, ("127.0.0.5", low))
        with call(where):
            same(read_reply(s)[0], 0)


@case
def an_address_that_a_nat_translates_is_named_all_the_same():
    with Daemon("bind-address 192.0.2.1") as d:
        with bound(d, "127.0.0.1") as (s, (ip, port)):
            same(ip, "192.0.2.1")
            with call(("127.0.0.1", port)):
                same(read_reply(s)[0], 0)


@case
def the_access_log_tells_of_the_peer_and_of_both_directions():
    with Daemon() as d:
        with bound(d, "127.0.0.1", 21) as (s, where):
            with call(where) as peer:
                port = peer.getsockname()[1]
                same(read_reply(s)[0], 0)
                s.sendall(b"12345")
                read_exactly(peer, 5)
                peer.sendall(b"123")
                read_exactly(s, 3)
        line = d.wait_access("C")[0]
        same(line[5:8], ["127.0.0.1", str(port), "0"])
        same(line[8:10], ["5", "3"], "up and down")


if __name__ == "__main__":
    main()
