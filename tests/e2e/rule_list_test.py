#!/usr/bin/env python3
"""Rules over the admin protocol: listed, asked, added, moved, removed."""

import struct

from admin_wire import Peer, extended, text
from harness import (Daemon, Target, case, ctl, echo, main, need, refusal,
                     same, tunnel)

LIST, ASK, ADD, MOVE, REMOVE = 0x0207, 0x0208, 0x030A, 0x030B, 0x030C
SET, UNSET = 0x0302, 0x0303
FILE, OPTION, RUNTIME, BUILT_IN = 1, 2, 3, 4
ALLOW, DENY, DEPENDS = range(3)
TAKEN, MISSING, REFUSED, INVALID, STALE = 2, 3, 4, 5, 11


def take_text(data):
    return data[1:1 + data[0]].decode(), data[1 + data[0]:]


def number(value):
    return struct.pack("!Q", value)


def page(peer, after=0):
    status, body = peer.extended(LIST, number(after))
    same(status, 0, body)
    more, rest, rows = body[0], body[1:], []
    while rest:
        size, = struct.unpack("!H", rest[:2])
        row, rest = rest[2:2 + size], rest[2 + size:]
        rule, place = struct.unpack("!QI", row[:12])
        what, row = take_text(row[12:])
        origin, hits = struct.unpack("!BQ", row)
        rows.append((rule, place, what, origin, hits))
    return more, rows


def rules(peer):
    more, rows = page(peer)
    while more:
        more, further = page(peer, rows[-1][0])
        rows += further
    same([row[1] for row in rows], list(range(1, len(rows) + 1)), "places")
    return rows


def texts(peer):
    return [row[2] for row in rules(peer)]


def ids(peer):
    return [row[0] for row in rules(peer)]


def add(rule, place=0):
    return struct.pack("!I", place) + text(rule)


def move(rule, place):
    return struct.pack("!QI", rule, place)


def ask(peer, target, user="", command=0, client="", address=""):
    """The verdict, the place and text of its rule, and what it depends on."""
    status, body = peer.extended(
        ASK, text(user) + text(target) + bytes([command]) + text(client) +
        text(address))
    same(status, 0, body)
    verdict, rule, place = struct.unpack("!BQI", body[:13])
    same(rule == 0, place == 0)
    what, rest = take_text(body[13:])
    return verdict, place, what, take_text(rest)[0]


def served(*rules, **more):
    return Daemon(*("rule " + rule for rule in rules), **more)


@case
def rules_are_listed_with_place_origin_and_hits():
    with Target(echo) as t, \
            served("allow to 127.0.0.1/32", "deny") as d, \
            Peer("unix:" + d.admin) as p:
        tunnel(d, t.host, t.port).close()
        same(refusal(tunnel, d, "127.0.0.2", 9), 2)
        same(refusal(tunnel, d, "127.0.0.2", 9), 2)
        same(rules(p), [(1, 1, "allow to 127.0.0.1", FILE, 1),
                        (2, 2, "deny", FILE, 2)])
    with Daemon(args=("-o", "rule=deny port 25")) as d, \
            Peer("unix:" + d.admin) as p:
        same(rules(p), [(1, 1, "deny port 25", OPTION, 0)])
        same(p.extended(SET, text("rule") + text("none")), (0, b""))
        same(rules(p), [])


@case
def the_daemons_own_rules_are_last_and_stay():
    with Daemon("listen 0.0.0.0:0", "listen 127.0.0.1:0", "rule deny port 25",
                ready=False) as d:
        d.wait_log(" main started")
        with Peer("unix:" + d.admin) as p:
            rows = rules(p)
            same(rows[0][2:4], ("deny port 25", FILE))
            need(len(rows) > 3, rows)
            same({row[3] for row in rows[1:]}, {BUILT_IN})
            status, why = p.why(REMOVE, number(rows[1][0]))
            same(status, REFUSED)
            need("daemon's own" in why, why)
            same(p.why(MOVE, move(rows[1][0], 1))[0], REFUSED)
            same(p.extended(ADD, add("allow to 127.0.0.1 port 80"))[0], 0)
            same([row[2] for row in rules(p)][:2],
                 ["deny port 25", "allow to 127.0.0.1 port 80"])


