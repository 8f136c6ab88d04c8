#!/usr/bin/env python3
"""The admin suite over kernel SCTP, in User-Mode Linux where the kernel has none."""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "uml"))

import sctp_kernel  # noqa: E402

build = os.path.abspath(os.environ.get("top_builddir", "."))
os.environ["top_builddir"] = build
os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
sys.exit(sctp_kernel.run(
    [sys.executable, os.path.join(HERE, "admin_test.py"), "--sctp",
     *sys.argv[1:]],
    visible=[os.path.join(HERE, "..", ".."), build],
    preload=os.path.join(build, "tests/uml/xstate.so")))
