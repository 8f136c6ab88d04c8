#!/usr/bin/env python3
"""The access log as an operator relies on it: why relays ended, disks that are
full, syslog, and the queries of docs/operations.md."""


from harness import *

ALICE = ("-u", "alice:secret")


def whys(d, count):
    return [row[11] for row in d.wait_access("C", count)]


def bye(s):
    s.recv(1)


def slam(s):
    s.recv(1)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def ip(*args):
    subprocess.run([tool("ip", "iproute2"), *args], check=True,
                   timeout=PATIENCE)


# ---- why it ended


@case
def a_relay_that_the_client_ends_says_client():
    with Daemon() as d, Target(echo) as t:
        tunnel(d, t.host, t.port).close()
        same(whys(d, 1), ["client"])


@case
def a_relay_that_the_target_ends_says_target():
    with Daemon() as d, Target(bye) as t:
        with tunnel(d, t.host, t.port) as s:
            s.sendall(b"x")
            same(s.recv(1), b"")
        same(whys(d, 1), ["target"])


@case
def a_reset_is_whose_it_was():
    with Daemon() as d, Target(slam) as t:
        with tunnel(d, t.host, t.port) as s:
            s.sendall(b"x")
            with contextlib.suppress(ConnectionResetError):
                same(s.recv(1), b"")
        same(whys(d, 1), ["target"])


@case
def a_relay_whose_target_vanished_says_error():
    ip("addr", "add", "198.18.0.1/32", "dev", "lo")
    with Daemon("keepalive 1") as d, Target(echo, "198.18.0.1") as t:
        with tunnel(d, t.host, t.port):
            ip("addr", "del", "198.18.0.1/32", "dev", "lo")
            ip("route", "add", "blackhole", "198.18.0.1/32")
            same(whys(d, 1), ["error"])


@case
def a_relay_that_an_administrator_ends_says_killed():
    with Daemon(args=ALICE) as d, Target(echo) as t:
        with tunnel(d, t.host, t.port, "alice", "secret"), \
                tunnel(d, t.host, t.port, "alice", "secret"):
            rows = ctl_rows(d, "session", "list")
            ctl(d, "session", "kill", str(rows[0]["id"]))
            d.wait_access("C")
            ctl(d, "session", "clear", "alice")
            same(whys(d, 2), ["killed", "killed"])


@case
def a_relay_that_was_silent_too_long_says_idle():
    with Daemon("connection-timeout 1") as d, Target(echo) as t:
        with tunnel(d, t.host, t.port):
            same(whys(d, 1), ["idle"])


@case
def a_relay_that_used_up_its_quota_says_limit():
    with Daemon("quota 1K", args=ALICE) as d, Target(echo) as t:
        with tunnel(d, t.host, t.port, "alice", "secret") as s:
            s.sendall(b"x" * 2000)
            same(whys(d, 1), ["limit"])


@case
def a_relay_that_the_daemon_s_end_ends_says_shutdown():
    with Daemon() as d, Target(echo) as t:
        with tunnel(d, t.host, t.port):
            d.stop()
            same(whys(d, 1), ["shutdown"])


# ---- where it goes


@case
def with_minus_f_it_goes_to_standard_error_between_whole_lines():
    with Daemon("access-log -") as d, Target(echo) as t:
        tunnel(d, t.host, t.port).close()
        d.wait_log(r"^\S+Z\t-\tA\t127\.0\.0\.1\t\d+\t%s\t%d\t0$"
                   % (re.escape(t.host), t.port))
        d.wait_log(r"^\S+Z\t-\tC\t.*\tclient$")


@case
def syslog_gets_the_same_lines_and_a_finding_without_its_password():
    folder = tempfile.mkdtemp(prefix="socks5d-e2e-")
    dev = os.path.join(folder, "dev")
    os.mkdir(dev)
    heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    heard.bind(os.path.join(dev, "log"))
    heard.settimeout(PATIENCE)
    for name in ("null", "zero", "random", "urandom"):
        open(os.path.join(dev, name), "w").close()
    inside = mounts(*("mount --bind /dev/%s %s/%s" % (n, dev, n)
                      for n in ("null", "zero", "random", "urandom")),
                    "mount --rbind %s /dev" % dev)
    with Daemon("access-log syslog", "dissector yes", folder=folder,
                inside=inside) as d, Target(pop3) as t:
        with tunnel(d, t.host, t.port) as s:
            s.sendall(b"USER bob\r\nPASS secret-pa55\r\n")
            lines = [heard.recv(9000).decode() for _ in range(2)]
    need(re.fullmatch(r"<\d+>.*socks5d.*\t-\tA\t127\.0\.0\.1\t.*\t0\n?",
                      lines[0]), lines)
    need(re.search(r"\tbob\ts\*{6}\trefused\n?$", lines[1]), lines)
    heard.close()
    shutil.rmtree(folder)


