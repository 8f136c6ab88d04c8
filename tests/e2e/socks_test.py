#!/usr/bin/env python3
"""The SOCKS conversation and the relay, octet by octet (RFC 1928, RFC 1929)."""

import contextlib
import random
import socket
import struct
import threading

from harness import *

USERS = ("-u", "alice:wonder land", "-u", "bob:builder")


# ---- methods and logins


@case
def without_accounts_anybody_may_use_the_proxy():
    with Daemon() as d, Target(echo) as t:
        with tunnel(d, t.host, t.port) as s:
            s.sendall(b"hello")
            same(read_exactly(s, 5), b"hello")


@case
def with_accounts_a_client_without_a_name_is_refused_with_ff():
    with Daemon(args=USERS) as d, Target(echo) as t:
        same(refusal(tunnel, d, t.host, t.port), 0xFF)
        with proxy_socket(d) as s:
            s.sendall(b"\5\1\0")
            same(read_all(s), b"\5\xff", "the method, then the end")


@case
def a_right_password_is_accepted_again_and_again():
    with Daemon(args=USERS) as d, Target(echo) as t:
        for _ in range(5):
            tunnel(d, t.host, t.port, "alice", "wonder land").close()
            tunnel(d, t.host, t.port, "bob", "builder").close()


@case
def a_wrong_password_and_an_unknown_name_are_refused_and_closed():
    with Daemon(args=USERS) as d:
        for name, password in (("alice", "wonder"), ("bob", "wonder land"),
                               ("carol", "x"), ("ALICE", "wonder land")):
            with proxy_socket(d) as s:
                s.sendall(b"\5\1\2" + login(name, password))
                answer = read_all(s)
                same(answer[:3], b"\5\2\1", "method and VER")
                need(answer[3:] and answer[3] != 0, "%r was let in" % name)


@case
def a_method_that_nobody_offers_is_refused_with_ff():
    with Daemon() as d, proxy_socket(d) as s:
        s.sendall(b"\5\2\1\x80")
        same(read_all(s), b"\5\xff")


@case
def a_greeting_of_another_version_is_closed_without_a_word():
    with Daemon() as d:
        for first in (b"\4\1\0\x50\x7f\0\0\1\0", b"GET / HTTP/1.1\r\n\r\n"):
            with proxy_socket(d) as s:
                s.sendall(first)
                need(is_closed(s) in ("end", "reset"), "it was answered")


# ---- replies


@case
def the_reply_carries_the_address_that_the_target_sees():
    seen = {}

    def tell(s):
        seen[s.getpeername()[:2]] = True
        read_all(s)

    for host in ("127.0.0.1", "::1"):
        with Daemon() as d, Target(tell, host) as t:
            s, (_, bound, port) = tunnel_and_reply(d, host, t.port)
            with s:
                wait_for(lambda: (bound, port) in seen,
                         "%s:%d to be seen" % (bound, port))


@case
def targets_are_reached_by_ipv4_by_ipv6_and_by_name():
    with Daemon() as d:
        for host, name in (("127.0.0.1", "127.0.0.1"), ("::1", "::1"),
                           ("127.0.0.1", as_name("127.0.0.1")),
                           ("::1", as_name("::1")),
                           ("127.0.0.1", "localhost"),
                           ("127.0.0.1", as_name("LocalHost"))):
            with Target(echo, host) as t, tunnel(d, name, t.port) as s:
                s.sendall(b"x")
                same(read_exactly(s, 1), b"x")


@case
def the_proxy_is_reached_by_ipv4_and_by_ipv6():
    with Daemon() as d, Target(echo) as t:
        for via in ("127.0.0.1", "::1"):
            tunnel(d, t.host, t.port, via=via).close()


@case
def a_target_that_refuses_gives_05():
    with Daemon() as d:
        for host in ("127.0.0.1", "::1"):
            with refusing(host) as port:
                same(refusal(tunnel, d, host, port), 5)
        with refusing() as port:
            same(refusal(tunnel, d, as_name("127.0.0.1"), port), 5)


