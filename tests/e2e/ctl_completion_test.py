#!/usr/bin/env python3
"""Completion of socks5ctl: what may come next, in real shells."""

from bottler_wire import Fleet
from terminal import *


# No limit of time decides here.
os.environ["SOCKS5_COMPLETION_MS"] = "60000"


def line(text, d=None, **env):
    """The candidates for the last word, without their meanings."""
    where = "-s unix:%s " % (d.admin if d else "/nonexistent")
    done = subprocess.run(
        [program("socks5ctl"), "completion", "line", "socks5ctl " + where +
         text], text=True, capture_output=True, timeout=PATIENCE,
        stdin=subprocess.DEVNULL, env=clean_environment(**env))
    same(done.returncode, 0, done.stderr)
    return [row.split("\t")[0] for row in done.stdout.splitlines()]


def add(d, *names):
    for name in names:
        ctl_add(d, name)


@case
def commands_come_from_the_table_without_a_daemon():
    words = line("")
    same(len(words), len(set(words)))
    need({"status", "metrics", "user", "session", "watch", "start"} <=
         set(words), words)
    same(line("us"), ["user"])
    need({"add", "del", "list"} <= set(line("user ")), "words of a group")
    same(line("user sho"), ["show"])
    same(line("nonsense "), [])
    same(line("watch 2 stat"), ["status"])
    same(line("watch stat"), ["status"])
    same(sorted(line("user role x ")), ["admin", "observer", "regular"])
    same(sorted(line("user enable x ")), ["no", "yes"])
    same(sorted(line("user add --")), ["--admin", "--observer", "--regular"])
    same(line("--js"), ["--json"])
    same(line("--base get b"), ["buffer-size"])
    same(line("completion "), ["bash", "zsh"])


@case
def values_come_from_the_daemon():
    with Daemon() as d:
        add(d, "alice", "albert", "bob")
        same(line("user show al", d), ["albert", "alice"])
        same(line("session list b", d), ["bob"])
        same(line("session clear b", d), ["bob"])
        same(line("session kill-all --user b", d), ["bob"])
        same(line("rule test --user b", d), ["bob"])
        same(line("session list --sort ra", d), ["rate"])
        same(line("session list --so", d), ["--sort"])
        same(line("user rename b", d), ["bob"])
        same(line("get work", d), ["workers"])
        need({"auth", "buffer-size"} <= set(line("set ", d)), "keys")
        same(sorted(line("set auth ", d)), ["auto", "no", "yes"])
        same(line("set buffer-size ", d), [])
        need("auth_failed" in line("metrics auth", d), "figures")
        same(line("user show ", d)[-1], "bob")
        same(line("user show bob ", d), [])


@case
def files_are_files():
    same(line("--password-file "), ["/"])
    same(line("--token-file x"), ["/"])


@case
def nobody_is_asked_for_a_password():
    with Daemon("admin tcp:127.0.0.1:0", args=("-a", "root:secret")) as d:
        where = d.wait_log(r" administering on=(tcp:\S+)").group(1)
        same(line("-s %s -U root user show " % where), [])
        same(line("-s %s -U root user show " % where,
                  SOCKS5_PASSWORD="secret"), ["root"])


@case
def names_that_a_terminal_would_obey_are_left_out():
    with Fleet("auth no", token=b"SECRET01") as d:
        with d.bottler(token=b"SECRET01") as b:
            same(b.ask(0x0A, b"\x03a b" + b"\x01x")[0], 0)
        same(line("user show a", d), ["a b"])
    for bad in ("'", "user show '", "x " * 100, "\x1b[2J", "\xff"):
        line(bad)


def tab(t, text):
    t.type(text)
    t.keys("Tab")


@case
def bash_completes_commands_names_and_endpoints():
    with Daemon() as d, Terminal(200) as t:
        add(d, "alice", "o'neil")
        ctl = "socks5ctl -s unix:" + d.admin
        t.run("PATH=%s:$PATH" % os.path.dirname(program("socks5ctl")))
        t.run('eval "$(socks5ctl completion bash)"')
        t.run("clear")
        tab(t, "socks5ctl stat")
        t.wait("socks5ctl status")
        t.keys("C-u")
        for typed, whole in ((ctl + " user sho", ctl + " user show"),
                             (ctl + " user show al", ctl + " user show alice"),
                             (ctl + " user show o", r"user show o\'neil"),
                             ("socks5ctl -s un", "socks5ctl -s unix:"),
                             (ctl + " get sel", "get selector-timeout")):
            tab(t, typed)
            t.wait(whole)
            t.keys("C-u")
        t.type("socks5ctl user ")
        t.keys("Tab", "Tab")
        t.wait("passwd")
        t.wait("rename")


@case
def zsh_completes_with_what_it_means():
    tool("zsh", "zsh")
    with Daemon() as d, Terminal(200) as t:
        add(d, "alice")
        ctl = "socks5ctl -s unix:" + d.admin
        t.run("PATH=%s:$PATH" % os.path.dirname(program("socks5ctl")))
        t.run("PS1='zsh> ' exec zsh -f")
        t.wait("zsh>")
        t.run("autoload -U compinit; compinit -D; "
              "source <(socks5ctl completion zsh); clear")
        for typed, whole in ((ctl + " user sho", ctl + " user show"),
                             (ctl + " user show al", ctl + " user show alice"),
                             (ctl + " get sel", "get selector-timeout")):
            tab(t, typed)
            t.wait(whole)
            t.keys("C-u")
        tab(t, "socks5ctl user r")
        t.wait("give an account another name")


@case
def scripts_are_for_shells_that_are_known():
    for shell, status in (("bash", 0), ("zsh", 0), ("fish", 2)):
        done = subprocess.run([program("socks5ctl"), "completion", shell],
                              capture_output=True)
        same(done.returncode, status)
    same(subprocess.run([program("socks5ctl"), "completion"],
                        capture_output=True).returncode, 2)


if __name__ == "__main__":
    main()
