/* SPDX-License-Identifier: MIT */
#include "cook/interrupt.h"

#include <signal.h>
#include <unistd.h>

enum { STATUS = 130 }; /* of a program that Ctrl-C ended */

static struct bb_parser *parser;
static pid_t owner;
static struct sigaction before;

/* Nothing here may allocate: anything can have been interrupted. */
static void on_interrupt(int sig)
{
    static const char what[] = "NOTE: interrupted while reading ";
    bb_str path = bb_parser_current(parser);
    if (getpid() == owner && path.len && write(STDERR_FILENO, what, sizeof(what) - 1) > 0 &&
        write(STDERR_FILENO, path.p, path.len) > 0)
        (void)!write(STDERR_FILENO, "\n", 1);
    _exit(STATUS);
}

void bb_interrupt_start(struct bb_parser *p)
{
    struct sigaction act = {.sa_handler = on_interrupt};
    parser = p;
    owner = getpid();
    sigaction(SIGINT, NULL, &before);
    if (before.sa_handler == SIG_DFL)
        sigaction(SIGINT, &act, NULL);
}

void bb_interrupt_stop(void)
{
    if (parser)
        sigaction(SIGINT, &before, NULL);
    parser = NULL;
}
