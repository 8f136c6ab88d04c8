#!/usr/bin/env python3
"""Logins that pass in clear: real clients, small servers, lines P of the log."""

import base64
import ftplib
import hashlib
import http.client
import imaplib
import json
import os
import poplib
import random
import re
import shutil
import smtplib
import sqlite3
import tempfile

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


# ---- what is kept of it


def findings(d):
    return ctl_rows(d, "findings")


def wait_findings(d, count):
    wait_for(lambda: len(findings(d)) >= count, "%d findings" % count)
    return findings(d)


def ftp_logins(d, t, count):
    """From one connection; the server knows bob and nobody else."""
    with through(d, t) as s, s.makefile("rb") as answers:
        for first in range(0, count, 25):
            some = range(first, min(first + 25, count))
            s.sendall(b"".join(b"USER user%d\r\nPASS x\r\n" % n for n in some))
            for _ in some:
                while not answers.readline().startswith(b"530"):
                    pass


@case
def socks5ctl_lists_what_was_found():
    with Daemon("dissector yes", args=("-u", "alice:secret")) as d:
        with Target(pop3) as t, tunnel(d, t.host, t.port, "alice",
                                       "secret") as s:
            s.sendall(b"USER bob\r\nPASS wrongpass\r\n")
            client = "%s:%d" % s.getsockname()
            row = wait_findings(d, 1)[0]
            live, = ctl_rows(d, "session", "list")
        same({k: row[k] for k in row if k not in ("id", "time")},
             {"user": "alice", "client": client,
              "target": "%s:%d" % (t.host, t.port), "protocol": "POP3",
              "login": "bob", "password": "w******", "confirmed": False,
              "session": live["id"]})
        need("wrongpass" not in everything_logged(d), "it was logged")


@case
def findings_survive_a_restart_and_a_kill():
    with Daemon("dissector yes", store="sqlite:findings.db") as d:
        with Target(ftp) as t:
            ftp_login(d, t, SECRET)
            before = wait_findings(d, 1)
            d.stop()
            d.start()
            same(findings(d), before)
            ftp_login(d, t, "s0-wrong-one")
            before = wait_findings(d, 2)
            same([r["id"] for r in before], [1, 2])
            wait_for(lambda: stored(d) == 2, "both to be in the store")
            d.kill()
            d.start()
            same(findings(d), before)
        for name in os.listdir(d.folder):
            if name.startswith("findings.db"):
                with open(d.path(name), "rb") as f:
                    data = f.read()
                need(SECRET.encode() not in data and
                     b"s0-wrong-one" not in data, name)


def stored(d):
    db = sqlite3.connect("file:%s?mode=ro" % d.path("findings.db"), uri=True)
    try:
        return db.execute("SELECT count(*) FROM finding").fetchone()[0]
    finally:
        db.close()


@case
def the_oldest_findings_go_first_and_clear_forgets_all():
    with Daemon("dissector yes", "findings-keep 5",
                store="sqlite:findings.db") as d, Target(ftp) as t:
        ftp_logins(d, t, 9)
        wait_for(lambda: findings(d) and findings(d)[-1]["id"] == 9,
                 "the last one")
        same([r["login"] for r in findings(d)],
             ["user%d" % n for n in range(4, 9)])
        wait_for(lambda: stored(d) == 5, "the store to have as many")
        ctl(d, "set", "findings-keep", "3")
        wait_for(lambda: len(findings(d)) == 3, "fewer")
        ctl(d, "findings", "clear")
        same(findings(d), [])
        same(stored(d), 0)
        d.wait_log("findings cleared by=")
        d.stop()
        d.start()
        ftp_logins(d, t, 1)
        same(wait_findings(d, 1)[0]["id"], 10)


@case
def more_findings_than_a_page_are_all_listed():
    with Daemon("dissector yes") as d, Target(ftp) as t:
        ftp_logins(d, t, 700)
        kept = 700 - lost(d)
        rows = wait_findings(d, kept)
        same([r["id"] for r in rows], list(range(1, kept + 1)))


def lost(d):
    row, = ctl_rows(d, "metrics", "findings_lost")
    return row["value"]


