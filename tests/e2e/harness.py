"""What the end-to-end tests share: a real socks5d, targets, a SOCKS client.

A test program defines functions with @case, whose names are sentences, and
ends with main(). Each case is told as "ok - ..." or "not ok - ...", the last
line is "N passed, N failed". Nothing sleeps: one waits for a condition, with a
deadline that only a hang reaches. Ports are the kernel's choice.
"""

import atexit
import contextlib
import hashlib
import ipaddress
import json
import os
import re
import resource
import selectors
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import traceback

# How long anything may take before it counts as a hang, in seconds.
PATIENCE = float(os.environ.get("SOCKS5D_TEST_PATIENCE", "30"))

BUILD = os.environ.get("top_builddir", ".")
SANITIZER = re.compile(
    r"(AddressSanitizer|LeakSanitizer|ThreadSanitizer|runtime error:)")

_cases = []


class Failure(Exception):
    """A claim of a test that does not hold."""


def case(function):
    _cases.append(function)
    return function


def need(claim, what):
    if not claim:
        raise Failure(what)


def same(got, want, what="value"):
    if got != want:
        raise Failure("%s: got %.300r, want %.300r" % (what, got, want))


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    wanted = sys.argv[1:]
    passed = failed = 0
    for function in _cases:
        name = function.__name__.replace("_", " ")
        if wanted and not any(w in function.__name__ for w in wanted):
            continue
        start = time.monotonic()
        try:
            function()
            passed += 1
            verdict = "ok"
        except Exception:
            failed += 1
            verdict = "not ok"
            traceback.print_exc(file=sys.stdout)
        print("%s - %s (%.1f s)" % (verdict, name, time.monotonic() - start),
              flush=True)
    print("%d passed, %d failed" % (passed, failed), flush=True)
    # Threads of targets that a failed case left behind do not hold us up.
    atexit._run_exitfuncs()
    os._exit(1 if failed or not passed else 0)


def wait_for(condition, what):
    """Wait until condition() is true and return what it returned."""
    end = time.monotonic() + PATIENCE
    pause = 0.001
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > end:
            raise Failure("waited in vain for " + what)
        time.sleep(pause)
        pause = min(pause * 2, 0.05)


def tool(name, package):
    """The path of a program that a test cannot do without."""
    path = shutil.which(name)
    if path is None and os.path.exists("/usr/sbin/" + name):
        path = "/usr/sbin/" + name
    if path is None:
        raise Failure("%s is missing: apt-get install %s" % (name, package))
    return path


def program(name):
    """The path of a program that was built."""
    path = os.path.abspath(os.path.join(BUILD, name))
    need(os.path.exists(path), path + " was not built")
    return path


def mounts(*commands):
    """Run what follows where these mounts are, and nowhere else."""
    rights = [] if os.geteuid() == 0 else ["--map-root-user"]
    script = " && ".join((*commands, 'exec "$@"'))
    return (tool("unshare", "util-linux"), *rights, "--mount", "sh", "-c",
            script, "sh")


def clean_environment(**more):
    """No proxy or locale of the caller's gets in the way of a test."""
    env = {k: v for k, v in os.environ.items()
           if not k.lower().endswith("_proxy") and not k.startswith("XDG_")}
    env.update(LC_ALL="C.UTF-8", **more)
    return env


# ---- the daemon


