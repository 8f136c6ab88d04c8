"""A terminal for tests: tmux on a socket of its own, with a shell in it."""

import atexit
import itertools
import os
import re
import shutil
import subprocess
import tempfile

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
        environment = clean_environment(XDG_RUNTIME_DIR=self.folder)
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

    def modes(self):
        """The terminal's modes, asked by the shell."""
        path = os.path.join(self.folder, "modes-%d" % next(_numbers))
        self.run("stty -g >%s.new && mv %s.new %s" % (path, path, path))
        wait_for(lambda: os.path.exists(path), "stty")
        with open(path) as f:
            return f.read()

    def status(self):
        """The exit status of the last command."""
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
