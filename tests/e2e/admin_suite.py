"""What every transport of the admin protocol must do: the suite itself.

Each function takes a server: its `endpoint`, whether the peer is a local
administrator whatever it says (`local`), whether it knows the account
watcher, an observer (`observer`), and whether it is the daemon (`real`). docs/admin-protocol.md is what it checks.
"""

import socket
import struct
import threading

from admin_wire import (EVERY, HELLO, LIST, LOCAL, QUERIES, Peer, add_user,
                        connections_of, extended, login, query, remove_user,
                        set_buffer, set_byte, text)
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


# ---- the extension

EXTENSION = []


def of_extension(function):
    EXTENSION.append(function)
    return shared(function)


@of_extension
def hello_says_who_is_there_and_what_it_knows(server):
    with Peer(server.endpoint) as p:
        status, body = p.extended(HELLO)
        same(status, 0)
        version, role, size = body[:3]
        same((version, role), (1, 1))
        same(body[3:3 + size].decode(), socket.gethostname())
        rest = body[3 + size:]
        need(rest[1:1 + rest[0]].startswith(b"socks5d "), rest)
        uptime, queries, changes = struct.unpack("!IQQ", rest[1 + rest[0]:])
        need(queries & 1 and changes & 3 == 3, (queries, changes))
        for kind, known in ((0x0200, queries), (0x0300, changes)):
            for cmd in range(64):
                if known >> cmd & 1 == 0:
                    same(p.why(kind + cmd)[0], 7, "unknown %04x" % cmd)


@of_extension
def both_protocols_mix_on_one_connection(server):
    with Peer(server.endpoint) as p:
        p.send(query(9) + extended(HELLO) + b"\x00\x44" +
               extended(0x0300, text("eve") + text("pw")) + query(7) +
               extended(0x0301, text("eve")) + extended(0x0301, text("eve")))
        same(p.take(3)[:2], query(9))
        same(p.take_extended(HELLO)[0], 0)
        same(p.take(2), b"\x00\xff")
        same(p.take_extended(0x0300), (0, b""), "added")
        same(p.take(3)[:2], query(7))
        same(p.take_extended(0x0301), (0, b""), "removed")
        status, body = p.take_extended(0x0301)
        same(status, 3, "missing")
        same(body[1:].decode(), 'there is no account "eve"'
             if server.real else "there is no such account")


@of_extension
def unknown_extended_commands_and_fields_leave_the_stream_in_step(server):
    with Peer(server.endpoint) as p:
        for size in (0, 1, 2047, 2048, 2049, 20000, 65536):
            body = b"\xff" * size
            same(p.why(0x023F, body)[0], 7, size)
            same(p.why(0x033F, body)[0], 7, size)
            same(p.extended(HELLO, body)[0], 0, size)
            p.number(9)


@of_extension
def a_body_over_64_kibibytes_is_refused_and_skipped(server):
    with Peer(server.endpoint) as p:
        for size in (65537, 300000):
            status, why = p.why(HELLO, bytes(size))
            same(status, 8)
            need("65536" in why, why)
            p.number(9)


@of_extension
def a_body_cut_inside_a_field_is_invalid_and_skipped(server):
    with Peer(server.endpoint) as p:
        same(p.why(0x0301, b"\x05ab")[0], 5)
        same(p.why(0x0301)[0], 5, "no name at all")
        same(p.why(0x0300, text("name-alone"))[0], 5)
        p.number(9)


@of_extension
def extended_requests_may_be_cut_anywhere(server):
    request = extended(0x0301, text("nobody-of-that-name"))
    with Peer(server.endpoint) as p:
        for cut in range(1, len(request)):
            p.send(request[:cut])
            p.send(request[cut:])
            same(p.take_extended(0x0301)[0], 3, cut)


def rows_of(body):
    """MORE and the rows of a page, each as its octets."""
    more, rest, rows = body[0], body[1:], []
    while rest:
        size, = struct.unpack("!H", rest[:2])
        need(len(rest) >= 2 + size, "a row cut short")
        rows.append(rest[2:2 + size])
        rest = rest[2 + size:]
    return more, rows


def take_text(octets):
    return octets[1:1 + octets[0]].decode(), octets[1 + octets[0]:]


