#!/usr/bin/env python3
"""The last lines of the logs, and what a daemon tells those who subscribe."""

from admin_wire import Peer
from harness import *

FIGURES, OPENED, CLOSED, LINE, ACCOUNT, SETTING, LOST, RULES = (
    0, 1, 2, 3, 4, 5, 7, 8)


@case
def the_logs_last_lines_are_listed_with_those_from_before_the_start():
    with Daemon() as d, Target(echo) as t:
        tunnel(d, t.host, t.port).close()
        d.wait_access("C")

        def rows():
            found = ctl_rows(d, "log")
            tags = {row["tag"] for row in found}
            return found if {"main", "admin", "access"} <= tags else None
        found = wait_for(rows, "lines of all kinds")
        ids = [row["id"] for row in found]
        same(ids, sorted(set(ids)))
        lines = [" ".join(filter(None, (row["tag"], row["text"], row["more"])))
                 for row in found]
        shown = [line for line in lines if not line.startswith("access ")]

        def logged():
            told = [line.split(" ", 2)[2] for line in d.log().splitlines()]
            return len(told) >= len(shown) and told[:len(shown)]
        same(shown, wait_for(logged, "the file of what is shown"))
        need("main listening on=127.0.0.1:%d" % d.port in lines, lines)
        closed = [row for row in found if row["tag"] == "access"
                  and " C " in row["text"]]
        same(len(closed), 1)
        need("%s %d" % (t.host, t.port) in closed[0]["text"], closed)
        need(all(abs(row["time"] / 1e6 - time.time()) < 3600 for row in found),
             found)


@case
def thousands_of_lines_come_in_pages():
    with Daemon("log-level debug") as d, Target(echo) as t:
        for _ in range(400):
            tunnel(d, t.host, t.port).close()
        d.wait_access("C", 400)
        ids = [row["id"] for row in ctl_rows(d, "log")]
        need(len(ids) > 700, "%d lines" % len(ids))
        same(ids, sorted(set(ids)))


# ---- events


def cut(body, *widths):
    """The first fields of a body: integers by width, texts by None."""
    fields = []
    for width in widths:
        if width is None:
            n = body[0]
            fields.append(body[1:1 + n].decode())
            body = body[1 + n:]
        else:
            fields.append(int.from_bytes(body[:width], "big"))
            body = body[width:]
    return fields


def until(peer, cmd, wanted=lambda body: True):
    """Read events up to one of that kind."""
    while True:
        got, body = peer.next_event()
        if got == cmd and wanted(body):
            return body


def watcher(d, **wishes):
    peer = Peer("unix:" + d.admin)
    peer.subscribe(**wishes)
    return peer


@case
def sessions_are_told_when_they_begin_and_end():
    with Daemon(args=("-u", "alice:secret")) as d, Target(echo) as t, \
            refusing() as dead, watcher(d, sessions=1) as p:
        with tunnel(d, t.host, t.port, "alice", "secret") as s:
            here = "127.0.0.1:%d" % s.getsockname()[1]
            there = "%s:%d" % (t.host, t.port)
            cmd, body = p.next_event()
            same(cmd, OPENED)
            number, user, client, state, target, address = cut(
                body, 8, None, None, None, None, None)
            same((user, client, state, target, address),
                 ("alice", here, "relaying", there, there))
            s.sendall(b"x" * 1000)
            read_exactly(s, 1000)
        cmd, body = p.next_event()
        same(cmd, CLOSED)
        same(cut(body, 8, None, None, None, 8, 8, 4, None, 1),
             [number, "alice", here, there, 1000, 1000, 0, "client", 0])
        with contextlib.suppress(Refused):
            tunnel(d, "127.0.0.1", dead, "alice", "secret").close()
        cmd, body = p.next_event()
        same(cmd, CLOSED)
        same(cut(body, 8, None, None, None, 8, 8, 4, None, 1)[3:],
             ["127.0.0.1:%d" % dead, 0, 0, 0, "refused", 5])


@case
def nothing_is_told_that_was_not_asked_for():
    with Daemon() as d, Target(echo) as t:
        with watcher(d, changes=1) as p, Peer("unix:" + d.admin) as silent:
            tunnel(d, t.host, t.port).close()
            d.wait_access("C")
            ctl_rows(d, "set", "cleanup", "no")
            cmd, body = p.next_event()
            same((cmd, cut(body, None, None, None)),
                 (SETTING, ["cleanup", "no", "local:0"]))
            p.subscribe()
            ctl_rows(d, "set", "cleanup", "yes")
            same(p.extended(0x0200)[0], 0, "hello, and nothing before it")
            same(silent.extended(0x0200)[0], 0, "hello to who never asked")


@case
def changes_are_told_with_who_made_them():
    with Daemon() as d, watcher(d, changes=1) as p:
        ctl_add(d, "bob", "secret")
        for words in (("user", "role", "bob", "observer"),
                      ("user", "rename", "bob", "rob"),
                      ("user", "enable", "rob", "no"), ("user", "del", "rob"),
                      ("user", "restore", "rob"), ("stop",), ("start",)):
            ctl_rows(d, *words)
        d.configure("rule deny port 7")
        d.reload()
        seen = [p.next_event() for _ in range(10)]
        by = "local:0"
        same([(cmd, cut(body, *[None] * (1 if cmd == RULES else 3)))
              for cmd, body in seen],
             [(ACCOUNT, ["bob", "added", by]), (ACCOUNT, ["bob", "role", by]),
              (ACCOUNT, ["rob", "name", by]),
              (ACCOUNT, ["rob", "disabled", by]),
              (ACCOUNT, ["rob", "removed", by]),
              (ACCOUNT, ["rob", "restored", by]),
              (SETTING, ["running", "no", by]),
              (SETTING, ["running", "yes", by]),
              (SETTING, ["", "", "the file"]), (RULES, ["the file"])])