class Daemon:
    """socks5d in the foreground, with a folder of its own."""

    def __init__(self, *lines, args=(), store="memory:", folder=None,
                 descriptors=None, drain=0, workers=2, ready=True,
                 environment=None, inside=()):
        """inside: a command that runs what is behind it in another world."""
        self.own = folder is None
        self.folder = folder or tempfile.mkdtemp(prefix="socks5d-e2e-")
        self.conf = self.path("socks5d.conf")
        self.access = self.path("access.log")
        self.admin = self.path("admin.sock")
        self.fixed = [
            "listen 127.0.0.1:0", "listen [::1]:0", "admin unix:" + self.admin,
            "store " + store, "workers %d" % workers, "access-log " + self.access,
            "drain-timeout %d" % drain, "user root",
        ]
        self.configure(*lines)
        self.args = [*inside, program("socks5d"), "-f", "-c", self.conf, *args]
        self.descriptors = descriptors
        self.environment = environment or {}
        self.start(ready)

    def path(self, name):
        return os.path.join(self.folder, name)

    def configure(self, *lines):
        keys = {line.split()[0] for line in lines}
        fixed = [f for f in self.fixed if f.split()[0] not in keys]
        with open(self.conf, "w") as f:
            f.write("".join(line + "\n" for line in [*fixed, *lines]))

    def _limit(self):
        if self.descriptors:
            resource.setrlimit(resource.RLIMIT_NOFILE,
                               (self.descriptors, self.descriptors))

    def start(self, ready=True):
        self.errors = self.path("stderr.%d" % time.monotonic_ns())
        with open(self.errors, "wb") as f:
            self.process = subprocess.Popen(
                self.args, stdin=subprocess.DEVNULL, stdout=f, stderr=f,
                cwd=self.folder, preexec_fn=self._limit,
                env=clean_environment(XDG_RUNTIME_DIR=self.folder,
                                      XDG_STATE_HOME=self.folder,
                                      **self.environment))
        if ready:
            self.ready()

    def log(self):
        with open(self.errors, errors="replace") as f:
            return f.read()

    def ready(self):
        def up():
            if self.process.poll() is not None:
                raise Failure("socks5d ended at once:\n" + self.log())
            return " main started" in self.log()
        wait_for(up, "socks5d to start:\n" + self.log())
        on = re.findall(r" listening on=(\S+)", self.log())
        self.ports = {}
        for where in on:
            host, _, port = where.rpartition(":")
            self.ports["::1" if "[" in host else host] = int(port)
        self.port = self.ports["127.0.0.1"]

    def wait_log(self, pattern):
        return wait_for(lambda: re.search(pattern, self.log(), re.M),
                        "the log line %r in\n%s" % (pattern, self.log()))

    def access_lines(self, event=None):
        """The whole lines of the access log, split into fields."""
        if not os.path.exists(self.access):
            return []
        with open(self.access, errors="replace") as f:
            rows = [line[:-1].split("\t") for line in f if line[-1] == "\n"]
        return [r for r in rows if event is None or r[2] == event]

    def wait_access(self, event, count=1):
        wait_for(lambda: len(self.access_lines(event)) >= count,
                 "%d lines %s in the access log" % (count, event))
        return self.access_lines(event)

    def signal(self, number):
        self.process.send_signal(number)

    def reload(self):
        """HUP; returns the line that tells how it went."""
        before = len(self.log())
        self.signal(signal.SIGHUP)
        pattern = re.compile(r".* (reloaded|reload refused|reload failed).*")
        return wait_for(lambda: pattern.search(self.log(), before),
                        "the end of a reload").group()

    def cpu(self):
        """Seconds of processor time used so far."""
        with open("/proc/%d/stat" % self.process.pid) as f:
            fields = f.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def open_descriptors(self):
        return len(os.listdir("/proc/%d/fd" % self.process.pid))

    def wait_end(self):
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise Failure("socks5d does not end:\n" + self.log()) from None

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        """TERM; whatever goes wrong on the way down is a failure."""
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
            status = self.wait_end()
            same(status, 0, "exit status of socks5d\n" + self.log())
        need(not SANITIZER.search(self.log()), self.log())

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        try:
            if kind is None:
                self.stop()
            else:
                print("---- log of socks5d (exit status %s)\n%s----" %
                      (self.process.poll(), self.log()[-8000:]))
        finally:
            if self.process.poll() is None:
                self.kill()
            if self.own:
                shutil.rmtree(self.folder, ignore_errors=True)


# ---- its operator


def run_ctl(d, *words, stdin=""):
    """socks5ctl at the daemon's own socket, whatever comes of it."""
    return subprocess.run(
        [program("socks5ctl"), "-s", "unix:" + d.admin, *words], input=stdin,
        capture_output=True, text=True, timeout=PATIENCE,
        env=clean_environment())


def ctl(d, *words, want=0, stdin=""):
    """What it prints, and nothing else; or its errors, if it is to fail so."""
    done = run_ctl(d, *words, stdin=stdin)
    same(done.returncode, want, " ".join(words) + ": " + done.stderr)
    same(done.stderr if want == 0 else done.stdout, "", " ".join(words))
    return done.stdout if want == 0 else done.stderr


