#!/usr/bin/env python3
"""What a dashboard says of a daemon's events, and to who has just begun."""

import re

from harness import *
from terminal import *

CONSOLE = program("socks5tui")


def start(t, daemon):
    t.run("%s -s unix:%s" % (CONSOLE, daemon.admin))
    t.wait("[UP]")


@case
def who_has_just_begun_is_told_what_to_type_until_a_client_came():
    with Daemon() as d, Terminal() as t:
        start(t, d)
        t.wait("Try it: curl --proxy socks5h://127.0.0.1:%d "
               "http://example.org/" % d.ports["127.0.0.1"])
        with proxy_socket(d) as s:
            greet(s)
        t.wait("Try it:", absent=True)


@case
def nobody_who_can_log_in_is_told_too():
    with Daemon("auth yes") as d, Terminal() as t:
        start(t, d)
        t.wait("a adds a user")


@case
def what_happens_again_is_one_row_and_levels_leave_out():
    with Daemon() as d, Terminal(140, 40) as t:
        start(t, d)
        for _ in range(3):
            ctl(d, "ping")
        t.wait(re.compile(r"\d\d:\d\d:\d\d +[3-9]x administrator disconn"))
        ctl(d, "stop")
        t.wait("proxy stopped by=local")
        ctl(d, "start")
        t.wait("proxy started by=local")
        t.keys("L")  # through errors to all again, by way of debugging
        t.wait("debugging too")
        t.keys("L")
        t.wait("errors only")
        t.wait("proxy stopped", absent=True)
        t.keys("e")
        t.wait("proxy stopped")
        t.keys("F4")
        t.wait("Filter")
        t.type("started")
        t.wait("proxy stopped", absent=True)
        t.wait("proxy started")


@case
def who_comes_back_sees_what_is_there_now():
    with Daemon() as d, Terminal() as t:
        t.run("%s -s unix:%s --base --interval 60" % (CONSOLE, d.admin))
        t.wait("[UP]")
        t.keys("3")
        t.wait("no users yet")
        t.keys("C-z")
        t.prompt()
        ctl_add(d, "eve")
        t.run("fg")
        t.wait(" eve ")


@case
def a_name_in_another_script_is_shown_as_dns_has_it():
    name = "b\u00fccher.example".encode()
    with Daemon("rule deny to all") as d, Terminal(140, 40) as t:
        refusal(tunnel, d, b"\3" + bytes([len(name)]) + name, 80)
        d.wait_access("A")
        start(t, d)
        t.keys("5")
        t.wait("-> xn--bcher-kva.example:80  ")


main()
