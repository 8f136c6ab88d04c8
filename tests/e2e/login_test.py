#!/usr/bin/env python3
"""Names and passwords under pressure: who guesses, and who must not notice."""

import random
import socket

from harness import *


def from_address(d, source):
    """A connection to the proxy from another address of this host."""
    s = socket.socket()
    s.settimeout(PATIENCE)
    s.bind((source, 0))
    s.connect(("127.0.0.1", d.port))
    return s


def asks(s, user, password):
    s.sendall(b"\5\1\2" + login(user, password))
    return s


def verdict(s):
    with s:
        same(read_exactly(s, 2), b"\5\2", "the method")
        return read_exactly(s, 2) == b"\1\0"


def unanswered(sockets):
    """How many wait for the verdict (the method has come)."""
    waiting = 0
    for s in sockets:
        s.setblocking(False)
        try:
            waiting += len(s.recv(64, socket.MSG_PEEK)) < 4
        except BlockingIOError:
            waiting += 1
        s.settimeout(PATIENCE)
    return waiting


@case
def auth_no_takes_clients_with_and_without_a_name():
    with Daemon("auth no", args=("-u", "alice:secret")) as d:
        with Target(echo) as t:
            tunnel(d, t.host, t.port).close()
            tunnel(d, t.host, t.port, "alice", "secret").close()


@case
def auth_yes_without_accounts_lets_nobody_in():
    with Daemon("auth yes") as d:
        same(refusal(tunnel, d, "127.0.0.1", 80), 0xFF)
        need(not verdict(asks(proxy_socket(d), "alice", "x")), "let in")


@case
def the_longest_name_and_password_are_taken_and_empty_ones_refused():
    name, password = "n" * 255, "p" * 255
    with Daemon() as d, Admin(d.admin) as a:
        same(a.add(name, password), 0)
        need(verdict(asks(proxy_socket(d), name, password)), "refused")
        for pair in ((name, ""), ("", password), ("", ""),
                     (name, password[1:]), (name[1:], password)):
            with asks(proxy_socket(d), *pair) as s:
                same(read_exactly(s, 2), b"\5\2", "the method")
                need(s.recv(2) != b"\1\0", "%.20r was let in" % (pair,))


@case
def a_password_that_was_wrong_once_is_still_checked_rightly():
    with Daemon(args=("-u", "alice:secret")) as d:
        for _ in range(4):
            need(verdict(asks(proxy_socket(d), "alice", "secret")), "refused")
            need(not verdict(asks(proxy_socket(d), "alice", "Secret")), "in")


@case
def one_who_guesses_waits_while_others_log_in():
    with Daemon(args=("-u", "alice:secret", "-u", "bob:builder")) as d:
        guesses = [asks(from_address(d, "127.0.0.2"), "alice", "guess%d" % i)
                   for i in range(60)]
        wait_for(lambda: unanswered(guesses) <= 50, "the first ten answers")
        # the first login of an account needs the slow hash
        need(verdict(asks(proxy_socket(d), "alice", "secret")), "alice waits")
        need(verdict(asks(proxy_socket(d), "bob", "builder")), "bob waits")
        need(unanswered(guesses) >= 40, "the guesser is not slowed down")
        for s in guesses:
            s.close()
        need(verdict(asks(proxy_socket(d), "bob", "builder")), "bob waits")


@case
def many_sources_that_guess_do_not_starve_one_that_knows():
    with Daemon(args=("-u", "alice:secret")) as d:
        guesses = [asks(from_address(d, "127.0.1.%d" % (i + 1)),
                        "nobody-%d" % i, "x") for i in range(60)]
        need(verdict(asks(proxy_socket(d), "alice", "secret")), "refused")
        for s in guesses:
            need(not verdict(s), "a guess was right")


@case
def octets_at_random_never_stop_the_daemon():
    chance = random.Random(5)
    with Daemon("handshake-timeout 2", args=("-u", "alice:secret")) as d:
        with Target(echo) as t:
            heads = (b"", b"\5", b"\5\1\2", b"\5\1\2" + login("alice", "secret"),
                     b"\5\1\2" + login("alice", "secret") + b"\5\1\0")
            clients = []
            for i in range(300):
                s = proxy_socket(d)
                s.sendall(heads[i % len(heads)]
                          + chance.randbytes(chance.randrange(1, 400)))
                clients.append(s)
            tunnel(d, t.host, t.port, "alice", "secret").close()
            for s in clients:
                s.close()
            with Admin(d.admin) as a:
                wait_for(lambda: a.number(2, 2) == 0, "all sessions to end")


if __name__ == "__main__":
    main()
