/* SPDX-License-Identifier: MIT */
/*
 * SRC_URI entries, mirror lines and the lists of apt from any bytes. What decodes and is encoded again must
 * decode to the same parts, but for the path's adjacent slashes and for bytes that are no UTF-8.
 */
#include <stdlib.h>

#include "fetch/aptlist.h"
#include "fetch/aptsources.h"
#include "fetch/git.h"
#include "fetch/mirror.h"
#include "fetch/unpack.h"

static bool is_plain(bb_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.p[i] < 0x20 || (unsigned char)s.p[i] > 0x7e)
            return false;
    return true;
}

static void round_trip(struct bb_arena *a, bb_str url)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT, again = BB_BUF_INIT;
    struct bb_uri u, v;
    bb_str why;

    if (bb_uri_decode(a, url, &u, &why) < 0)
        return;
    bb_uri_encode(&u, &text);
    /* an '@' or ';' that is only in the decoded path cannot move the borders: quoting hides it */
    if (!u.type.len || !is_plain(url) || bb_str_has(url, BB_STR("@")))
        return;
    if (bb_uri_decode(a, bb_buf_str(&text), &v, &why) < 0)
        abort();
    if (!bb_str_eq(u.type, v.type) || !bb_str_eq(u.host, v.host) || u.nparams != v.nparams)
        abort();
    bb_uri_encode(&v, &again);
    if (!bb_str_eq(bb_buf_str(&text), bb_buf_str(&again)))
        abort();
}

static void quote_round_trip(bb_str s)
{
    BB_CLEAN_BUF struct bb_buf quoted = BB_BUF_INIT, back = BB_BUF_INIT;

    bb_uri_quote(s, &quoted);
    bb_uri_unquote(bb_buf_str(&quoted), &back);
    if (is_plain(s) && !bb_str_eq(bb_buf_str(&back), s))
        abort();
}

/* Three lines: a url, a pattern and a replacement. */
static void mirror(struct bb_arena *a, bb_str text)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT, err = BB_BUF_INIT;
    const struct bb_mirror_words w = {BB_STR("git"), BB_STR("h:1"), BB_STR("/a/b*"), BB_STR("b*"),
                                      BB_STR("h.1.a.b.")};
    bb_str line[3] = {{0}};

    for (int i = 0; i < 3; i++)
        if (!bb_str_split(&text, '\n', &line[i]))
            return;
    struct bb_mirror_try t = {line[0], line[1], line[2], BB_STR("git2_x.tar.gz"), BB_STR("x"), &w};
    bb_mirror_replace(&t, &out, &err);
    bb_mirror_host_allowed(line[1], line[0]);
}

static void lists(bb_str text)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT, out = BB_BUF_INIT;
    struct bb_aptlist l;

    bb_aptlist_init(&l);
    bb_aptlist_add_uris(&l, text, &err);
    bb_aptlist_add_record(&l, text, &err);
    bb_aptlist_filter(&l, text, BB_STR("a*"));
    bb_aptlist_record(&l, &out);
    bb_aptlist_release(&l);
    struct bb_aptrelease release = {BB_STR("bookworm"), true, BB_STR("trixie")};
    bb_aptsources_add(text, true, &release, false, &out);
    bb_aptsources_add(text, false, &release, true, &out);
    bb_aptsources_hosts(text, &err);
    bb_git_resolve(text, BB_STR("main"));
    bb_unpack_kind(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bb_str text = bb_str_n((const char *)data, size);
    struct bb_arena a;

    bb_arena_init(&a);
    round_trip(&a, text);
    quote_round_trip(text);
    mirror(&a, text);
    lists(text);
    bb_arena_release(&a);
    return 0;
}