def pop3(s):
    s.sendall(b"+OK ready\r\n")
    with s.makefile("rb") as f:
        for _ in f:
            s.sendall(b"-ERR no\r\n")


@case
def a_disk_that_fills_up_stops_nobody_and_tears_no_line():
    """What is in the file and what is said to be lost add up."""
    folder = tempfile.mkdtemp(prefix="socks5d-e2e-")
    small = os.path.join(folder, "small")
    os.mkdir(small)
    inside = mounts("mount -t tmpfs -o size=64k none " + small)
    with Daemon("access-log " + small + "/access.log", "workers 1",
                folder=folder, inside=inside) as d, Target(echo) as t:
        there = "/proc/%d/root%s/" % (d.process.pid, small)
        with open(there + "filler", "wb") as f:
            f.write(b"x" * 56 * 1024)
        d.access = there + "access.log"
        for _ in range(100):
            tunnel(d, t.host, t.port).close()
        d.wait_log("cannot write log=access path=%s.* why=\"No space"
                   % re.escape(small))
        os.unlink(there + "filler")
        tunnel(d, t.host, t.port).close()

        def all_told():
            lost = sum(int(n) for n in re.findall(
                r"lines lost log=access lines=(\d+)", d.log()))
            return len(d.access_lines()) + lost == 202
        wait_for(all_told, "202 lines, here or lost")
        for row in d.access_lines():
            need(len(row) in (8, 12) and row[2] in "AC", row)
    shutil.rmtree(folder)


# ---- what docs/operations.md asks of it


def queries():
    """The commands the document shows, on the file they name."""
    path = os.path.join(os.path.dirname(__file__), "../../docs/operations.md")
    with open(path) as f:
        lines = [line.strip() for line in f if line.startswith("    ")]
    return [line for line in lines
            if re.match(r"(awk|jq) .* access\.log", line)]


def ask(d, query):
    return subprocess.run(["sh", "-c", query], cwd=d.folder, check=True,
                          capture_output=True, text=True,
                          timeout=PATIENCE).stdout.splitlines()


@case
def the_queries_of_the_documents_answer_what_they_say():
    tool("jq", "jq")
    asked = {"awk": [q for q in queries() if q.startswith("awk")],
             "jq": [q for q in queries() if q.startswith("jq")]}
    need(len(asked["awk"]) >= 3 and len(asked["jq"]) >= 2, asked)
    for program_, form in (("awk", "tsv"), ("jq", "json")):
        with Daemon("dissector yes", "access-log-format " + form,
                    "rule deny to 203.0.113.0/24", args=ALICE) as d, \
                Target(pop3) as t:
            same(refusal(tunnel, d, "203.0.113.1", 80, "alice", "secret"), 2)
            with tunnel(d, as_name("localhost"), t.port, "alice",
                        "secret") as s:
                s.sendall(b"USER bob\r\nPASS secret-pa55\r\n")
                with s.makefile("rb") as answers:
                    for _ in range(3):
                        answers.readline()
            wait_for(lambda: os.path.exists(d.access) and
                     len(open(d.access).readlines()) == 4, "four lines")
            for query in asked[program_]:
                got = ask(d, query.replace("example.org", "localhost"))
                need(any("alice" in line for line in got),
                     "%s: %r" % (query, got))


# ---- a world of its own: loopback without the machine's addresses, mounts


if __name__ == "__main__":
    if "SOCKS5D_TEST_APART" not in os.environ:
        os.environ["SOCKS5D_TEST_APART"] = "1"
        command = [tool("unshare", "util-linux"), "--net", "--mount"]
        if os.geteuid() != 0:
            command.append("--map-root-user")
        os.execv(command[0], [*command, sys.executable,
                              os.path.abspath(__file__), *sys.argv[1:]])
    ip("link", "set", "lo", "up")
    main()
