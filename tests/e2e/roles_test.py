#!/usr/bin/env python3
"""Who may do what: every row of the table, with every role, over every front
end that has it; and what the log tells of each change."""

import os

import admin_table
import bottler_wire
from admin_table import BASE, BOTTLER, EXTENDED
from admin_wire import Peer, login, query, text
from bottler_wire import Fleet
from harness import *

TABLE = admin_table.commands()
FORMS = {BASE: "base", EXTENDED: "extension", BOTTLER: "Bottler"}
DENIED, ADMIN, OBSERVER = 6, 1, 2
SECRETS = ("Geheim-1", "Geheim-2", "secret")
MARKER = query(9)


def rows_of(form, change=None):
    rows = [c for c in TABLE.values() if c.codes[form] is not None and
            change in (None, c.change)]
    need(len(rows) > 5, "rows of the %s" % FORMS[form])
    return rows


def served(*lines):
    return Fleet("admin tcp:127.0.0.1:0", *lines,
                 args=("-a", "root:secret", "-u", "alice:secret"))


def endpoint(d):
    return d.wait_log(r" administering on=(tcp:\S+)").group(1)


def with_observer(d):
    """A connection of an observer's."""
    with Peer(endpoint(d), ("root", "secret")) as p:
        same(p.extended(0x0300, text("watcher") + text("secret") + b"\2"),
             (0, b""))
    return Peer(endpoint(d), ("watcher", "secret"))


def ask_base(p, row, values=None):
    """The answer of a request, however long it is: what comes before that of
    another one behind it."""
    p.send(row.packed(BASE, values) + MARKER)
    while p.buffer[-3:-1] != MARKER:
        need(p.fill(), "closed after %s" % row.name)
    got, p.buffer = p.buffer[:-3], b""
    return got


def state(d):
    """All that a modification might have touched."""
    with Peer(endpoint(d), ("root", "secret")) as p:
        got = [p.extended(0x0203, text("") + text(after))
               for after in ("", "selector-timeout")]
        return got + [p.users(), p.extended(0x0207), p.extended(0x0209),
                      p.extended(0x020A)]


# ---- nobody, and regular users


@case
def who_is_no_administrator_reaches_no_row_of_either_protocol():
    with served() as d:
        before = state(d)
        for who in (("nobody", "secret"), ("alice", "secret"),
                    ("root", "wrong"), ("", "")):
            p = Peer(endpoint(d), None)
            p.send(login(*who) + b"".join(
                row.packed(form) for form in (BASE, EXTENDED)
                for row in rows_of(form)))
            same(p.take(2), b"\1\1")
            same(p.rest(), b"", who)
        same(state(d), before)


@case
def without_the_token_no_row_of_bottler_is_reached():
    with served() as d:
        before = state(d)
        for i, row in enumerate(rows_of(BOTTLER)):
            # A source each: wrong tokens slow theirs down.
            with d.bottler(source="127.0.1.%d" % (i + 1)) as b:
                same(b.ask(row.codes[BOTTLER], row.body(BOTTLER),
                           token=bytes(8)),
                     (bottler_wire.WRONG_TOKEN, b""), row.name)
        same(state(d), before)


# ---- observers


@case
def an_observer_asks_all_and_changes_nothing_in_the_base_protocol():
    with served() as d, with_observer(d) as p:
        before = state(d)
        for row in rows_of(BASE, change=False):
            got = ask_base(p, row)
            need(len(got) > 2 and got[1] != 0xFF, row.name)
        for row in rows_of(BASE, change=True):
            same(ask_base(p, row)[2:], b"\xff", row.name)
        same(state(d), before)


@case
def an_observer_asks_all_and_changes_nothing_in_the_extension():
    with served() as d, with_observer(d) as p:
        before = state(d)
        for row in rows_of(EXTENDED):
            status, _ = p.extended(row.codes[EXTENDED], row.body(EXTENDED))
            same(status == DENIED, row.change, row.name)
        same(state(d), before)
        for row in rows_of(EXTENDED, change=True):
            d.wait_log(r'command denied by=watcher@tcp:127\.0\.0\.1:\d+ '
                       r'command="%s" role=observer' % row.words)


