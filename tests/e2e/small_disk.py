"""A disk that can be filled, and a daemon whose store is on it."""

from harness import *


class SmallDisk:
    """A file system of a mebibyte, in a mount namespace of its own."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="socks5d-disk-")
        namespace = ["-m"] if os.geteuid() == 0 else ["-m", "-U", "-r"]
        self.holder = subprocess.Popen(
            [tool("unshare", "util-linux"), *namespace, "sh", "-c",
             'mount -t tmpfs -o size=1m,mode=700 tmpfs "$1" && echo ready &&'
             ' exec cat', "sh", self.folder],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        need(self.holder.stdout.readline() == "ready\n",
             "no mount namespace can be made here")
        self.enter = [tool("nsenter", "util-linux"), "-t",
                      str(self.holder.pid), "-m"]
        if os.geteuid() != 0:
            self.enter += ["-U", "--preserve-credentials"]
        self.seen = "/proc/%d/root%s" % (self.holder.pid, self.folder)

    def fill(self):
        with open(self.seen + "/fill", "ab", buffering=0) as f:
            with contextlib.suppress(OSError):
                for size in (4096, 1):
                    while True:
                        f.write(bytes(size))

    def free(self):
        os.unlink(self.seen + "/fill")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.holder.stdin.close()
        self.holder.wait()
        os.rmdir(self.folder)


class DaemonOn(Daemon):
    """A daemon whose store is on such a disk."""

    def __init__(self, disk, *lines, **more):
        super().__init__(*lines, store="sqlite:%s/s.db" % disk.folder,
                         inside=disk.enter, **more)
