# The keys of tui/keys.def as the manual page lists them (mdoc).

# The columns are parted by the commas outside quotes.
function cells(line,   i, c, mark, n) {
	sub(/^KEY\(/, "", line)
	sub(/\)[ \t]*$/, "", line)
	n = 1
	for (i = 1; i <= 8; i++)
		cell[i] = ""
	for (i = 1; i <= length(line); i++) {
		c = substr(line, i, 1)
		if (mark == "" && c == ",") {
			n++
			continue
		}
		if (c == "\\") {
			cell[n] = cell[n] c substr(line, ++i, 1)
			continue
		}
		if (mark == "" && (c == "\"" || c == "'"))
			mark = c
		else if (c == mark)
			mark = ""
		if (mark != "" || c != " ")
			cell[n] = cell[n] c
	}
}

function unquoted(text) {
	return substr(text, 2, length(text) - 2)
}

function key(text) {
	if (text ~ /^INPUT_F\(/) return "F" substr(text, 9, length(text) - 9)
	if (text ~ /^INPUT_CTRL\(/) return "Ctrl-" substr(text, 13, 1)
	if (text == "' '") return "Space"
	if (text == "'\\\\'") return "\\e"
	if (text ~ /^'/) return "\\&" unquoted(text)
	if (text == "INPUT_BTAB") return "Shift-Tab"
	if (text == "INPUT_PGUP") return "PgUp"
	if (text == "INPUT_PGDN") return "PgDn"
	sub(/^INPUT_/, "", text)
	return toupper(substr(text, 1, 1)) tolower(substr(text, 2))
}

# IN_USERS|IN_LOGS: "the users and the logs".
function place(where,   n, part, i, text) {
	if (where == "VIEWS") return "In all views"
	if (where == "BUT_SETTINGS") return "In all views but the settings"
	if (where == "LISTS") return "In all lists"
	if (where == "LISTS_WIDE") return "In all lists but the settings"
	if (where == "LISTS_OF_ONE") return "In all lists but the nodes"
	n = split(where, part, "|")
	for (i = 1; i <= n; i++) {
		if (part[i] !~ /^IN_[A-Z]+$/) {
			print "keys.awk: what is " where "?" >"/dev/stderr"
			exit 1
		}
		sub(/^IN_/, "", part[i])
		part[i] = tolower(part[i])
		if (part[i] == "dash") part[i] = "the dashboard"
		else if (part[i] == "form") part[i] = "a form"
		else if (part[i] == "confirm") part[i] = "a question"
		else if (part[i] == "typed") part[i] = "a question with a word to type"
		else if (part[i] == "menu") part[i] = "the server menu"
		else if (part[i] == "setup") part[i] = "the setup"
		else if (part[i] == "sort") part[i] = "the menu of orders"
		else if (part[i] == "command") part[i] = "the command line"
		else part[i] = "the " part[i]
		text = text (i == 1 ? "" : i == n ? " and " : ", ") part[i]
	}
	return "In " text
}

/^KEY\(/ {
	cells($0)
	if (cell[1] != last) {
		if (last != "")
			print ".El"
		print ".Pp"
		print place(cell[1]) ":"
		print ".Bl -tag -width Shift-Tab -compact"
		last = cell[1]
	}
	names = key(cell[3])
	for (i = 4; i <= 5; i++)
		if (cell[i] != "0")
			names = names " , " key(cell[i])
	print ".It Ic " names
	print unquoted(cell[8])
}

END {
	if (last != "")
		print ".El"
}
