"""What every transport of the admin protocol must do: the suite itself.

Each function takes a server: its `endpoint`, whether the peer is a local
administrator whatever it says (`local`), whether it knows the account
watcher, an observer (`observer`), and whether it is the daemon (`real`).
docs/admin-protocol.md is what it checks. The extension's part is in
admin_extended_suite.py.
"""

import socket
import threading

from admin_wire import (EVERY, LIST, LOCAL, QUERIES, Peer, add_user,
                        connections_of, extended, login, query, remove_user,
                        set_buffer, set_byte)
from harness import need, same, wait_for

SUITE = []


def shared(function):
    SUITE.append(function)
    return function


# ---- the login


@shared
def the_right_password_is_accepted(server):
    with Peer(server.endpoint):
        pass


@shared
def a_login_may_arrive_octet_by_octet(server):
    with Peer(server.endpoint, None) as p:
        for octet in login(*LOCAL):
            p.send(bytes([octet]))
        same(p.take(2), b"\x01\x00")


@shared
def every_bad_login_is_refused_and_closed(server):
    bad = {
        "wrong password": login("root", "wrong"),
        "unknown user": login("nobody", "secret"),
        "regular user": login("alice", "secret"),
        "no name": login("", "secret"),
        "no password": login("root", ""),
    }
    for what, octets in bad.items():
        with Peer(server.endpoint, None) as p:
            p.send(octets + query(7))  # a pipelined request is not answered
            want = b"\x01\x00" if server.local else b"\x01\x01"
            same(p.take(2), want, what)
            if not server.local:
                same(p.rest(), b"", what)


@shared
def another_version_is_answered_as_soon_as_it_is_read(server):
    for version in (0, 2, 5, 255):
        with Peer(server.endpoint, None) as p:
            p.send(bytes([version]))
            same(p.rest(), b"\x01\x02")


@shared
def a_client_may_vanish_after_every_prefix_of_a_login(server):
    whole = login(*LOCAL)
    for n in range(len(whole) + 1):
        p = Peer(server.endpoint, None)
        if n > 0:
            p.send(whole[:n])
        p.reset()
    with Peer(server.endpoint) as p:
        p.number(7)


@shared
def requests_may_be_pipelined_behind_the_login(server):
    with Peer(server.endpoint, None) as p:
        p.send(login(*LOCAL) + query(9) + query(7) + b"\x00\x55")
        same(p.take(2), b"\x01\x00")
        same(p.take(3)[:2], query(9))
        same(p.take(3)[:2], query(7))
        same(p.take(2), b"\x00\xff")


# ---- queries


@shared
def every_query_is_answered_in_its_own_layout(server):
    with Peer(server.endpoint) as p:
        for cmd in QUERIES:
            p.number(cmd)
        same(p.number(0x10), p.number(0x0A), "both codes of the timeout")
        same(p.ask(connections_of("alice"), 4), b"\x00\x0b\x00\x00")
        same(p.ask(connections_of("unknown"), 4), b"\x00\x0b\x00\x00")


@shared
def users_are_listed_by_name(server):
    with Peer(server.endpoint) as p:
        names = p.users()
        need(b"alice" in names and b"root" in names, "in %r" % names)
        same(names, sorted(names))
        same(len(names), p.number(7), "the count of users")


# ---- modifications


@shared
def users_are_added_and_removed(server):
    with Peer(server.endpoint) as p:
        before = p.number(7)
        same(p.status(add_user("zoe")), 0, "added")
        same(p.status(add_user("zoe")), 1, "already taken")
        same(p.number(7), before + 1)
        need(b"zoe" in p.users(), "zoe is listed")
        same(p.status(remove_user("zoe")), 0, "removed")
        same(p.status(remove_user("zoe")), 1, "does not exist")
        same(p.number(7), before)


@shared
def names_and_passwords_that_can_never_be_right_are_refused(server):
    bad = {
        "no name": add_user(""),
        "no password": add_user("zoe", ""),
        "privilege 2": add_user("zoe", "pw", 2),
        "privilege 255": add_user("zoe", "pw", 255),
        "a control character": add_user("a\nb"),
        "DEL": add_user("a\x7f"),
        "a NUL": add_user("a\x00b"),
        "C1": add_user("a\u0085b"),
        "not UTF-8": add_user(b"\xff\xfe"),
        "remove no name": remove_user(""),
        "remove a control character": remove_user("\t"),
    }
    with Peer(server.endpoint) as p:
        for what, request in bad.items():
            same(p.status(request), 2, what)


@shared
def names_of_every_length_and_script_are_taken(server):
    names = ["x", "é", "名前", "a b", "n" * 255, "ü" * 127]
    with Peer(server.endpoint) as p:
        for name in names:
            same(p.status(add_user(name, "p" * 255)), 0, name)
        listed = p.users()
        for name in names:
            need(name.encode() in listed, name)
            same(p.status(remove_user(name)), 0, name)


