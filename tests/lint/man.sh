#!/bin/sh
# The manual pages: mandoc has nothing to say about them, and what they list is
# what the tables list. `make update-man` brings the pages up to date.
set -u
cd "${srcdir:-.}" || exit 1
wrong=0
scratch=$(mktemp) || exit 1
trap 'rm -f "$scratch"' EXIT

say() {
	printf '%s\n' "$*"
	wrong=$((wrong + 1))
}

# The lines of a file between its marks, without them.
between() {
	sed -n "/^\\.\\\\\" begin $2\$/,/^\\.\\\\\" end $2\$/p" "$1" | sed '1d;$d'
}

command -v mandoc >/dev/null || say "mandoc is missing: apt-get install mandoc"
for page in man/*.[1-8]; do
	# Which other pages are installed here is not the page's fault.
	out=$(mandoc -Tlint "$page" 2>&1 |
		grep -v -e 'referenced manual not found' -e 'outdated mandoc.db')
	[ -z "$out" ] || say "$out"
	for other in $(sed -n 's/^\.Xr \(socks5[^ ]*\) \([1-8]\).*/\1.\2/p' "$page"); do
		[ -f "man/$other" ] || say "$page: there is no $other"
	done
	sections='NAME SYNOPSIS DESCRIPTION EXIT.STATUS FILES EXAMPLES DIAGNOSTICS SEE.ALSO'
	case $page in
	*.conf.5) sections='NAME DESCRIPTION FILES EXAMPLES DIAGNOSTICS SEE.ALSO' ;;
	esac
	for section in $sections; do
		grep -q "^\.Sh $section\$" "$page" || say "$page: no section $section"
	done
done

# Settings, row by row.
settings=$(awk -f tests/lint/settings.awk src/core/settings.def)
[ "$settings" = "$(between man/socks5d.conf.5 settings)" ] ||
	say "man/socks5d.conf.5 and src/core/settings.def differ: make update-man"
sample=$(awk -v sample=1 -f tests/lint/settings.awk src/core/settings.def)
[ "$sample" = "$(cat docs/examples/socks5d.conf)" ] ||
	say "docs/examples/socks5d.conf and src/core/settings.def differ: make update-man"

# Keys of the console.
keys=$(awk -f tests/lint/keys.awk tui/keys.def)
[ "$keys" = "$(between man/socks5tui.1 keys)" ] ||
	say "man/socks5tui.1 and tui/keys.def differ: make update-man"

# Options of the daemon: in its table and as .It Fl in its page.
options=$(sed -n "s/^OPTION('\(.\)'.*/\1/p" src/daemon/options.def | LC_ALL=C sort)
listed=$(sed -n 's/^\.It Fl \([A-Za-z]\).*/\1/p' man/socks5d.8 | LC_ALL=C sort)
[ "$options" = "$listed" ] ||
	say "man/socks5d.8 and src/daemon/options.def list different options"

# Commands and options of the clients, as the programs themselves tell them.
ctl=${top_builddir:-.}/socks5ctl
commands=$("$ctl" -h | awk -f tests/lint/commands.awk)
[ -n "$commands" ] || say "$ctl -h lists no commands"
[ "$commands" = "$(between man/socks5ctl.1 commands)" ] ||
	say "man/socks5ctl.1 and socks5ctl -h list different commands: make update-man"
for program in socks5ctl socks5tui; do
	page=man/$program.1
	[ -x "${top_builddir:-.}/$program" ] || continue # --disable-tui
	"${top_builddir:-.}/$program" -h | sed '/^commands:/,$d' >"$scratch"
	for option in $(grep -oE '(^|[] [,|])--?[a-zA-Z][a-z-]*' "$scratch" | tr -d '] [,|' | sort -u); do
		grep -qE -e "Fl (. , )?${option#-}( |\$)" "$page" || say "$page: no $option"
	done
	for option in $(sed -n 's/^\.It Fl //p' "$page" | grep -oE '(^|, )-?[a-zA-Z][a-z-]*' | tr -d ', '); do
		grep -qE -e "(^|[] [,|])-$option([] =,|]|\$)" "$scratch" || say "$page: $program -h has no -$option"
	done
done

[ $wrong -eq 0 ] && echo "the manual pages are in order"
exit $((wrong > 0))
