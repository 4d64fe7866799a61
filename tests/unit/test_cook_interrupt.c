/* SPDX-License-Identifier: MIT */
#include "cook/interrupt.h"
#include "cook_support.h"
#include "os/proc.h"

#include <signal.h>

/* Reads a recipe that interrupts its own process; the exit status of that process, and what it said. */
static int interrupted(bool ignored, char *said, size_t cap)
{
    struct cook_world w;
    struct bb_proc child;
    int status, fds[2];
    cook_init(&w);
    cook_write("tiny/recipes/a_1.bb",
               "PN := \"${@__import__('os').kill(__import__('os').getpid(), 2) or 'a'}\"\n");
    ck_assert_int_eq(pipe(fds), 0);
    if (bb_proc_fork(false, &child) == 0) {
        struct bb_store *d;
        dup2(fds[1], STDERR_FILENO);
        signal(SIGINT, ignored ? SIG_IGN : SIG_DFL);
        cook_open(&w);
        _exit(bb_cooker_recipe(&w.cooker, cook_fn(&w, "", "a_1.bb"), &d, NULL) == 0 ? 7 : 1);
    }
    close(fds[1]);
    ck_assert_int_eq(bb_proc_wait(&child, &status), 0);
    ssize_t n = read(fds[0], said, cap - 1);
    said[n < 0 ? 0 : n] = '\0';
    close(fds[0]);
    cook_release(&w);
    return status;
}

START_TEST(says_where_it_was)
{
    char said[4096];
    ck_assert_int_eq(interrupted(false, said, sizeof(said)), 130);
    ck_assert_ptr_nonnull(strstr(said, "NOTE: interrupted while reading "));
    ck_assert_ptr_nonnull(strstr(said, "/tiny/recipes/a_1.bb"));
}
END_TEST

/* nohup and the like: whoever started bbc does not want it to end. */
START_TEST(stays_where_it_is_ignored)
{
    char said[4096];
    ck_assert_int_eq(interrupted(true, said, sizeof(said)), 7);
    ck_assert_str_eq(said, "");
}
END_TEST

START_TEST(gives_the_signal_back)
{
    struct bb_ctx ctx;
    struct sigaction now;
    bb_ctx_init(&ctx);
    struct bb_parser *parser = bb_parser_new(&ctx, NULL);
    signal(SIGINT, SIG_DFL); /* `check` has a handler */
    bb_interrupt_start(parser);
    ck_assert_int_eq(sigaction(SIGINT, NULL, &now), 0);
    ck_assert(now.sa_handler != SIG_DFL);
    bb_interrupt_stop();
    ck_assert_int_eq(sigaction(SIGINT, NULL, &now), 0);
    ck_assert(now.sa_handler == SIG_DFL);
    bb_parser_free(parser);
    bb_ctx_release(&ctx);
}
END_TEST

UNIT_MAIN("interrupt", says_where_it_was, stays_where_it_is_ignored, gives_the_signal_back)