@case
def findings_that_a_full_disk_does_not_take_are_kept_when_it_does():
    """In the list at once; in the store and the file as soon as may be."""
    folder = tempfile.mkdtemp(prefix="socks5d-e2e-")
    small = os.path.join(folder, "small")
    os.mkdir(small)
    inside = mounts("mount -t tmpfs -o size=300k none " + small)
    with Daemon("dissector yes", "dissector-passwords plain",
                "findings-file %s/findings" % small, folder=folder,
                store="sqlite:%s/findings.db" % small, inside=inside) as d, \
            Target(ftp) as t:
        there = "/proc/%d/root%s/" % (d.process.pid, small)
        with open(there + "filler", "wb", buffering=0) as f, \
                contextlib.suppress(OSError):
            while f.write(bytes(4096)) > 0:
                pass
        ftp_logins(d, t, 300)
        d.wait_log("findings not kept, trying again .*disk is full")
        d.wait_log("passwords not written, trying again .*No space left")
        same(len(wait_findings(d, 300)), 300)
        os.unlink(there + "filler")

        def on_disk():
            for name in ("findings.db", "findings.db-wal"):
                shutil.copy(there + name, d.path(name))
            with open(there + "findings") as f:
                lines = f.read().splitlines()
            with contextlib.suppress(sqlite3.Error):  # copied in between
                return stored(d) == len(lines) == 300 and lines
        lines = wait_for(on_disk, "300 on disk")
        same([line.split("\t")[5] for line in lines],
             ["user%d" % n for n in range(300)])
        same(d.log().count("findings not kept"), 1)
    shutil.rmtree(folder)


# ---- passwords, where an administrator wants them


def stored_bytes(d):
    return b"".join(open(d.path(name), "rb").read()
                    for name in os.listdir(d.folder)
                    if name.startswith("findings.db"))


def plain(path):
    return ("dissector yes", "dissector-passwords plain",
            "findings-file " + path, "admin tcp:127.0.0.1:0",
            "admin unix:" + os.path.join(os.path.dirname(path), "admin.sock"))


def as_observer(d, name, password):
    """Findings as an account sees them that may only look."""
    port = re.search(r"administering on=tcp:127.0.0.1:(\d+)", d.log()).group(1)
    path = d.path("password")
    with open(path, "w", opener=lambda p, f: os.open(p, f, 0o600)) as f:
        f.write(password + "\n")
    out = subprocess.run(
        [program("socks5ctl"), "-s", "tcp:127.0.0.1:" + port, "-U", name,
         "--password-file", path, "--json", "findings"],
        check=True, timeout=PATIENCE, capture_output=True, text=True).stdout
    return [json.loads(line) for line in out.splitlines()]


@case
def plain_passwords_are_for_administrators_and_a_file_of_mode_0600():
    folder = tempfile.mkdtemp(prefix="socks5d-e2e-")
    path = os.path.join(folder, "findings")
    with Daemon(*plain(path), store="sqlite:findings.db", folder=folder) as d:
        need("passwords seen in clear are kept unmasked file=" + path in
             d.log(), d.log())
        ctl(d, "user", "add", "--observer", "watcher", stdin="looking\n")
        ctl(d, "set", "auth", "no")
        with Target(ftp) as t:
            ftp_login(d, t, SECRET)
            same(wait_findings(d, 1)[0]["password"], SECRET)
            same(as_observer(d, "watcher", "looking")[0]["password"], MASKED)
            wait_for(lambda: SECRET in open(path).read(), "the file")
            same(os.stat(path).st_mode & 0o7777, 0o600)
            row = open(path).read().rstrip("\n").split("\t")
            same(row[3:], ["%s:%d" % (t.host, t.port), "FTP", "bob", SECRET,
                           "confirmed"])
            need(SECRET not in everything_logged(d), "it was logged")
            wait_for(lambda: stored(d) == 1, "it to be kept")
            need(SECRET.encode() not in stored_bytes(d), "the store has it")

            # Rotated by renaming, no signal needed.
            os.rename(path, path + ".1")
            ftp_login(d, t, "second-one")
            wait_for(lambda: os.path.exists(path) and
                     "second-one" in open(path).read(), "a new file")
            need(SECRET not in open(path).read(), "it is there twice")

        # Masked again: nothing that is listed or stored says them.
        d.stop()
        d.configure("dissector yes", "findings-file " + path)
        d.start()
        same({r["password"] for r in findings(d)}, {MASKED})
        need("passwords of an earlier run remain file=" + path in d.log(),
             d.log())
        need(SECRET.encode() not in stored_bytes(d), "the store has it")
    shutil.rmtree(folder)


@case
def plain_holds_from_a_restart_on_and_not_before():
    with Daemon("dissector yes") as d, Target(ftp) as t:
        ctl(d, "set", "dissector-passwords", "plain", want=1)
        d.configure("dissector yes", "dissector-passwords plain",
                    "findings-file " + d.path("findings"))
        d.reload()
        need("needs a restart key=dissector-passwords" in d.log(), d.log())
        ftp_login(d, t, SECRET)
        same(wait_findings(d, 1)[0]["password"], MASKED)
        need(not os.path.exists(d.path("findings")), "there is a file")


