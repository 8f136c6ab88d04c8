#!/usr/bin/env python3
"""BIND and UDP ASSOCIATE by clients that others wrote, and what tshark reads in
both.

Runs itself in a network namespace of its own, since many clients go past the
proxy to targets on the loopback's usual addresses. Without root this needs user
namespaces.
"""

import os
import socket
import struct
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "e2e"))

from harness import *

TARGET = "192.0.2.9"


def run(*command, feed=b"", env=None, timeout=PATIENCE * 2):
    r = subprocess.run(command, input=feed, capture_output=True,
                       timeout=timeout, env=env or clean_environment())
    same(r.returncode, 0, "exit status of %s: %s" %
         (command[0], r.stderr.decode(errors="replace")[-2000:]))
    return r.stdout


class UdpEcho:
    def __init__(self, host=TARGET):
        self.socket = socket.socket(family_of(host), socket.SOCK_DGRAM)
        self.socket.bind((host, 0))
        self.host, self.port = self.socket.getsockname()[:2]
        self.senders = []
        self.ending = False
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        while True:
            octets, sender = self.socket.recvfrom(65536)
            if self.ending:
                return
            self.senders.append(sender)
            self.socket.sendto(octets, sender)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.ending = True
        self.socket.sendto(b"", (self.host, self.port))


# ---- python3-socks


PYSOCKS = """
import socket, socks, sys
s = socks.socksocket(socket.AF_INET, socket.SOCK_DGRAM)
s.set_proxy(socks.SOCKS5, "127.0.0.1", int(sys.argv[1]), True)
s.settimeout(30)
for n in (0, 1, 1400, 60000):
    s.sendto(b"x" * n, (sys.argv[2], int(sys.argv[3])))
    octets, sender = s.recvfrom(65536)
    assert octets == b"x" * n, len(octets)
    assert sender == (sys.argv[4], int(sys.argv[3])), sender
"""


@case
def python3_socks_exchanges_datagrams_by_address_and_by_name():
    with Daemon() as d, UdpEcho() as e:
        for host in (TARGET, "target.test"):
            run(python_with("socks", "python3-socks"), "-c", PYSOCKS,
                str(d.port), host, str(e.port), TARGET)
        need(len(e.senders) == 8, "%d datagrams" % len(e.senders))
        for line in d.wait_access("C", 2):
            same(line[8:10], ["61401", "61401"], "up and down")


# ---- Dante's socksify


UDP_CLIENT = """
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(30)
for n in (1, 1400, 30000):
    s.sendto(b"x" * n, (sys.argv[1], int(sys.argv[2])))
    octets, sender = s.recvfrom(65536)
    assert octets == b"x" * n, len(octets)
    assert sender == (sys.argv[1], int(sys.argv[2])), sender
"""


def socksify(d, *command):
    return run(tool("socksify", "dante-client"), *command,
               env=clean_environment(SOCKS5_SERVER="127.0.0.1:%d" % d.port,
                                     SOCKS_AUTOADD_LANROUTES="no"))


@case
def socksify_sends_a_programs_datagrams_through_the_proxy():
    with Daemon() as d, UdpEcho() as e:
        socksify(d, "/usr/bin/python3", "-c", UDP_CLIENT, e.host, str(e.port))
        same(len(e.senders), 3)
        line = d.wait_access("C")[0]
        same(line[8:10], ["31401", "31401"], "up and down")


# accept() by its plain name: Dante's library knows no accept4(), which Python's
# own calls.
BIND_CLIENT = """
import ctypes, socket, sys
control = socket.create_connection((sys.argv[1], int(sys.argv[2])), 30)
listener = socket.socket()
listener.bind(("0.0.0.0", 0))
listener.listen(1)
control.sendall(("%s %d\\n" % listener.getsockname()).encode())
fd = ctypes.CDLL(None).accept(listener.fileno(),
                              ctypes.create_string_buffer(128),
                              ctypes.byref(ctypes.c_uint(128)))
assert fd >= 0
s = socket.socket(fileno=fd)
s.sendall(b"hello " + s.getpeername()[0].encode())
s.close()
"""