def ctl_rows(d, *words):
    """What it prints as JSON: an object a row."""
    return [json.loads(line) for line in ctl(d, "--json", *words).splitlines()]


def ctl_add(d, name, password="pw"):
    ctl(d, "user", "add", name, stdin=password + "\n")


def ctl_user(d, name):
    row, = ctl_rows(d, "user", "show", name)
    return row


def ctl_figure(d, name):
    row, = ctl_rows(d, "metrics", name)
    return row["value"]


# ---- targets


def family_of(host):
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def listener(host="127.0.0.1", backlog=1024):
    s = socket.socket(family_of(host), socket.SOCK_STREAM)
    s.bind((host, 0))
    if backlog is not None:
        s.listen(backlog)
    return s


class Target:
    """A server that runs serve(socket) in a thread for each connection."""

    def __init__(self, serve, host="127.0.0.1"):
        self.serve = serve
        self.socket = listener(host)
        self.host, self.port = self.socket.getsockname()[:2]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                s = self.socket.accept()[0]
                s.settimeout(PATIENCE)
                threading.Thread(target=self._run, args=(s,),
                                 daemon=True).start()

    def _run(self, s):
        with s, contextlib.suppress(OSError):
            self.serve(s)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # close() alone would leave accept() waiting in its thread
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


def python_with(module, package):
    """The path of a Python that has the module: ours, or the system's."""
    for python in (sys.executable, "/usr/bin/python3"):
        if os.path.exists(python) and subprocess.run(
                [python, "-c", "import " + module], stderr=subprocess.DEVNULL
                ).returncode == 0:
            return python
    raise Failure("the module %s is missing: apt-get install %s" % (
        module, package))


def own_namespaces(*kinds):
    """Go on in namespaces of our own, as root there (options of unshare)."""
    if "SOCKS5D_TEST_INSIDE" in os.environ:
        return
    os.environ["SOCKS5D_TEST_INSIDE"] = "1"
    unshare = [tool("unshare", "util-linux"), *kinds]
    if os.geteuid() != 0:
        unshare.append("--map-root-user")
    os.execv(unshare[0], [*unshare, sys.executable,
                          os.path.abspath(sys.argv[0]), *sys.argv[1:]])


def echo(s):
    while True:
        data = s.recv(65536)
        if not data:
            return
        s.sendall(data)


class Crowd:
    """An echo server for thousands of connections, in one thread."""

    def __init__(self):
        self.socket = listener(backlog=4096)
        self.socket.setblocking(False)
        self.host, self.port = self.socket.getsockname()
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.socket, selectors.EVENT_READ)
        self.ending = False
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        while not self.ending:
            for key, _ in self.selector.select(0.1):
                with contextlib.suppress(BlockingIOError):
                    self._serve(key.fileobj)

    def _serve(self, s):
        if s is self.socket:
            self.selector.register(s.accept()[0], selectors.EVENT_READ)
            return
        try:
            data = s.recv(65536)
            if data:
                s.sendall(data)
                return
        except OSError:
            pass
        self.selector.unregister(s)
        s.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.ending = True
        self.thread.join()
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()
        self.selector.close()


@contextlib.contextmanager
def refusing(host="127.0.0.1"):
    """A port on which nobody listens, and nobody else will."""
    with listener(host, None) as s:
        yield s.getsockname()[1]


@contextlib.contextmanager
def hanging():
    """A port of 127.0.0.1 that answers no SYN: its backlog is full."""
    with contextlib.ExitStack() as stack:
        s = stack.enter_context(listener(backlog=0))
        for _ in range(16):
            c = stack.enter_context(socket.socket())
            c.settimeout(0.05)
            try:
                c.connect(s.getsockname())
            except TimeoutError:
                yield s.getsockname()[1]
                return
        raise Failure("the backlog does not fill")


# ---- a SOCKS client


class Refused(Exception):
    """The proxy said no: method or REP is the code."""

    def __init__(self, code):
        super().__init__("refused with %#04x" % code)
        self.code = code


def read_exactly(s, n):
    data = b""
    while len(data) < n:
        more = s.recv(n - len(data))
        if not more:
            raise Failure("closed after %d of %d octets" % (len(data), n))
        data += more
    return data


def read_all(s):
    parts = []
    while True:
        data = s.recv(1 << 20)
        if not data:
            return b"".join(parts)
        parts.append(data)


