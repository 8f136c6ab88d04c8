"""src/proto/admin.def as a test reads it: fields, commands and their codes."""

import os
import re
import struct

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..",
                      "src", "proto", "admin.def")
BASE, EXTENDED, BOTTLER = range(3)


def _rows(name, table):
    for row in re.findall(r"^ *%s\((.*)\)$" % name, table, re.M):
        # Commas in texts part nothing.
        yield [part.strip().strip('"') for part in
               re.findall(r'"[^"]*"|[^,"]+', row)if part.strip() != ""]


class Command:
    def __init__(self, row, fields):
        self.name, self.words, request, answer = row[:4]
        self.many, self.change = row[4] == "MANY", row[5] == "CHANGE"
        self.request, self.answer = fields.get(request, []), answer
        self.codes = [None, None, None]

    def body(self, form, values=None):
        """A request's fields; without values the least that can be read."""
        out = b""
        for kind, name, widths in self.request:
            width = widths[form]
            if width == 0:
                continue
            if kind in ("TEXT", "SECRET"):
                raw = "x" if values is None else values.get(name, "")
                raw = raw.encode()
                out += bytes([len(raw)]) + raw
            else:
                value = 0 if values is None else values.get(name, 0)
                out += value.to_bytes(width, "big")
        return out

    def packed(self, form, values=None):
        code, body = self.codes[form], self.body(form, values)
        if form == BASE:
            return struct.pack("!H", code) + body
        if form == EXTENDED:
            return struct.pack("!HI", code, len(body)) + body
        return bytes([code]) + body


def commands():
    with open(SOURCE) as f:
        table = f.read()
    fields = {}
    for row in _rows("FIELD", table):
        fields.setdefault(row[0], []).append(
            (row[1], row[2], [int(n) for n in row[3:6]]))
    found = {}
    for row in _rows("COMMAND", table):
        if "COMMAND(%s, words" % row[0] not in table:
            found[row[0]] = Command(row, fields)
    for form, name in ((BASE, "BASE"), (EXTENDED, "EXTENDED")):
        for kind, cmd, command in _rows(name, table):
            if command in found and found[command].codes[form] is None:
                found[command].codes[form] = int(kind, 16) << 8 | int(cmd, 16)
    for cmd, command, *_ in _rows("BOTTLER", table):
        if command in found:
            found[command].codes[BOTTLER] = int(cmd, 16)
    return found
