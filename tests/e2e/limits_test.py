#!/usr/bin/env python3
"""Limits of time, and of client addresses."""

import select
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
    with Daemon("handshake-timeout 2", "connect-timeout 4") as d:
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


def blocked(s):
    """Send until the other side's side of the relay is full."""
    s.settimeout(0.2)
    with contextlib.suppress(TimeoutError):
        while True:
            s.sendall(bytes(1 << 20))


def reset(s):
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    s.close()


@case
def a_reset_ends_a_relay_whose_other_side_takes_nothing():
    """Long before connection-timeout, which is 255 seconds."""
    done = threading.Event()

    def deaf(s):
        done.wait(PATIENCE)

    def loud(s):
        blocked(s)
        reset(s)

    with Daemon() as d, Target(deaf) as t:
        for settled in (False, True):
            s = tunnel(d, t.host, t.port)
            blocked(s)
            if settled:  # what was silent has been looked at already
                s.settimeout(4)
                with contextlib.suppress(TimeoutError):
                    s.recv(1)
            reset(s)
        same({row[11] for row in d.wait_access("C", 2)}, {"client"})
        done.set()
    with Daemon() as d, Target(loud) as t:
        with tunnel(d, t.host, t.port):
            same(d.wait_access("C")[0][11], "target", "WHY in the log")


@case
def a_relay_stuck_in_a_reader_who_has_stopped_is_closed_as_silent():
    done = threading.Event()

    def deaf(s):
        done.wait(PATIENCE)

    for splice in ("yes", "no"):
        with Daemon("connection-timeout 3", "splice " + splice) as d, Target(
                deaf) as t, tunnel(d, t.host, t.port) as s:
            blocked(s)
            same(d.wait_access("C")[0][11], "idle", "WHY in the log")
    done.set()


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


# ---- client addresses


@case
def an_address_has_as_many_sessions_as_it_may_on_all_workers_together():
    with Daemon("max-sessions-per-address 5", workers=4) as d, \
            Target(echo) as t, contextlib.ExitStack() as stack:
        held = [stack.enter_context(tunnel(d, t.host, t.port))
                for _ in range(5)]
        for _ in range(3):
            same(refusal(tunnel, d, t.host, t.port), 2, "REP over the limit")
        same(ctl_figure(d, "denied_address"), 3)
        same(ctl_rows(d, "status")[0]["limited"], 3)
        with tunnel(d, "::1" if ":" in t.host else t.host, t.port, via="::1"):
            pass  # another address
        held[2].close()
        wait_for(lambda: ctl_figure(d, "relaying") == 4, "it to be gone")
        stack.enter_context(tunnel(d, t.host, t.port))
        same(refusal(tunnel, d, t.host, t.port), 2, "REP over the limit again")


@case
def sessions_from_before_the_limit_count_as_well():
    with Daemon() as d, Target(echo) as t:
        with tunnel(d, t.host, t.port), tunnel(d, t.host, t.port) as s:
            ctl(d, "set", "max-sessions-per-address", "2")
            same(refusal(tunnel, d, t.host, t.port), 2, "REP")
            s.close()
            wait_for(lambda: ctl_figure(d, "relaying") == 1, "it to be gone")
            with tunnel(d, t.host, t.port):
                same(refusal(tunnel, d, t.host, t.port), 2, "REP")
            ctl(d, "set", "max-sessions-per-address", "0")
            with tunnel(d, t.host, t.port), tunnel(d, t.host, t.port):
                pass


@case
def connections_that_come_too_fast_are_denied_and_a_flood_is_cut_off():
    with Daemon("connections-per-second 1") as d, Target(echo) as t:
        outcomes = []

        def try_it():
            try:
                tunnel(d, t.host, t.port).close()
                outcomes.append("served")
            except Refused as r:
                outcomes.append(r.code)
            except (ConnectionError, BrokenPipeError, Failure):
                outcomes.append("cut off")
        start = time.monotonic()
        for _ in range(60):
            try_it()
        took = time.monotonic() - start
        # However long it took: one at once, and one for each second.
        need(1 <= outcomes.count("served") <= 2 + took, outcomes)
        need(1 <= outcomes.count(2) <= 11 + 10 * took, outcomes)
        same(outcomes.count("served") + outcomes.count(2)
             + outcomes.count("cut off"), 60)
        same(ctl_figure(d, "denied_rate"),
             outcomes.count(2) + outcomes.count("cut off"))


# ---- when all places are taken


@case
def who_says_nothing_makes_room_for_who_wants_to_work():
    with Daemon("max-connections 6", "handshake-timeout 600", workers=1) as d, \
            Target(echo) as t, contextlib.ExitStack() as stack:
        working = [stack.enter_context(tunnel(d, t.host, t.port))
                   for _ in range(2)]
        silent = [stack.enter_context(proxy_socket(d)) for _ in range(4)]
        wait_for(lambda: ctl_figure(d, "sessions") == 6, "them to be let in")
        with tunnel(d, t.host, t.port) as s:  # waits until one is cut
            s.sendall(b"x")
            same(read_exactly(s, 1), b"x")
            closed, _, _ = select.select(silent, [], [], PATIENCE)
            same(len(closed), 1, "closed of those who say nothing")
            need(is_closed(closed[0]) in ("end", "reset"), "octets from there")
            same(ctl_figure(d, "crowded_out"), 1)
        for s in working:
            s.sendall(b"y")
            same(read_exactly(s, 1), b"y", "who works is left alone")


@case
def many_who_want_to_work_find_room_among_many_who_say_nothing():
    with Daemon("max-connections 40", "handshake-timeout 600", workers=1) as d, \
            Target(echo) as t, contextlib.ExitStack() as stack:
        for _ in range(40):
            stack.enter_context(proxy_socket(d))
        wait_for(lambda: ctl_figure(d, "sessions") == 40, "them to be let in")
        for _ in range(30):
            s = stack.enter_context(tunnel(d, t.host, t.port))
            s.sendall(b"x")
            same(read_exactly(s, 1), b"x")
        same(ctl_figure(d, "crowded_out"), 30)
        same(ctl_figure(d, "relaying"), 30)


@case
def a_refused_client_that_stays_makes_room_first():
    with Daemon("max-connections 3", "handshake-timeout 600", workers=1) as d, \
            Target(echo) as t, proxy_socket(d) as silent, \
            proxy_socket(d) as refused, tunnel(d, t.host, t.port):
        wait_for(lambda: ctl_figure(d, "sessions") == 3, "them to be let in")
        greet(refused)
        refused.sendall(request(t.host, t.port, 9))
        same(read_reply(refused)[0], 7, "REP")
        with tunnel(d, t.host, t.port):
            silent.sendall(b"\5\1\0")
            same(read_exactly(silent, 2), b"\5\0", "the silent one stays")


@case
def a_crowd_that_works_makes_newcomers_wait():
    with Daemon("max-connections 2", workers=1) as d, Target(echo) as t:
        with tunnel(d, t.host, t.port) as one, tunnel(d, t.host, t.port):
            with proxy_socket(d) as waiting:
                waiting.sendall(b"\5\1\0")
                waiting.settimeout(1.5)
                try:
                    raise Failure("answered %r" % waiting.recv(2))
                except TimeoutError:
                    waiting.settimeout(PATIENCE)
                one.close()
                same(read_exactly(waiting, 2), b"\5\0", "then")


if __name__ == "__main__":
    main()
