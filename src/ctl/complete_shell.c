#include "ctl/complete_shell.h"

#include <stdio.h>
#include <string.h>

/*
 * bash cuts words at : and = too; what of a candidate stands before the part
 * that it completes is taken off again.
 */
static const char bash[] =
    "# Completion of socks5ctl for bash, made by `socks5ctl completion bash`.\n"
    "_socks5ctl()\n"
    "{\n"
    "\tlocal line=${COMP_LINE:0:COMP_POINT} word whole before\n"
    "\twhole=${line##*[[:blank:]]}\n"
    "\tbefore=${whole%\"${COMP_WORDS[COMP_CWORD]}\"}\n"
    "\tCOMPREPLY=()\n"
    "\twhile IFS= read -r word; do\n"
    "\t\tif [[ $word == / ]]; then\n"
    "\t\t\tcompopt -o default 2>/dev/null\n"
    "\t\t\treturn\n"
    "\t\tfi\n"
    "\t\tprintf -v word %q \"${word%%$'\\t'*}\"\n"
    "\t\tCOMPREPLY+=(\"${word#\"$before\"}\")\n"
    "\tdone < <(\"$1\" completion line \"$line\" 2>/dev/null)\n"
    "\tif [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *: ]]; then\n"
    "\t\tcompopt -o nospace 2>/dev/null\n"
    "\tfi\n"
    "}\n"
    "complete -F _socks5ctl socks5ctl\n";

static const char zsh[] =
    "#compdef socks5ctl\n"
    "# Completion of socks5ctl for zsh, made by `socks5ctl completion zsh`.\n"
    "_socks5ctl()\n"
    "{\n"
    "\tlocal -a found shown\n"
    "\tlocal line\n"
    "\tfor line in \"${(@f)$($words[1] completion line \\\n"
    "\t    \"${(j: :)${(@)words[1,CURRENT]}}\" 2>/dev/null)}\"; do\n"
    "\t\tif [[ $line == / ]]; then\n"
    "\t\t\t_files\n"
    "\t\t\treturn\n"
    "\t\tfi\n"
    "\t\t[[ -n $line ]] || continue\n"
    "\t\tfound+=(\"${line%%$'\\t'*}\")\n"
    "\t\tshown+=(\"${line/$'\\t'/  -- }\")\n"
    "\tdone\n"
    "\tif (( $#found == 1 )) && [[ $found[1] == *: ]]; then\n"
    "\t\tcompadd -S '' -- $found\n"
    "\telif (( $#found )); then\n"
    "\t\tcompadd -l -d shown -- $found\n"
    "\tfi\n"
    "}\n"
    "if [[ $zsh_eval_context[-1] == loadautofunc ]]; then\n"
    "\t_socks5ctl \"$@\"\n"
    "else\n"
    "\tcompdef _socks5ctl socks5ctl\n"
    "fi\n";

bool
complete_shell(const char *shell)
{
	if (strcmp(shell, "bash") == 0)
		fputs(bash, stdout);
	else if (strcmp(shell, "zsh") == 0)
		fputs(zsh, stdout);
	else
		return false;
	return true;
}
