/* SPDX-License-Identifier: MIT */
#include "support/unit.h"

#include "prserv/revision.h"

START_TEST(order)
{
    static const char *const rising[] = {"0",   "0.0",   "0.1", "0.9.5", "0.10", "1",
                                         "1.0", "1.0.0", "9",   "10",    "10.2"};
    size_t n = sizeof(rising) / sizeof(*rising);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            int c = bb_pr_cmp(bb_str_z(rising[i]), bb_str_z(rising[j]));
            ck_assert_msg((c > 0) - (c < 0) == (i > j) - (i < j), "%s, %s: %d", rising[i], rising[j], c);
        }
}
END_TEST

START_TEST(increase)
{
    static const struct {
        const char *from, *to;
    } t[] = {{"0", "1"},   {"9", "10"},   {"1.9", "1.10"}, {"1.1.1.3", "1.1.1.4"},        {"", NULL},
             {"1.", NULL}, {"1.a", NULL}, {"-1", NULL},    {"18446744073709551615", NULL}};
    for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
        BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
        ck_assert_int_eq(bb_pr_increase(bb_str_z(t[i].from), &out), t[i].to != NULL);
        ck_assert_str_eq(out.len ? out.p : "", t[i].to ? t[i].to : "");
    }
}
END_TEST

START_TEST(valid)
{
    static const char *const good[] = {"0", "12", "0.0", "1.20.3"}, *const bad[] = {"",  ".",   "1.", ".1",
                                                                                    "a", "1.a", "1 "};
    for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
        ck_assert_msg(bb_pr_valid(bb_str_z(good[i])), "%s", good[i]);
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        ck_assert_msg(!bb_pr_valid(bb_str_z(bad[i])), "%s", bad[i]);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {order, increase, valid};
    return unit_run("revision", tests, sizeof(tests) / sizeof(*tests), NULL, NULL);
}
