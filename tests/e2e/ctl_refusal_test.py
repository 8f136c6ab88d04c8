#!/usr/bin/env python3
"""Refusals name the thing and the value, and what would have been right."""

from admin_wire import LOCAL, Peer, extended, login, text
from harness import *


def refused(d, *words, status=1, stdin=""):
    """What it says, behind the words of the command."""
    done = subprocess.run([program("socks5ctl"), "-s", "unix:" + d.admin, *words],
                          input=stdin, text=True, capture_output=True,
                          timeout=PATIENCE, env=clean_environment())
    same((done.returncode, done.stdout), (status, ""), done.stderr)
    need(done.stderr.startswith("socks5ctl: ") and
         done.stderr.count("\n") == 1, done.stderr)
    return done.stderr.rstrip("\n")


def says(d, what, *words, **more):
    line = refused(d, *words, **more)
    need(line.endswith(what), "%r does not end in %r" % (line, what))


@case
def a_misspelt_word_is_answered_with_the_one_that_is_meant():
    with Daemon(args=("-u", "alice:pw", "-u", "bob:pw")) as d:
        for meant, *words in (("max-connections", "set", "max-connection", "5"),
                              ("max-connections", "unset", "maxconnections"),
                              ("buffer-size", "get", "bufer-size"),
                              ("accepted", "metrics", "acepted"),
                              ("resolve", "metrics", "histograms", "resolv"),
                              ("quota", "user", "set", "alice", "qouta", "1"),
                              ("alice", "user", "show", "alcie"),
                              ("alice", "user", "del", "alic"),
                              ("alice", "user", "enable", "alicee", "no"),
                              ("alice", "user", "set", "alcie", "quota", "1"),
                              ("alice", "session", "clear", "Alice"),
                              ("alice", "session", "list", "alise"),
                              ("user=", "session", "list", "--filter", "usr=bob"),
                              ("client=", "session", "kill-all", "clint=::1"),
                              ("alice", "rule", "test", "--user", "alixe", "a:1")):
            says(d, "; is %s meant?" % meant, *words)
        for meant, *words in (("admin", "user", "role", "bob", "amdin"),
                              ("--observer", "user", "add", "x", "--obserer"),
                              ("--place", "rule", "add", "--plac", "1", "deny"),
                              ("--filter", "session", "list", "--filer", "x"),
                              ("idle", "session", "list", "--sort", "idel")):
            says(d, "; is %s meant?" % meant, *words, status=2)


@case
def what_is_like_nothing_is_only_named():
    with Daemon(args=("-u", "alice:pw")) as d:
        says(d, 'there is no setting "nonsense"', "set", "nonsense", "5")
        says(d, 'there is no account "zz"', "user", "show", "zz")
        says(d, 'there is no figure "q"', "metrics", "q")
        says(d, 'a filter has no key "colour="; its keys are user=, state=, '
             "client= and target=", "session", "kill-all", "colour=red")


@case
def among_some_hundred_accounts_the_one_that_is_meant_is_found():
    with Daemon() as d:
        script = "".join("user add user%04d\npw\n" % i for i in range(240))
        done = subprocess.run([program("socks5ctl"), "-s", "unix:" + d.admin],
                              input=script + "user add walter\npw\n", text=True,
                              timeout=4 * PATIENCE, env=clean_environment())
        same(done.returncode, 0)
        says(d, "; is walter meant?", "user", "show", "waltr")


@case
def what_cannot_be_a_name_is_told_by_its_octet():
    right = " is 1 to 255 octets of UTF-8 without control characters; "
    with Daemon(args=("-u", "alice:pw")) as d:
        for field, octet, *words in (
                ("name", r"octet 2 is \x07", "user", "add", "a\ab"),
                ("name", r"octet 4 is \xff", "user", "add", "abc\udcff"),
                ("name", r"octet 1 is \x0a", "user", "del", "\n"),
                ("new_name", r"octet 2 is \x7f", "user", "rename", "alice", "b\x7f"),
                ("value", r"octet 1 is \x1b", "set", "source", "\x1b[2J"),
                ("rule", r"octet 12 is \x01", "rule", "add", "allow", "user \x01")):
            says(d, field + right + octet, *words, status=2, stdin="pw\n")
            base = ("--base", *words)
            if words[0] == "user" and words[1] in ("add", "del"):
                says(d, field + right + octet, *base, status=2, stdin="pw\n")


@case
def the_daemon_says_the_same_to_other_clients():
    """socks5ctl sees it first; so the octets go out by hand here."""
    right = " is 1 to 255 octets of UTF-8 without control characters; "
    with Daemon(args=("-u", "alice:pw")) as d:
        with Peer("unix:" + d.admin) as p:
            for code, body, why in (
                    (0x0300, text("a\a") + text("pw") + b"\0", "a name" + right + r"octet 2 is \x07"),
                    (0x0300, text("") + text("pw") + b"\0", "a name" + right + "it has 0"),
                    (0x0300, text("x") + text("pw") + b"\x07", "a role is regular, admin or observer (0 to 2), not 7"),
                    (0x0300, text("x") + text("") + b"\0", "a password is 1 to 255 octets"),
                    (0x0301, text("\x01"), "a name" + right + r"octet 1 is \x01"),
                    (0x0302, text("source") + text("\x01"), "a value" + right + r"octet 1 is \x01"),
                    (0x0305, text("alice") + text("\n"), "a name" + right + r"octet 1 is \x0a"),
                    (0x0306, text("alice") + b"\x03", "a role is regular, admin or observer (0 to 2), not 3"),
                    (0x0307, text("alice") + b"\x02", "enabled is 1 (yes) or 0 (no), not 2"),
                    (0x030a, bytes(4) + text("\x02"), "a rule" + right + r"octet 1 is \x02"),
                    (0x030d, b"\x09", "running is 1 (yes) or 0 (no), not 9"),
                    (0x030e, b"\x08", "authentication is 1 (yes) or 0 (no), not 8"),
                    (0x0208, text("") + text("x") + b"\0" + text("") + text(""),
                     'a target is HOST:PORT, like example.org:443, not "x"'),
                    (0x0208, text("") + text("x:1") + b"\x05" + text("") + text(""),
                     "a command is connect, bind or udp (0 to 2), not 5"),
                    (0x0208, text("") + text("x:1") + b"\0" + text("1.2") + text(""),
                     'a client is an address like 192.0.2.1, not "1.2"'),
                    (0x0206, text("") + bytes(8) + text("") + b"\x06" + bytes(8),
                     "sessions are sorted by id, age, idle, up, down or rate (0 to 5), not 6")):
                p.send(extended(code, body))
                status, answer = p.take_extended(code)
                same((status, answer[1:].decode()), (5, why))


if __name__ == "__main__":
    main()
