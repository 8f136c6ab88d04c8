#!/usr/bin/env python3
"""Figures over the admin protocol: each reason for a no is counted by itself."""

from harness import *


def counters(d):
    return {row["name"]: row["value"] for row in ctl_rows(d, "metrics")}


def status(d):
    row, = ctl_rows(d, "status")
    return row


@case
def each_reply_is_counted_by_its_code():
    with Daemon("rule deny port 7") as d, Target(echo) as t, \
            refusing() as dead:
        for port, rep, name in ((t.port, 0, "rep_ok"), (7, 2, "rep_denied"),
                                (dead, 5, "rep_refused")):
            before = counters(d)
            try:
                tunnel(d, "127.0.0.1", port).close()
                same(rep, 0)
            except Refused as e:
                same(e.code, rep)
            after = counters(d)
            moved = {k for k in after if k.startswith("rep_")
                     and after[k] != before[k]}
            same(moved, {name})
            same(after[name], before[name] + 1)
        with proxy_socket(d) as s:
            greet(s)
            s.sendall(request("127.0.0.1", t.port, command=9))
            same(read_reply(s)[0], 7)
        same(counters(d)["rep_command"], 1)


STATES = ("handshaking", "checking", "dialing", "awaiting", "relaying",
          "refusing")


@case
def sessions_are_counted_by_what_they_do():
    with Daemon("rule deny port 7") as d, Target(echo) as t, \
            hanging() as silent, contextlib.ExitStack() as stack:
        def states():
            now = counters(d)
            return {k: now[k] for k in STATES if now[k]}

        def begin(*words):
            s = stack.enter_context(proxy_socket(d))
            for word in words:
                s.sendall(word)
            return s
        here = request("127.0.0.1", t.port)
        begin(b"\5")
        begin(b"\5\1\0", request("127.0.0.1", silent))
        begin(b"\5\1\0", request("0.0.0.0", 0, command=2))
        refused = begin(b"\5\1\0", request("127.0.0.1", 7))
        begin(b"\5\1\0", here)
        begin(b"\5\1\0", request("0.0.0.0", 0, command=3))
        want = {"handshaking": 1, "dialing": 1, "awaiting": 1, "refusing": 1,
                "relaying": 2}
        wait_for(lambda: states() == want, "one of each, not %r" % states())
        same(counters(d)["sessions"], 6)
        refused.close()
        want.pop("refusing")
        wait_for(lambda: states() == want, "the end of the refused one")
        stack.close()
        wait_for(lambda: states() == {}, "the end of all")
        need(all(counters(d)[k] == 0 for k in STATES), states())


@case
def how_long_things_took_is_listed_in_spans():
    with Daemon() as d, Target(echo) as t:
        same([row for row in ctl_rows(d, "metrics", "histograms")
              if row["name"] != "loop_lag"], [])
        for _ in range(5):
            tunnel(d, t.host, t.port).close()
        with contextlib.suppress(Refused):
            tunnel(d, "no-such-name.invalid", 80).close()
        rows = ctl_rows(d, "metrics", "histograms")
        for name, count in ("connect", 5), ("setup", 5), ("resolve", 1):
            mine = [row for row in rows if row["name"] == name]
            same(sum(row["count"] for row in mine), count, name)
            bounds = [row["most"] for row in mine]
            same(bounds, sorted(set(bounds)))
            same(ctl_rows(d, "metrics", "histograms", name), mine)
        ctl_rows(d, "reset")
        same([row for row in ctl_rows(d, "metrics", "histograms")
              if row["name"] != "loop_lag"], [])


