#!/usr/bin/env python3
"""Taking back that an account was removed, or got another password."""

import os

from harness import *

NOTHING = ("erin: nothing to take back: an account can be restored for 60 s "
           "after it was removed or its password changed")


def into(daemon, target, password="secret"):
    return tunnel(daemon, target.host, target.port, "erin", password)


def keeps_out(daemon, password="secret"):
    with proxy_socket(daemon) as s:
        s.sendall(b"\5\1\2" + login("erin", password))
        answer = read_exactly(s, 4)
        same(answer[:3], b"\5\2\1", "the method, and a login's answer")
        need(answer[3] != 0, "erin gets in with %r" % password)


def shown(daemon):
    row, = ctl_rows(daemon, "user", "show", "erin")
    return {k: row[k] for k in ("role", "enabled", "created", "quota", "own",
                                "opened", "revision", "max_sessions")}


def remove_by_extension(d):
    ctl(d, "user", "del", "erin")


def remove_by_base(d):
    with Admin(d.admin) as a:
        same(a.remove("erin"), 0)


@case
def who_was_removed_is_back_with_password_and_limits_but_no_session():
    for store in ("memory:", "sqlite:socks5d.db"):
        with Daemon("auth yes", store=store) as d, Target(echo) as t:
            ctl_add(d, "erin", "secret")
            ctl(d, "user", "set", "erin", "max-sessions", "7")
            ctl(d, "user", "set", "erin", "quota", "5G")
            with into(d, t) as s:
                before = shown(d)
                for remove in (remove_by_extension, remove_by_base):
                    remove(d)
                    need(is_closed(s) in ("end", "reset"), "its session")
                    keeps_out(d)
                    ctl(d, "user", "restore", "erin")
                    same(shown(d), before)
                    keeps_out(d, "wrong")
                    with into(d, t):
                        pass
                    before["opened"] += 1
            d.wait_log(r'account restored by=local:%d id=\d+ name="erin" '
                       r'before="" after="regular"' % os.getuid())
            need("secret" not in d.log(), "the password in the log")
            need("$argon2" not in d.log(), "a hash in the log")
            need(NOTHING in ctl(d, "user", "restore", "erin", want=1),
                 "twice")


@case
def the_password_of_before_holds_again_and_the_new_one_does_not():
    with Daemon("auth yes") as d, Target(echo) as t:
        ctl_add(d, "erin", "secret")
        with into(d, t) as s:
            ctl(d, "user", "passwd", "erin", stdin="second\n")
            keeps_out(d)
            ctl(d, "user", "restore", "erin")
            with into(d, t):
                pass
            keeps_out(d, "second")
            s.sendall(b"x")
            same(read_exactly(s, 1), b"x", "a session goes on")
        d.wait_log('account password restored by=local:.* name="erin"')
        need(NOTHING in ctl(d, "user", "restore", "erin", want=1), "twice")


@case
def what_a_store_was_told_outlasts_a_restart_and_what_is_kept_does_not():
    with Daemon("auth yes", store="sqlite:socks5d.db") as d, Target(echo) as t:
        ctl_add(d, "erin", "secret")
        ctl(d, "user", "set", "erin", "quota", "5G")
        ctl(d, "user", "del", "erin")
        ctl(d, "user", "restore", "erin")
        before = shown(d)
        d.stop()
        d.start()
        after = shown(d)
        del before["revision"], after["revision"]  # of one run alone
        same(after, before)
        with into(d, t):
            pass
        ctl(d, "user", "del", "erin")
        d.stop()
        d.start()
        need(NOTHING in ctl(d, "user", "restore", "erin", want=1),
             "after a restart")


@case
def a_name_given_to_another_is_not_taken_back():
    with Daemon("auth yes") as d, Target(echo) as t:
        ctl_add(d, "erin", "secret")
        ctl(d, "user", "del", "erin")
        ctl_add(d, "erin", "other")
        need("erin: another account has that name now" in
             ctl(d, "user", "restore", "erin", want=1), "taken")
        keeps_out(d)
        ctl(d, "user", "rename", "erin", "erin2")
        ctl(d, "user", "restore", "erin")
        with into(d, t):
            pass


if __name__ == "__main__":
    main()