@of_extension
def figures_are_named_and_can_be_asked_for_behind_one(server):
    with Peer(server.endpoint) as p:
        status, body = p.extended(0x0202)
        more, rows = rows_of(body)
        same((status, more), (0, 0))
        names = [take_text(row)[0] for row in rows]
        same(names[0], "clock")
        for i in (0, 7, len(names) - 1):
            status, body = p.extended(0x0202, text("") + text(names[i]))
            same(status, 0)
            got = [take_text(row)[0] for row in rows_of(body)[1]]
            same(got, names[i + 1:])
        same(p.why(0x0202, text("nonsense"))[0], 3)
        same(p.why(0x0202, text("") + text("nonsense"))[0], 3)


@of_extension
def settings_can_be_asked_for_one_by_one_and_in_pages(server):
    with Peer(server.endpoint) as p:
        _, body = p.extended(0x0203)
        keys = [take_text(row)[0] for row in rows_of(body)[1]]
        need("dissector" in keys and "workers" in keys, keys)
        for key in keys:
            _, body = p.extended(0x0203, text(key))
            row, = rows_of(body)[1]
            same(take_text(row)[0], key)
        _, body = p.extended(0x0203, text("") + text(keys[4]))
        same([take_text(row)[0] for row in rows_of(body)[1]], keys[5:])
        _, body = p.extended(0x0203, text(keys[4]) + text(keys[4]))
        same(rows_of(body)[1], [])
        same(p.why(0x0203, text("nonsense"))[0], 3)


@of_extension
def a_setting_changed_in_one_protocol_shows_in_the_other(server):
    def shown(key):
        _, body = p.extended(0x0203, text(key))
        _, rest = take_text(rows_of(body)[1][0])
        value, rest = take_text(rest)
        return value, rest[0]
    with Peer(server.endpoint) as p:
        same(p.extended(0x0302, text("selector-timeout") + text("9"))[0], 0)
        same(p.number(9), 9)
        same(shown("selector-timeout"), ("9", 3))
        same(p.extended(0x0303, text("selector-timeout"))[0], 0)
        same(p.number(9), 7)
        same(p.status(set_byte(2, 1)), 0)
        same(shown("dissector"), ("yes", 3))
        same(p.extended(0x0302, text("dissector") + text("no"))[0], 0)
        same(shown("dissector"), ("no", 3))
        for value in ("", "maybe", "n\0", "n\n", "x" * 255):
            same(p.why(0x0302, text("dissector") + text(value))[0], 5, value)
        same(p.why(0x0302, text("dissector\0") + text("no"))[0], 3)


@of_extension
def status_counts_sessions_and_its_clock_goes_on(server):
    with Peer(server.endpoint) as p:
        clocks = []
        for _ in range(3):
            status, body = p.extended(0x0201)
            same(status, 0)
            clocks.append(struct.unpack("!Q", body[:8])[0])
        same(clocks, sorted(clocks))


ACCOUNT = "!BBIQQQQ"  # behind the name, up to its last target


def account(row):
    """A row of accounts: name, role, enabled, sessions, revision."""
    name, rest = take_text(row)
    size = struct.calcsize(ACCOUNT)
    role, enabled, sessions, *_ = struct.unpack(ACCOUNT, rest[:size])
    _, rest = take_text(rest[size:])
    _, revision = struct.unpack("!QQ", rest[:16])
    return name, role, enabled, sessions, revision


def show(p, name):
    status, body = p.extended(0x0205, text(name))
    same(status, 0, name)
    return account(body)


def number(value):
    return struct.pack("!Q", value)


@of_extension
def accounts_are_paged_by_name_while_they_change(server):
    names = sorted("page%03d" % i for i in range(600))
    with Peer(server.endpoint) as p:
        if server.real:
            names = names[:3]  # each costs a slow hash
        p.send(b"".join(extended(0x0300, text(n) + text("pw")) for n in names))
        for name in names:
            same(p.take_extended(0x0300), (0, b""), name)
        seen, after, pages = [], "", 0
        while True:
            status, body = p.extended(0x0204, text(after))
            same(status, 0)
            more, rows = rows_of(body)
            need(len(rows) <= 255, "%d rows in a page" % len(rows))
            seen += [account(row)[0] for row in rows]
            pages += 1
            if not more:
                break
            after = seen[-1]
            # The row of the cursor goes, and what is behind stays.
            same(p.extended(0x0301, text(after))[0],
                 0 if after in names else 3)
        same(seen, sorted(set(seen)), "each once, in order")
        need(set(names) <= set(seen), "all of them")
        need(pages > 2 or server.real, pages)
        for name in names:
            p.extended(0x0301, text(name))


