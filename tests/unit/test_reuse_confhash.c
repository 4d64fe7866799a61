/* SPDX-License-Identifier: MIT */
#include "reuse/confhash.h"

#include "support/unit.h"

static struct bb_ctx ctx;
static struct bb_arena arena;
static struct bb_reads reads;

static void setup(void)
{
    bb_ctx_init(&ctx);
    bb_arena_init(&arena);
    bb_reads_add(&reads, BB_STR("READ"));
    bb_reads_sort(&reads);
}

static void teardown(void)
{
    bb_reads_release(&reads);
    bb_arena_release(&arena);
    bb_ctx_release(&ctx);
}

/* "NAME=value NAME[flag]=value ..." */
static struct bb_store *store_of(const char *text)
{
    struct bb_store *d = bb_store_new(&ctx, NULL);
    bb_str rest = bb_str_z(text), word, name, flag;
    struct bb_how how = {.ignore = true};
    while (bb_str_word(&rest, &word)) {
        bb_str_split(&word, '=', &name);
        bb_str_split(&name, '[', &flag);
        int r = name.p ? bb_store_set_flag(d, bb_sym_get(flag), bb_sym_get(bb_str_sub(name, 0, name.len - 1)),
                                           bb_val_s(word), &how)
                       : bb_store_set(d, bb_sym_get(flag), bb_val_s(word), &how);
        ck_assert_int_eq(r, 0);
    }
    return d;
}

static struct bb_confhash hash_of(const char *text, const char *second)
{
    struct bb_confhash ret;
    struct bb_store *stores[2] = {store_of(text), second ? store_of(second) : NULL};
    ck_assert_int_eq(bb_confhash_make(stores, second ? 2 : 1, &arena, &ret), 0);
    bb_store_unref(stores[0]);
    if (second)
        bb_store_unref(stores[1]);
    return ret;
}

/* What makes a difference from a configuration with READ=1 and UNREAD=1, "" for nothing. */
static bb_str difference(const char *text)
{
    struct bb_confhash was = hash_of("READ=1 UNREAD=1", NULL), is = hash_of(text, NULL);
    bb_str why;
    bool harmless = bb_confhash_harmless(&was, &is, &reads, &why);
    ck_assert(harmless == !why.len);
    return why;
}

START_TEST(one_hash_over_all)
{
    struct bb_confhash a = hash_of("A=1 B=2", NULL), b = hash_of("B=2 A=1", NULL);
    ck_assert_str_eq(a.hex, b.hex);
    ck_assert_str_ne(a.hex, hash_of("A=1 B=3", NULL).hex);
    ck_assert_str_ne(a.hex, hash_of("A=1 B=2 C=1", NULL).hex);
    ck_assert_str_ne(a.hex, hash_of("A=1 B=2 B[f]=1", NULL).hex);
    ck_assert_str_eq(hash_of("A=1 X=1 BB_HASHCONFIG_IGNORE_VARS=X", NULL).hex,
                     hash_of("A=1 X=2 BB_HASHCONFIG_IGNORE_VARS=X", NULL).hex);
}
END_TEST

START_TEST(what_can_be_seen)
{
    ck_str(difference("READ=1 UNREAD=1"), "");
    ck_str(difference("READ=1 UNREAD=2"), "");
    ck_str(difference("READ=1 UNREAD=1 UNREAD[f]=1 NEW=1"), "");
    ck_str(difference("READ=1"), "");
    ck_str(difference("READ=2 UNREAD=1"), "READ");
    ck_str(difference("UNREAD=1"), "READ");
    ck_str(difference("READ=1 UNREAD=1 READ[f]=1"), "READ");
    ck_str(difference("READ=1 UNREAD=1 READ:o=1"), "READ:o");
    ck_str(difference("READ=1 UNREAD=1 NEW[export]=1"), "NEW");
    ck_str(difference("READ=1 UNREAD=1 fn[func]=1"), "fn");
    ck_str(difference("READ=1 UNREAD=1 BB_X=1"), "BB_X");
    ck_str(difference("READ=1 UNREAD=1 NAME${X}=1"), "NAME${X}");
}
END_TEST

START_TEST(unknown_reads_and_more_configurations)
{
    struct bb_confhash one = hash_of("READ=1", NULL), two = hash_of("READ=1", "READ=2");
    struct bb_reads unknown = {.unknown = true};
    bb_str why;
    ck_assert(!bb_confhash_harmless(&one, &two, &reads, &why));
    ck_str(why, "");
    ck_assert(bb_confhash_harmless(&two, &two, &reads, &why));
    ck_assert(!bb_confhash_harmless(&one, &one, &unknown, &why));
    struct bb_confhash other = hash_of("READ=1", "READ=3");
    ck_assert(!bb_confhash_harmless(&two, &other, &reads, &why));
    ck_str(why, "READ");
}
END_TEST

START_TEST(binary_form)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    struct bb_confhash c = hash_of("READ=1 UNREAD=1", "READ=2");
    bb_str why;
    bb_confhash_put(&out, &c);
    struct bb_pack_in in = bb_pack_in(bb_buf_str(&out));
    struct bb_confhash got = bb_confhash_take(&in, &arena);
    ck_assert(bb_pack_done(&in));
    ck_assert_str_eq(got.hex, c.hex);
    ck_assert_uint_eq(got.n, c.n);
    ck_assert(bb_confhash_harmless(&got, &c, &reads, &why));
    for (size_t cut = 0; cut < out.len; cut++) {
        in = bb_pack_in(bb_str_n(out.p, cut));
        bb_confhash_take(&in, &arena);
        ck_assert(in.bad);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {one_hash_over_all, what_can_be_seen, unknown_reads_and_more_configurations,
                                  binary_form};
    return unit_run("confhash", tests, sizeof(tests) / sizeof(*tests), setup, teardown);
}
