/* SPDX-License-Identifier: MIT */
/* bbc-hashclient: asks and manages a hash equivalence server. */
#include "cmd.h"

#include "base/diag.h"
#include "hashopts.h"
#include "hashserv/admin.h"
#include "hashserv/netrc.h"
#include "hashserv/stress.h"
#include "os/fs.h"

static int fail(const struct bb_buf *why, int code)
{
    fprintf(stderr, "bbc-hashclient: %s\n", why->len ? why->p : bb_strerror(code));
    return 1;
}

static void read_input(struct bb_buf *ret)
{
    char block[65536];
    size_t n;
    while ((n = fread(block, 1, sizeof(block), stdin)) > 0)
        bb_buf_add(ret, block, n);
}

static int ask(const struct bbc_hashclient_opts *o, const struct bb_hashclient_opts *c, struct bb_buf *out)
{
    BB_CLEAN_BUF struct bb_buf input = BB_BUF_INIT, why = BB_BUF_INIT;
    BB_VEC(struct bb_hashwhere) where = {0};
    struct bb_hashclient *client;
    int status;

    for (size_t i = 0; i + 1 < o->where.n; i += 2)
        bb_vec_push(&where, (struct bb_hashwhere){o->where.p[i], o->where.p[i + 1]});
    if (o->command == BB_HASHADMIN_GC_MARK_STREAM)
        read_input(&input);
    int r = bb_hashclient_open(c, &client, &why);
    if (r == 0) {
        struct bb_hashadmin a = {client,  o->args.p,          o->args.n, o->username, where.p,
                                 where.n, bb_buf_str(&input), o->count,  o->reset,    o->quiet,
                                 &why};
        r = bb_hashadmin_run((enum bb_hashadmin_command)o->command, &a, out, &status);
        bb_hashclient_close(client);
    }
    bb_vec_release(&where);
    return r < 0 ? fail(&why, r) : status;
}

static int stress(const struct bbc_hashclient_opts *o, const struct bb_hashclient_opts *c, struct bb_buf *out)
{
    BB_CLEAN_BUF struct bb_buf why = BB_BUF_INIT;
    struct bb_hashstress s = {*c, o->clients, o->requests, o->report, o->taskhash_seed, o->outhash_seed};
    int r = bb_hashstress_run(&s, out, &why);

    return r < 0 ? fail(&why, r) : 0;
}

static int run(const struct bbc_hashclient_opts *o)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT, text = BB_BUF_INIT, path = BB_BUF_INIT;
    struct bb_hashclient_opts c = {.address = o->address.p ? o->address.p : "unix://./hashserve.sock",
                                   .user = o->login.p,
                                   .token = o->password.p,
                                   .become = o->become.p};
    const char *home = getenv("HOME");
    struct bb_netrc login = {0};

    if (!o->login.p && !o->no_netrc && home) {
        bb_buf_addf(&path, "%s/.netrc", home);
        if (bb_fs_read(path.p, &text) == 0 && bb_netrc_find(bb_buf_str(&text), bb_str_z(c.address), &login)) {
            c.user = login.user;
            c.token = login.token;
        }
    }
    int status = o->command == BBC_HASH_STRESS ? stress(o, &c, &out) : ask(o, &c, &out);
    fwrite(out.p, 1, out.len, stdout);
    bb_netrc_release(&login);
    return status;
}

_Static_assert((int)BBC_HASH_STRESS == (int)BB_HASHADMIN_COUNT,
               "the table of subcommands is that of admin.h");

int bbc_hashclient_main(int argc, char **argv)
{
    struct bbc_hashclient_opts o;
    int stop = bbc_hashopts_client(argc, argv, &o);
    int status = stop == 0 ? run(&o) : stop == 1 ? 0 : 2;
    bbc_opts_release(&bbc_hashclient_cmdline, &o);
    return status;
}