@case
def a_file_of_passwords_that_others_may_read_stops_the_start():
    folder = tempfile.mkdtemp(prefix="socks5d-e2e-")
    path = os.path.join(folder, "findings")
    with open(path, "w"):
        os.chmod(path, 0o644)
    d = Daemon(*plain(path), folder=folder, ready=False)
    same(d.process.wait(PATIENCE), 1)
    need("findings-file: %s: others may read it: chmod 600" % path in d.log(),
         d.log())
    shutil.rmtree(folder)


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
        ctl(d, "set", "dissector", "yes")
        ftp_login(d, t, SECRET)
        d.wait_access("P")
        ctl(d, "set", "dissector", "no")
        ftp_login(d, t, SECRET)
        d.wait_access("C", 2)
        same(len(d.access_lines("P")), 1)
    with Daemon() as d, Target(ftp) as t:
        d.configure("dissector yes")
        need("reloaded" in d.reload(), "not reloaded")
        ftp_login(d, t, SECRET)
        d.wait_access("P")


WORDS = [b"USER bob\r\n", b"PASS x\r\n", b"GET / HTTP/1.1\r\n", b"\r\n",
         b"Content-Length: 70000\r\n", b"AUTH PLAIN\r\n", b"\xff\xfb\x01",
         b"a LOGIN {70000}\r\n", b"CONNECT a:1 HTTP/1.1\r\n"]
ANSWERS = [b"+OK\r\n", b"-ERR\r\n", b"334 x\r\n", b"250-a\r\n250 b\r\n",
           b"a OK\r\n", b"HTTP/1.1 200 ok\r\n", b"Content-Length: 9\r\n\r\n",
           b"Transfer-Encoding: chunked\r\n\r\nffff\r\n", b"\r\n", b"\0"]


def say(s, data, piece):
    for at in range(0, len(data), piece):
        s.sendall(data[at:at + piece])
    s.shutdown(socket.SHUT_WR)


@case
def octets_of_both_sides_at_once_and_one_by_one_are_the_same():
    chance = random.Random(7)

    def babble(words, first, size):
        data = bytearray(first)
        while len(data) < size:
            data += (chance.choice(words) if chance.random() < 0.8
                     else chance.randbytes(chance.randrange(40)))
        return data

    with Daemon("dissector yes") as d:
        for opening, first in ((b"+OK x\r\n", b"USER bob\r\n"),
                               (b"220 x\r\n", b"EHLO x\r\n"),
                               (b"* OK x\r\n", b"a LOGIN "),
                               (b"200 x\r\n", b"AUTHINFO USER b\r\n"),
                               (b"HTTP/1.1 200 x\r\n", b"POST / HTTP/1.1\r\n")):
            for piece, size in ((1, 3000), (1 << 20, 2 << 20)):
                up = babble(WORDS, first, size)
                down = babble(ANSWERS, opening, size)
                heard = []

                def serve(s, down=down, piece=piece, heard=heard):
                    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    sender = threading.Thread(target=say, args=(s, down, piece))
                    sender.start()
                    heard.append(sum_of(read_all(s)))
                    sender.join()
                with Target(serve) as t, through(d, t) as s:
                    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    sender = threading.Thread(target=say, args=(s, up, piece))
                    sender.start()
                    back = sum_of(read_all(s))
                    sender.join()
                    wait_for(lambda: heard, "the target to have heard all")
                same((heard[0], back), (sum_of(up), sum_of(down)),
                     "sums of what arrived, in pieces of %d" % piece)


@case
def long_bodies_are_spliced_and_what_follows_is_read():
    body = random.Random(8).randbytes(20 << 20)
    ok = b"HTTP/1.1 200 ok\r\nContent-Length: %d\r\n\r\n" % len(body)
    heard = []

    def serve(s):
        with s.makefile("rb") as f:
            for _ in range(3):
                while f.readline() != b"\r\n":
                    pass
                heard.append(sum_of(f.read(len(body))))
                s.sendall(ok + body)

    with Daemon("dissector yes") as d, Target(serve) as t:
        with through(d, t) as s, s.makefile("rb") as answers:
            for user in (b"one", b"two", b"three"):
                s.sendall(b"POST / HTTP/1.1\r\nAuthorization: Basic %s\r\n"
                          b"Content-Length: %d\r\n\r\n" %
                          (base64.b64encode(user + b":x"), len(body)))
                s.sendall(body)
                same(answers.read(len(ok)), ok)
                same(sum_of(answers.read(len(body))), sum_of(body))
        same(heard, [sum_of(body)] * 3)
        same([(row[6], row[8]) for row in d.wait_access("P", 3)],
             [("one", "confirmed"), ("two", "confirmed"),
              ("three", "confirmed")])
        spliced = ctl_figure(d, "spliced")
        need(spliced > 3 * len(body), "%d octets spliced" % spliced)


@case
def octets_are_the_same_with_it_on():
    chance = random.Random(6)
    with Daemon("dissector yes") as d, Target(echo) as t:
        for first in (b"", b"+OK\r\n", b"220 x\r\n", b"* OK\r\n",
                      b"GET / HTTP/1.1\r\n", b"\0"):
            data = first + b"".join(
                chance.choice(WORDS) if chance.random() < 0.7
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
