#!/usr/bin/env python3
"""Rules: who may reach what, by address, name, user, port and command."""

import re
import subprocess
import threading

from harness import *

DENIED = 2


def own_address():
    """An address of this host that is not loopback; None without one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        try:
            s.connect(("198.51.100.1", 9))
        except OSError:
            return None
        host = s.getsockname()[0]
        return None if host.startswith("127.") else host


# ---- what is denied


@case
def a_network_is_denied_in_every_spelling_of_its_addresses():
    with Daemon("rule deny to 127.0.0.0/8", "rule deny to ::1") as d, \
            Target(echo) as t:
        spellings = ["127.0.0.1", "127.0.0.2", "0.0.0.0", "::1", "::",
                     "::ffff:127.0.0.1", "::ffff:0.0.0.0",
                     as_name("127.0.0.1"), as_name("::1"), as_name("0.0.0.0"),
                     as_name("::ffff:127.0.0.1"), as_name("localhost"),
                     as_name("LOCALHOST")]
        for host in spellings:
            same(refusal(tunnel, d, host, t.port), DENIED, repr(host))
        lines = d.wait_access("A", len(spellings))
        same({line[7] for line in lines}, {"2"}, "REP in the access log")


@case
def a_name_is_denied_whatever_its_address():
    with Daemon("rule deny to localhost", "rule deny to *.denied.example",
                "connect-timeout 1") as d, Target(echo) as t:
        for name in ("localhost", "LocalHost", "localhost.",
                     "www.denied.example", "a.b.DENIED.example."):
            same(refusal(tunnel, d, name, t.port), DENIED, name)
        need(refusal(tunnel, d, "denied.example", t.port) != DENIED,
             "a suffix fits the bare name")
        tunnel(d, "127.0.0.1", t.port).close()


@case
def a_name_that_backslashes_hide_is_not_looked_up():
    with Daemon("rule allow to localhost", "rule deny") as d, \
            Target(echo) as t:
        same(refusal(tunnel, d, as_name("l\\111calhost"), t.port), DENIED)
        tunnel(d, "localhost", t.port).close()
    with Daemon() as d, Target(echo) as t:
        same(refusal(tunnel, d, as_name("l\\111calhost"), t.port), 4)


@case
def of_a_names_addresses_only_those_allowed_are_dialled():
    with Daemon("rule deny to ::1", "rule allow to 127.0.0.1",
                "rule deny") as d, Target(echo) as t:
        s, (_, bound, _) = tunnel_and_reply(d, "localhost", t.port)
        s.close()
        same(bound, "127.0.0.1")


@case
def the_first_rule_that_fits_decides():
    with Target(echo) as a, Target(echo) as b, Daemon() as d:
        low, high = sorted((a.port, b.port))
        d.configure("rule allow to 127.0.0.1 port %d-%d" % (low, low),
                    "rule deny port %d-%d" % (low, high),
                    "rule allow to 127.0.0.1 port %d" % high)
        d.reload()
        tunnel(d, "127.0.0.1", low).close()
        same(refusal(tunnel, d, "127.0.0.1", high), DENIED)


@case
def a_rule_for_a_user_fits_only_who_has_logged_in():
    users = ("-u", "alice:wonder", "-u", "bob:builder")
    with Daemon("rule allow user alice", "rule deny", args=users) as d, \
            Target(echo) as t:
        tunnel(d, t.host, t.port, "alice", "wonder").close()
        same(refusal(tunnel, d, t.host, t.port, "bob", "builder"), DENIED)
        d.configure("rule allow user alice", "rule deny", "auth no")
        d.reload()
        same(refusal(tunnel, d, t.host, t.port), DENIED, "for nobody")


@case
def a_rule_from_a_network_fits_the_clients_own_address():
    with Daemon("rule deny from 127.0.0.3") as d, Target(echo) as t:
        for source, code in (("127.0.0.2", 0), ("127.0.0.3", DENIED)):
            with socket.socket() as s:
                s.settimeout(PATIENCE)
                s.bind((source, 0))
                s.connect(("127.0.0.1", d.port))
                greet(s)
                s.sendall(request(t.host, t.port))
                same(read_reply(s)[0], code, "REP for " + source)


@case
def a_rule_for_a_command_leaves_the_others():
    with Daemon("rule deny command bind", "rule deny command udp") as d, \
            Target(echo) as t:
        tunnel(d, t.host, t.port).close()
        d.configure("rule deny command connect")
        d.reload()
        same(refusal(tunnel, d, t.host, t.port), DENIED)


@case
def curl_is_told_that_the_rules_forbid_it():
    curl = tool("curl", "curl")
    with Daemon("rule deny to localhost") as d, Target(echo) as t:
        done = subprocess.run(
            [curl, "-sS", "-x", "socks5h://127.0.0.1:%d" % d.port,
             "http://localhost:%d/" % t.port],
            env=clean_environment(), capture_output=True, text=True,
            timeout=PATIENCE)
        same(done.returncode, 97, "exit status of curl\n" + done.stderr)
        need("(2)" in done.stderr, done.stderr)


@case
def a_denial_is_logged_under_the_name_its_session_has():
    with Daemon("rule deny", "log-level debug") as d, Target(echo) as t:
        same(refusal(tunnel, d, t.host, t.port), DENIED)
        tag, client = d.wait_log(
            r'debug (w\d+/s\d+) denied client=(\S+) rule="deny"').groups()
        d.wait_log(r"debug %s (?!denied)\S.* client=%s state="
                   % (tag, re.escape(client)))


# ---- changes


@case
def rules_change_live_and_leave_tunnels_alone():
    with Daemon() as d, Target(echo) as t:
        with tunnel(d, t.host, t.port) as s:
            d.configure("rule deny to 127.0.0.0/8")
            d.reload()
            same(refusal(tunnel, d, t.host, t.port), DENIED)
            s.sendall(b"still here")
            same(read_exactly(s, 10), b"still here")
            d.configure()
            d.reload()
            tunnel(d, t.host, t.port).close()


@case
def rules_may_change_again_and_again_under_load():
    seen, ending = set(), threading.Event()

    def knock(d, t):
        while not ending.is_set():
            seen.add(refusal(tunnel, d, "localhost", t.port))

    with Daemon(workers=4) as d, Target(echo) as t:
        threads = [threading.Thread(target=knock, args=(d, t))
                   for _ in range(4)]
        for thread in threads:
            thread.start()
        try:
            for i in range(40):
                d.configure("rule %s to 127.0.0.0/8" % ("allow", "deny")[i % 2],
                            "rule deny to ::1")
                d.reload()
            wait_for(lambda: seen == {None, DENIED}, "both answers")
        finally:
            ending.set()
            for thread in threads:
                thread.join()
    same(seen, {None, DENIED}, "answers")


@case
def a_bad_rule_changes_nothing_and_is_explained_by_line_and_word():
    with Daemon("rule deny to 127.0.0.0/8") as d, Target(echo) as t:
        d.configure("rule allow to 127.0.0.0/8", "rule deny to 10.0.0.0/99")
        with open(d.conf) as f:
            number = 1 + [line.rstrip() for line in f].index(
                "rule deny to 10.0.0.0/99")
        told = '%s:%d: rule: word 3, "10.0.0.0/99": the prefix is not ' \
            'between 0 and 32 bits' % (d.conf, number)
        line = d.reload()
        need("refused" in line and told in line, line)
        same(refusal(tunnel, d, t.host, t.port), DENIED)
        done = subprocess.run([program("socks5d"), "-t", "-c", d.conf],
                              capture_output=True, text=True)
        same(done.returncode, 1, "exit status of -t")
        need(told in done.stderr, done.stderr)


@case
def ten_thousand_rules_are_read_and_obeyed():
    rules = ["rule deny to 10.%d.%d.0/24 port 80" % (i >> 8, i & 255)
             for i in range(5000)]
    rules += ["rule deny to *.h%d.example" % i for i in range(5000)]
    with Target(echo) as t, \
            Daemon(*rules, "rule deny to 127.0.0.0/8 port 1-1023") as d:
        tunnel(d, t.host, t.port).close()
        same(refusal(tunnel, d, "10.19.135.7", 80), DENIED)
        same(refusal(tunnel, d, "a.h4999.example", 80), DENIED)
        same(refusal(tunnel, d, "127.0.0.1", 80), DENIED)


# ---- what a daemon beyond loopback denies by itself


BEYOND = ("listen 127.0.0.1:0", "listen 0.0.0.0:0")


@case
def a_daemon_beyond_loopback_protects_its_own_host():
    with Daemon(*BEYOND) as d, Target(echo) as t:
        d.wait_log("main protecting clients reach loopback, link-local")
        for host in ("127.0.0.1", "127.0.0.9", "0.0.0.0", "::1", "::",
                     "::ffff:127.0.0.1", "169.254.169.254", "fe80::1",
                     as_name("localhost"), as_name("127.0.0.1")):
            same(refusal(tunnel, d, host, t.port), DENIED, repr(host))


@case
def a_daemon_on_loopback_protects_nothing():
    with Daemon() as d, Target(echo) as t:
        need(" protecting " not in d.log(), d.log())
        tunnel(d, "127.0.0.1", t.port).close()


@case
def a_rule_opens_what_was_protected():
    with Target(echo) as t, Daemon(*BEYOND) as d:
        same(refusal(tunnel, d, "127.0.0.1", t.port), DENIED)
        d.configure(*BEYOND, "rule allow to 127.0.0.1 port %d" % t.port)
        d.reload()
        with tunnel(d, "127.0.0.1", t.port) as s:
            s.sendall(b"in")
            same(read_exactly(s, 2), b"in")


@case
def a_rule_that_opens_the_host_without_saying_so_is_warned_of():
    with Daemon(*BEYOND, "rule allow to 10.0.0.0/8", "rule allow port 443") as d:
        d.wait_log('main not protecting rule="allow port 443"')
    with Daemon(*BEYOND, "rule deny to 127.0.0.0/8", "rule allow") as d:
        need("not protecting" not in d.log(), d.log())
        d.configure(*BEYOND, "rule allow user alice", "rule deny")
        d.reload()
        d.wait_log('main not protecting rule="allow user alice"')


@case
def an_admin_endpoint_is_reached_only_after_a_rule_allows_it():
    host = own_address() or "127.0.0.1"
    for where in {host, "0.0.0.0"}:
        with Daemon(*BEYOND, "admin tcp:%s:0" % where,
                    args=("-a", "root:secret")) as d:
            found = d.wait_log(r"administering on=tcp:\S+:(\d+)")
            port = int(found.group(1))
            for spelling in (host, "::ffff:" + host, as_name(host)):
                same(refusal(tunnel, d, spelling, port, "root", "secret"),
                     DENIED)
            d.configure(*BEYOND, "admin tcp:%s:0" % where,
                        "rule allow to %s port %d" % (host, port))
            d.reload()
            with tunnel(d, host, port, "root", "secret") as s:
                s.sendall(login("root", "secret"))
                same(read_exactly(s, 2), b"\1\0", "the administrator's login")


main()
