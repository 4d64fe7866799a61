/* SPDX-License-Identifier: MIT */
#include "support/unit.h"

#include "hashserv/netrc.h"
#include "hashserv/users.h"

START_TEST(permissions)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    unsigned p = 0;
    ck_assert(bb_perm_add(BB_STR("@report"), &p) && bb_perm_add(BB_STR("@read"), &p) &&
              bb_perm_add(BB_STR("@none"), &p));
    ck_assert(!bb_perm_add(BB_STR("@write"), &p));
    bb_perm_write(p, " ", &out);
    ck_assert_str_eq(out.p, "@read @report");
    ck_assert_uint_eq(bb_perm_words(bb_buf_str(&out)), p);
    ck_assert(bb_perm_has(p, BB_PERM_READ) && !bb_perm_has(p, BB_PERM_READ | BB_PERM_DB_ADMIN));
    ck_assert(bb_perm_has(BB_PERM_ALL, BB_PERM_USER_ADMIN));
    ck_assert(bb_perm_has(0, 0));
}
END_TEST

START_TEST(tokens)
{
    BB_CLEAN_BUF struct bb_buf a = BB_BUF_INIT, b = BB_BUF_INIT;
    char one[BB_TOKEN_LEN + 1], two[BB_TOKEN_LEN + 1];
    ck_assert_int_eq(bb_token_new(one), 0);
    ck_assert_int_eq(bb_token_new(two), 0);
    ck_assert_uint_eq(strlen(one), BB_TOKEN_LEN);
    ck_assert_str_ne(one, two);
    ck_assert_int_eq(bb_token_store(bb_str_z(one), &a), 0);
    ck_assert_int_eq(bb_token_store(bb_str_z(one), &b), 0);
    ck_assert_str_ne(a.p, b.p); /* each has a salt of its own */
    ck_assert(bb_token_fits(bb_str_z(one), bb_buf_str(&a)) && bb_token_fits(bb_str_z(one), bb_buf_str(&b)));
    ck_assert(!bb_token_fits(bb_str_z(two), bb_buf_str(&a)));
    ck_assert(!bb_token_fits(bb_str_z(""), BB_STR("")));
    ck_assert(!bb_token_fits(bb_str_z(""), BB_STR("none::")));
    /* the hash that another program makes of salt and token */
    ck_assert(bb_token_fits(
        BB_STR("x"), BB_STR("sha256:00:c5ae85e3b011a0e0e1482d09ef68ff27f186d1f4bba98841a148be66f11e8229")));
}
END_TEST

START_TEST(netrc)
{
    struct {
        const char *text, *machine, *user, *token;
    } t[] = {
        {"machine a:1 login x password y", "a:1", "x", "y"},
        {"# machine a:1 login no\nmachine b login q\nmachine a:1\n login \"x y\"\n password z", "a:1", "x y",
         "z"},
        {"machine b login q password r default login d password e", "a:1", "d", "e"},
        {"machine a:1 login x machine b password y", "a:1", "x", ""},
        {"machine b login q", "a:1", NULL, NULL},
        {"machine a:1 login", "a:1", NULL, NULL},
        {"\"", "a:1", NULL, NULL},
        {"", "a:1", NULL, NULL},
    };
    for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
        struct bb_netrc n = {0};
        ck_assert_msg(bb_netrc_find(bb_str_z(t[i].text), bb_str_z(t[i].machine), &n) == (t[i].user != NULL),
                      "%zu", i);
        if (t[i].user) {
            ck_assert_str_eq(n.user, t[i].user);
            ck_assert_str_eq(n.token, t[i].token);
        }
        bb_netrc_release(&n);
    }
}
END_TEST

UNIT_MAIN("users", permissions, tokens, netrc)
