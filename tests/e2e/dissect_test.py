#!/usr/bin/env python3
"""Logins that pass in clear: real clients, small servers, lines P of the log."""

import ftplib
import hashlib
import http.client
import imaplib
import json
import os
import poplib
import random
import smtplib

from harness import *

SECRET = "secret-pa55"
MASKED = "s******"


# ---- servers that know bob and nobody else


def lines_of(s, greeting=None):
    if greeting:
        s.sendall(greeting + b"\r\n")
    with s.makefile("rb") as f:
        for line in f:
            yield line.rstrip(b"\r\n").decode()


def is_right(user, password):
    return (user, password) == ("bob", SECRET)


def pop3(s):
    user = None
    for line in lines_of(s, b"+OK ready"):
        word, _, rest = line.partition(" ")
        if word == "USER":
            user, answer = rest, b"+OK"
        elif word == "PASS":
            answer = b"+OK" if is_right(user, rest) else b"-ERR"
        else:
            answer = b"+OK"
        s.sendall(answer + b"\r\n")


def imap(s):
    for line in lines_of(s, b"* OK ready"):
        tag, _, rest = line.partition(" ")
        answer = "OK"
        if rest.startswith("CAPABILITY"):
            s.sendall(b"* CAPABILITY IMAP4rev1\r\n")
        elif rest.startswith("LOGIN"):
            _, user, password = rest.split(" ")
            answer = "OK" if is_right(user, password.strip('"')) else "NO"
        s.sendall(("%s %s done\r\n" % (tag, answer)).encode())


def smtp(s):
    import base64
    reader = lines_of(s, b"220 ready")
    for line in reader:
        answer = b"250 ok"
        if line.lower().startswith("ehlo"):
            answer = b"250-here\r\n250 AUTH PLAIN LOGIN"
        elif line.upper().startswith("AUTH PLAIN"):
            _, user, password = base64.b64decode(line[11:]).split(b"\0")
            answer = (b"235 in" if is_right(user.decode(), password.decode())
                      else b"535 no")
        elif line.upper().startswith("AUTH LOGIN"):
            user = base64.b64decode(line[11:])
            s.sendall(b"334 UGFzc3dvcmQ6\r\n")
            password = base64.b64decode(next(reader))
            answer = (b"235 in" if is_right(user.decode(), password.decode())
                      else b"535 no")
        s.sendall(answer + b"\r\n")


def ftp(s):
    user = None
    for line in lines_of(s, b"220-Hello\r\n220 ready"):
        word, _, rest = line.partition(" ")
        answer = b"200 ok"
        if word == "USER":
            user, answer = rest, b"331 password"
        elif word == "PASS":
            answer = b"230 in" if is_right(user, rest) else b"530 no"
        s.sendall(answer + b"\r\n")


def web(s):
    import base64
    known = base64.b64encode(("bob:" + SECRET).encode()).decode()
    asked = ""
    for line in lines_of(s):
        if line.lower().startswith("authorization: basic "):
            asked = line.split()[-1]
        if line == "":
            status = b"200 OK" if asked == known else b"401 No"
            s.sendall(b"HTTP/1.1 " + status + b"\r\nContent-Length: 4\r\n\r\nbody")
            asked = ""


# ---- clients through the proxy


def through(d, t):
    return tunnel(d, t.host, t.port)


def pop3_login(d, t, password):
    class Client(poplib.POP3):
        def _create_socket(self, timeout):
            return through(d, t)
    client = Client("there")
    try:
        client.user("bob")
        client.pass_(password)
    except poplib.error_proto:
        pass
    client.quit()


def imap_login(d, t, password):
    class Client(imaplib.IMAP4):
        def _create_socket(self, timeout):
            return through(d, t)
    client = Client("there")
    try:
        client.login("bob", password)
    except imaplib.IMAP4.error:
        pass
    client.shutdown()


def smtp_login(mechanism):
    def log_in(d, t, password):
        class Client(smtplib.SMTP):
            def _get_socket(self, host, port, timeout):
                return through(d, t)
        client = Client("there", 25)
        client.ehlo("me")
        client.user, client.password = "bob", password
        try:
            client.auth(mechanism, getattr(
                client, "auth_" + mechanism.lower()))
        except smtplib.SMTPAuthenticationError:
            pass
        client.close()
    return log_in


def ftp_login(d, t, password):
    client = ftplib.FTP()
    client.sock = through(d, t)
    client.af = client.sock.family
    client.file = client.sock.makefile("r", encoding=client.encoding)
    client.welcome = client.getresp()
    try:
        client.login("bob", password)
    except ftplib.error_perm:
        pass
    client.close()


def web_login(d, t, password):
    import base64
    token = base64.b64encode(("bob:" + password).encode()).decode()
    client = http.client.HTTPConnection("there")
    client.sock = through(d, t)
    for headers in ({}, {"Authorization": "Basic " + token}):
        client.request("GET", "/", headers=headers)
        same(client.getresponse().read(), b"body")
    client.close()


KINDS = [
    ("POP3", pop3, pop3_login),
    ("IMAP", imap, imap_login),
    ("SMTP", smtp, smtp_login("PLAIN")),
    ("SMTP", smtp, smtp_login("LOGIN")),
    ("FTP", ftp, ftp_login),
    ("HTTP", web, web_login),
]


def everything_logged(d):
    log = d.log()
    if os.path.exists(d.access):
        with open(d.access, errors="replace") as f:
            log += f.read()
    return log


# ---- cases


