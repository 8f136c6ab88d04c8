#!/usr/bin/env python3
"""Forms of the console in tmux: limits of a new user, two who change one."""

import contextlib
import re
import subprocess

from harness import *
from terminal import *

CONSOLE = program("socks5tui")


@contextlib.contextmanager
def console(*users):
    """A daemon with accounts, a console on them, and socks5ctl."""
    with Daemon("auth yes") as daemon, Terminal() as t:
        def ctl(*words, password=""):
            done = subprocess.run(
                [program("socks5ctl"), "-s", "unix:" + daemon.admin, *words],
                input=password, capture_output=True, text=True,
                env=clean_environment(), timeout=30)
            same(done.returncode, 0, " ".join(words) + done.stderr)
            return done.stdout
        for name in users:
            ctl("user", "add", name, password="correct horse\n")
        t.run("%s -s unix:%s" % (CONSOLE, daemon.admin))
        t.wait("[UP]")
        t.keys("3")
        t.wait("[3 Users]")
        for name in users:
            t.wait(re.compile("^[> ]  " + name, re.M))
        t.daemon = daemon
        yield t, ctl


def value(ctl, name, field):
    return re.search(field + r" +(\S+)", ctl("user", "show", name)).group(1)


@case
def a_user_is_added_with_a_quota_and_an_end():
    with console() as (t, ctl):
        t.keys("a")
        t.wait("Quota/day")
        t.type("eve")
        t.keys("Tab")
        t.type("correct horse")
        t.keys("Tab")
        t.type("correct horse")
        t.keys("Tab", "Tab", "Tab", "Tab", "Tab")
        t.type("5G")
        t.keys("Tab")
        t.type("2020-01-31")
        t.wait("! past: shuts it out")
        t.keys("C-u")
        t.type("2199-01-31")
        t.wait("past:", absent=True)
        t.keys("F2")
        t.wait('User "eve" added. u undoes it')
        t.wait("Change eve", absent=True)
        same(value(ctl, "eve", "quota"), "5368709120")
        same(value(ctl, "eve", "expires"), "2199-01-31T00:00:00Z")
        t.keys("u")
        t.wait('Undone: User "eve" added.')
        need("eve" not in ctl("user", "list"), "eve is there")


@case
def who_is_second_sees_a_new_name_and_keeps_both_changes():
    with console("bob") as (t, ctl):
        t.keys("e")
        t.wait("Change bob")
        t.keys("Tab", "Tab")
        t.type("7")
        ctl("user", "rename", "bob", "bobby")
        ctl("user", "set", "bobby", "quota", "1G")
        t.keys("F2")
        t.wait("Somebody changed bob meanwhile")
        t.wait(re.compile("Name +bob +bobby"))
        t.wait(re.compile(r"Quota/day +\(empty\) +1G"))
        t.until("m", 'User "bobby" changed.')
        same(value(ctl, "bobby", "max_sessions"), "7")
        same(value(ctl, "bobby", "quota"), "1073741824")


def gets_in(daemon, name, password):
    with proxy_socket(daemon) as s:
        s.sendall(b"\5\1\2" + login(name, password))
        return read_exactly(s, 4)[3] == 0


@case
def two_who_were_deleted_are_back_with_u_and_log_in_again():
    with console("ann", "bob", "eve") as (t, ctl), \
            Target(echo) as target:
        d = t.daemon
        with tunnel(d, target.host, target.port, "bob", "correct horse") as s:
            t.keys("Space", "Space", "d")
            t.wait("Delete 2 users?")
            t.wait("Undo works for 60 s (u): the accounts come back with")
            t.gone("Enter", "Delete 2 users?")
            need("bob" in ctl("user", "list"), "Enter has deleted")
            t.keys("d")
            t.wait("Delete 2 users?")
            t.gone("y", "Delete 2 users?")
            t.wait("2 users deleted. u undoes it for 60 s.")
            same(is_closed(s) in ("end", "reset"), True, "bob's session")
        for name in ("ann", "bob"):
            need(not gets_in(d, name, "correct horse"), name)
        t.keys("u")
        t.wait("Undone: 2 users deleted.")
        for name in ("ann", "bob", "eve"):
            need(gets_in(d, name, "correct horse"), name)


@case
def a_password_is_back_with_u():
    with console("ann") as (t, ctl):
        t.keys("P")
        t.wait("Password of")
        t.type("battery staple")
        t.keys("Tab")
        t.type("battery staple")
        t.keys("F2")
        t.wait('Password of "ann" changed. u undoes it for 60 s.')
        need(gets_in(t.daemon, "ann", "battery staple"), "the new one")
        t.keys("u")
        t.wait('Undone: Password of "ann" changed.')
        need(gets_in(t.daemon, "ann", "correct horse"), "the old one")
        need(not gets_in(t.daemon, "ann", "battery staple"), "the new one")


main()
