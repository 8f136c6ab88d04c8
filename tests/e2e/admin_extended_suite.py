"""The rest of the suite (admin_suite.py): the extension, and its events."""

import socket
import struct
import threading

from admin_suite import shared
from admin_wire import (HELLO, LOCAL, QUERIES, Peer, extended, login, query,
                        set_byte, text)
from harness import need, same

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
def a_refusal_never_has_the_reason_of_the_one_before(server):
    with Peer(server.endpoint) as p:
        for request, right in (
                (extended(0x0250), "the server does not know that command"),
                (extended(0x0205, b"\x05ab"), "does not take that value"),
                (extended(0x0205, bytes(70000)), "longer than 65536 octets")):
            same(p.why(0x0205, text("nobody"))[0], 3, "missing")
            p.send(request)
            answer = p.take_extended(int.from_bytes(request[:2], "big"))[1]
            need(right in answer[1:].decode(), answer)


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
