"""A strict reader of Prometheus's text format 0.0.4, for the tests."""

import re

NAME = r"[a-z_][a-z0-9_]*"
HELP = re.compile(r"# HELP (%s) (\S.*)" % NAME)
TYPE = re.compile(r"# TYPE (%s) (counter|gauge|histogram)" % NAME)
SAMPLE = re.compile(r"(%s)(?:\{(.*)\})? (\d+(?:\.\d+)?)" % NAME)
LABEL = re.compile(r'(%s)="((?:[^"\\\n]|\\["\\n])*)"' % NAME)


class Wrong(Exception):
    """The text breaks a rule of the format or of Prometheus's conventions."""


def labels_of(text):
    labels = {}
    while text:
        m = LABEL.match(text)
        if not m or m[1] in labels:
            raise Wrong("labels %r" % text)
        labels[m[1]] = m[2]
        text = text[m.end():]
        if text and not re.match(r",[a-z]", text):
            raise Wrong("behind a label: %r" % text)
        text = text[1:]
    return tuple(sorted(labels.items()))


def check_histogram(name, samples):
    """Its buckets rise to the count, which is that of +Inf."""
    bounds = sorted((float(dict(labels)["le"]), value)
                    for (n, labels), value in samples.items()
                    if n == name + "_bucket")
    values = [value for _, value in bounds]
    if values != sorted(values) or bounds[-1:] != [
            (float("inf"), samples.get((name + "_count", ())))]:
        raise Wrong("the buckets of " + name)
    if (name + "_sum", ()) not in samples:
        raise Wrong(name + " has no sum")


def belongs(sample, name, kind):
    """Is that a sample of the metric? A histogram has three kinds."""
    if kind == "histogram":
        return sample in (name + "_bucket", name + "_sum", name + "_count")
    return sample == name


def read(text):
    """{(name, labels): value} and {name: type}; raises Wrong."""
    samples, types = {}, {}
    lines = text.split("\n")
    if lines.pop() != "":
        raise Wrong("the last line has no end")
    name, expected = None, "TYPE"
    for line in lines:
        m = HELP.fullmatch(line)
        if m:
            if m[1] in types:
                raise Wrong("twice: " + line)
            name, expected = m[1], "TYPE"
            continue
        m = TYPE.fullmatch(line)
        if m:
            if m[1] != name or expected != "TYPE":
                raise Wrong("no HELP before " + line)
            if (m[2] == "counter") != m[1].endswith("_total"):
                raise Wrong("a counter, and only one, ends in _total: " + line)
            types[name], expected = m[2], "a sample"
            continue
        m = SAMPLE.fullmatch(line)
        if not m or expected == "TYPE" or not belongs(
                m[1], name, types[name]):
            raise Wrong("line %r" % line)
        key = m[1], labels_of(m[2] or "")
        if key in samples:
            raise Wrong("twice: " + line)
        samples[key], expected = float(m[3]), "anything"
    for name, kind in types.items():
        if not any(belongs(n, name, kind) for n, _ in samples):
            raise Wrong(name + " has no sample")
        if kind == "histogram":
            check_histogram(name, samples)
    return samples, types
