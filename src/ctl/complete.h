/*
 * What may come next on a command line that is being typed: commands and their
 * words from proto/admin.def, keys, names and ids from the daemon, if it
 * answers soon. One thread.
 */

#ifndef CTL_COMPLETE_H
#define CTL_COMPLETE_H

/*
 * "completion bash", "completion zsh": the shell's script. "completion line
 * LINE": the candidates for the last word of the line, one a line, each with a
 * tab and its meaning if that is known; or a lone "/": a file. The exit status.
 */
int complete(int argc, char *argv[]);

#endif
