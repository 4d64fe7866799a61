/* SPDX-License-Identifier: MIT */
/* docgen TEXTS SHARE: makes SHARE/man, SHARE/bash-completion, SHARE/zsh and SHARE/fish from the tables and docs/man. */
#include "cmd.h"
#include "docgen.h"

#include <errno.h>

static const struct bbc_cmdline *const commands[] = {
#define ROW(x) &bbc_##x##_cmdline,
    BBC_COMMANDS(ROW)
#undef ROW
};
enum { NCOMMANDS = sizeof(commands) / sizeof(*commands) };

static const struct {
    const char *path; /* below SHARE; "%s" is the command's name */
    void (*make)(const struct bbc_cmdline *c, struct bb_buf *out);
} completions[] = {
    {"bash-completion/completions/%s", bbc_complete_bash},
    {"zsh/site-functions/_%s", bbc_complete_zsh},
    {"fish/vendor_completions.d/%s.fish", bbc_complete_fish},
};

static int fail(const char *path)
{
    fprintf(stderr, "docgen: %s: %s\n", path, strerror(errno));
    return -1;
}

static int read_text(const char *dir, const char *name, struct bb_buf *ret)
{
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT;
    char piece[4096];
    size_t n;
    bb_buf_addf(&path, "%s/%s.txt", dir, name);
    FILE *f = fopen(path.p, "r");
    if (!f)
        return fail(path.p);
    while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
        bb_buf_add(ret, piece, n);
    bool bad = ferror(f);
    fclose(f);
    return bad ? fail(path.p) : 0;
}

/* The folders are there already. */
static int write_text(const char *path, const struct bb_buf *text)
{
    FILE *f = fopen(path, "w");
    if (!f)
        return fail(path);
    bool ok = fwrite(text->p, 1, text->len, f) == text->len;
    return fclose(f) == 0 && ok ? 0 : fail(path);
}

static int write_completions(const struct bbc_cmdline *c, const char *share)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < sizeof(completions) / sizeof(*completions); i++) {
        BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT, text = BB_BUF_INIT;
        bb_str pattern = bb_str_z(completions[i].path);
        size_t at = bb_str_find(pattern, BB_STR("%s"), 0);
        bb_buf_addf(&path, "%s/%.*s%s%s", share, (int)at, pattern.p, c->name, pattern.p + at + 2);
        completions[i].make(c, &text);
        r = write_text(path.p, &text);
    }
    return r;
}

/* The other commands, for the page of this one. */
static void add_see_also(const struct bbc_cmdline *c, struct bb_buf *out)
{
    const char *comma = "";
    for (size_t i = 0; i < NCOMMANDS; i++) {
        if (commands[i] == c)
            continue;
        bb_buf_addf(out, "%s`%s`(1)", comma, commands[i]->name);
        comma = ", ";
    }
}

static int write_page(const struct bbc_cmdline *c, const char *texts, const char *share)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT, common = BB_BUF_INIT, see_also = BB_BUF_INIT;
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT, page = BB_BUF_INIT;
    if (read_text(texts, c->name, &text) < 0 || read_text(texts, "common", &common) < 0)
        return -1;
    add_see_also(c, &see_also);
    bbc_man_page(c, bb_buf_str(&text), bb_buf_str(&common), bb_buf_str(&see_also), &page);
    bb_buf_addf(&path, "%s/man/man1/%s.1", share, c->name);
    return write_text(path.p, &page);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "Usage: docgen TEXTS SHARE\n");
        return 2;
    }
    for (size_t i = 0; i < NCOMMANDS; i++)
        if (write_page(commands[i], argv[1], argv[2]) < 0 || write_completions(commands[i], argv[2]) < 0)
            return 1;
    return 0;
}