@case
def a_readonly_bottler_answers_all_and_changes_nothing():
    with served("bottler-readonly yes") as d, d.bottler() as b:
        before = state(d)
        for row in rows_of(BOTTLER):
            status, _ = b.ask(row.codes[BOTTLER], row.body(BOTTLER))
            same(status == bottler_wire.REFUSED, row.change, row.name)
        same(state(d), before)


# ---- administrators


def every_row_is_allowed(p):
    for row in rows_of(EXTENDED):
        status, _ = p.extended(row.codes[EXTENDED], row.body(EXTENDED))
        need(status not in (DENIED, 7), "%s: %d" % (row.name, status))
    for row in rows_of(BASE):
        got = ask_base(p, row)
        need(len(got) > 2 and got[1] != 0xFF, row.name)


@case
def an_administrator_reaches_every_row():
    with served() as d:
        with Peer(endpoint(d), ("root", "secret")) as p:
            every_row_is_allowed(p)
    with served() as d, d.bottler() as b:
        for row in rows_of(BOTTLER):
            status, _ = b.ask(row.codes[BOTTLER], row.body(BOTTLER))
            need(status not in (bottler_wire.REFUSED, bottler_wire.UNKNOWN),
                 "%s: %d" % (row.name, status))


@case
def the_daemons_own_user_is_an_administrator_over_the_unix_socket():
    with Daemon() as d, Peer("unix:" + d.admin, ("whoever", "x")) as p:
        every_row_is_allowed(p)
        d.wait_log(r"by=local:%d " % os.getuid())


@case
def who_is_made_an_observer_or_disabled_loses_what_it_had():
    with served() as d, Peer(endpoint(d), ("root", "secret")) as p:
        for name, code, body in (("one", 0x0306, b"\2"), ("two", 0x0307, b"\0"),
                                 ("three", 0x0306, b"\0")):
            same(p.extended(0x0300, text(name) + text("secret") + b"\1")[0], 0)
            with Peer(endpoint(d), (name, "secret")) as other:
                other.number(7)
                same(p.extended(code, text(name) + body), (0, b""))
                same(other.rest(), b"")


# ---- what the log tells

