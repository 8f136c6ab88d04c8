#!/usr/bin/env python3
"""Clients that others wrote, beside curl: proxychains, nmap, ncat, nc under ssh and git,
python3-socks."""

import getpass
import os
import random
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "e2e"))

from harness import *

DATA = random.Random(11).randbytes(20 << 20)


def run(*command, feed=b"", status=0, env=None):
    """What a program writes to standard output."""
    r = subprocess.run(command, input=feed, capture_output=True,
                       timeout=PATIENCE * 4, env=env or clean_environment())
    same(r.returncode, status, "exit status of %s: %s" %
         (command[0], r.stderr.decode(errors="replace")[-2000:]))
    return r.stdout


# ---- proxychains


def proxychains(d, *command, login="", status=0, feed=b""):
    """A program whose connections proxychains leads into the proxy. It leaves
    out no address, not even loopback."""
    path = d.path("proxychains.conf")
    with open(path, "w") as f:
        f.write("strict_chain\nquiet_mode\nproxy_dns\n"
                "remote_dns_subnet 224\n[ProxyList]\n"
                "socks5 127.0.0.1 %d %s\n" % (d.port, login))
    return run(tool("proxychains4", "proxychains4"), "-q", "-f", path,
               *command, status=status, feed=feed)


@case
def programs_under_proxychains_reach_addresses():
    for users, words in (((), ""), (("-u", "alice:secret"), "alice secret")):
        with Daemon(args=users) as d, Target(after_the_end) as t:
            nc = tool("nc.openbsd", "netcat-openbsd")
            same(proxychains(d, nc, "-N", t.host, str(t.port), login=words,
                             feed=b"by address"), b"by address")
            same(d.wait_access("C")[0][5], t.host)


# ---- nmap


def methods(d):
    """What nmap's script says of how one logs in."""
    out = run(tool("nmap", "nmap"), "-Pn", "-p", str(d.port), "--script",
              "+socks-auth-info", "127.0.0.1").decode()
    return sorted(re.findall(r"^\|_? +([NU].+)$", out, re.M))


@case
def nmap_sees_which_methods_there_are():
    with Daemon() as d:
        same(methods(d), ["No authentication", "Username and password"])
    with Daemon(args=("-u", "alice:secret")) as d:
        same(methods(d), ["Username and password"])


# ---- ncat


def ncat(d, host, port, *args, feed=DATA, status=0):
    return run(tool("ncat", "ncat"), "--proxy", "127.0.0.1:%d" % d.port,
               "--proxy-type", "socks5", *args, host, str(port), feed=feed,
               status=status)


def after_the_end(s):
    data = read_all(s)
    s.sendall(data)


@case
def ncat_sends_and_gets_20_mib_with_and_without_a_login():
    for users, args in (((), ()), (("-u", "alice:secret"),
                                   ("--proxy-auth", "alice:secret"))):
        with Daemon(args=users) as d, Target(after_the_end) as t:
            same(sum_of(ncat(d, t.host, t.port, *args)), sum_of(DATA))


@case
def ncat_reaches_ipv6_and_leaves_names_to_the_proxy():
    with Daemon() as d:
        with Target(after_the_end, "::1") as t:
            same(ncat(d, "::1", t.port, feed=b"six"), b"six")
        with Target(after_the_end) as t:
            same(ncat(d, "localhost", t.port, "--proxy-dns", "remote",
                      feed=b"name"), b"name")
        same([row[5] for row in d.wait_access("C", 2)], ["::1", "localhost"])


@case
def ncat_is_told_of_a_wrong_login_and_of_a_refusal():
    with Daemon(args=("-u", "alice:secret")) as d, refusing() as port:
        ncat(d, "127.0.0.1", port, "--proxy-auth", "alice:wrong", status=1)
        same(d.access_lines("A"), [])
        ncat(d, "127.0.0.1", port, "--proxy-auth", "alice:secret", status=1)
        same(d.wait_access("A")[0][7], "5", "REP in the log")


# ---- ssh and git through nc -X 5


class Ssh:
    """A throw-away sshd, one process for each connection, and its client."""

    def __init__(self, d):
        self.folder = tempfile.mkdtemp(prefix="socks5d-ssh-")
        self.d = d
        sshd = tool("sshd", "openssh-server")
        keygen = tool("ssh-keygen", "openssh-client")
        nc = tool("nc", "netcat-openbsd")
        if os.geteuid() == 0:
            os.makedirs("/run/sshd", 0o755, exist_ok=True)
        for key in ("host", "user"):
            run(keygen, "-q", "-t", "ed25519", "-N", "", "-f", self.path(key))
        with open(self.path("sshd_config"), "w") as f:
            f.write("HostKey %s\nAuthorizedKeysFile %s\nStrictModes no\n"
                    "UsePAM no\nPermitRootLogin yes\nPidFile none\n"
                    % (self.path("host"), self.path("user.pub")))
        self.sshd = [sshd, "-i", "-e", "-f", self.path("sshd_config")]
        self.target = Target(self.serve)
        self.options = [
            "-F", "none", "-o", "StrictHostKeyChecking=no", "-o",
            "UserKnownHostsFile=/dev/null", "-o", "IdentitiesOnly=yes", "-o",
            "BatchMode=yes", "-o", "LogLevel=ERROR", "-i", self.path("user"),
            "-o", "ProxyCommand=%s -X 5 -x 127.0.0.1:%d %%h %%p" % (nc, d.port)]
        self.where = "%s@localhost" % getpass.getuser()

    def path(self, name):
        return os.path.join(self.folder, name)

    def serve(self, s):
        s.setblocking(True)
        with open(self.path("sshd.log"), "ab") as log:
            subprocess.run(self.sshd, stdin=s, stdout=s, stderr=log,
                           env=clean_environment())

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.target.__exit__()
        if kind is not None and os.path.exists(self.path("sshd.log")):
            with open(self.path("sshd.log"), errors="replace") as f:
                print("---- log of sshd\n%s----" % f.read()[-4000:])
        shutil.rmtree(self.folder, ignore_errors=True)