@shared
def neither_oneself_nor_the_last_administrator_can_be_removed(server):
    with Peer(server.endpoint) as p:
        same(p.status(remove_user("root")), 2)
        if not server.local:
            same(p.status(add_user("second", "pw", 1)), 0)
            with Peer(server.endpoint, ("second", "pw")) as other:
                same(other.status(remove_user("second")), 2, "oneself")
            same(p.status(remove_user("second")), 0)


@shared
def settings_are_changed_and_shown(server):
    with Peer(server.endpoint) as p:
        for value in (50, 4096, 1 << 24, 65536):
            same(p.status(set_buffer(value)), 0, value)
            same(p.number(8), value)
        for value in (0, 49, (1 << 24) + 1, (1 << 32) - 1):
            same(p.status(set_buffer(value)), 1, value)
        same(p.number(8), 65536)
        for cmd, shown, usual in ((5, 9, 7), (6, 0x10, 255)):
            for value in (1, 128, 255, usual):
                same(p.status(set_byte(cmd, value)), 0, value)
                same(p.number(shown), value)
            same(p.status(set_byte(cmd, 0)), 1)
            same(p.number(shown), usual)


@shared
def switches_take_0_and_1_only(server):
    with Peer(server.endpoint) as p:
        for cmd in (2, 3):
            for value in (1, 0, 1):
                same(p.status(set_byte(cmd, value)), 0)
            for value in (2, 128, 255):
                same(p.status(set_byte(cmd, value)), 0xFF)
        same(p.status(set_byte(2, 0)), 0)


@shared
def an_observer_may_look_and_change_nothing(server):
    if not server.observer or server.local:
        return
    with Peer(server.endpoint, ("watcher", "secret")) as p:
        for cmd in QUERIES:
            p.number(cmd)
        p.users()
        for request, n in EVERY:
            if request[0] == 1 and request[1] <= 6:
                same(p.status(request), 0xFF, request)


@shared
def removing_an_administrator_closes_its_sessions(server):
    if server.local:
        return
    with Peer(server.endpoint) as p:
        same(p.status(add_user("gone", "pw", 1)), 0)
        with Peer(server.endpoint, ("gone", "pw")) as other:
            other.number(7)
            same(p.status(remove_user("gone")), 0)
            same(other.rest(), b"")


# ---- the stream


@shared
def an_unknown_command_takes_two_octets_and_the_connection_stays(server):
    with Peer(server.endpoint) as p:
        for request in (b"\x00\x0c", b"\x00\xff", b"\x01\x07", b"\x01\xff"):
            same(p.ask(request + query(9), 5)[:4],
                 request[:1] + b"\xff" + query(9))


@shared
def an_unknown_type_is_answered_FF_FF_and_closed(server):
    for octet in (4, 5, 0x80, 0xFF):
        with Peer(server.endpoint) as p:
            p.send(query(9) + bytes([octet]) + b"rest of that message")
            same(p.take(3)[:2], query(9))
            same(p.rest(), b"\xff\xff")


@shared
def every_request_may_be_cut_anywhere(server):
    with Peer(server.endpoint) as p:
        for request, n in EVERY:
            for cut in range(1, len(request)):
                p.send(request[:cut])
                got = p.ask(request[cut:], n)
                same(got[:1], request[:1], request)


@shared
def a_client_may_vanish_after_every_prefix_of_a_request(server):
    for request, _ in EVERY[::4]:
        for n in range(len(request)):
            p = Peer(server.endpoint, None)
            p.send(login(*LOCAL) + request[:n])
            p.reset()
    with Peer(server.endpoint) as p:
        p.number(7)


@shared
def a_thousand_pipelined_requests_are_answered_in_order(server):
    requests = [EVERY[i % len(EVERY)] for i in range(1000)]
    with Peer(server.endpoint) as p:
        p.send(b"".join(r for r, _ in requests))
        for i, (request, n) in enumerate(requests):
            got = p.take(n)
            want = request[:1] + (b"\xff" if n == 2 else request[1:2])
            same(got[:2], want, "answer %d" % i)


@shared
def answers_keep_their_order_across_slow_changes(server):
    with Peer(server.endpoint) as p:
        before = p.number(7)
        p.send(add_user("one") + query(7) + add_user("two") + query(7) +
               remove_user("one") + query(7) + b"\x00\x77" +
               set_byte(5, 9) + query(9) + set_byte(5, 7) + query(9) +
               remove_user("two") + query(7))
        for want in (b"\x01\x00\x00", query(7) + bytes([before + 1]),
                     b"\x01\x00\x00", query(7) + bytes([before + 2]),
                     b"\x01\x01\x00", query(7) + bytes([before + 1]),
                     b"\x00\xff",
                     b"\x01\x05\x00", query(9) + b"\x09",
                     b"\x01\x05\x00", query(9) + b"\x07",
                     b"\x01\x01\x00", query(7) + bytes([before])):
            same(p.take(len(want)), want)


