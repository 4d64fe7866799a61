/* SPDX-License-Identifier: MIT */
#include "cook/level.h"

#include "base/path.h"
#include "os/fs.h"
#include "parse/conf.h"

static const struct {
    bb_str number, series;
} levels[] = {
#define X(name, number, version, series) {BB_STR(number), BB_STR(series)},
    BB_LEVELS(X)
#undef X
};

bool bb_level_of_series(bb_str corenames, enum bb_level *ret)
{
    bb_str series;
    for (enum bb_level level = BB_LEVEL_COUNT; level-- > 0;)
        for (bb_str rest = levels[level].series; bb_str_word(&rest, &series);)
            if (bb_str_has_word(corenames, series)) {
                *ret = level;
                return true;
            }
    return false;
}

bool bb_level_parse(bb_str text, enum bb_level *ret)
{
    for (enum bb_level level = 0; level < BB_LEVEL_COUNT; level++)
        if (bb_str_eq(text, levels[level].number)) {
            *ret = level;
            return true;
        }
    return false;
}

void bb_level_list(struct bb_buf *out)
{
    for (enum bb_level level = 0; level < BB_LEVEL_COUNT; level++)
        bb_buf_addf(out, "%s%.*s", level ? ", " : "", BB_STRF(levels[level].number));
}

static void say_nothing(struct bb_diag_sink *self, struct bb_ctx *ctx, const struct bb_diag *d)
{
    (void)self, (void)ctx, (void)d;
}

/* BBLAYERS by the rules of a level, in ret; false when bblayers.conf cannot be read by them. */
static bool read_bblayers(const struct bb_level_probe *p, enum bb_level level, struct bb_buf *ret)
{
    struct bb_ctx *ctx = bb_parser_ctx(p->parser);
    bb_str layers = {0};

    bb_ctx_set_level(ctx, level);
    struct bb_store *d = bb_store_new(ctx, p->hook);
    int r = bb_env_inherit(ctx, p->env, d);
    if (r == 0)
        r = bb_store_setz(d, "TOPDIR", p->topdir);
    if (r == 0)
        r = bb_conf_handle(p->parser, d, p->bblayers_conf);
    if (r == 0)
        r = bb_store_str_report(d, BB_SYM("BBLAYERS"), &layers);
    if (r == 0)
        bb_buf_adds(ret, layers);
    bb_store_unref(d);
    return r == 0 && ret->len > 0;
}

/* The value that the text of a layer.conf assigns to LAYERSERIES_CORENAMES; empty when it does not. */
static bb_str find_corenames(bb_str text)
{
    static const bb_str name = {"LAYERSERIES_CORENAMES", sizeof("LAYERSERIES_CORENAMES") - 1};

    for (size_t at = 0; (at = bb_str_find(text, name, at)) != BB_NPOS; at += name.len) {
        bb_str rest = bb_str_from(text, at + name.len);
        size_t quote = 0;
        while (quote < rest.len && strchr(" \t\\\n:?+.=", rest.p[quote]))
            quote++;
        if ((at > 0 && text.p[at - 1] != '\n') || quote == rest.len || !strchr("\"'", rest.p[quote]))
            continue;
        size_t end = bb_str_chr(rest, rest.p[quote], quote + 1);
        if (end != BB_NPOS)
            return bb_str_sub(rest, quote + 1, end);
    }
    return BB_STR("");
}

static bool level_of_layer(const struct bb_level_probe *p, bb_str dir, enum bb_level *ret)
{
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT, text = BB_BUF_INIT;
    bb_str home = bb_env_get(p->env, BB_STR("HOME"));

    if (dir.p[0] == '~' && (dir.len == 1 || dir.p[1] == '/')) {
        bb_buf_adds(&path, home);
        dir = bb_str_from(dir, 1);
    }
    bb_buf_adds(&path, dir);
    bb_buf_addz(&path, "/conf/layer.conf");
    if (bb_fs_read(path.p, &text) < 0)
        return false;
    bb_str names = find_corenames(bb_buf_str(&text));
    bb_level_of_series(names, ret);
    return names.len > 0;
}

void bb_level_find(const struct bb_level_probe *probe, enum bb_level fallback)
{
    struct bb_ctx *ctx = bb_parser_ctx(probe->parser);
    struct bb_diag_sink silent = {.emit = say_nothing}, *sink = ctx->diag;
    uint32_t errors = ctx->errors, warnings = ctx->warnings;
    BB_CLEAN_BUF struct bb_buf layers = BB_BUF_INIT;
    enum bb_level level = fallback;

    ctx->diag = &silent;
    /* 1.46 takes old and new overrides; what it does not take, the newest one may. */
    if (probe->bblayers_conf.len && !read_bblayers(probe, BB_LEVEL_1_46, &layers))
        read_bblayers(probe, BB_LEVEL_COUNT - 1, &layers);
    ctx->diag = sink;
    ctx->errors = errors;
    ctx->warnings = warnings;
    bb_str rest = bb_buf_str(&layers), dir;
    while (bb_str_word(&rest, &dir))
        if (level_of_layer(probe, dir, &level))
            break;
    bb_ctx_set_level(ctx, level);
}