# Each modification, in an order in which it can be done: the fields of its
# request and what the log says behind who did it.
STORY = [
    ("user_add", dict(name="eve", password="Geheim-1", role=ADMIN),
     r'account added by=WHO id=\d+ name="eve" before="" after="(admin|regular)"'),
    ("account_password", dict(name="eve", password="Geheim-2"),
     r'account password changed by=WHO id=\d+ name="eve"'),
    ("account_rename", dict(name="eve", new_name="eva"),
     r'account renamed by=WHO id=\d+ name="eva" before="eve" after="eva"'),
    ("account_role", dict(name="eva", role=OBSERVER),
     r'account role changed by=WHO .* before="admin" after="observer"'),
    ("account_enable", dict(name="eva", enabled=0),
     r'account disabled by=WHO .* before="yes" after="no"'),
    ("account_set", dict(name="eva", column="max-sessions", value="3"),
     r'account limit changed by=WHO .* column=max-sessions before=\S+ after=3'),
    ("session_clear", dict(name="eva"),
     r'sessions of a user closed by hand by=WHO name="eva"'),
    ("session_kill", dict(id=77), r"session closed by hand by=WHO id=77"),
    ("session_kill_all", dict(filter="user=eva"),
     r'sessions closed by hand by=WHO user="" filter="user=eva"'),
    ("user_del", None,
     r'account removed by=WHO id=\d+ name="ev[ae]" before="\w+" after=""'),
    ("account_restore", dict(name="eva"),
     r'account restored by=WHO id=\d+ name="eva" before="" after="observer"'),
    ("set", dict(key="drain-timeout", value="31"),
     r'setting changed by=WHO key=drain-timeout before="\d+" after="31"'),
    ("unset", dict(key="drain-timeout"),
     r'setting back by=WHO key=drain-timeout before="31" after="\d+"'),
    ("set_dissector", dict(dissector=1),
     r'setting changed by=WHO key=dissector before="no" after="yes"'),
    ("set_cleanup", dict(cleanup=0),
     r'setting changed by=WHO key=cleanup before="yes" after="no"'),
    ("set_buffer_size", dict(buffer_size=5000),
     r'setting changed by=WHO key=buffer-size before="65536" after="5000"'),
    ("set_selector_timeout", dict(selector_timeout=9),
     r'setting changed by=WHO key=selector-timeout before="7" after="9"'),
    ("set_connection_timeout", dict(connection_timeout=99),
     r'setting changed by=WHO key=connection-timeout before="255" after="99"'),
    ("set_authentication", dict(authentication=1),
     r'setting changed by=WHO key=auth before="auto" after="yes"'),
    ("rule_add", dict(rule="deny port 9"),
     r'rule added by=WHO id=1 place=1 rule="deny port 9"'),
    ("rule_move", dict(id=1, place=1),
     r'rule moved by=WHO id=1 before=1 after=1 rule="deny port 9"'),
    ("rule_del", dict(id=1),
     r'rule removed by=WHO id=1 place=1 rule="deny port 9"'),
    ("set_running", dict(running=0),
     r"proxy stopped by=WHO running=no"),
    ("reset", {}, r"proxy reset by=WHO running=yes"),
    ("finding_clear", {}, r"findings cleared by=WHO"),
]


def tell_story(d, form, who, ask):
    told = [(TABLE[name], values, line) for name, values, line in STORY
            if TABLE[name].codes[form] is not None]
    same({row.name for row, *_ in told},
         {row.name for row in rows_of(form, change=True)},
         "modifications of the %s that this test makes" % FORMS[form])
    for row, values, line in told:
        if values is None:  # it was renamed, where that can be done
            values = dict(name="eva" if TABLE["account_rename"].codes[form]
                          is not None else "eve")
        same(ask(row, values), 0, row.name)
        d.wait_log(line.replace("WHO", who))
    for secret in SECRETS + (bottler_wire.TOKEN.decode("latin1"),):
        need(secret not in d.log(), "%s is in the log" % secret)


@case
def every_change_over_the_base_protocol_is_logged_without_secrets():
    with served() as d, Peer(endpoint(d), ("root", "secret")) as p:
        tell_story(d, BASE, r"root@tcp:127\.0\.0\.1:\d+",
                   lambda row, values: ask_base(p, row, values)[2])


@case
def every_change_over_the_extension_is_logged_without_secrets():
    with served() as d, Peer(endpoint(d), ("root", "secret")) as p:
        tell_story(d, EXTENDED, r"root@tcp:127\.0\.0\.1:\d+",
                   lambda row, values: p.extended(
                       row.codes[EXTENDED], row.body(EXTENDED, values))[0])


@case
def every_change_over_bottler_is_logged_without_secrets():
    with served() as d, d.bottler() as b:
        tell_story(d, BOTTLER, r"bottler:127\.0\.0\.1:\d+",
                   lambda row, values: b.ask(
                       row.codes[BOTTLER], row.body(BOTTLER, values))[0])


@case
def what_is_refused_is_logged_with_who_and_why():
    with served() as d, Peer(endpoint(d), ("root", "secret")) as p:
        who = r"root@tcp:127\.0\.0\.1:\d+"
        same(p.why(0x0301, text("root"))[0], 4)
        d.wait_log(r'change refused by=%s about="root": that account is your '
                   "own" % who)
        same(p.why(0x0302, text("workers") + text("3"))[0], 4)
        d.wait_log(r'change refused by=%s about="workers": takes effect at' % who)


if __name__ == "__main__":
    main()
