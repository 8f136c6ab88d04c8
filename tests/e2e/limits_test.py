#!/usr/bin/env python3
"""Time limits: of the handshake, of connecting, of silence."""

import time

from harness import *


@case
def a_client_that_says_nothing_is_closed_after_handshake_timeout():
    with Daemon("handshake-timeout 1") as d, proxy_socket(d) as s:
        need(is_closed(s) in ("end", "reset"), "it was answered")


@case
def a_client_that_trickles_does_not_extend_handshake_timeout():
    with Daemon("handshake-timeout 1") as d, proxy_socket(d) as s:
        s.settimeout(0.05)
        end = time.monotonic() + PATIENCE
        sent = 0
        while time.monotonic() < end:
            try:
                # 255 methods: a greeting that need not end for a long time
                s.sendall(b"\5\xff"[sent:sent + 1] or b"\1")
                sent += 1
                if not s.recv(1):
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        else:
            raise Failure("it still trickles after %d octets" % sent)
        need(sent < 250, "the greeting was over first")


@case
def a_login_that_never_ends_is_closed_too():
    with Daemon("handshake-timeout 1", args=("-u", "alice:secret")) as d:
        for part in (b"\5\1\2", b"\5\1\2\1\5al",
                     b"\5\1\2" + login("alice", "secret") + b"\5\1"):
            with proxy_socket(d) as s:
                s.sendall(part)
                answer = read_until_end(s)
                need(len(answer) in (2, 4), "answered %r" % answer)


def read_until_end(s):
    try:
        return read_all(s)
    except ConnectionResetError:
        return b""


@case
def connecting_is_not_counted_as_handshake():
    with Daemon("handshake-timeout 1", "connect-timeout 3") as d:
        with hanging() as port:
            same(refusal(tunnel, d, "127.0.0.1", port), 6)


@case
def a_silent_relay_is_closed_after_connection_timeout():
    with Daemon("connection-timeout 1") as d, Target(echo) as t:
        with tunnel(d, t.host, t.port) as s:
            s.sendall(b"x")
            read_exactly(s, 1)
            need(is_closed(s) in ("end", "reset"), "octets out of nothing")
        same(d.wait_access("C")[0][11], "idle", "WHY in the log")


@case
def a_relay_that_speaks_in_one_direction_only_is_not_silent():
    def tick(s):
        for _ in range(12):
            s.sendall(b"t")
            # A pause that is the other side's silence, a quarter of a second.
            s.settimeout(0.25)
            try:
                s.recv(1)
            except TimeoutError:
                pass

    with Daemon("connection-timeout 2") as d, Target(tick) as t:
        with tunnel(d, t.host, t.port) as s:
            same(read_all(s), b"t" * 12)
        same(d.wait_access("C")[0][11], "target", "WHY in the log")


@case
def with_cleanup_off_a_silent_relay_stays():
    with Daemon("connection-timeout 1", "cleanup no") as d:
        with Target(echo) as t, tunnel(d, t.host, t.port) as s:
            s.settimeout(2.5)
            try:
                need(False, "closed: %s" % is_closed(s))
            except TimeoutError:
                s.settimeout(PATIENCE)
            s.sendall(b"x")
            same(read_exactly(s, 1), b"x")


@case
def a_limit_that_is_reloaded_holds_for_the_next_session():
    with Daemon("connection-timeout 255") as d, Target(echo) as t:
        d.configure("connection-timeout 1")
        need("reloaded" in d.reload(), d.log())
        with tunnel(d, t.host, t.port) as s:
            need(is_closed(s) in ("end", "reset"), "octets out of nothing")


if __name__ == "__main__":
    main()