@case
def a_change_holds_at_once_and_begins_as_a_copy_of_what_held():
    with Target(echo) as t, served("deny to 127.0.0.2", "deny port 9") as d, \
            Peer("unix:" + d.admin) as p:
        tunnel(d, t.host, t.port).close()
        same(p.extended(ADD, add("deny to 127.0.0.1")), (0, b""))
        same(refusal(tunnel, d, t.host, t.port), 2)
        same(p.extended(ADD, add("allow port %d" % t.port, 1)), (0, b""))
        tunnel(d, t.host, t.port).close()
        same({row[3] for row in rules(p)}, {RUNTIME})
        same(texts(p), ["allow port %d" % t.port, "deny to 127.0.0.2",
                        "deny port 9", "deny to 127.0.0.1"])
        same(ids(p), [4, 1, 2, 3])
        same(p.extended(MOVE, move(4, 0)), (0, b""))
        same(ids(p), [1, 2, 3, 4])
        same(refusal(tunnel, d, t.host, t.port), 2)
        same(p.extended(MOVE, move(4, 2)), (0, b""))
        same(ids(p), [1, 4, 2, 3])
        same(p.extended(REMOVE, number(1)), (0, b""))
        same(ids(p), [4, 2, 3])
        d.wait_log(r'rule added by=local:\d+ id=3 place=3 '
                   r'rule="deny to 127\.0\.0\.1"')
        d.wait_log("those of the file do not count until: socks5ctl unset")
        d.wait_log(r'rule moved by=local:\d+ id=4 before=1 after=4 rule="allow')
        d.wait_log(r'rule removed by=local:\d+ id=1 place=1 rule="deny to 127')
        same(p.extended(UNSET, text("rule")), (0, b""))
        same(texts(p), ["deny to 127.0.0.2", "deny port 9"])
        same({row[3] for row in rules(p)}, {FILE})


@case
def the_file_does_not_count_until_unset_not_even_after_a_reload():
    with served("deny port 9") as d, Peer("unix:" + d.admin) as p:
        same(p.extended(REMOVE, number(1)), (0, b""))
        same(rules(p), [])
        d.configure("rule deny port 10")
        need("reloaded" in d.reload(), "reload")
        same(rules(p), [])
        same(p.extended(UNSET, text("rule")), (0, b""))
        same(texts(p), ["deny port 10"])


@case
def what_cannot_be_is_refused_by_word_and_changes_nothing():
    with served("deny port 9", "deny port 10") as d, \
            Peer("unix:" + d.admin) as p:
        for code, body, status, says in (
                (ADD, add("deny to foo bar"), INVALID, 'word 4, "bar": not'),
                (ADD, add("permit"), INVALID, "want allow or deny"),
                (ADD, add("deny port 70000"), INVALID, "between 0 and 65535"),
                (ADD, add("deny deny"), INVALID, "one rule"),
                (ADD, add("deny\nport 9"), INVALID, "control characters"),
                (ADD, add(""), INVALID, "1 to 255"),
                (ADD, add("deny port 10"), TAKEN, "at place 2"),
                (ADD, add("deny", 4), INVALID, "1 to 3"),
                (MOVE, move(1, 3), INVALID, "1 to 2"),
                (MOVE, move(3, 1), MISSING, "no rule of that id"),
                (REMOVE, number(0), MISSING, "no rule of that id")):
            got, why = p.why(code, body)
            same(got, status, (hex(code), body))
            need(says in why, why)
        same([row[2:4] for row in rules(p)],
             [("deny port 9", FILE), ("deny port 10", FILE)])
        d.wait_log(r'change refused by=local:\d+ about="rule": word 4')


@case
def it_is_told_what_would_decide():
    with served("deny to 10.0.0.0/8", "allow user alice command udp",
                "allow from 192.0.2.0/24", "allow to *.org port 443", "deny",
                args=("-u", "alice:x")) as d, Peer("unix:" + d.admin) as p:
        deny = (DENY, 5, "deny", "")
        same(ask(p, "11.0.0.1:80"), deny)
        same(ask(p, "11.0.0.1:80", "alice"), deny)
        same(ask(p, "11.0.0.1:80", "alice", 2),
             (ALLOW, 2, "allow user alice command udp", ""))
        same(ask(p, "[::ffff:10.0.0.1]:80", "alice", 2)[:2], (DENY, 1))
        same(ask(p, "[2001:db8::1]:80", client="192.0.2.9")[:2], (ALLOW, 3))
        same(ask(p, "example.org:443"),
             (DEPENDS, 4, "allow to *.org port 443", "1"))
        same(ask(p, "example.org:443", address="10.9.9.9")[:2], (DENY, 1))
        same(ask(p, "example.org:443", address="11.9.9.9")[:2], (ALLOW, 4))
        # No rule can allow it, whatever the address is.
        same(ask(p, "example.org:80"), deny)
        for target, what in (("x", "HOST:PORT"), ("x:0", "HOST:PORT"),
                             ("x:65536", "HOST:PORT"), (":80", "HOST:PORT"),
                             ("x:+80", "HOST:PORT"), ("a:b:80", "HOST:PORT"),
                             ("x:80x", "HOST:PORT")):
            status, why = p.why(ASK, text("") + text(target))
            same(status, INVALID, target)
            need(what in why, why)
        same(p.why(ASK, text("bob") + text("x:80"))[0], MISSING)
        same(p.why(ASK, text("") + text("x:80") + b"\3")[0], INVALID)
        same(p.why(ASK, text("") + text("x:80") + b"\0" + text("x"))[0],
             INVALID)
        same({row[4] for row in rules(p)}, {0}, "asking is no hit")
    with Daemon() as d, Peer("unix:" + d.admin) as p:
        same(ask(p, "x:80"), (ALLOW, 0, "", ""))


