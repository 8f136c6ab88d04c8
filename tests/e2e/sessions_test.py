#!/usr/bin/env python3
"""Live sessions over the admin protocol: listed in pages, filtered, closed."""

import socket
import struct

from admin_wire import Peer, text
from harness import *

LIST, KILL, CLEAR, KILL_ALL = 0x0206, 0x0308, 0x0309, 0x0311
CONNECT, BIND, ASSOCIATE = 1, 2, 3
SORTS = ["id", "age", "idle", "up", "down", "rate"]
USERS = ("-u", "alice:secret", "-u", "bob:secret", "-u", "carol:secret")


def rows_of(body):
    more, rest, rows = body[0], body[1:], []
    while rest:
        size, = struct.unpack("!H", rest[:2])
        rows.append(parse(rest[2:2 + size]))
        rest = rest[2 + size:]
    return more, rows


def parse(row):
    got = {"id": struct.unpack("!Q", row[:8])[0]}
    row = row[8:]
    for name in ("user", "client", "state", "target", "address"):
        got[name], row = row[1:1 + row[0]].decode(), row[1 + row[0]:]
    numbers = struct.Struct("!IIQQQQBIIIIQ")
    got.update(zip(("age", "idle", "up", "down", "up_rate", "down_rate",
                    "command", "handshake", "login", "resolve", "connect",
                    "key"), numbers.unpack(row)))
    return got


def page(peer, user="", after=0, filter="", sort="id", after_key=0):
    status, body = peer.extended(
        LIST, text(user) + struct.pack("!Q", after) + text(filter) +
        struct.pack("!BQ", SORTS.index(sort), after_key))
    same(status, 0, body)
    return rows_of(body)


def all_of(peer, user="", between=lambda rows: None, **how):
    """Every row, page by page."""
    seen, more = [], 1
    while more:
        more, rows = page(peer, user, seen[-1]["id"] if seen else 0,
                          after_key=seen[-1]["key"] if seen else 0, **how)
        need(rows or not more, "an empty page with more behind it")
        seen += rows
        between(rows)
    return seen


def local(s):
    return "%s:%d" % s.getsockname()[:2]


@case
def a_session_is_listed_with_all_its_columns():
    with Target(echo) as t, Daemon(args=USERS) as d, \
            Peer("unix:" + d.admin) as p, \
            tunnel(d, "localhost", t.port, "alice", "secret") as s:
        s.sendall(b"x" * 1000)
        got = b""
        while len(got) < 1000:
            got += s.recv(2000)
        row, = all_of(p)
        same({k: row[k] for k in ("user", "client", "state", "target",
                                  "address", "up", "down")},
             {"user": "alice", "client": local(s), "state": "relaying",
              "target": "localhost:%d" % t.port,
              "address": "127.0.0.1:%d" % t.port, "up": 1000, "down": 1000})
        need(row["idle"] <= row["age"] < PATIENCE, row)
        with proxy_socket(d) as silent:
            wait_for(lambda: len(all_of(p)) == 2, "the second session")
            row = all_of(p)[1]
            same((row["state"], row["user"], row["target"], row["client"]),
                 ("greeting", "", "", local(silent)))
            need(row["id"] > all_of(p)[0]["id"], "ids grow")


@case
def pages_go_through_all_workers_while_sessions_come_and_go():
    with Target(echo) as t, Daemon("workers 3", args=USERS) as d, \
            Peer("unix:" + d.admin) as p:
        def some(n, user):
            return [tunnel(d, "127.0.0.1", t.port, user, "secret")
                    for _ in range(n)]
        staying, going, new = some(250, "alice"), some(100, "bob"), []
        wait_for(lambda: len(all_of(p)) == 350, "all sessions")

        def change(rows):
            need(len(rows) <= 255, "%d rows in a page" % len(rows))
            for s in going[:40]:
                s.close()
            del going[:40]
            new.extend(some(5, "carol"))
        seen = all_of(p, between=change)
        ids = [row["id"] for row in seen]
        same(ids, sorted(set(ids)), "each once, in order")
        clients = {row["client"] for row in seen}
        need({local(s) for s in staying} <= clients, "all that stayed")
        same(len({i & 0xFF for i in ids}), 3, "workers")
        seen = all_of(p, "alice")
        same({row["user"] for row in seen}, {"alice"})
        same(len(seen), 250)
        for s in staying + going + new:
            s.close()
        wait_for(lambda: all_of(p) == [], "the end of all sessions")


