#!/usr/bin/env python3
"""The console and its terminal: sizes, signals, stalls, keys that are none."""

import contextlib
import os
import re
import signal
import subprocess
import termios

from harness import *
from terminal import *

# A screen drawn from scratch begins like this.
CLEAR = b"\x1b[H\x1b[2J"


def at_users(server, **more):
    """A console that shows the accounts."""
    p = Pty(server, **more)
    p.wait(b"Throughput")
    os.write(p.fd, b"3")
    p.wait(b"svc-backup")
    return p


@case
def a_stalled_terminal_does_not_hold_up_the_network():
    with FakeServer("-v") as server:
        p = Pty(server, "--interval", "0.2")
        p.wait(b"Throughput")
        # More frames than a terminal's buffer holds, and nobody reads them.
        for _ in range(200):
            os.write(p.fd, b"\x0c")
        before = server.told().count("list")
        wait_for(lambda: server.told().count("list") > before + 3,
                 "polls while the terminal stalls")
        # It still takes keys, and is right once the terminal reads again.
        os.write(p.fd, b"4")
        seen = p.wait(b"SWITCHES")
        # What the terminal had taken, the frame that waited, and the last one:
        # not the two hundred that were asked for.
        need(len(seen) < 150000, "%d octets were queued" % len(seen))
        os.write(p.fd, b"q")
        p.wait(b"\x1b[?1049l")
        same(os.waitstatus_to_exitcode(p.end()), 0, "exit status")


@case
def a_terminal_that_is_gone_ends_it():
    with FakeServer() as server:
        p = Pty(server)
        p.wait(b"Throughput")
        os.close(p.fd)
        same(os.waitstatus_to_exitcode(os.waitpid(p.pid, 0)[1]),
             -signal.SIGHUP, "exit status")


@case
def frames_are_small_and_silent_when_nothing_changes():
    with FakeServer() as server:
        p = at_users(server, width=80, height=24)
        os.write(p.fd, b"p")
        p.wait(b"PAUSED")
        moves = []
        for key, name in ((b"j", b"bob"), (b"k", b"alice")) * 3:
            p.drain()
            os.write(p.fd, key)
            moves.append(len(p.wait(name)))
        # A second that passes moves the clock, too.
        need(min(moves) < 420, "%r octets for one row" % moves)
        os.write(p.fd, b"q")
        p.wait(b"\x1b[?1049l")
        p.end()



# ---- sizes


def last_row(octets, height):
    return b"\x1b[%d;" % height in octets or b"\x1b[%dd" % height in octets


@case
def a_storm_of_resizes_is_drawn_a_few_times_and_right_at_the_end():
    with FakeServer() as server:
        p = Pty(server, width=80, height=24)
        p.wait(b"Throughput")
        p.drain()
        seen = b""
        for i in range(100):
            p.resize(60 + i % 50, 16 + i % 30)
            seen += p.read()
        p.resize(97, 31)
        wait_for(lambda: last_row(more := p.drain(), 31) or more == b"\0",
                 "the last size")
        drawn = seen.count(b"\x1b[2J")
        need(drawn <= 40, "%d repaints of 100 resizes" % drawn)
        p.quit()


@case
def a_change_of_size_without_a_signal_is_seen_when_it_goes_on():
    with FakeServer() as server:
        p = Pty(server, width=80, height=24)
        p.wait(b"Throughput")
        os.kill(p.pid, signal.SIGSTOP)
        p.resize(100, 33)
        p.drain()
        os.kill(p.pid, signal.SIGCONT)
        wait_for(lambda: last_row(p.drain(), 33), "the new size")
        p.quit()


@case
def sizes_that_are_none_do_no_harm():
    with FakeServer() as server:
        p = Pty(server, width=0, height=0)
        p.wait(b"Throughput")
        for size in ((1, 1), (2, 1), (1, 200), (500, 2), (3, 3), (1000, 300)):
            p.resize(*size)
            wait_for(p.drain, "a screen of %d by %d" % size)
        p.quit()


# ---- keys


@case
def unknown_sequences_reports_and_pastes_run_no_command():
    noise = (b"\x1b[99~", b"\x1b[?1;2c", b"\x1b[I", b"\x1b[O", b"\x1b[M !!",
             b"\x1b[<0;10;10M", b"\x1b[<0;10;10m", b"\x1b]11;rgb:0/0/0\x07",
             b"\x1bPq4dq\x1b\\", b"\x1b[200~dq4y\r\x1b[201~", b"\x1bq",
             b"\x1b[1;5Z", b"\xff\xfe", b"\xc3\x28", b"\0")
    with FakeServer() as server:
        p = at_users(server)
        for octets in noise:
            os.write(p.fd, octets)
        # It neither quit, nor left the view, nor opened a question.
        os.write(p.fd, b"?")
        seen = p.wait(b"Help: Users")
        need(b"Delete this user" not in seen, "a paste opened a question")
        os.write(p.fd, b"\x1bOP")
        p.quit()