@case
def rules_survive_kill_as_soon_as_they_are_answered():
    with served("deny port 9", store="sqlite:rules.db") as d:
        d.fixed = [f.replace("sqlite:", "sqlite:" + d.folder + "/")
                   if "sqlite:rules" in f else f for f in d.fixed]
        with Peer("unix:" + d.admin) as p:
            for i in range(20):
                same(p.extended(ADD, add("allow port %d" % (i + 100), 1)),
                     (0, b""))
            want = texts(p)
        d.kill()
        d.start()
        with Peer("unix:" + d.admin) as p:
            same(texts(p), want)
            same({row[3] for row in rules(p)}, {RUNTIME})
            d.wait_log("run-time value .*key=rule over=file")


@case
def every_answered_change_is_there_after_kill_in_the_midst_of_many():
    with served(store="sqlite:rules.db") as d:
        d.fixed = [f.replace("sqlite:", "sqlite:" + d.folder + "/")
                   if "sqlite:rules" in f else f for f in d.fixed]
        answered = []
        for turn, enough in enumerate((1, 40, 7, 90, 23)):
            asked = ["deny to 10.%d.0.%d" % (turn, i) for i in range(200)]
            with Peer("unix:" + d.admin) as p:
                p.send(b"".join(extended(ADD, add(rule)) for rule in asked))
                for rule in asked[:enough]:
                    same(p.take_extended(ADD), (0, b""), rule)
                d.kill()
            answered += asked[:enough]
            d.start()
            with Peer("unix:" + d.admin) as p:
                there = texts(p)
                need(set(answered) <= set(there), "all that were answered")
                same([rule for rule in there if rule in set(answered)],
                     answered, "their order")


@case
def ten_thousand_rules_are_listed_changed_and_kept():
    many = ["deny to 10.%d.%d.1" % divmod(i, 256) for i in range(10000)]
    with served(*many, store="sqlite:rules.db") as d:
        with Peer("unix:" + d.admin) as p:
            same(len(texts(p)), 10000)
            same(p.extended(ADD, add("allow port 1", 5000)), (0, b""))
            same(p.extended(MOVE, move(1, 0)), (0, b""))
            want = texts(p)
            same((want[4998], want[-1]), ("allow port 1", "deny to 10.0.0.1"))
            # A place on the way through the list goes.
            rows = page(p)[1]
            same(p.extended(REMOVE, number(rows[-1][0])), (0, b""))
            status, why = p.why(LIST, number(rows[-1][0]))
            same(status, STALE)
            need("from the first" in why, why)
            del want[len(rows) - 1]
            same(texts(p), want)
        d.kill()
        d.start()
        with Peer("unix:" + d.admin) as p:
            same(texts(p), want)


@case
def socks5ctl_adds_asks_moves_and_removes():
    with served("deny port 9", args=("-u", "alice:x")) as d:
        ctl(d, "rule", "add", "allow", "user", "alice")
        ctl(d, "rule", "add", "--place", "1", "deny to 10.0.0.0/8 port 22")
        lines = ctl(d, "rule", "list").splitlines()
        same([line.split()[:4] for line in lines[1:]],
             [["3", "1", "deny", "to"], ["1", "2", "deny", "port"],
              ["2", "3", "allow", "user"]])
        lines = ctl(d, "rule", "test", "--user=alice", "x.org:22").splitlines()
        same([line.split()[-1] for line in lines],
             ["depends", "2", "3", "alice", "1"])
        ctl(d, "rule", "move", "3", "0")
        ctl(d, "rule", "del", "3")
        why = ctl(d, "rule", "add", "deny", "to", "x", "y", want=1)
        need('word 4, "y"' in why, why)
        for wrong in (("rule", "add", "--place"), ("rule", "add"),
                      ("rule", "add", "--place", "x", "deny"),
                      ("rule", "test", "--nonsense", "1", "x:1")):
            ctl(d, *wrong, want=2)


if __name__ == "__main__":
    main()
