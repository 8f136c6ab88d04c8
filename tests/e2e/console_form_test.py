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


main()