@case
def a_name_that_does_not_exist_gives_04():
    with Daemon("connect-timeout 2") as d:
        for name in ("no-such-name.invalid", "a..b", "x.onion"):
            same(refusal(tunnel, d, name, 80), 4, name)


@case
def a_target_that_hangs_gives_06_when_the_limit_has_passed():
    with Daemon("connect-timeout 1") as d, hanging() as port:
        same(refusal(tunnel, d, "127.0.0.1", port), 6)


@case
def a_network_without_a_route_is_refused_at_once():
    with Daemon("connect-timeout 255") as d:
        code = refusal(tunnel, d, "255.255.255.255", 80)
        need(code in (1, 2, 3), "REP %r" % code)


@case
def an_unknown_command_gives_07_and_an_unknown_address_type_08():
    with Daemon() as d:
        for octets, rep in ((request("127.0.0.1", 80, 9), 7),
                            (b"\5\1\0\x05\0\0", 8)):
            with proxy_socket(d) as s:
                greet(s)
                s.sendall(octets)
                same(read_reply(s)[0], rep)
                need(is_closed(s) in ("end", "reset"), "it is not closed")


@case
def a_request_of_another_version_is_refused():
    with Daemon() as d, proxy_socket(d) as s:
        greet(s)
        s.sendall(b"\4" + request("127.0.0.1", 80)[1:])
        same(read_reply(s)[0], 1)


# ---- fragmentation and early data


@case
def the_whole_conversation_may_come_one_octet_at_a_time():
    with Daemon(args=USERS) as d, Target(echo) as t, proxy_socket(d) as s:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for message, answer in ((b"\5\2\0\2", 2),
                                (login("alice", "wonder land"), 2),
                                (request("localhost", t.port), 10)):
            for octet in message:
                s.sendall(bytes([octet]))
            read_exactly(s, answer)
        for octet in b"one by one":
            s.sendall(bytes([octet]))
        same(read_exactly(s, 10), b"one by one")


@case
def the_whole_conversation_may_come_in_one_piece_with_data_behind_it():
    early = random.Random(1).randbytes(20000)
    with Daemon(args=USERS) as d, Target(echo) as t, proxy_socket(d) as s:
        s.sendall(b"\5\1\2" + login("alice", "wonder land")
                  + request("127.0.0.1", t.port) + early)
        same(read_exactly(s, 4), b"\5\2\1\0", "method and login")
        same(read_reply(s)[0], 0)
        s.shutdown(socket.SHUT_WR)
        same(sum_of(read_all(s)), sum_of(early), "early data")


@case
def early_data_and_an_end_of_file_reach_the_target():
    got = []

    def keep(s):
        got.append(read_all(s))
        s.sendall(b"thanks")

    with Daemon() as d, Target(keep) as t, proxy_socket(d) as s:
        s.sendall(b"\5\1\0" + request("127.0.0.1", t.port) + b"early")
        s.shutdown(socket.SHUT_WR)
        same(read_exactly(s, 2), b"\5\0")
        same(read_reply(s)[0], 0)
        same(read_all(s), b"thanks")
        same(got, [b"early"])


@case
def messages_cut_at_any_place_are_understood():
    with Daemon(args=USERS) as d, Target(echo) as t:
        whole = (b"\5\1\2" + login("bob", "builder")
                 + request("localhost", t.port) + b"data")
        for cut in range(1, len(whole)):
            with proxy_socket(d) as s:
                s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                s.sendall(whole[:cut])
                s.sendall(whole[cut:])
                same(read_exactly(s, 4), b"\5\2\1\0")
                same(read_reply(s)[0], 0, "cut at %d" % cut)
                same(read_exactly(s, 4), b"data")


# ---- the relay


MODES = (("copy", "splice no"), ("splice", "splice yes"))


