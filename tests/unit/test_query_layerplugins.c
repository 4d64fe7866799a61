/* SPDX-License-Identifier: MIT */
#include "query/layerplugins.h"
#include "query_support.h"

static struct query_world q;

static int run(const char *name, int *status)
{
    bb_str word = bb_str_z(name);
    return bb_layerplugins_run(&q.w.cooker, &(struct bb_strvec){0}, &(struct bb_strvec){&word, 1, 1}, status);
}

START_TEST(runs_subcommands_of_layers)
{
    int status = -1;
    query_init(&q);
    cook_write("tiny/lib/bblayers/__init__.py", "");
    cook_write("tiny/lib/bblayers/hello.py",
               "from bblayers.common import LayerPlugin\n\ndef plugin_init(plugins):\n    return Hello()\n\n"
               "class Hello(LayerPlugin):\n    def do_hello(self, args):\n"
               "        open('hello', 'w').write(self.tinfoil.config_data.getVar('BBFILE_COLLECTIONS'))\n"
               "        return 3\n\n    def register_commands(self, sp):\n"
               "        self.add_command(sp, 'hello', self.do_hello, parserecipes=False)\n");
    cook_open(&q.w);
    ck_assert_msg(run("hello", &status) == 0, "%s", cook_text(&q.w));
    ck_assert_int_eq(status, 3);
    ck_assert_int_eq(bb_fs_read("hello", &q.out), 0);
    ck_assert_ptr_nonnull(strstr(q.out.p, "tiny"));
    bb_buf_release(&q.out);
    cook_release(&q.w);
}
END_TEST

UNIT_MAIN("layerplugins", runs_subcommands_of_layers)
