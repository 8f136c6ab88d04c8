#!/usr/bin/env python3
"""The console's command line, and taking back what was done, in tmux."""

import re

from harness import *
from terminal import *


def command(t, line):
    t.keys(":")
    t.wait("Tab completes")
    t.type(line)
    t.keys("Enter")


@case
def the_command_line_speaks_socks5ctl():
    with console_on("bob") as (t, d):
        command(t, "user set bob quota 5G")
        t.wait('Limit of "bob" set: quota 5G. u undoes it')
        same(ctl_user(d, "bob")["quota"], 5368709120)
        t.keys("u")
        t.wait("Undone:")
        same(ctl_user(d, "bob")["quota"], 0)
        command(t, "user set bob quota 5X")
        t.wait('"5X" is not')
        command(t, "user role bob admin")
        t.wait('Role of "bob" set: admin.')
        command(t, "usr list")
        t.wait('did you mean "user list"?')
        command(t, "set log-level debug")
        t.wait("set to debug")
        t.keys("u")
        t.wait("Undone:")


@case
def answers_with_rows_have_a_window():
    with console_on("bob", "carol") as (t, d):
        command(t, "user list")
        t.wait(re.compile(r"\u256d\u2500 user list"))
        t.wait(re.compile(r"\u2502 carol +regular"))
        t.resize(40, 10)
        t.wait(re.compile(r"\u2502 bob"))
        t.resize(80, 24)
        t.keys("q")
        t.wait("user list", absent=True)
        command(t, "get")
        t.wait(re.compile("1-20 of [0-9]+"))
        t.keys("G")
        t.wait("log-level  ")
        t.keys("q")
        t.wait("\u256d\u2500 get", absent=True)
        command(t, "status")
        t.wait("sessions")
        t.keys(":")
        t.type("ping")
        t.keys("Enter")
        t.wait(re.compile(r"Answered in"))


@case
def a_password_is_asked_for_and_what_destroys_is_asked_about():
    with console_on("bob") as (t, d):
        command(t, "user add eve --observer")
        t.wait("Add user")
        t.type("correct horse")
        t.keys("Tab")
        t.type("correct horse")
        need("correct horse" not in t.screen(), t.screen())
        t.keys("F2")
        t.wait('User "eve" added.')
        need("observer" in ctl(d, "user", "show", "eve"), "her role")
        command(t, "user del bob")
        t.wait("Delete this user?")
        t.gone("y", "Delete this user?")
        t.wait('User "bob" deleted')
        need("bob" not in ctl(d, "user", "list"), "bob is there")


@case
def many_turned_off_come_back_with_one_key():
    with console_on("amy", "bob", "carol") as (t, d):
        t.keys("*", "x")
        t.wait("Turn 3 users off?")
        t.gone("y", "Turn 3 users off?")
        t.wait("3 users turned off")
        same(len(re.findall("amy.* no |bob.* no |carol.* no ",
                            ctl(d, "user", "list"))), 3, "users that are off")
        t.keys("u")
        t.wait("Undone: 3 users turned off.")
        same(re.findall(" no ", ctl(d, "user", "list")), [], "users that are off")


@case
def a_rule_that_was_put_in_is_taken_out_again():
    with console_on("bob") as (t, d):
        command(t, "rule add deny to 192.0.2.0/24")
        t.wait("Rule added: deny to 192.0.2.0/24")
        t.keys("7")
        t.wait(re.compile("^[> ].*deny to 192.0.2.0/24", re.M))
        t.keys("u")
        t.wait("Undone: Rule added")
        need("192.0.2" not in ctl(d, "rule", "list"), "the rule is there")


main()
