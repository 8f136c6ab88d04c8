#!/usr/bin/env python3
"""Run a command under a kernel that has SCTP.

    sctp_kernel.py [-u] [-t SECONDS] [-w DIR]... COMMAND...

Where the running kernel has SCTP the command is simply run (unless -u). Where
it has not, User-Mode Linux is booted for it: Linux as an ordinary process, on
the host's own files, read-only but for the DIRs; /tmp, /run and the like are
empty and writable, the network is loopback alone. The command runs as root; its
output and errors come out together; the exit status is the command's.

What is known about such a guest:
- its libraries and programs are the host's, but AddressSanitizer does not find
  room for its shadow in the guest's address space;
- a system call costs some 15 us, a fork 10 ms; computing runs at full speed;
- on two processors at once it would be several times slower: it gets one;
- listen() on an SCTP socket needs a hash module that sctp.ko does not pull in.
"""

import array
import ctypes
import fcntl
import getopt
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import termios
import threading
import tty

SECONDS = 300
MODULES = "/usr/lib/uml/modules"
NEEDED = ("md5.ko", "sha1_generic.ko", "sha256_generic.ko", "hmac.ko",
          "sctp.ko")
SCRATCH = ("/dev/shm", "/run", "/tmp", "/var/tmp")


# ---- inside: we are the guest's first process


def libc_call(name, *args):
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*args) == -1:
        number = ctypes.get_errno()
        raise OSError(number, "%s%r: %s" % (name, args, os.strerror(number)))


def mount(kind, where, options=""):
    os.makedirs(where, exist_ok=True)
    libc_call("mount", b"none", where.encode(), kind.encode(), 0,
              options.encode())


def load_modules(folder):
    """Load what is needed in the order of its dependencies."""
    needs, loaded = {}, set()
    with open(folder + "/modules.dep") as f:
        for line in f:
            name, _, others = line.partition(":")
            needs[name] = others.split()

    def load(name):
        if name in loaded:
            return
        loaded.add(name)
        for other in reversed(needs[name]):
            load(other)
        with open(os.path.join(folder, name), "rb") as f:
            try:
                libc_call("syscall", 313, f.fileno(), b"", 0)  # finit_module
            except FileExistsError:
                pass

    for name in needs:
        if os.path.basename(name) in NEEDED:
            load(name)


def loopback_up():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        request = array.array("B", b"lo".ljust(16, b"\0") +
                              (0x41).to_bytes(2, "little") + bytes(22))
        fcntl.ioctl(s, 0x8914, request)  # SIOCSIFFLAGS: IFF_UP, IFF_RUNNING


def guest(folder):
    mount("proc", "/proc")
    mount("sysfs", "/sys")
    for place in SCRATCH:
        mount("tmpfs", place, "mode=1777")
    mount("hostfs", folder, folder)
    with open(folder + "/job.json") as f:
        job = json.load(f)
    for place in [job["modules"], job["cwd"], *job["visible"]]:
        mount("hostfs", place, place)
    for name in ("fd", "stdin", "stdout", "stderr"):
        if not os.path.lexists("/dev/" + name):
            os.symlink("/proc/self/fd" + {"fd": "", "stdin": "/0",
                                          "stdout": "/1", "stderr": "/2"}[name],
                       "/dev/" + name)
    load_modules(job["modules"])
    loopback_up()
    out = os.open("/dev/ttyS0", os.O_WRONLY | os.O_NOCTTY)
    tty.setraw(out)
    status = subprocess.call(job["command"], cwd=job["cwd"], env=job["env"],
                             stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                             start_new_session=True)
    termios.tcdrain(out)
    with open(folder + "/status", "w") as f:
        f.write(str(status if status >= 0 else 128 - status))


def first_process(folder):
    try:
        guest(folder)
    finally:
        os.sync()
        libc_call("reboot", 0x4321FEDC)  # power off


# ---- outside


def has_sctp():
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM,
                           socket.IPPROTO_SCTP) as s:
            s.bind(("127.0.0.1", 0))
            s.listen()
        return True
    except OSError:
        return False


def find_guest():
    program = shutil.which("linux.uml")
    versions = sorted(os.listdir(MODULES)) if os.path.isdir(MODULES) else []
    if program is None or not versions:
        sys.exit("This kernel has no SCTP, and there is no User-Mode Linux to"
                 " test it with: apt-get install user-mode-linux")
    return program, os.path.join(MODULES, versions[-1])


def copy_output(source):
    with open(source, "rb", closefd=True) as f:
        while True:
            data = f.read1(65536)
            if not data:
                return
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()


def boot(program, folder, environment):
    """Start the guest; the process and the thread that copies its output."""
    read_end, write_end = os.pipe()
    processor = random.choice(sorted(os.sched_getaffinity(0)))
    with open(folder + "/console", "wb") as console:
        process = subprocess.Popen(
            [program, "mem=512M", "umid=guest", "uml_dir=" + folder + "/",
             "rootfstype=hostfs", "rootflags=/", "ro",
             "init=" + os.path.abspath(__file__), "SCTP_KERNEL_JOB=" + folder,
             "con=null", "con0=null,fd:1", "ssl=null",
             "ssl0=null,fd:%d" % write_end, "loglevel=5", "panic=-1"],
            stdin=subprocess.DEVNULL, stdout=console, stderr=console,
            pass_fds=[write_end], env=environment, start_new_session=True,
            preexec_fn=lambda: os.sched_setaffinity(0, {processor}))
    os.close(write_end)
    copier = threading.Thread(target=copy_output, args=(read_end,))
    copier.start()
    return process, copier


def run(command, visible=(), seconds=SECONDS, always=False, preload=None):
    """The command's exit status; 124 if it took too long."""
    if not always and has_sctp():
        return subprocess.call(command)
    program, modules = find_guest()
    folder = tempfile.mkdtemp(prefix="sctp-kernel-")
    try:
        job = {"command": list(command), "env": dict(os.environ),
               "cwd": os.getcwd(), "modules": modules,
               "visible": [os.path.realpath(v) for v in visible]}
        with open(folder + "/job.json", "w") as f:
            json.dump(job, f)
        environment = dict(os.environ, HOME=folder)
        if preload is not None and os.path.exists(preload):
            environment["LD_PRELOAD"] = os.path.abspath(preload)
        process, copier = boot(program, folder, environment)
        try:
            process.wait(seconds)
            late = False
        except subprocess.TimeoutExpired:
            late = True
        finally:
            # Its helper processes outlive it and hold our pipe open.
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()
            copier.join()
        if os.path.exists(folder + "/status"):
            with open(folder + "/status") as f:
                return int(f.read())
        with open(folder + "/console", errors="replace") as f:
            sys.stderr.write(f.read()[-4000:])
        print("the guest was killed after %d s" % seconds if late else
              "the guest failed", file=sys.stderr)
        return 124 if late else 125
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main():
    options, command = getopt.getopt(sys.argv[1:], "ut:w:p:")
    choice = dict(options)
    if not command:
        sys.exit(__doc__)
    sys.exit(run(command, [v for o, v in options if o == "-w"],
                 int(choice.get("-t", SECONDS)), "-u" in choice,
                 choice.get("-p")))


if os.getpid() == 1 and "SCTP_KERNEL_JOB" in os.environ:
    first_process(os.environ["SCTP_KERNEL_JOB"])
elif __name__ == "__main__":
    main()
