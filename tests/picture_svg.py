"""What a terminal shows, as an SVG: cell by cell, for tests/picture.py."""

import html
import re

CELL_W, CELL_H, SIZE = 8.43, 17, 14
INK, PAPER = "#d0d0d0", "#16181d"
BASIC = ["#1c1c1c", "#cc6666", "#8fbf6f", "#d7ba7d", "#6f9fd8", "#b294bb",
         "#6fbfbf", "#d0d0d0", "#7c7c7c", "#e08080", "#a8d88a", "#f0d090",
         "#8ab8f0", "#d0a8e0", "#88d8d8", "#ffffff"]
TEXT = re.compile(r"\x1b\[([0-9;]*)m|([^\x1b])")


def colour(n):
    """One of the terminal's 256 colours."""
    if n < 16:
        return BASIC[n]
    if n >= 232:
        return "#%02x%02x%02x" % ((8 + 10 * (n - 232),) * 3)
    steps = (0, 95, 135, 175, 215, 255)
    n -= 16
    return "#%02x%02x%02x" % (steps[n // 36], steps[n // 6 % 6], steps[n % 6])


class Style:
    def __init__(self):
        self.reset()

    def reset(self):
        self.ink, self.paper, self.bold, self.back = INK, None, False, False

    def take(self, codes):
        codes = [int(c or 0) for c in codes.split(";")]
        while codes:
            c = codes.pop(0)
            if c == 0:
                self.reset()
            elif c in (38, 48) and codes[:1] == [5]:
                setattr(self, "ink" if c == 38 else "paper", colour(codes[1]))
                del codes[:2]
            elif 30 <= c < 38 or 90 <= c < 98:
                self.ink = colour(c - 30 if c < 38 else c - 82)
            elif 40 <= c < 48:
                self.paper = colour(c - 40)
            elif c in (1, 7, 22, 27):
                setattr(self, "bold" if c in (1, 22) else "back", c < 20)
            elif c == 39:
                self.ink = INK
            elif c == 49:
                self.paper = None

    def now(self):
        ink, paper = self.ink, self.paper
        return (paper or PAPER, ink, self.bold) if self.back else (
            ink, paper, self.bold)


def runs(line, style):
    """(column, text, style) of neighbours that look the same."""
    at, out = 0, []
    for codes, char in TEXT.findall(line):
        if not char:
            style.take(codes)
            continue
        if out and out[-1][2] == style.now() and out[-1][0] + len(out[-1][1]) == at:
            out[-1][1] += char
        else:
            out.append([at, char, style.now()])
        at += 1
    return out


# Which sides of a cell a line character reaches: left, right, up, down.
LINES = {"─": "lr", "━": "lr", "│": "ud", "╭": "rd", "╮": "ld", "╰": "ru",
         "╯": "lu", "├": "rud", "┤": "lud", "┬": "lrd", "┴": "lru", "┼": "lrud"}
DOTS = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))


def shape(char, left, top):
    """The path of a character that fonts draw too differently, or None."""
    if "\u2800" <= char < "\u2900":
        bits = ord(char) - 0x2800
        return "".join("M%.1f %.1fh2.2v2.2h-2.2z" %
                       (left + 1 + 4.2 * x, top + 1 + 4.25 * y)
                       for i, (x, y) in enumerate(DOTS) if bits >> i & 1)
    if char not in LINES:
        return None
    x, y, out = left + CELL_W / 2, top + CELL_H / 2, ""
    wide = 0.5 if char != "━" else 1.2
    ends = {"l": (left, y), "r": (left + CELL_W, y), "u": (x, top),
            "d": (x, top + CELL_H)}
    for side in LINES[char]:
        (a, b), (c, d) = sorted((ends[side], (x, y)))
        out += "M%.1f %.1fH%.1fV%.1fH%.1fz" % (
            a - wide, b - wide, c + wide, d + wide, a - wide)
    return out


def svg(screen, width, height):
    """What tmux capture-pane -e told of a screen, as a picture."""
    out = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" '
           'font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" '
           'font-size="%d">' % (width * CELL_W + 24, height * CELL_H + 24, SIZE),
           '<rect width="100%%" height="100%%" rx="8" fill="%s"/>' % PAPER]
    style = Style()
    for y, line in enumerate(screen.split("\n")[:height]):
        for x, text, (ink, paper, bold) in runs(line, style):
            left, top = 12 + x * CELL_W, 12 + y * CELL_H
            wide = len(text) * CELL_W
            if paper:
                out.append('<rect x="%.1f" y="%.1f" width="%.1f" height="%d" '
                           'fill="%s"/>' % (left, top, wide, CELL_H, paper))
            path = "".join(shape(c, left + i * CELL_W, top) or ""
                           for i, c in enumerate(text))
            if path:
                out.append('<path d="%s" fill="%s"/>' % (path, ink))
            text = "".join(" " if shape(c, 0, 0) is not None else c
                           for c in text)
            if text.strip():
                out.append('<text x="%.1f" y="%.1f" textLength="%.1f" fill="%s"'
                           '%s xml:space="preserve">%s</text>' %
                           (left, top + 13, wide, ink,
                            ' font-weight="bold"' if bold else "",
                            html.escape(text)))
    return "\n".join([*out, "</svg>", ""])
