#!/usr/bin/env python3
"""Limits of accounts: sessions at once, octets a day, an end."""

import time

from harness import *

ALICE = ("-u", "alice:secret")


def into(daemon, target, user="alice", password="secret"):
    return tunnel(daemon, target.host, target.port, user, password)


def denied(daemon, target, *who):
    return refusal(into, daemon, target, *who)


@case
def an_account_has_as_many_sessions_as_it_may_and_not_one_more():
    with Daemon("max-sessions-per-user 2", args=ALICE) as d, Target(echo) as t:
        with into(d, t), into(d, t) as second:
            same(denied(d, t), 2, "REP of the third")
            same(denied(d, t), 2, "REP of the fourth")
            same(ctl_figure(d, "denied_sessions"), 2)
            same(ctl_figure(d, "denied"), 0, "denied by a rule")
            second.sendall(b"x")
            same(read_exactly(second, 1), b"x", "the second goes on")
            second.close()
            wait_for(lambda: ctl_user(d, "alice")["sessions"] == 1, "it to be gone")
            with into(d, t):
                same(denied(d, t), 2, "REP after one has gone and come")
        ctl(d, "user", "set", "alice", "max-sessions", "none")
        with into(d, t), into(d, t), into(d, t):
            pass


@case
def the_limit_of_sessions_is_exact_whatever_workers_they_come_to():
    with Daemon("max-sessions-per-user 7", args=ALICE, workers=4) as d, \
            Target(echo) as t:
        into(d, t).close()  # from here on the password is known
        wait_for(lambda: ctl_user(d, "alice")["sessions"] == 0, "it to be gone")
        results = []

        def try_it():
            try:
                results.append(into(d, t))
            except Refused as r:
                results.append(r.code)
        threads = [threading.Thread(target=try_it) for _ in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        same(results.count(2), 33, "REP 02")
        same(ctl_user(d, "alice")["sessions"], 7)
        for s in results:
            if s != 2:
                s.close()


@case
def every_command_is_denied_not_only_connect():
    with Daemon("max-sessions-per-user 1", args=ALICE) as d, Target(echo) as t:
        with into(d, t):
            for command in (1, 2, 3):
                with proxy_socket(d) as s:
                    greet(s, "alice", "secret")
                    s.sendall(request("0.0.0.0", 0, command)
                              if command > 1 else request(t.host, t.port))
                    same(read_reply(s)[0], 2, "REP of %d" % command)


@case
def a_used_up_quota_closes_relays_and_denies_requests():
    with Daemon("quota 100K", args=ALICE) as d, Target(echo) as t:
        with into(d, t) as idle, into(d, t) as s:
            s.sendall(b"x" * 60000)
            read_exactly(s, 60000)
            need(is_closed(s) in ("end", "reset"), "octets out of nothing")
            need(is_closed(idle) in ("end", "reset"), "the idle one")
        for line in d.wait_access("C", 2):
            same(line[11], "limit", "WHY in the log")
        same(denied(d, t), 2, "REP")
        same(ctl_figure(d, "denied_quota"), 1)
        row = ctl_user(d, "alice")
        same((row["used"], row["quota"], row["own"]), (120000, 102400, ""))
        d.wait_log("quota used up.*name=\"alice\"")
        ctl(d, "user", "set", "alice", "quota", "1M")
        with into(d, t) as s:
            s.sendall(b"x")
            same(read_exactly(s, 1), b"x")
        same(ctl_user(d, "alice")["own"], "quota")


@case
def what_was_used_today_survives_a_restart():
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        t = stack.enter_context(Target(echo))
        store = "sqlite:" + os.path.join(folder, "store.db")
        with Daemon(store=store, folder=folder) as d:
            with Admin(d.admin) as a:
                a.add("alice", "secret")
            ctl(d, "user", "set", "alice", "quota", "1000")
            ctl(d, "user", "set", "alice", "expires", "2099-12-31")
            with into(d, t) as s:
                s.sendall(b"x" * 450)
                read_exactly(s, 450)
            d.wait_access("C")
        today = time.time() // 86400
        with Daemon(store=store, folder=folder) as d:
            row = ctl_user(d, "alice")
            if time.time() // 86400 == today:  # midnight came between
                same(row["used"], 900, "used")
            same((row["quota"], row["own"]), (1000, "quota expires"))
            with into(d, t) as s:
                s.sendall(b"x" * 100)
                read_exactly(s, 100)
                if time.time() // 86400 == today:
                    need(is_closed(s) in ("end", "reset"), "it goes on")


@case
def an_account_that_expires_loses_its_sessions_and_is_denied():
    with Daemon(args=ALICE) as d, Target(echo) as t:
        with into(d, t) as s:
            soon = time.strftime("%Y-%m-%dT%H:%M:%SZ",
                                 time.gmtime(time.time() + 2))
            ctl(d, "user", "set", "alice", "expires", soon)
            need(is_closed(s) in ("end", "reset"), "octets out of nothing")
        same(d.wait_access("C")[0][11], "limit", "WHY in the log")
        same(denied(d, t), 2, "REP")
        same(ctl_figure(d, "denied_expired"), 1)
        ctl(d, "user", "set", "alice", "expires", "never")
        into(d, t).close()


def admin_login(where, user):
    """A session of the admin protocol: the socket, and the verdict."""
    host, _, port = where.rpartition(":")
    s = socket.create_connection((host, int(port)), PATIENCE)
    s.sendall(login(user, "secret"))
    return s, read_exactly(s, 2)


@case
def an_expired_administrator_is_shut_out_and_the_last_cannot_expire():
    with tempfile.TemporaryDirectory() as folder, \
            Daemon("admin tcp:127.0.0.1:0", "admin unix:%s/admin.sock" % folder,
                   args=("-a", "root:secret", "-a", "ops:secret"),
                   folder=folder) as d:
        where = d.wait_log(r" administering on=tcp:(\S+)").group(1)
        s, verdict = admin_login(where, "ops")
        same(verdict, b"\1\0")
        soon = time.strftime("%Y-%m-%dT%H:%M:%SZ",
                             time.gmtime(time.time() + 2))
        ctl(d, "user", "set", "ops", "expires", soon)
        with s:
            need(is_closed(s) in ("end", "reset"), "octets out of nothing")
        s, verdict = admin_login(where, "ops")
        s.close()
        same(verdict[:1] + bytes([verdict[1] != 0]), b"\1\1", "the verdict")
        ctl(d, "user", "del", "ops")
        why = ctl(d, "user", "set", "root", "expires", "2020-01-01", want=1)
        need("last administrator" in why, why)


@case
def each_column_is_set_and_logged_with_who_and_what():
    with Daemon(args=ALICE) as d:
        for words, before, after in (
                (("max-sessions", "5"), "default", "5"),
                (("rate-up", "100K"), "default", "100K"),
                (("rate_down", "2M"), "default", "2M"),
                (("quota", "10G"), "default", "10G"),
                (("quota", "none"), "10G", "none"),
                (("quota", "default"), "none", "default"),
                (("expires", "2027-01-31"), "never", "2027-01-31")):
            ctl(d, "user", "set", "alice", *words)
            d.wait_log("account limit changed by=local:%d id=\\d+ "
                       'name="alice" column=%s before=%s after=%s' % (
                           os.getuid(), words[0].replace("_", "-"), before,
                           after))
        row = ctl_user(d, "alice")
        same((row["max_sessions"], row["rate_up"], row["rate_down"],
              row["quota"], row["expires"], row["own"]),
             (5, 102400, 2097152, 0, 1801353600,
              "max-sessions rate-up rate-down expires"))


@case
def what_cannot_be_is_refused_with_the_reason():
    with Daemon(args=ALICE) as d:
        for words, what in (
                (("alice", "colour", "red"), "max-sessions, rate-up"),
                (("alice", "quota", "10X"), '"10X" is not octets'),
                (("alice", "expires", "tomorrow"), "a date such as"),
                (("nobody", "quota", "1"), 'there is no account "nobody"')):
            why = ctl(d, "user", "set", *words, want=1)
            need(what in why, "%r does not say %r" % (why, what))
        same(ctl_user(d, "alice")["own"], "")


@case
def wrong_passwords_are_counted_by_account():
    with Daemon(args=ALICE) as d:
        for password in ("wrong", "secre"):
            with proxy_socket(d) as s:
                s.sendall(b"\5\1\2" + login("alice", password))
                same(read_exactly(s, 4)[2:], b"\1\1", "the verdict")
        same(ctl_user(d, "alice")["auth_failed"], 2)


if __name__ == "__main__":
    main()