@case
def workers_are_told_apart():
    with Daemon() as d, Target(echo) as t, contextlib.ExitStack() as stack:
        for _ in range(20):
            stack.enter_context(tunnel(d, t.host, t.port))
        rows = ctl_rows(d, "worker", "list")
        same([row["index"] for row in rows], [0, 1])
        for column in "accepted", "sessions", "relaying":
            same(sum(row[column] for row in rows), 20, column)
        need(all(row["cpu"] > 0 for row in rows), rows)

        def lag():
            now = status(d)
            return now if now["lag_p99"] > 0 else None
        now = wait_for(lag, "a look at the loops")
        need(now["lag_p50"] <= now["lag_p99"], now)


@case
def octets_are_counted_by_the_way_they_went():
    with Daemon() as d, Target(echo) as t:
        with tunnel(d, t.host, t.port) as s:
            s.sendall(b"x" * 100)
            read_exactly(s, 100)
            now = counters(d)
            same((now["copied"], now["spliced"]), (200, 0))
        with tunnel(d, t.host, t.port) as s:
            def pour():
                s.sendall(bytes(4 << 20))
            thread = threading.Thread(target=pour)
            thread.start()
            read_exactly(s, 4 << 20)
            thread.join()
        now = counters(d)
        need(now["spliced"] > 0, "nothing was spliced")
        same(now["copied"] + now["spliced"], now["up"] + now["down"])


@case
def a_name_without_an_address_is_counted():
    with Daemon() as d:
        try:
            tunnel(d, "no-such-name.invalid", 80).close()
            raise Failure("there is no-such-name.invalid")
        except Refused as e:
            need(e.code != 0, "refused with 0")
        same(status(d)["names_failed"], 1)


@case
def status_tells_the_state_of_the_daemon():
    with Daemon() as d:
        now = status(d)
        same(now["pid"], d.process.pid)
        need(abs(now["descriptors"] - d.open_descriptors()) <= 2, now)
        need(now["descriptors_most"] >= now["descriptors"], now)
        same([now[k] for k in ("running", "authentication", "dissector",
                               "cleanup", "findings", "log_dropped")],
             [True, False, False, True, 0, 0])
        ctl_rows(d, "set", "dissector", "yes")
        same(status(d)["dissector"], True)


@case
def what_has_one_name_is_one_figure_wherever_it_is_asked_for():
    """In metrics, in status, and in both of the base protocol."""
    moving = {"clock", "cpu", "resident", "descriptors", "descriptors_most"}
    with Daemon(args=("-u", "alice:secret", "-u", "bob:secret")) as d, \
            Target(echo) as t, \
            tunnel(d, t.host, t.port, "alice", "secret") as s:
        s.sendall(b"x")
        read_exactly(s, 1)
        base, = ctl_rows(d, "--base", "status")
        rows = ctl_rows(d, "metrics")
        metrics = {row["name"]: row["value"] for row in rows}
        for one, other, names in (
                (metrics, status(d), {"users", "users_connected", "accepted",
                                      "sessions", "peak", "up", "down"}),
                (metrics, base, {"users", "users_connected"}),
                (status(d), base, {"users", "users_connected"})):
            shared = (one.keys() & other.keys()) - moving
            need(names <= shared, shared)
            same({k: one[k] for k in shared}, {k: other[k] for k in shared})
        same((metrics["users"], metrics["users_connected"]), (2, 1))
        same([row["name"] for row in rows if not row["unit"]], [])


@case
def the_revision_moves_with_every_change_and_else_stays():
    with Daemon() as d, Target(echo) as t:
        at = status(d)["revision"]
        tunnel(d, t.host, t.port).close()
        same(status(d)["revision"], at)
        for words in (("set", "cleanup", "no"), ("unset", "cleanup"),
                      ("user", "role", "alice", "observer"),
                      ("user", "del", "alice")):
            if words[:2] == ("user", "role"):
                ctl_add(d, "alice", "secret")
                at = status(d)["revision"]
            ctl_rows(d, *words)
            now = status(d)["revision"]
            need(now > at, words)
            at = now
        d.configure("rule deny port 7")
        d.reload()
        need(status(d)["revision"] > at, "a reload")


if __name__ == "__main__":
    main()