@case
def escape_alone_closes_what_is_open_without_a_second_key():
    with FakeServer() as server:
        p = at_users(server, width=80, height=24)
        os.write(p.fd, b"a")
        p.wait(b"Add user")
        p.drain()
        os.write(p.fd, b"\x1b")
        p.wait(b"Delete")  # the keys of the view again
        p.quit()


@case
def flow_control_keys_do_not_stop_it():
    with FakeServer() as server:
        p = Pty(server)
        p.wait(b"Throughput")
        os.write(p.fd, b"\x13")
        os.write(p.fd, b"4")
        p.wait(b"SWITCHES")
        p.quit()


@case
def a_row_goes_to_the_terminals_clipboard_if_it_has_one():
    with FakeServer() as server:
        p = at_users(server, width=80, height=24)
        os.write(p.fd, b"y")
        p.wait(b"\x1b]52;c;YWxpY2U=\x07")  # alice
        os.write(p.fd, b"Y")
        p.wait(b"\x1b]52;c;YWxpY2Ug")  # and what else is in her row
        p.quit()
        p = at_users(server, width=80, height=24, TERM="linux")
        os.write(p.fd, b"y")
        need(b"\x1b]52" not in p.wait(b"no clipboard"), "it was sent all the same")
        os.write(p.fd, b"q")
        same(os.waitstatus_to_exitcode(p.end()), 0, "exit status")


# ---- modes


@case
def the_modes_of_the_terminal_are_as_before_whatever_ends_it():
    for number in (0, signal.SIGTERM, signal.SIGHUP, signal.SIGSEGV,
                   signal.SIGABRT, signal.SIGBUS, signal.SIGFPE):
        with FakeServer() as server:
            p = Pty(server)
            p.wait(b"Throughput")
            own = os.open(os.readlink("/proc/%d/fd/0" % p.pid),
                          os.O_RDWR | os.O_NOCTTY)
            need(not termios.tcgetattr(own)[3] & termios.ECHO, "it echoes")
            with open("/proc/%d/fdinfo/0" % p.pid) as f:
                flags = int(re.search(r"flags:\s*(\d+)", f.read()).group(1), 8)
            need(not flags & os.O_NONBLOCK, "the shell's descriptor, too")
            if number == 0:
                os.write(p.fd, b"q")
            else:
                os.kill(p.pid, number)
            seen = p.wait(b"\x1b[?1049l")
            both = termios.ECHO | termios.ICANON
            wait_for(lambda: termios.tcgetattr(own)[3] & both == both,
                     "the modes after signal %d" % number)
            seen += p.drain()
            need(b"\x1b[?2004l" in seen, "pastes are still marked")
            need(b"\x1b[?25h" in seen or b"\x1b[?12l\x1b[?25h" in seen,
                 "the cursor is hidden")
            same(os.waitstatus_to_exitcode(p.end()), -number, "status")
            os.close(own)


@case
def a_stop_from_outside_gives_the_terminal_back_until_it_goes_on():
    with FakeServer() as server, Terminal() as t:
        before = t.modes()
        t.run("%s -s unix:%s" % (program("socks5tui"), server.admin))
        t.wait("[UP]")
        for number in signal.SIGTSTP, signal.SIGSTOP:
            os.kill(t.child("socks5tui"), number)
            t.wait("Stopped")
            if number == signal.SIGTSTP:  # the other gives no time for it
                same(t.modes(), before, "modes while it is stopped")
            t.resize(90, 28)
            t.run("fg")
            t.wait(re.compile(r"\A socks5d(.*\n){27} \? "))
            t.resize(80, 24)
            t.wait(re.compile(r"\A socks5d(.*\n){23} \? "))
        t.keys("q")
        t.wait("[UP]", absent=True)
        same(t.modes(), before, "modes afterwards")


@case
def without_standard_input_it_takes_keys_from_the_terminal():
    with FakeServer() as server, Terminal() as t:
        t.run("%s -s unix:%s </dev/null" % (program("socks5tui"), server.admin))
        t.wait("[UP]")
        t.keys("3")
        t.wait("[3 Users]")
        t.keys("q")
        t.wait("[3 Users]", absent=True)
        same(t.status(), 0, "exit status")


@case
def without_any_terminal_it_does_not_draw():
    with FakeServer() as server:
        r = subprocess.run([program("socks5tui"), "-s", "unix:" + server.admin],
                           stdin=subprocess.DEVNULL, capture_output=True,
                           text=True, start_new_session=True,
                           env=clean_environment(TERM="xterm"))
        same((r.returncode, r.stderr), (0, ""), "status and errors")
        need("\x1b" not in r.stdout, r.stdout)


main()
