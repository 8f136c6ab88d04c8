/* Why getopt_long(3) did not take a word of the command line. Any thread. */

#ifndef BASE_OPTION_WHY_H
#define BASE_OPTION_WHY_H

#include <getopt.h>

enum { OPTION_WHY = 200 };

/*
 * For people: "--server needs an argument", "--jsn is not an option; is json
 * meant?". c is what getopt_long() has returned, '?' or ':', with opterr 0 and
 * a ':' before the letters, word is argv[optind - 1].
 */
void option_why(
    char why[OPTION_WHY], int c, const struct option *known, const char *word);

#endif
