#!/bin/sh
# Write the generated parts of the manual pages and the sample file again.
set -eu
cd "${srcdir:-.}"
page=man/socks5d.conf.5
new=$page.new
trap 'rm -f "$new"' EXIT
{
	sed '/^\.\\" begin settings$/q' "$page"
	awk -f tests/lint/settings.awk src/core/settings.def
	sed -n '/^\.\\" end settings$/,$p' "$page"
} >"$new"
cat "$new" >"$page"
awk -v sample=1 -f tests/lint/settings.awk src/core/settings.def >docs/examples/socks5d.conf