@case
def sessions_are_closed_by_id_and_by_user():
    with Target(echo) as t, Daemon(args=USERS) as d, \
            Peer("unix:" + d.admin) as p:
        a, b, c = (tunnel(d, "127.0.0.1", t.port, user, "secret")
                   for user in ("alice", "alice", "bob"))
        row = next(r for r in all_of(p) if r["client"] == local(a))
        same(p.extended(KILL, struct.pack("!Q", row["id"])), (0, b""))
        need(is_closed(a) in ("end", "reset"), "the session goes on")
        wait_for(lambda: len(all_of(p)) == 2, "one session less")
        same(p.extended(KILL, struct.pack("!Q", row["id"])), (0, b""))
        same(p.extended(CLEAR, text("alice")), (0, b""))
        need(is_closed(b) in ("end", "reset"), "the session goes on")
        c.sendall(b"still")
        same(c.recv(5), b"still")
        same(p.why(CLEAR, text("nobody"))[0], 3)
        same(p.why(LIST, text("nobody"))[0], 3)
        d.wait_log(r"session closed by hand by=local:\d+ id=%d" % row["id"])
        d.wait_log(r'sessions of a user closed by hand by=local:\d+ name="alice"')
        for s in (a, b, c):
            s.close()


def moved(s, n):
    """Send n octets and have them back."""
    s.sendall(bytes(n))
    read_exactly(s, n)


@case
def sessions_are_filtered_by_words_and_columns():
    with Target(echo) as t, Daemon(args=USERS) as d, \
            Peer("unix:" + d.admin) as p, \
            tunnel(d, "127.0.0.1", t.port, "alice", "secret") as a, \
            tunnel(d, "localhost", t.port, "bob", "secret") as b, \
            proxy_socket(d) as c:
        wait_for(lambda: len(all_of(p)) == 3, "three sessions")
        names = {local(a): "a", local(b): "b", local(c): "c"}

        def found(line, user=""):
            return "".join(sorted(names[row["client"]] for row in
                                  all_of(p, user, filter=line)))
        for line, want in (
                ("", "abc"), (" ", "abc"), ("user=alice", "a"),
                ("user=ALICE", "a"), ("user=alic", ""), ("user=", "c"),
                ("lic", "a"), ("LOCALHOST", "b"), ("localhost:", "b"),
                ("target=localhost:%d" % t.port, "b"),
                ("target=127.0.0.1:%d" % t.port, "ab"),
                (":%d" % t.port, "ab"),
                ("client=%s" % local(a), "a"), (local(a), "a"),
                ("state=greeting", "c"), ("state=RELAYING", "ab"),
                ("state=relay", ""), ("state=relaying bob", "b"),
                ("bob alice", ""), ("a b c d e f g h", "")):
            same(found(line), want, line)
        same(found("state=relaying", "bob"), "b")
        for line, says in (("colour=red", "keys are"), ("a\tb", "control"),
                           ("a b c d e f g h i", "8 terms")):
            status, why = p.why(
                LIST, text("") + struct.pack("!Q", 0) + text(line))
            same(status, 5, line)
            need(says in why, why)
        same(p.why(LIST, text("") + bytes(8) + text("") + b"\6")[0], 5)


