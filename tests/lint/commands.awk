# The commands that `socks5ctl -h` lists, as its manual page has them (mdoc).

# [--place PLACE] as Oo Fl -place Ar place Oc.
function mdoc(command,   n, words, i, word, out) {
	gsub(/\[/, " [ ", command)
	gsub(/\]/, " ] ", command)
	gsub(/\|--/, " | --", command)
	n = split(command, words, " ")
	for (i = 1; i <= n; i++) {
		word = words[i]
		if (word == "[")
			word = "Oo"
		else if (word == "]")
			word = "Oc"
		else if (word ~ /^-/)
			word = "Fl " substr(word, 2)
		else if (word ~ /^[A-Z][A-Z]/)
			word = "Ar " tolower(word)
		else if (word ~ /[a-z]\|/ && i > 1)
			word = "Cm " word
		out = out " " word
	}
	return substr(out, 2)
}

function put() {
	if (command == "")
		return
	print ".It Ic " mdoc(command)
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