@case
def ssh_moves_20_mib_each_way_through_nc():
    with Daemon() as d, Ssh(d) as ssh:
        out = run(tool("ssh", "openssh-client"), *ssh.options, "-p",
                  str(ssh.target.port), ssh.where, "cat", feed=DATA)
        same(sum_of(out), sum_of(DATA))
        row = d.wait_access("C")[0]
        same(row[5:7], ["localhost", str(ssh.target.port)])
        need(int(row[8]) > len(DATA) and int(row[9]) > len(DATA), "%r" % row)


@case
def git_clones_and_pushes_over_ssh_through_nc():
    git = tool("git", "git")
    with Daemon() as d, Ssh(d) as ssh:
        env = clean_environment(
            HOME=ssh.folder, GIT_CONFIG_NOSYSTEM="1",
            GIT_SSH_COMMAND=" ".join("'%s'" % w for w in
                                     ["ssh", *ssh.options]),
            **{"GIT_%s_%s" % (who, what): "test@localhost"
               for who in ("AUTHOR", "COMMITTER")
               for what in ("NAME", "EMAIL")})
        bare, copy = ssh.path("bare.git"), ssh.path("copy")
        run(git, "init", "-q", "--bare", bare, env=env)
        url = "ssh://%s:%d%s" % (ssh.where, ssh.target.port, bare)
        run(git, "clone", "-q", url, copy, env=env)
        with open(os.path.join(copy, "data"), "wb") as f:
            f.write(DATA[:1 << 21])
        run(git, "-C", copy, "add", "data", env=env)
        run(git, "-C", copy, "commit", "-q", "-m", "data", env=env)
        run(git, "-C", copy, "push", "-q", "origin", "HEAD:main", env=env)
        run(git, "clone", "-q", "-b", "main", url, copy + "2", env=env)
        with open(os.path.join(copy + "2", "data"), "rb") as f:
            same(sum_of(f.read()), sum_of(DATA[:1 << 21]))
        same(len(d.wait_access("C", 3)), 3, "connections")


# ---- python3-socks


SCRIPT = """
import socket, socks, sys
proxy, host, port, user, remote = sys.argv[1:]
s = socks.socksocket()
s.set_proxy(socks.SOCKS5, "127.0.0.1", int(proxy), remote == "1",
            *(user.split(":") if user else ()))
s.settimeout(60)
try:
    s.connect((host, int(port)))
except socks.ProxyError as e:
    sys.exit(str(e))
data = sys.stdin.buffer.read()
s.sendall(data)
s.shutdown(socket.SHUT_WR)
while True:
    got = s.recv(65536)
    if not got:
        break
    sys.stdout.buffer.write(got)
"""


def pysocks(d, host, port, user="", remote=True, feed=DATA, status=0):
    return run(python_with("socks", "python3-socks"), "-c", SCRIPT, str(d.port),
               host, str(port), user, "1" if remote else "0", feed=feed,
               status=status)


@case
def python3_socks_sends_and_gets_20_mib_with_and_without_a_login():
    for users, user in (((), ""), (("-u", "alice:secret"), "alice:secret")):
        with Daemon(args=users) as d, Target(after_the_end) as t:
            same(sum_of(pysocks(d, t.host, t.port, user)), sum_of(DATA))


@case
def python3_socks_reaches_ipv6_and_names():
    with Daemon() as d:
        with Target(after_the_end, "::1") as t:
            same(pysocks(d, "::1", t.port, feed=b"six"), b"six")
        with Target(after_the_end) as t:
            same(pysocks(d, "localhost", t.port, feed=b"name"), b"name")
            same(pysocks(d, "localhost", t.port, remote=False, feed=b"n"),
                 b"n")


@case
def python3_socks_is_told_of_a_wrong_login_and_of_a_refusal():
    with Daemon(args=("-u", "alice:secret")) as d, refusing() as port:
        pysocks(d, "127.0.0.1", port, "alice:wrong", status=1)
        pysocks(d, "127.0.0.1", port, "alice:secret", status=1)
        same(d.wait_access("A")[0][7], "5", "REP in the log")


if __name__ == "__main__":
    main()