@case
def sessions_of_an_account_that_was_renamed_are_shown_under_its_new_name():
    with Target(echo) as t, Daemon(args=USERS) as d, \
            Peer("unix:" + d.admin) as p, \
            tunnel(d, t.host, t.port, "alice", "secret"), \
            tunnel(d, t.host, t.port, "bob", "secret"):
        same(p.extended(0x0305, text("alice") + text("anna") + bytes(8))[0], 0)
        row, = all_of(p, "anna")
        same((row["user"], row["state"]), ("anna", "relaying"))
        same(sorted(r["user"] for r in all_of(p)), ["anna", "bob"])
        same(all_of(p, filter="user=anna"), [row])
        same(all_of(p, filter="user=alice"), [])
        status, count = p.extended(KILL_ALL, text("") + text("user=anna"))
        same((status, count), (0, struct.pack("!I", 1)))
        wait_for(lambda: [r["user"] for r in all_of(p)] == ["bob"], "its end")


@case
def sessions_are_sorted_on_the_server_and_paged_in_that_order():
    with Target(echo) as t, Daemon(args=USERS, workers=3) as d, \
            Peer("unix:" + d.admin) as p:
        open_now = [tunnel(d, "127.0.0.1", t.port, "alice", "secret")
                    for _ in range(240)]
        for i, s in enumerate(open_now):
            moved(s, 1 + i % 60)
        wait_for(lambda: sum(row["down"] for row in all_of(p)) ==
                 sum(1 + i % 60 for i in range(240)), "all octets")
        for sort in SORTS[1:]:
            rows = all_of(p, sort=sort)
            order = [(-row["key"], row["id"]) for row in rows]
            if sort != "rate":  # that one changes meanwhile
                same(order, sorted(order), sort)
                same(len({row["id"] for row in rows}), 240, sort)
        rows = all_of(p, sort="up")
        same([row["up"] for row in rows], sorted(
            (1 + i % 60 for i in range(240)), reverse=True))
        same([row["key"] for row in rows], [row["up"] for row in rows])
        # The busiest comes first wherever it is, the others keep theirs.
        moved(open_now[77], 100000)
        wait_for(lambda: page(p, sort="down")[1][0]["client"] ==
                 local(open_now[77]), "the busiest")
        rows = page(p, sort="age")[1]
        same([row["id"] for row in rows], sorted(row["id"] for row in rows))
        for s in open_now:
            s.close()


@case
def a_session_tells_its_command_and_how_long_each_stage_took():
    stages = ("handshake", "login", "resolve", "connect")
    with Target(echo) as t, Daemon(args=USERS) as d, \
            Peer("unix:" + d.admin) as p:
        with tunnel(d, "localhost", t.port, "alice", "secret"):
            row, = all_of(p)
            same(row["command"], CONNECT)
            for stage in stages:
                need(0 < row[stage] < PATIENCE * 1e6, row)
        wait_for(lambda: all_of(p) == [], "its end")
        with tunnel(d, "127.0.0.1", t.port, "alice", "secret"):
            row, = all_of(p)
            same(row["resolve"], 0)
            need(row["connect"] > 0, row)
        wait_for(lambda: all_of(p) == [], "its end")
    with hanging() as port, Daemon() as d, Peer("unix:" + d.admin) as p, \
            proxy_socket(d) as s:
        def is_state(state):
            return lambda: [row for row in all_of(p)
                            if row["state"] == state]
        greet(s)
        wait_for(is_state("request"), "the request")
        row, = all_of(p)
        same((row["command"], row["handshake"]), (0, 0))
        s.sendall(request("127.0.0.1", port))
        row, = wait_for(is_state("dialing"), "the dial")
        same((row["command"], row["login"], row["connect"]), (CONNECT, 0, 0))
        need(row["handshake"] > 0, row)
    with Daemon() as d, Peer("unix:" + d.admin) as p, proxy_socket(d) as s:
        greet(s)
        s.sendall(request("127.0.0.1", 0, BIND))
        port = read_reply(s)[2]
        row, = all_of(p)
        same((row["state"], row["command"]), ("awaiting", BIND))
        with socket.create_connection(("127.0.0.1", port)):
            read_reply(s)
            row, = all_of(p)
            same((row["state"], row["command"]), ("relaying", BIND))
    with Daemon() as d, Peer("unix:" + d.admin) as p, proxy_socket(d) as s:
        greet(s)
        s.sendall(request("0.0.0.0", 0, ASSOCIATE))
        read_reply(s)
        row, = all_of(p)
        same((row["state"], row["command"]), ("associated", ASSOCIATE))


