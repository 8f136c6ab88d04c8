"""A terminal for tests: tmux on a socket of its own, with a shell in it."""

import atexit
import contextlib
import fcntl
import itertools
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import tempfile
import termios

from harness import *

_numbers = itertools.count()


class Terminal:
    """One window with an interactive shell; what it shows can be waited for."""

    def __init__(self, width=80, height=24, **env):
        self.tmux = [tool("tmux", "tmux"), "-L",
                     "socks5-%d-%d" % (os.getpid(), next(_numbers)),
                     "-f", "/dev/null"]
        self.folder = tempfile.mkdtemp(prefix="socks5-terminal-")
        shell = ["env", "-u", "NO_COLOR", "-u", "ESCDELAY", "PS1=% ",
                 "HISTFILE=", "bash", "--norc", "--noprofile", "-i"]
        environment = clean_environment(XDG_RUNTIME_DIR=self.folder,
                                        XDG_CONFIG_HOME=self.folder)
        environment.pop("TMUX", None)
        environment.update(env)
        subprocess.run([*self.tmux, "new-session", "-d", "-x", str(width),
                        "-y", str(height), *shell], check=True,
                       env=environment)
        self.wait("%")

    def _do(self, *args):
        r = subprocess.run([*self.tmux, *args], capture_output=True, text=True)
        need(r.returncode == 0, "tmux %s: %s" % (args[0], r.stderr))
        return r.stdout

    def screen(self, colours=False):
        return self._do("capture-pane", "-p", *(["-e"] if colours else []))

    def lines(self):
        return self.screen().split("\n")

    def keys(self, *names):
        """Names of keys as tmux has them: Enter, C-z, F2, q."""
        self._do("send-keys", *names)

    def type(self, text):
        self._do("send-keys", "-l", text)

    def paste(self, text):
        self._do("set-buffer", text)
        self._do("paste-buffer", "-p", "-r")

    def run(self, command):
        self.type(command)
        self.keys("Enter")

    def resize(self, width, height):
        self._do("resize-window", "-x", str(width), "-y", str(height))

    def wait(self, text, absent=False):
        """Wait until a text (or a compiled pattern) is there, or is not."""
        def there():
            screen = self.screen()
            found = (text.search(screen) if isinstance(text, re.Pattern)
                     else text in screen)
            return (not found) if absent else found
        try:
            return wait_for(there, "")
        except Failure:
            raise Failure("waited in vain for %s%r; the screen:\n%s" % (
                "the end of " if absent else "", text, self.screen())) from None

    def until(self, press, text, absent=False):
        """Press a key again until a text is there, or is not."""
        def done():
            if (text in self.screen()) != absent:
                return True
            self.keys(press)
            return (text in self.screen()) != absent
        try:
            wait_for(done, "")
        except Failure:
            raise Failure("%s does not %s %r; the screen:\n%s" % (
                press, "end" if absent else "bring", text,
                self.screen())) from None

    def gone(self, press, text):
        self.until(press, text, absent=True)

    def prompt(self):
        """Wait until the shell reads: what is typed before may be lost."""
        def there():
            x, y = map(int, self._do("display-message", "-p",
                                     "#{cursor_x} #{cursor_y}").split())
            return self.lines()[y][:x].rstrip().endswith("%")
        wait_for(there, "the prompt")

    def modes(self):
        """The terminal's modes, asked by the shell."""
        self.prompt()
        path = os.path.join(self.folder, "modes-%d" % next(_numbers))
        self.run("stty -g >%s.new && mv %s.new %s" % (path, path, path))
        wait_for(lambda: os.path.exists(path), "stty")
        with open(path) as f:
            return f.read()

    def status(self):
        """The exit status of the last command."""
        self.prompt()
        path = os.path.join(self.folder, "status-%d" % next(_numbers))
        self.run("echo $? >%s.new && mv %s.new %s" % (path, path, path))
        wait_for(lambda: os.path.exists(path), "the shell")
        with open(path) as f:
            return int(f.read())

    def child(self, name):
        """The process of that name that the shell started."""
        shell = self._do("display-message", "-p", "#{pane_pid}").strip()
        path = "/proc/%s/task/%s/children" % (shell, shell)

        def found():
            with open(path) as f:
                for pid in f.read().split():
                    with open("/proc/%s/comm" % pid) as comm:
                        if comm.read().strip().endswith(name):
                            return int(pid)
            return None
        return wait_for(found, "the process " + name)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if kind is not None:
            print("---- the terminal\n%s----" % self.screen())
        subprocess.run([*self.tmux, "kill-server"], capture_output=True)
        shutil.rmtree(self.folder, ignore_errors=True)


@contextlib.contextmanager
def console_on(*users):
    """A console on a daemon with these accounts, in its view of users."""
    with Daemon("auth yes") as d, Terminal() as t:
        for name in users:
            ctl_add(d, name, "correct horse")
        t.run("%s -s unix:%s" % (program("socks5tui"), d.admin))
        t.wait("[UP]")
        t.keys("3")
        t.wait("[3 Users]")
        for name in users:
            t.wait(re.compile("^[> ]  " + name, re.M))
        yield t, d


class Pty:
    """A bare pseudo-terminal: what a terminal does not read, stays unread."""

    def __init__(self, server, *args, width=200, height=60, **env):
        console = program("socks5tui")
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ,
                        struct.pack("HHHH", height, width, 0, 0))
            os.execve(console, [console, "-s", "unix:" + server.admin, *args],
                      clean_environment(**{
                          "TERM": "xterm-256color",
                          "XDG_CONFIG_HOME": server.folder, **env}))

    def read(self):
        if select.select([self.fd], [], [], 0.01)[0]:
            return os.read(self.fd, 65536)
        return b""

    def wait(self, octets):
        seen = b""

        def there():
            nonlocal seen
            seen += self.read()
            return octets in seen
        wait_for(there, "%r on the terminal" % octets)
        return seen

    def end(self):
        """Its status, once it has ended by itself."""
        def ended():
            with contextlib.suppress(OSError):
                self.read()
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            return [status] if pid != 0 else None
        status = wait_for(ended, "the end of socks5tui")[0]
        os.close(self.fd)
        return status

    def drain(self):
        """All there is now, until it is silent."""
        seen = b""
        while more := self.read():
            seen += more
        return seen

    def resize(self, width, height):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ,
                    struct.pack("HHHH", height, width, 0, 0))

    def quit(self):
        os.write(self.fd, b"q")
        seen = self.wait(b"\x1b[?1049l")
        same(os.waitstatus_to_exitcode(self.end()), 0, "exit status")
        return seen


class FakeServer:
    """A daemon's admin side with figures that move (tests/tui/fake_server.c)."""

    def __init__(self, *args):
        self.folder = tempfile.mkdtemp(prefix="socks5-fake-")
        self.admin = os.path.join(self.folder, "admin.sock")
        self.args = [program("tests/tui/fake_server"), *args, self.admin]
        self.output = os.path.join(self.folder, "output")
        self.start()

    def start(self):
        with open(self.output, "w") as f:
            self.process = subprocess.Popen(self.args, stdout=f,
                                            stdin=subprocess.PIPE)
        wait_for(lambda: "ready" in self.told(), "the fake server")

    def told(self):
        with open(self.output) as f:
            return f.read()

    def stop(self):
        self.process.stdin.close()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
