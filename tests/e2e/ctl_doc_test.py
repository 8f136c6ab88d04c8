#!/usr/bin/env python3
"""The commands of socks5ctl that documents show are commands."""

import shlex

from harness import *

TOP = os.environ.get("top_srcdir", ".")
DOCUMENTS = ["README.md", "docs/operations.md", "docs/bottler.md",
             "docs/admin-protocol.md", "man/socks5ctl.1", "man/socks5d.8",
             "man/socks5d.conf.5"]


def commands(path):
    """The arguments of each call, without what a shell would do."""
    with open(os.path.join(TOP, path)) as f:
        text = f.read()
    for line in re.findall(r"^(?:    |[#$] ).*?\bsocks5ctl (.*)$", text, re.M):
        line = re.sub(r":8080\b", ":9", line)
        yield shlex.split(re.split(r" [|>&]|;|   +", line)[0], comments=True)


@case
def every_command_that_is_shown_is_understood():
    count = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in ("pw", "token"):
            with open(os.path.join(folder, name), "w") as f:
                f.write("SECRET01")
        for path in DOCUMENTS:
            for words in commands(path):
                if words and words[0].startswith("completion"):
                    continue
                words = ["1" if w == "ID" else w for w in words]
                where = [] if {"-s", "--bottler"} & set(words) \
                    else ["-s", "unix:/nonexistent"]
                done = subprocess.run(
                    [program("socks5ctl"), *where, *words], cwd=folder,
                    text=True, input="pw\n", capture_output=True,
                    env=clean_environment(), timeout=PATIENCE)
                same(done.returncode, 3,
                     "%s: socks5ctl %s: %s" % (path, words, done.stderr))
                count += 1
    need(count > 20, "%d commands" % count)


if __name__ == "__main__":
    main()
