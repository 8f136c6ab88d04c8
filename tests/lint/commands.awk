# The commands that `socks5ctl -h` lists, as its manual page has them (mdoc).

function put() {
	if (command == "")
		return
	gsub(/\|--/, " | Fl -", command)
	gsub(/\[--/, "Op Fl -", command)
	gsub(/\]/, "", command)
	gsub(/ (NAME|VALUE)/, " Ar&", command)
	gsub(/Ar NAME/, "Ar name", command)
	gsub(/Ar VALUE/, "Ar value", command)
	print ".It Ic " command
	print toupper(substr(help, 1, 1)) substr(help, 2) "."
	command = ""
}

/^commands:/ { on = 1; next }
!on { next }

# A help too far right for its command stands in a line of its own.
/^      / {
	sub(/^ +/, "")
	help = $0
	put()
	next
}
/^  [a-z]/ {
	sub(/^  /, "")
	if ((i = index($0, "  ")) == 0) {
		command = $0
		next
	}
	command = substr($0, 1, i - 1)
	help = substr($0, i)
	sub(/^ +/, "", help)
	put()
}