@case
def rates_are_those_of_the_last_second_and_end_with_the_octets():
    with Target(echo) as t, Daemon(args=USERS) as d, \
            Peer("unix:" + d.admin) as p, \
            tunnel(d, "127.0.0.1", t.port, "alice", "secret") as a, \
            tunnel(d, "127.0.0.1", t.port, "bob", "secret") as b:
        moved(b, 1)

        def busy():
            moved(a, 50000)
            rows = page(p, sort="rate")[1]
            if rows[0]["up_rate"] < 50000 or rows[0]["down_rate"] < 50000:
                return None
            same(rows[0]["client"], local(a))
            same(rows[0]["key"], rows[0]["up_rate"] + rows[0]["down_rate"])
            return rows
        wait_for(busy, "a rate")
        wait_for(lambda: {row["up_rate"] + row["down_rate"]
                          for row in all_of(p)} == {0}, "silence")


@case
def sessions_that_fit_a_filter_are_closed_and_counted():
    with Target(echo) as t, Daemon(args=USERS, workers=3) as d, \
            Peer("unix:" + d.admin) as p:
        def some(n, user, host="127.0.0.1"):
            return [tunnel(d, host, t.port, user, "secret") for _ in range(n)]

        def close(line, user=""):
            status, body = p.extended(KILL_ALL, text(user) + text(line))
            same(status, 0, body)
            return struct.unpack("!I", body)[0]
        gone = some(120, "alice", "localhost")
        kept = some(5, "alice") + some(5, "bob", "localhost")
        same(close("target=localhost", "alice"), 120)
        for s in gone:
            need(is_closed(s) in ("end", "reset"), "a session goes on")
        for s in kept:
            moved(s, 9)
        same(close("user=carol"), 0)
        same(close("", "bob"), 5)
        for body in (text("") + text(""), text("") + text(" "), b""):
            status, why = p.why(KILL_ALL, body)
            same(status, 5)
            need("say which" in why, why)
        same(p.why(KILL_ALL, text("nobody") + text("x"))[0], 3)
        same(p.why(KILL_ALL, text("") + text("x=y"))[0], 5)
        same(len(all_of(p)), 5)
        d.wait_log(r'sessions closed by hand by=local:\d+ user="alice" '
                   r'filter="target=localhost"')
        for s in gone + kept:
            s.close()


@case
def lists_keep_their_place_among_pipelined_requests():
    with Target(echo) as t, Daemon(args=USERS) as d, \
            Peer("unix:" + d.admin) as p, \
            tunnel(d, "127.0.0.1", t.port, "alice", "secret"):
        one = struct.pack("!HI", LIST, 0)
        p.send((one + b"\x00\x09") * 500)
        for _ in range(500):
            status, body = p.take_extended(LIST)
            same((status, len(rows_of(body)[1])), (0, 1))
            same(p.take(3), b"\x00\x09\x07")


@case
def an_asker_that_dies_leaves_nothing_behind():
    with Target(echo) as t, Daemon(args=USERS) as d, \
            tunnel(d, "127.0.0.1", t.port, "alice", "secret"):
        for _ in range(50):
            p = Peer("unix:" + d.admin)
            p.send(struct.pack("!HI", LIST, 0) * 20)
            p.socket.close()
        with Peer("unix:" + d.admin) as p:
            same(len(all_of(p)), 1)