def packed_host(host):
    try:
        ip = ipaddress.ip_address(host)
    except ValueError:
        name = host.encode()
        return b"\3" + bytes([len(name)]) + name
    return (b"\1" if ip.version == 4 else b"\4") + ip.packed


def as_name(host):
    """Any host, a literal address too, as ATYP 03."""
    return b"\3" + bytes([len(host)]) + host.encode()


def request(host, port, command=1):
    packed = host if isinstance(host, bytes) else packed_host(host)
    return bytes([5, command, 0]) + packed + struct.pack("!H", port)


def login(user, password):
    user, password = user.encode(), password.encode()
    return (bytes([1, len(user)]) + user + bytes([len(password)]) + password)


def read_reply(s):
    """REP, BND.ADDR and BND.PORT."""
    version, rep, reserved, atyp = read_exactly(s, 4)
    same((version, reserved), (5, 0), "VER and RSV of a reply")
    need(atyp in (1, 4), "ATYP of a reply is %d" % atyp)
    ip = ipaddress.ip_address(read_exactly(s, 4 if atyp == 1 else 16))
    return rep, str(ip), struct.unpack("!H", read_exactly(s, 2))[0]


def proxy_socket(daemon, via="127.0.0.1"):
    s = socket.socket(family_of(via))
    s.settimeout(PATIENCE)
    s.connect((via, daemon.ports[via]))
    return s


def greet(s, user=None, password=None):
    s.sendall(b"\5\1\0" if user is None else b"\5\1\2")
    version, method = read_exactly(s, 2)
    same(version, 5, "VER of the method")
    if method == 0xFF:
        raise Refused(method)
    if user is not None:
        s.sendall(login(user, password))
        same(read_exactly(s, 2), b"\1\0", "the answer to the login")


def tunnel_and_reply(daemon, host, port, user=None, password=None,
                     via="127.0.0.1"):
    """A socket that is connected to the target, and the reply, or Refused."""
    s = proxy_socket(daemon, via)
    try:
        greet(s, user, password)
        s.sendall(request(host, port))
        reply = read_reply(s)
        if reply[0] != 0:
            raise Refused(reply[0])
        return s, reply
    except BaseException:
        s.close()
        raise


def tunnel(daemon, host, port, *args, **kwargs):
    return tunnel_and_reply(daemon, host, port, *args, **kwargs)[0]


def refusal(function, *args, **kwargs):
    """The code with which a call is refused; None if it is not."""
    try:
        function(*args, **kwargs).close()
    except Refused as r:
        return r.code
    return None


def is_closed(s):
    """Wait for the other side to end: 'end', 'reset', or its octets."""
    try:
        return s.recv(1) or "end"
    except ConnectionResetError:
        return "reset"


def sum_of(data):
    return hashlib.sha256(data).hexdigest()


# ---- the admin protocol, as far as these tests need it


class Admin:
    """A client of the base protocol over the Unix socket, as the daemon's own
    user, which needs no account."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(path)
        self.socket.sendall(login("local", "local"))
        same(read_exactly(self.socket, 2), b"\1\0", "answer to the login")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    @staticmethod
    def text(value):
        value = value.encode()
        return bytes([len(value)]) + value

    def change(self, cmd, body):
        """STATUS of a modification."""
        self.socket.sendall(bytes([1, cmd]) + body)
        same(read_exactly(self.socket, 2), bytes([1, cmd]), "TYPE and CMD")
        return read_exactly(self.socket, 1)[0]

    def number(self, cmd, width):
        self.socket.sendall(bytes([0, cmd]))
        same(read_exactly(self.socket, 2), bytes([0, cmd]), "TYPE and CMD")
        return int.from_bytes(read_exactly(self.socket, width), "big")

    def add(self, name, password, role=0):
        return self.change(0, self.text(name) + self.text(password)
                           + bytes([role]))

    def remove(self, name):
        return self.change(1, self.text(name))

    def users(self):
        self.socket.sendall(b"\0\0")
        same(read_exactly(self.socket, 2), b"\0\0", "TYPE and CMD")
        names = []
        for _ in range(read_exactly(self.socket, 1)[0]):
            length = read_exactly(self.socket, 1)[0]
            names.append(read_exactly(self.socket, length).decode())
        return names
