#!/bin/sh
# Write the generated parts of the manual pages and the sample file again.
set -eu
cd "${srcdir:-.}"
commands=$(mktemp)
trap 'rm -f man/*.new docs/*.new "$commands"' EXIT

# update PAGE MARK AWK-PROGRAM TABLE
update() {
	[ -f "$4" ] || { echo "no $4"; exit 1; }
	{
		sed "/^\\.\\\\\" begin $2\$/q" "$1"
		awk -f "$3" "$4"
		sed -n "/^\\.\\\\\" end $2\$/,\$p" "$1"
	} >"$1.new"
	cat "$1.new" >"$1"
}

update man/socks5d.conf.5 settings tests/lint/settings.awk src/core/settings.def
update man/socks5tui.1 keys tests/lint/keys.awk tui/keys.def
"${top_builddir:-.}/socks5ctl" -h >"$commands"
update man/socks5ctl.1 commands tests/lint/commands.awk "$commands"
awk -v sample=1 -f tests/lint/settings.awk src/core/settings.def >docs/examples/socks5d.conf

# protocol MARK COMMAND...
protocol() {
	mark=$1
	shift
	{
		sed "/^<!-- begin $mark -->\$/q" docs/admin-protocol.md
		"$@"
		sed -n "/^<!-- end $mark -->\$/,\$p" docs/admin-protocol.md
	} >docs/admin-protocol.md.new
	cat docs/admin-protocol.md.new >docs/admin-protocol.md
}

protocol extension awk -f tests/lint/admin.awk src/proto/admin.def
protocol octets "${top_builddir:-.}/tests/proto/octets"