@case
def socks5ctl_lists_pages_and_closes():
    with Target(echo) as t, Daemon(args=USERS) as d:
        open_now = [tunnel(d, "127.0.0.1", t.port, "alice", "secret")
                    for _ in range(230)]
        lines = ctl(d, "session", "list").splitlines()
        same((len(lines), lines[0].split()[:2]), (231, ["ID", "USER"]))
        rows = ctl_rows(d, "session", "list", "alice")
        same(len({row["id"] for row in rows}), 230)
        same(ctl(d, "session", "kill", str(rows[0]["id"])), "")
        same(ctl(d, "session", "clear", "alice"), "")
        wait_for(lambda: ctl_rows(d, "session", "list") == [], "the end")
        ctl(d, "session", "kill", "x", want=2)
        for s in open_now:
            s.close()


def refuses_clients(d):
    try:
        socket.create_connection(("127.0.0.1", d.port)).close()
        return False
    except ConnectionRefusedError:
        return True


@case
def socks5ctl_stops_starts_and_resets_the_proxy():
    with Target(echo) as t, Daemon() as d, Peer("unix:" + d.admin) as p:
        with tunnel(d, t.host, t.port) as s:
            same(ctl(d, "stop"), "")
            need(refuses_clients(d), "the listener is still there")
            same(p.extended(0x0209), (0, b"\0"), "running")
            s.sendall(b"still")
            same(read_exactly(s, 5), b"still")
            same(ctl(d, "-e", "start", "-e", "get running").split(),
                 ["running", "yes"])
            tunnel(d, t.host, t.port).close()
            same(p.why(0x030D, b"\2")[0], 5)
            same(ctl(d, "stop"), "")
            same(ctl(d, "reset"), "")
            need(is_closed(s) in ("end", "reset"), "the session is closed")
        tunnel(d, t.host, t.port).close()
        wait_for(lambda: p.number(1) == 1, "one session since the reset")
        d.wait_log(r"proxy stopped by=local:\d+ running=no")
        d.wait_log(r"proxy reset by=local:\d+ running=yes")


@case
def it_is_told_where_socks_is_served_and_whether_it_is():
    with Daemon() as d, Peer("unix:" + d.admin) as p:
        def listed(after=""):
            status, body = p.extended(0x0214, text(after))
            same((status, body[0]), (0, 0))
            rows, rest = [], body[1:]
            while rest:
                size, = struct.unpack("!H", rest[:2])
                row, rest = rest[2:2 + size], rest[2 + size:]
                rows.append((row[1:1 + row[0]].decode(), row[1 + row[0]]))
            return rows
        v4, v6 = ("%s:%d" % (at, d.ports[host]) for at, host in (
            ("127.0.0.1", "127.0.0.1"), ("[::1]", "::1")))
        same(listed(), [(v4, 1), (v6, 1)])
        same(listed(v4), [(v6, 1)])
        same(listed(v6), [])
        same(p.extended(0x030D, b"\0"), (0, b""))
        same(listed(), [(v4, 0), (v6, 0)])


@case
def authentication_is_shown_as_it_holds_and_kept_as_a_setting():
    with Target(echo) as t, Daemon(args=USERS) as d, \
            Peer("unix:" + d.admin) as p:
        same(p.extended(0x020A), (0, b"\1"))
        same(p.extended(0x030E, b"\0"), (0, b""))
        same(p.extended(0x020A), (0, b"\0"))
        tunnel(d, t.host, t.port).close()
        same(p.extended(0x030E, b"\1"), (0, b""))
        same(refusal(tunnel, d, t.host, t.port), 0xFF)
        same(p.why(0x030E, b"\2")[0], 5)
        d.wait_log(r'setting changed by=local:\d+ key=auth '
                   r'before="no" after="yes"')


if __name__ == "__main__":
    main()