@of_extension
def every_column_of_an_account_can_be_changed(server):
    with Peer(server.endpoint) as p:
        same(p.extended(0x0300, text("col") + text("pw") + b"\x02")[0], 0)
        _, role, enabled, sessions, first = show(p, "col")
        same((role, enabled, sessions), (2, 1, 0))
        revisions = {first}
        for code, body in ((0x0304, text("col") + text("other")),
                           (0x0306, text("col") + b"\x01"),
                           (0x0307, text("col") + b"\x00"),
                           (0x0305, text("col") + text("lumn"))):
            same(p.extended(code, body), (0, b""), "%04x" % code)
            name = "lumn" if code == 0x0305 else "col"
            revisions.add(show(p, name)[4])
        same(len(revisions), 5, "each change makes another revision")
        same(show(p, "lumn")[:3], ("lumn", 1, 0))
        same(p.why(0x0205, text("col"))[0], 3)
        same(p.extended(0x0301, text("lumn"))[0], 0)


@of_extension
def changes_of_accounts_that_cannot_be_are_refused(server):
    with Peer(server.endpoint) as p:
        p.extended(0x0300, text("col") + text("pw"))
        for code, body, want in (
                (0x0300, text("x") + text("pw") + b"\x03", 5),
                (0x0304, text("nobody") + text("pw"), 3),
                (0x0305, text("col") + text(""), 5),
                (0x0305, text("col") + text("a\n"), 5),
                (0x0305, text("col") + text("alice"), 2),
                (0x0306, text("col") + b"\x03", 5),
                (0x0306, text("nobody") + b"\x01", 3),
                (0x0307, text("col") + b"\x02", 5)):
            same(p.why(code, body)[0], want, (hex(code), body))
        if server.real:
            same(p.why(0x0304, text("col") + text(""))[0], 5)
            same(p.why(0x0306, text("root") + b"\x00")[0], 4)
            same(p.why(0x0307, text("root") + b"\x00")[0], 4)
        same(p.extended(0x0301, text("col"))[0], 0)


@of_extension
def two_administrators_do_not_overwrite_each_other_unseen(server):
    with Peer(server.endpoint) as p, Peer(server.endpoint) as q:
        same(p.extended(0x0300, text("both") + text("pw"))[0], 0)
        seen = number(show(q, "both")[4])
        same(p.extended(0x0306, text("both") + b"\x02" + seen)[0], 0)
        for code, body in ((0x0304, text("pw2")), (0x0305, text("mine")),
                           (0x0306, b"\x01"), (0x0307, b"\x00"),
                           (0x0301, b"")):
            status, why = q.why(code, text("both") + body + seen)
            same(status, 11, "%04x" % code)
            need("meanwhile" in why, why)
        same(show(p, "both")[1:3], (2, 1))
        seen = number(show(q, "both")[4])
        same(q.extended(0x0301, text("both") + seen)[0], 0)


@of_extension
def who_is_no_administrator_any_more_is_shut_out(server):
    if server.local or not server.real:
        return
    with Peer(server.endpoint) as p:
        for code, body in ((0x0306, b"\x00"), (0x0306, b"\x02"),
                           (0x0307, b"\x00")):
            same(p.extended(0x0300, text("was") + text("pw") + b"\x01")[0], 0)
            with Peer(server.endpoint, ("was", "pw")) as other:
                other.number(7)
                same(p.extended(code, text("was") + body)[0], 0)
                same(other.rest(), b"")
            same(p.extended(0x0301, text("was"))[0], 0)


@of_extension
def an_observer_is_denied_every_modification_with_a_reason(server):
    if not server.observer or server.local:
        return
    with Peer(server.endpoint, ("watcher", "secret")) as p:
        _, body = p.extended(HELLO)
        same(body[1], 2, "its role")
        queries, changes = struct.unpack("!QQ", body[-16:])
        for cmd in range(64):
            if queries >> cmd & 1:
                need(p.extended(0x0200 + cmd, bytes(64))[0] != 6, cmd)
            if changes >> cmd & 1:
                status, why = p.why(0x0300 + cmd, bytes(64))
                same(status, 6, "03 %02x" % cmd)
                need("role" in why, why)


@of_extension
def thousands_of_extended_requests_are_answered_in_order(server):
    kinds = [(HELLO, b"", 0), (0x0201, b"", 0), (0x0205, text("nobody"), 3),
             (0x0203, text("cleanup"), 0), (0x0301, b"", 5),
             (0x0208, text("") + text("example.org:443"), 0),
             (0x023F, b"?" * 100, 7), (0x030C, number(99), None)]
    asked = [kinds[i * 7 % len(kinds)] for i in range(4000)]
    with Peer(server.endpoint) as p:
        sender = threading.Thread(target=p.send, args=(
            b"".join(extended(code, body) for code, body, _ in asked),))
        sender.start()
        for code, _, want in asked:
            status = p.take_extended(code)[0]
            need(status == want or (want is None and status != 0),
                 "%04x: %d" % (code, status))
        sender.join()


