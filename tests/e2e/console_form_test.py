#!/usr/bin/env python3
"""Forms of the console in tmux: limits of a new user, two who change one."""

import re

from harness import *
from terminal import *


@case
def a_user_is_added_with_a_quota_and_an_end():
    with console_on() as (t, d):
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
        same(ctl_user(d, "eve")["quota"], 5368709120)
        need("2199-01-31T00:00:00Z" in ctl(d, "user", "show", "eve"), "an end")
        t.keys("u")
        t.wait('Undone: User "eve" added.')
        need("eve" not in ctl(d, "user", "list"), "eve is there")


@case
def who_is_second_sees_a_new_name_and_keeps_both_changes():
    with console_on("bob") as (t, d):
        t.keys("e")
        t.wait("Change bob")
        t.keys("Tab", "Tab")
        t.type("7")
        ctl(d, "user", "rename", "bob", "bobby")
        ctl(d, "user", "set", "bobby", "quota", "1G")
        t.keys("F2")
        t.wait("Somebody else changed bob")
        t.wait(re.compile("Name +bob +bobby"))
        t.wait(re.compile(r"Quota/day +\(empty\) +1G"))
        t.until("m", 'User "bobby" changed.')
        same(ctl_user(d, "bobby")["max_sessions"], 7)
        same(ctl_user(d, "bobby")["quota"], 1073741824)


def gets_in(daemon, name, password):
    with proxy_socket(daemon) as s:
        s.sendall(b"\5\1\2" + login(name, password))
        return read_exactly(s, 4)[3] == 0


@case
def two_who_were_deleted_are_back_with_u_and_log_in_again():
    with console_on("ann", "bob", "eve") as (t, d), \
            Target(echo) as target:
        with tunnel(d, target.host, target.port, "bob", "correct horse") as s:
            t.keys("Space", "Space", "d")
            t.wait("Delete 2 users?")
            t.wait("Undo works for 60 s (u): the accounts come back with")
            t.gone("Enter", "Delete 2 users?")
            need("bob" in ctl(d, "user", "list"), "Enter has deleted")
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
    with console_on("ann") as (t, d):
        t.keys("P")
        t.wait("Password of")
        t.type("battery staple")
        t.keys("Tab")
        t.type("battery staple")
        t.keys("F2")
        t.wait('Password of "ann" changed. u undoes it for 60 s.')
        need(gets_in(d, "ann", "battery staple"), "the new one")
        t.keys("u")
        t.wait('Undone: Password of "ann" changed.')
        need(gets_in(d, "ann", "correct horse"), "the old one")
        need(not gets_in(d, "ann", "battery staple"), "the new one")


main()