@case
def each_protocol_s_logins_are_found_on_any_port():
    with Daemon("dissector yes") as d:
        found = 0
        for name, server, client in KINDS:
            with Target(server) as t:
                for password, outcome in ((SECRET, "confirmed"),
                                          ("s0-wrong-one", "refused")):
                    client(d, t, password)
                    found += 1
                    row = d.wait_access("P", found)[found - 1]
                    same(row[1:], ["-", "P", name, t.host, str(t.port), "bob",
                                   MASKED, outcome], "a line P")
        need(SECRET not in everything_logged(d), "the password was logged")
        need("s0-wrong-one" not in everything_logged(d), "it was logged")


@case
def who_is_logged_in_to_the_proxy_is_named():
    with Daemon("dissector yes", args=("-u", "alice:secret")) as d:
        with Target(ftp) as t:
            with tunnel(d, t.host, t.port, "alice", "secret") as s:
                s.sendall(b"USER bob\r\nPASS x\r\n")
                row = d.wait_access("P")[0]
                same(row[1:3] + row[6:], ["alice", "P", "bob", "x***",
                                          "refused"])


@case
def json_lines_have_the_same_facts():
    with Daemon("dissector yes", "access-log-format json") as d:
        with Target(pop3) as t:
            pop3_login(d, t, SECRET)

            def found():
                with open(d.access) as f:
                    rows = [json.loads(line) for line in f if line[-1] == "\n"]
                return [r for r in rows if r["event"] == "P"]
            row = wait_for(found, "a line P")[0]
            same([row[k] for k in ("protocol", "target", "target_port",
                                   "login", "password", "confirmed")],
                 ["POP3", t.host, t.port, "bob", MASKED, True])


@case
def a_login_cannot_forge_a_line():
    with Daemon("dissector yes") as d, Target(pop3) as t:
        with tunnel(d, t.host, t.port) as s:
            s.sendall(b"USER a\tb\x0b\x1b[2Jc\r\nPASS \t\r\n")
            row = d.wait_access("P")[0]
            same(row[6:], ["a\\x09b\\x0b\\x1b[2Jc", "***", "refused"])


@case
def it_is_off_unless_asked_for_and_with_minus_n():
    for lines, args in (((), ()), (("dissector yes",), ("-N",))):
        with Daemon(*lines, args=args) as d, Target(ftp) as t:
            ftp_login(d, t, SECRET)
            d.wait_access("C")
            same(d.access_lines("P"), [])


@case
def it_is_switched_at_run_time_for_sessions_that_begin_then():
    with Daemon() as d, Admin(d.admin) as a, Target(ftp) as t:
        with through(d, t) as before:
            same(a.change(2, b"\1"), 0)
            before.sendall(b"USER bob\r\nPASS x\r\n")
            wait_for(lambda: b"530" in before.recv(1000), "the answer")
            ftp_login(d, t, SECRET)
            same(len(d.wait_access("P")), 1)
            with through(d, t) as s:
                s.sendall(b"USER bob\r\n")
                wait_for(lambda: b"331" in s.recv(1000), "the answer")
                same(a.change(2, b"\0"), 0)
                s.sendall(b"PASS x\r\n")
                wait_for(lambda: b"530" in s.recv(1000), "the answer")
            ftp_login(d, t, SECRET)
        d.wait_access("C", 4)
        same(len(d.access_lines("P")), 1)


@case
def socks5ctl_and_a_reload_switch_it_as_well():
    with Daemon() as d, Target(ftp) as t:
        subprocess.run([program("socks5ctl"), "-s", "unix:" + d.admin, "set",
                        "dissector", "yes"], check=True, timeout=PATIENCE)
        ftp_login(d, t, SECRET)
        d.wait_access("P")
        subprocess.run([program("socks5ctl"), "-s", "unix:" + d.admin, "set",
                        "dissector", "no"], check=True, timeout=PATIENCE)
        ftp_login(d, t, SECRET)
        d.wait_access("C", 2)
        same(len(d.access_lines("P")), 1)
    with Daemon() as d, Target(ftp) as t:
        d.configure("dissector yes")
        need("reloaded" in d.reload(), "not reloaded")
        ftp_login(d, t, SECRET)
        d.wait_access("P")


@case
def octets_are_the_same_with_it_on():
    chance = random.Random(6)
    words = [b"USER bob\r\n", b"PASS x\r\n", b"GET / HTTP/1.1\r\n", b"\r\n",
             b"Content-Length: 70000\r\n", b"AUTH PLAIN\r\n", b"\xff\xfb\x01",
             b"a LOGIN {70000}\r\n", b"CONNECT a:1 HTTP/1.1\r\n"]
    with Daemon("dissector yes") as d, Target(echo) as t:
        for first in (b"", b"+OK\r\n", b"220 x\r\n", b"* OK\r\n",
                      b"GET / HTTP/1.1\r\n", b"\0"):
            data = first + b"".join(
                chance.choice(words) if chance.random() < 0.7
                else chance.randbytes(chance.randrange(50000))
                for _ in range(400))
            with through(d, t) as s:
                sender = threading.Thread(
                    target=lambda s=s, data=data: (
                        s.sendall(data), s.shutdown(socket.SHUT_WR)))
                sender.start()
                back = read_all(s)
                sender.join()
            same(len(back), len(data), "octets that came back")
            same(hashlib.sha256(back).digest(),
                 hashlib.sha256(data).digest(), "their sum")


if __name__ == "__main__":
    main()