@of_extension
def a_long_list_comes_in_pages_over_every_transport(server):
    if not server.real:
        return
    many = ["deny to 10.7.%d.%d" % divmod(i, 256) for i in range(300)]
    with Peer(server.endpoint) as p:
        p.send(b"".join(extended(0x030A, bytes(4) + text(rule))
                        for rule in many))
        for rule in many:
            same(p.take_extended(0x030A), (0, b""), rule)
        seen, more, after = [], 1, 0
        while more:
            status, body = p.extended(0x0207, number(after))
            same(status, 0)
            more, rows = rows_of(body)
            need(0 < len(rows) <= 255, len(rows))
            after, = struct.unpack("!Q", rows[-1][:8])
            seen += [take_text(row[12:])[0] for row in rows]
        same(seen, many)
        same(p.extended(0x0303, text("rule")), (0, b""))


@of_extension
def a_client_may_vanish_after_every_prefix_of_an_extended_request(server):
    request = extended(0x0306, text("nobody") + b"\1" + number(7))
    for n in range(len(request)):
        p = Peer(server.endpoint, None)
        p.send(login(*LOCAL) + request[:n])
        p.reset()
    with Peer(server.endpoint) as p:
        same(p.extended(0x0306, text("nobody") + b"\1")[0], 3)


@of_extension
def who_leaves_with_answers_unread_harms_nobody(server):
    with Peer(server.endpoint) as witness:
        for leave in (Peer.reset, Peer.close):
            p = Peer(server.endpoint)
            p.send(extended(0x0203) * 40 + extended(0x0206, bytes(9)) * 40)
            need(p.fill(), "an answer")
            leave(p)
            same(witness.extended(HELLO)[0], 0)


@of_extension
def a_refusal_arrives_although_much_was_sent_behind_it(server):
    behind = extended(HELLO, bytes(1000)) * 100
    with Peer(server.endpoint, None) as p:
        p.send(b"\2")
        try:
            p.send(behind)
        except OSError:
            pass  # it is closed already
        same(p.take(2), b"\1\2")
    with Peer(server.endpoint) as p:
        p.send(b"\xff")
        try:
            p.send(behind)
        except OSError:
            pass
        same(p.take(2), b"\xff\xff")


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


# ---- events


def next_frame(p):
    """The TYPE and CMD of what comes next, answer or event, and its body."""
    kind, cmd = p.take(2)
    if kind < 2:
        return kind, cmd, p.take(QUERIES[cmd])
    size = int.from_bytes(p.take(5)[1:] if kind < 4 else p.take(4), "big")
    need(size <= 65536, "a body of %d octets" % size)
    return kind, cmd, p.take(size)


@of_extension
def events_come_whole_and_between_answers(server):
    asked = [query(cmd) for cmd in (1, 9, 8, 2)] + [extended(0x0201)]
    with Peer(server.endpoint) as p:
        p.subscribe(figures=100)
        events = 0
        while events < 3:
            p.send(b"".join(asked))
            seen = []
            while len(seen) < len(asked):
                kind, cmd, body = next_frame(p)
                if kind == 4:
                    same(cmd, 0, "CMD of an event")
                    need(len(body) > 100, "figures of %d octets" % len(body))
                    events += 1
                else:
                    seen.append(bytes([kind, cmd]))
            same(seen, [request[:2] for request in asked])
        p.unsubscribe()
        same(p.ask(query(9), 3)[:2], query(9), "and nothing before it")


@of_extension
def an_observer_is_told_what_happens(server):
    if not server.observer or server.local:
        return
    with Peer(server.endpoint, ("watcher", "secret")) as p:
        p.subscribe(figures=100, sessions=1, log=1, changes=1, findings=1)
        same(next_frame(p)[0], 4)


@shared
def over_sctp_no_message_carries_an_answer_behind_an_event(server):
    if not server.endpoint.startswith("sctp"):
        return
    with Peer(server.endpoint) as p:
        p.subscribe(figures=100)
        events = 0
        while events < 3:
            p.send(query(9))
            message = p.socket.recv(65536)
            while message[0] == 4:
                events += 1
                size = 6 + int.from_bytes(message[2:6], "big")
                same(len(message) % size, 0, "octets of events")
                message = p.socket.recv(65536)
            same(len(message), 3, "octets of an answer")