@case
def when_the_client_has_no_more_to_say_the_target_still_has():
    def after_the_end(s):
        data = read_all(s)
        s.sendall(sum_of(data).encode() + b"\n")
        s.sendall(data)

    data = random.Random(2).randbytes(3 << 20)
    for mode, line in MODES:
        with Daemon(line) as d, Target(after_the_end) as t:
            with tunnel(d, t.host, t.port) as s:
                s.sendall(data)
                s.shutdown(socket.SHUT_WR)
                same(sum_of(read_all(s)[65:]), sum_of(data), mode)


@case
def when_the_target_has_no_more_to_say_the_client_still_has():
    got = []

    def first_the_end(s):
        s.shutdown(socket.SHUT_WR)
        got.append(read_all(s))

    data = random.Random(3).randbytes(3 << 20)
    for mode, line in MODES:
        got.clear()
        with Daemon(line) as d, Target(first_the_end) as t:
            with tunnel(d, t.host, t.port) as s:
                same(read_all(s), b"", "octets before the end")
                s.sendall(data)
                s.shutdown(socket.SHUT_WR)
                wait_for(lambda: got, "the target to read everything")
                same(sum_of(got[0]), sum_of(data), mode)


def reset(s):
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    s.close()


@case
def a_reset_of_the_target_is_passed_on():
    def bye(s):
        read_exactly(s, 1)
        reset(s)

    with Daemon() as d, Target(bye) as t, tunnel(d, t.host, t.port) as s:
        s.sendall(b"x")
        same(is_closed(s), "reset")


@case
def a_reset_of_the_client_is_passed_on():
    got = []

    def watch(s):
        s.sendall(b"x")
        got.append(is_closed(s))

    with Daemon() as d, Target(watch) as t:
        s = tunnel(d, t.host, t.port)
        read_exactly(s, 1)
        reset(s)
        wait_for(lambda: got, "the target to see the end")
        same(got, ["reset"])


@case
def octets_before_a_reset_are_not_required_but_no_tunnel_stays_behind():
    """Data and a reset in one batch: what libevent hides must be found."""
    def shout_and_go(s):
        read_exactly(s, 1)
        s.sendall(b"y" * 100000)
        reset(s)

    with Daemon() as d, Target(shout_and_go) as t, Admin(d.admin) as a:
        tunnels = [tunnel(d, t.host, t.port) for _ in range(100)]
        for s in tunnels:
            s.sendall(b"x")
        for s in tunnels:
            with s, contextlib.suppress(ConnectionResetError):
                read_all(s)
        wait_for(lambda: a.number(2, 2) == 0, "all sessions to end")


@case
def both_directions_flow_at_once_and_no_octet_is_lost_or_added():
    data = random.Random(4).randbytes(8 << 20)
    for mode, line in MODES:
        with Daemon(line) as d, Target(echo) as t:
            with tunnel(d, t.host, t.port) as s:
                def send():
                    s.sendall(data)
                    s.shutdown(socket.SHUT_WR)

                sender = threading.Thread(target=send)
                sender.start()
                same(sum_of(read_all(s)), sum_of(data), mode)
                sender.join()


@case
def a_reader_that_stops_reading_stops_the_sender():
    sent = [0]
    stuck = threading.Event()

    def pour(s):
        s.settimeout(0.5)
        try:
            while sent[0] < 1 << 30:
                sent[0] += s.send(b"z" * 65536)
        except TimeoutError:
            stuck.set()
            s.settimeout(PATIENCE)
            s.shutdown(socket.SHUT_WR)
            read_all(s)

    for mode, line in MODES:
        stuck.clear()
        sent[0] = 0
        with Daemon(line) as d, Target(pour) as t:
            with tunnel(d, t.host, t.port) as s:
                need(stuck.wait(PATIENCE), "the sender is never held up")
                same(len(read_all(s)), sent[0], mode)


if __name__ == "__main__":
    main()