@shared
def two_megabytes_flow_towards_the_server(server):
    request = connections_of("n" * 255)
    count = 2_000_000 // len(request) + 1
    with Peer(server.endpoint) as p:
        sender = threading.Thread(target=p.send, args=(request * count,))
        sender.start()
        same(p.take(4 * count), b"\x00\x0b\x00\x00" * count)
        sender.join()


@shared
def two_megabytes_flow_towards_the_client(server):
    # In the daemon each costs a slow hash.
    names = ["%03d" % i + "x" * 252 for i in range(4 if server.real else 40)]
    with Peer(server.endpoint) as p:
        p.send(b"".join(add_user(name) for name in names))
        same(p.take(3 * len(names)), b"\x01\x00\x00" * len(names))
        users = p.users()
        rounds = 2_000_000 // sum(len(u) + 1 for u in users) + 1
        # Answers wait unread while requests pile up on both sides.
        p.send(LIST * rounds)
        for _ in range(rounds):
            same(p.take_users(), users)
        p.send(b"".join(remove_user(name) for name in names))
        same(p.take(3 * len(names)), b"\x01\x01\x00" * len(names))


@shared
def clients_that_die_harm_nobody(server):
    with Peer(server.endpoint) as witness:
        for last_words in (b"", b"\x01", add_user("half")[:7], LIST * 500,
                           remove_user("orphan") + set_byte(5, 7)):
            p = Peer(server.endpoint)
            if last_words:
                p.send(last_words)
            p.reset()
            p = Peer(server.endpoint)
            if last_words:
                p.send(last_words)
            p.close()
        witness.number(7)
        # A change goes through although nobody waits for its answer.
        p = Peer(server.endpoint)
        p.send(add_user("orphan"))
        p.close()
        wait_for(lambda: b"orphan" in witness.users(), "orphan")
        same(witness.status(remove_user("orphan")), 0)


@shared
def what_was_asked_before_a_half_close_is_answered(server):
    if server.endpoint.startswith("sctp"):
        return  # SCTP has no half-close
    with Peer(server.endpoint) as p:
        p.send(query(9) * 100 + add_user("late") + remove_user("late"))
        p.socket.shutdown(socket.SHUT_WR)
        got = p.rest()
        same(len(got), 306)
        same(got[300:], b"\x01\x00\x00\x01\x01\x00")


@shared
def the_longest_idle_of_more_than_64_sessions_is_closed(server):
    peers = []
    try:
        for i in range(64):
            peers.append(Peer(server.endpoint))
        for p in [*peers[:10], *peers[11:]]:
            p.number(9)
        peers.append(Peer(server.endpoint))
        same(peers[10].rest(), b"", "the one that was idle longest")
        for p in [*peers[:10], *peers[11:]]:
            p.number(9)
    finally:
        for p in peers:
            p.close()


@shared
def over_sctp_no_message_carries_two_answers(server):
    if not server.endpoint.startswith("sctp"):
        return
    with Peer(server.endpoint) as p:
        p.send(b"".join(request for request, _ in EVERY))
        for request, n in EVERY:
            message = p.socket.recv(65536)
            same(len(message), n, "octets of the answer to %r" % request)


@shared
def over_sctp_a_long_answer_comes_in_messages_of_4096(server):
    if not server.endpoint.startswith("sctp"):
        return
    with Peer(server.endpoint) as p:
        p.send(extended(0x0203) + query(9))
        sizes = [len(p.socket.recv(65536))]
        while sizes[-1] == 4096:
            sizes.append(len(p.socket.recv(65536)))
        need(len(sizes) > 1 and sizes[-1] > 3, "messages of %r" % sizes)
        same(len(p.socket.recv(65536)), 3, "the next answer")


# ---- time limits; only where they are short

LIMITS = []


def limited(function):
    LIMITS.append(function)
    return function


@limited
def a_login_that_does_not_come_is_not_waited_for(server):
    with Peer(server.endpoint, None) as silent, \
            Peer(server.endpoint, None) as halting:
        halting.send(login(*LOCAL)[:5])
        same(silent.rest(), b"")
        same(halting.rest(), b"")


@limited
def a_half_said_request_is_not_waited_for_but_idling_is_allowed(server):
    with Peer(server.endpoint) as idle, Peer(server.endpoint) as halting:
        halting.send(query(9) + add_user("zoe")[:6])
        same(halting.take(3)[:2], query(9))
        same(halting.rest(), b"")
        idle.number(9)


@limited
def a_client_that_never_reads_is_closed(server):
    with Peer(server.endpoint) as p:
        p.socket.settimeout(0.2)
        p.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)

        def stuffed():
            try:
                p.socket.sendall(LIST * 100000)
            except TimeoutError:
                return False
            except OSError:
                return True
            return False
        wait_for(stuffed, "the server to give up")
