/* SPDX-License-Identifier: MIT */
/*
 * The store at work as a parser uses it: a configuration of 3000 variables, frozen, and recipes as copies of
 * it that write some and read many.
 */
#include <stdio.h>
#include <time.h>

#include "data/store.h"

#define CONFIG  3000
#define RECIPES 400
#define WRITES  300
#define ROUNDS  200

/* Of the processor, so that other work on the machine does not count. */
static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void print(const char *what, double start, double n)
{
    double s = seconds() - start;
    printf("%-44s %8.2f million/s %9.1f ns\n", what, n / s / 1e6, s * 1e9 / n);
}

static bb_sym name(const char *fmt, unsigned i)
{
    char text[64];
    snprintf(text, sizeof(text), fmt, i);
    return bb_sym_z(text);
}

static void set(struct bb_store *d, bb_sym var, const char *value)
{
    bb_store_set(d, var, bb_val_z(value), &(struct bb_how){.parsing = true, .ignore = true});
}

/* A tenth each is plain, has overrides, operations, inline code; the others refer to three variables before
 * them. */
static struct bb_store *make_config(struct bb_ctx *ctx)
{
    struct bb_store *d = bb_store_new(ctx, NULL);
    char text[256];

    set(d, BB_SYM("OVERRIDES"),
        "linux:aarch64:pn-${PN}:machine:distro:class-target:libc-glibc:forcevariable");
    set(d, BB_SYM("PN"), "base");
    set(d, BB_SYM("FEATURES"), "alpha beta gamma systemd x11 wayland opengl");
    for (unsigned i = 0; i < CONFIG; i++) {
        snprintf(text, sizeof(text), "${VAR_%u}/lib ${VAR_%u} some text ${VAR_%u}", i / 9, i % 50 / 9, i % 8);
        if (i < 8 || i % 10 == 0)
            snprintf(text, sizeof(text), "plain value number %u", i);
        else if (i % 10 == 1)
            snprintf(text, sizeof(text), "${@bb.utils.contains('FEATURES', 'systemd', 'yes', 'no', d)}");
        set(d, name("VAR_%u", i), text);
        if (i % 10 == 2)
            set(d, name("VAR_%u:machine", i), "for this machine");
        if (i % 10 == 3)
            set(d, name("VAR_%u:append", i), " more");
    }
    return d;
}

static void read_all(struct bb_store *d, const bb_sym *vars)
{
    struct bb_val v;
    for (unsigned i = 0; i < CONFIG; i++)
        bb_store_get(d, vars[i], BB_GET_EXPAND, &v);
}

int main(void)
{
    struct bb_ctx ctx;
    bb_sym vars[CONFIG], own[WRITES];
    struct bb_val v;

    bb_ctx_init(&ctx);
    for (unsigned i = 0; i < CONFIG; i++)
        vars[i] = name("VAR_%u", i);
    for (unsigned i = 0; i < WRITES; i++)
        own[i] = name("RECIPE_%u", i);
    struct bb_store *base = make_config(&ctx);
    bb_store_freeze(base);

    double start = seconds();
    for (unsigned r = 0; r < RECIPES; r++)
        bb_store_unref(bb_store_copy(base));
    print("copies made and dropped", start, RECIPES);

    struct bb_store *d = bb_store_copy(base);
    read_all(d, vars);
    start = seconds();
    for (unsigned r = 0; r < ROUNDS; r++)
        read_all(d, vars);
    print("getVar, cached", start, (double)ROUNDS * CONFIG);
    start = seconds();
    for (unsigned r = 0; r < ROUNDS; r++)
        for (unsigned i = 0; i < CONFIG; i++)
            bb_store_get(d, vars[i], 0, &v);
    print("getVar, raw", start, (double)ROUNDS * CONFIG);
    start = seconds();
    for (unsigned r = 0; r < ROUNDS; r++) {
        for (unsigned i = 0; i < WRITES; i++)
            set(d, own[i], "${VAR_7} value");
        read_all(d, vars);
    }
    print("getVar, cached, after writes of others", start, (double)ROUNDS * (CONFIG + WRITES));
    bb_store_unref(d);

    start = seconds();
    for (unsigned r = 0; r < RECIPES; r++) {
        d = bb_store_copy(base);
        read_all(d, vars);
        bb_store_unref(d);
    }
    print("expansions, each for the first time", start, (double)RECIPES * CONFIG);

    start = seconds();
    for (unsigned r = 0; r < RECIPES; r++) {
        d = bb_store_copy(base);
        set(d, BB_SYM("PN"), "recipe");
        for (unsigned i = 0; i < WRITES; i++)
            set(d, own[i], "${VAR_7} ${VAR_9} value");
        for (unsigned i = 0; i < WRITES; i++) {
            bb_store_get(d, own[i], BB_GET_EXPAND, &v);
            bb_store_append(d, vars[i * 3], BB_STR(" x"), NULL);
        }
        read_all(d, vars);
        bb_store_unref(d);
    }
    double s = seconds() - start;
    printf("%-44s %8.3f ms\n", "a recipe: 300 sets, 300 appends, 3300 gets", s * 1e3 / RECIPES);
    bb_store_unref(base);
    bb_ctx_release(&ctx);
    return 0;
}
