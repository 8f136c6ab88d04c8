#!/usr/bin/env python3
"""The console's mouse: when the terminal is asked for it, and what clicks do."""

import os
import re
import signal
import subprocess

from harness import *
from terminal import *

ON = b"\x1b[?1000h\x1b[?1006h"
OFF = b"\x1b[?1006l\x1b[?1000l"
# Any mode that reports a mouse, on or off.
ANY = re.compile(rb"\x1b\[\?[0-9;]*10(0[0-79]|1[56])")


def report(code, x, y, pressed=True):
    return b"\x1b[<%d;%d;%d%s" % (code, x + 1, y + 1, b"M" if pressed else b"m")


def click(x, y):
    return report(0, x, y) + report(0, x, y, False)


def to_its_end(p, status):
    """All that the terminal is sent until the program has ended."""
    seen = b""
    try:
        while True:
            seen += os.read(p.fd, 65536)
    except OSError:  # nobody has the other end
        pass
    same(os.waitstatus_to_exitcode(p.end()), status, "exit status")
    return seen


class Clicks:
    """Bytes of a mouse, to where a text is on the screen of tmux."""

    def __init__(self, terminal):
        self.t = terminal

    def send(self, octets):
        self.t.keys("-H", *("%02x" % octet for octet in octets))

    def place(self, text):
        self.t.wait(text)
        for y, line in enumerate(self.t.lines()):
            if text in line:
                return line.index(text), y
        raise Failure("%r is gone again" % text)

    def on(self, text):
        self.send(click(*self.place(text)))

    def modes(self):
        return self.t._do("display-message", "-p",
                          "#{mouse_standard_flag}#{mouse_sgr_flag}"
                          "#{mouse_button_flag}#{mouse_all_flag}").strip()


# ---- when it is asked for


@case
def with_the_mouse_off_no_terminal_is_ever_told_of_one():
    for number in 0, signal.SIGTERM, signal.SIGHUP, signal.SIGSEGV:
        with FakeServer() as server:
            p = Pty(server, width=80, height=24)
            seen = p.wait(b"Throughput")
            for key, text in ((b"3", b"svc-backup"), (b"a", b"Add user"),
                              (b"\x1b", b"Delete"), (b"4", b"SWITCHES")):
                os.write(p.fd, key)
                seen += p.wait(text)
            os.write(p.fd, click(20, 1))  # nobody asked for that
            p.resize(100, 30)
            os.write(p.fd, b"q") if number == 0 else os.kill(p.pid, number)
            seen += to_its_end(p, -number)
            need(not ANY.search(seen), "signal %d: %r" % (number, seen))


@case
def the_terminal_has_its_mouse_back_whatever_ends_it():
    for number in (0, signal.SIGTERM, signal.SIGHUP, signal.SIGINT,
                   signal.SIGSEGV, signal.SIGABRT):
        with FakeServer() as server:
            p = Pty(server, "--mouse", "on", width=80, height=24)
            need(ON in p.wait(b"Throughput"), "it is not asked for")
            os.write(p.fd, b"q") if number == 0 else os.kill(p.pid, number)
            seen = to_its_end(p, -number)
            need(OFF in seen, "signal %d: %r" % (number, seen))


@case
def a_terminal_that_may_not_know_it_is_not_asked():
    for kind in "linux", "vt100", "ansi":
        with FakeServer() as server:
            p = Pty(server, "--mouse", "on", width=80, height=24, TERM=kind)
            seen = p.wait(b"Throughput")
            os.write(p.fd, b"m")
            seen += p.wait(b"not known to report a mouse")
            os.write(p.fd, b"q")
            seen += to_its_end(p, 0)
            need(not ANY.search(seen), "%s: %r" % (kind, seen))


@case
def the_wish_is_kept_and_the_option_holds_for_one_run():
    with FakeServer() as server:
        p = Pty(server, width=80, height=24)
        p.wait(b"Throughput")
        os.write(p.fd, b"m")
        need(ON in p.wait(b"Shift"), "m does not turn it on")
        p.quit()
        for option, on in ((), True), (("--mouse", "off"), False), ((), True):
            p = Pty(server, *option, width=80, height=24)
            same(ON in p.wait(b"Throughput"), on, "it is on")
            p.quit()
    r = subprocess.run([program("socks5tui"), "--mouse", "maybe"],
                       capture_output=True, text=True)
    same((r.returncode, r.stderr),
         (2, 'socks5tui: --mouse: "maybe" is none of: off on\n'), "refusal")


@case
def it_is_given_back_while_the_console_is_stopped():
    with FakeServer() as server, Terminal() as t:
        c = Clicks(t)
        t.run("%s -s unix:%s" % (program("socks5tui"), server.admin))
        t.wait("[UP]")
        same(c.modes(), "0000", "before m")
        t.keys("m")
        t.wait("Hold Shift")
        same(c.modes(), "1100", "after m")
        for number in signal.SIGTSTP, signal.SIGSTOP:
            os.kill(t.child("socks5tui"), number)
            t.wait("Stopped")
            if number == signal.SIGTSTP:  # the other gives no time for it
                same(c.modes(), "0000", "while it is stopped")
            t.run("fg")
            t.wait("[UP]")
            wait_for(lambda: c.modes() == "1100", "the mouse again")
        t.keys("m")
        t.wait("Mouse off")
        same(c.modes(), "0000", "after m again")
        t.keys("q")
        t.wait("[UP]", absent=True)


# ---- what clicks do


@case
def a_person_goes_through_the_console_by_clicks():
    with FakeServer() as server, Terminal() as t:
        c = Clicks(t)
        t.run("%s --mouse on -s unix:%s" % (program("socks5tui"), server.admin))
        t.wait("[UP]")
        c.on("3 Users")
        t.wait("[3 Users]")
        c.on("svc-backup")
        t.wait(re.compile("^>  svc-backup", re.M))
        c.on("NAME")  # sorted by it already: now backwards
        t.wait(re.compile("NAME \u25be"))
        x, y = c.place("NAME")
        c.send(report(65, x, y + 3) * 2)  # two turns: six rows
        t.wait(re.compile("^>  (?!svc-backup)", re.M))
        c.on("Help")
        t.wait("Help: Users")
        c.send(click(0, 3))  # beside it
        t.wait("Help: Users", absent=True)
        c.on("Delete")
        t.wait("Delete this user?")
        c.on("[ Keep")
        t.gone("n", "Delete this user?")  # the click may have come too early
        c.send(report(0, 1, 23) + report(0, 9, 23, False))  # dragged
        c.on("4 Settings")
        t.wait("[4 Settings]")
        c.on("Quit")
        t.wait(re.compile("^%", re.M))


main()