@case
def socksify_listens_for_a_program_as_active_ftp_does():
    heard = []

    def serve(control):
        host, port = control.makefile().readline().split()
        with socket.socket() as s:
            s.settimeout(PATIENCE)
            s.bind((TARGET, 0))
            s.connect((host, int(port)))
            heard.append(read_all(s))

    with Daemon() as d, Target(serve, TARGET) as t:
        socksify(d, "/usr/bin/python3", "-c", BIND_CLIENT, t.host, str(t.port))
        wait_for(lambda: heard, "what the server hears")
        same(heard, [b"hello " + TARGET.encode()])
        same([row[5] for row in d.wait_access("C", 2)], [TARGET, TARGET])


# ---- active FTP: the server calls the client back, so BIND is what it takes


class Vsftpd:
    """Anonymous, active transfers only: PASV is refused."""

    TEXT, PORT = b"by active FTP\n", 2121

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="socks5d-ftp-")
        os.chmod(self.folder.name, 0o755)
        self.write("hello", self.TEXT)
        conf = self.write("vsftpd.conf", (
            "listen=YES\nlisten_address=%s\nlisten_port=%d\nbackground=NO\n"
            "anonymous_enable=YES\nno_anon_password=YES\nanon_root=%s\n"
            "ftp_username=nobody\nrun_as_launching_user=YES\n"
            "connect_from_port_20=NO\npasv_enable=NO\nseccomp_sandbox=NO\n"
            % (TARGET, self.PORT, self.folder.name)).encode())
        self.process = subprocess.Popen([tool("vsftpd", "vsftpd"), conf])
        wait_for(self.answers, "vsftpd")
        return self

    def write(self, name, octets):
        path = os.path.join(self.folder.name, name)
        with open(path, "wb") as f:
            f.write(octets)
        return path

    def answers(self):
        with contextlib.suppress(OSError), socket.create_connection(
                (TARGET, self.PORT), PATIENCE) as s:
            return s.recv(3) == b"220"

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(PATIENCE)
        self.folder.cleanup()


URL = "ftp://%s:%d/hello" % (TARGET, Vsftpd.PORT)
LFTP = "set ftp:passive-mode no; set net:max-retries 1; cat " + URL


@case
def curl_and_lftp_under_socksify_transfer_by_active_ftp():
    with Vsftpd() as server:
        for command in ([tool("curl", "curl"), "-sS", "--ftp-port", "-", URL],
                        [tool("lftp", "lftp"), "-c", LFTP]):
            with Daemon() as d:
                same(socksify(d, *command), server.TEXT, command[0])
                data, = [row for row in d.wait_access("C", 2)
                         if row[6] != str(server.PORT)]
                same((data[5], data[9]), (TARGET, str(len(server.TEXT))),
                     "who called back, and what came")


@case
def curls_own_socks_has_no_bind_and_says_so_before_the_proxy_is_asked():
    """curl -x tells the server an address of its own machine, not the proxy's;
    should it learn to BIND, this says so."""
    with Daemon() as d, Vsftpd():
        done = subprocess.run(
            [tool("curl", "curl"), "-sS", "-x", "socks5://127.0.0.1:%d" % d.port,
             "--ftp-port", "-", URL], capture_output=True, timeout=PATIENCE,
            env=clean_environment())
        same((done.returncode, done.stdout), (30, b""),
             "CURLE_FTP_PORT_FAILED: " + done.stderr.decode())
        same([row[6] for row in d.wait_access("A")], [str(Vsftpd.PORT)],
             "one CONNECT, for the control connection, and no BIND")


# ---- IO::Socket::Socks


PERL_BIND = """
use strict; use IO::Socket::Socks;
my ($proxy, $peer) = @ARGV;
my $s = IO::Socket::Socks->new(ProxyAddr => "127.0.0.1", ProxyPort => $proxy,
    BindAddr => $peer, BindPort => 21, SocksVersion => 5)
    or die "first reply: $SOCKS_ERROR";
my ($host, $port) = $s->dst;
$| = 1;
print "$host $port\\n";
$s->accept or die "second reply: $SOCKS_ERROR";
my ($from, $of) = $s->dst;
print "$from $of\\n";
my $line = <$s>;
print {$s} uc $line;
"""


