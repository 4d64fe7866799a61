/* SPDX-License-Identifier: MIT */
#include "hashserv/netrc.h"

#include <stdlib.h>

#include "base/arena.h"

/* The next word; in "..." it may have blanks. Comments begin with # and end with the line. */
static bool take(bb_str *rest, bb_str *ret)
{
    for (;;) {
        *rest = bb_str_trim(*rest);
        if (!rest->len)
            return false;
        if (rest->p[0] != '#')
            break;
        size_t end = bb_str_chr(*rest, '\n', 0);
        *rest = bb_str_from(*rest, end == BB_NPOS ? rest->len : end);
    }
    size_t quote = rest->p[0] == '"' ? bb_str_chr(*rest, '"', 1) : BB_NPOS;
    if (quote == BB_NPOS)
        return bb_str_word(rest, ret);
    *ret = bb_str_sub(*rest, 1, quote);
    *rest = bb_str_from(*rest, quote + 1);
    return true;
}

bool bb_netrc_find(bb_str text, bb_str machine, struct bb_netrc *ret)
{
    bb_str word, value, user = {0}, token = {0};
    bool here = false;

    while (take(&text, &word)) {
        bool is_default = bb_str_eqz(word, "default");
        if (is_default || bb_str_eqz(word, "machine")) {
            if (here)
                break;
            value = machine;
            here = (is_default || take(&text, &value)) && bb_str_eq(value, machine);
        } else if (take(&text, &value) && here) {
            if (bb_str_eqz(word, "login") || bb_str_eqz(word, "user"))
                user = value;
            else if (bb_str_eqz(word, "password"))
                token = value;
        }
    }
    if (!user.p)
        return false;
    ret->user = bb_strndup(user);
    ret->token = bb_strndup(token.p ? token : BB_STR(""));
    return true;
}

void bb_netrc_release(struct bb_netrc *n)
{
    free(n->user);
    free(n->token);
    n->user = n->token = NULL;
}
