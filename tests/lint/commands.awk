# The commands that `socks5ctl -h` lists, as its manual page has them (mdoc).

function put() {
	if (command == "")
		return
	gsub(/\|--/, " | Fl -", command)
	gsub(/\[--/, "Op Fl -", command)
	gsub(/\]/, "", command)
	while (match(command, / \[?[A-Z][A-Z][A-Z_]*/)) {
		word = tolower(substr(command, RSTART + 1, RLENGTH - 1))
		word = (sub(/^\[/, "", word) ? "Op Ar " : "Ar ") word
		done = done substr(command, 1, RSTART) word
		command = substr(command, RSTART + RLENGTH)
	}
	command = done command
	done = ""
	print ".It Ic " command
	print toupper(substr(help, 1, 1)) substr(help, 2) "."
	command = ""
}

/^commands:/ { on = 1; next }
!on { next }

# Those that are asked of a server without the extension.
/^with --base/ {
	print ".El\n.Pp\nWith\n.Fl -base ,"
	print "or of a server that has the base protocol alone:"
	print ".Bl -tag -width Ds"
	next
}

# Those of Bottler.
/^with --bottler/ {
	print ".El\n.Pp\nWith\n.Fl -bottler :"
	print ".Bl -tag -width Ds"
	next
}

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