@case
def a_perl_client_binds_and_serves_its_peer():
    perl = tool("perl", "perl")
    with Daemon() as d:
        p = subprocess.Popen(
            [perl, "-e", PERL_BIND, str(d.port), TARGET],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=clean_environment())
        try:
            where = p.stdout.readline().split()
            need(len(where) == 2, "the first reply: " + str(where))
            with socket.socket() as s:
                s.settimeout(PATIENCE)
                s.bind((TARGET, 0))
                s.connect((where[0], int(where[1])))
                same(p.stdout.readline().split(),
                     [TARGET, str(s.getsockname()[1])], "the second reply")
                s.sendall(b"hello\n")
                same(read_all(s), b"HELLO\n")
            same(p.wait(PATIENCE), 0, p.stderr.read())
        finally:
            p.kill()
            p.communicate()
        same(d.wait_access("C")[0][5], TARGET)


# ---- tshark


class Capture:
    """What passes on the loopback, as a file that tshark reads."""

    ALL, OUTGOING, ETHERNET = 3, 4, 1

    def __init__(self, path):
        self.path = path
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW,
                                    socket.htons(self.ALL))
        self.socket.bind(("lo", self.ALL))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.socket.setblocking(False)

    def write(self):
        with self.socket, open(self.path, "wb") as f:
            f.write(struct.pack("!IHHIIII", 0xa1b2c3d4, 2, 4, 0, 0, 1 << 18,
                                self.ETHERNET))
            while True:
                try:
                    frame, sender = self.socket.recvfrom(1 << 18)
                except BlockingIOError:
                    return
                if sender[2] != self.OUTGOING:
                    f.write(struct.pack("!IIII", 0, 0, len(frame), len(frame))
                            + frame)


def datagram(host, port, payload, frag=0):
    return (b"\0\0" + bytes([frag]) + packed_host(host)
            + struct.pack("!H", port) + payload)


@case
def tshark_reads_every_message_and_finds_none_malformed():
    tshark = tool("tshark", "tshark")
    with Daemon() as d, Target(echo, TARGET) as t, UdpEcho() as e:
        path = d.path("all.pcap")
        capture = Capture(path)
        with tunnel(d, TARGET, t.port) as s:
            s.sendall(b"connect")
            read_exactly(s, 7)
        with proxy_socket(d) as s, socket.socket() as peer:
            greet(s)
            s.sendall(request(TARGET, 21, 2))
            _, host, port = read_reply(s)
            peer.bind((TARGET, 0))
            peer.connect((host, port))
            same(read_reply(s)[0], 0)
        with proxy_socket(d) as s, \
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as u:
            u.bind(("127.0.0.1", 0))
            u.settimeout(PATIENCE)
            greet(s)
            # Only where the client announces its port does it know the two.
            s.sendall(request(*u.getsockname(), 3))
            where = read_reply(s)[1:]
            for frag, host in ((0, TARGET), (0, "target.test"), (0x81, TARGET)):
                u.sendto(datagram(host, e.port, b"hello", frag), where)
                u.recv(100)
        capture.write()
        out = run(tshark, "-r", path, "-d", "tcp.port==%d,socks" % d.port,
                  "-T", "fields", "-e", "frame.protocols", "-e",
                  "_ws.malformed", "-e", "socks.command", "-e",
                  "socks.results",
                  env=clean_environment(HOME=d.folder)).decode()
    rows = [line.split("\t") for line in out.splitlines()]
    need(any(":tcp:socks" in row[0] for row in rows), out)
    need(any(":udp:socks" in row[0] for row in rows), out)
    same([row for row in rows if row[1]], [], "malformed")
    commands = {int(row[2]) for row in rows if row[2]}
    need({1, 2, 3} <= commands, "commands %r" % commands)
    same({row[3] for row in rows if row[3]}, {"0"}, "results")


# ---- a namespace of its own


def inside():
    for command in (["link", "set", "lo", "up"],
                    ["addr", "add", TARGET + "/32", "dev", "lo"]):
        subprocess.run([tool("ip", "iproute2"), *command], check=True)
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder)
    with open(os.path.join(folder, "hosts"), "w") as f:
        f.write("127.0.0.1 localhost\n%s target.test\n" % TARGET)
    subprocess.run(["mount", "--bind", f.name, "/etc/hosts"], check=True)
    main()


if __name__ == "__main__":
    own_namespaces("--net", "--mount")
    inside()