def pop(s):
    """A POP3 server that lets everybody in."""
    s.sendall(b"+OK\r\n")
    f = s.makefile("rb")
    while f.readline():
        s.sendall(b"+OK\r\n")


@case
def findings_are_told_with_the_password_masked():
    with Daemon("dissector yes") as d, Target(pop) as t, \
            watcher(d, findings=1) as p:
        with tunnel(d, t.host, t.port) as s:
            read_exactly(s, 5)
            for line in (b"USER alice\r\n", b"PASS hunter2\r\n"):
                s.sendall(line)
                read_exactly(s, 5)
            cmd, body = p.next_event()
            same(cmd, 6)
            found = cut(body, 8, 8, *[None] * 6)
            same(found[5:7], ["POP3", "alice"])
            need(found[7].startswith("h*") and "unter" not in found[7], found)


@case
def whole_passwords_are_told_to_administrators_alone():
    with tempfile.TemporaryDirectory(prefix="socks5d-e2e-") as folder:
        lines = ("dissector yes", "dissector-passwords plain", "auth no",
                 "findings-file %s/findings" % folder,
                 "admin unix:%s/admin.sock" % folder, "admin tcp:127.0.0.1:0")
        with Daemon(*lines, folder=folder) as d, Target(pop) as t:
            ctl(d, "user", "add", "--observer", "eve", stdin="looking\n")
            port = re.search(r"administering on=tcp:(\S+)", d.log()).group(1)
            with watcher(d, findings=1) as admin, \
                    Peer("tcp:" + port, ("eve", "looking")) as observer:
                observer.subscribe(findings=1)
                with tunnel(d, t.host, t.port) as s:
                    s.sendall(b"USER alice\r\nPASS hunter2\r\n")
                    for peer, shown in ((admin, "hunter2"),
                                        (observer, "h***")):
                        cmd, body = peer.next_event()
                        same(cmd, 6)
                        same(cut(body, 8, 8, *[None] * 6)[7], shown)


@case
def figures_come_at_the_interval_asked_for():
    with Daemon() as d, watcher(d, figures=100) as p:
        clocks = [cut(until(p, FIGURES), 8)[0] for _ in range(4)]
        for before, after in zip(clocks, clocks[1:]):
            need(after - before > 50000, "%r" % clocks)
        p.subscribe(figures=4000000000)
        until(p, FIGURES)
        status, why = p.why(0x020D, struct.pack("!I", 99))
        same(status, 5)
        need("100 ms" in why, why)


@case
def lines_of_the_logs_are_told():
    with Daemon() as d, Target(echo) as t, watcher(d, log=1) as p:
        tunnel(d, t.host, t.port).close()
        line = until(p, LINE, lambda body: b" C " in body)
        tag, text = cut(line, 8, 8, 1, None, None)[3:]
        same(tag, "access")
        need("%s %d" % (t.host, t.port) in text, text)
        ctl_rows(d, "set", "cleanup", "no")
        line = until(p, LINE, lambda body: b"setting changed" in body)
        same(cut(line, 8, 8, 1, None, None)[2:],
             [2, "admin", "setting changed"])


@case
def a_client_that_does_not_read_is_told_how_much_it_has_missed():
    sessions = 6000
    with Daemon("access-log off") as d, Target(echo) as t, \
            watcher(d, sessions=1) as p:
        for _ in range(sessions):
            tunnel(d, t.host, t.port).close()
        told = lost = 0
        while told + lost < 2 * sessions:
            cmd, body = p.next_event()
            if cmd == LOST:
                lost += cut(body, 8)[0]
            else:
                need(cmd in (OPENED, CLOSED), cmd)
                told += 1
        same(told + lost, 2 * sessions)
        need(lost > 0 and told > 1000, "%d told, %d lost" % (told, lost))
        tunnel(d, t.host, t.port).close()
        same([p.next_event()[0], p.next_event()[0]], [OPENED, CLOSED])


@case
def a_daemon_that_ends_closes_those_who_listen():
    with Daemon() as d, Target(echo) as t:
        p = watcher(d, figures=100, sessions=1, log=1, changes=1)
        with tunnel(d, t.host, t.port):
            until(p, OPENED)
            d.signal(signal.SIGTERM)
            same(d.wait_end(), 0, "exit status")
        while p.fill():
            p.buffer = b""
        p.close()


@case
def a_subscriber_that_vanishes_leaves_nothing_behind():
    with Daemon() as d, Target(echo) as t:
        fds = d.open_descriptors()
        for _ in range(50):
            watcher(d, figures=100, sessions=1, log=1).close()
        with watcher(d, sessions=1) as p:
            p.send(b"\x02\x01\0\0\0\0" * 50 + b"\x04")
            tunnel(d, t.host, t.port).close()
            p.rest()
        wait_for(lambda: d.open_descriptors() <= fds, "descriptors back")


if __name__ == "__main__":
    main()
