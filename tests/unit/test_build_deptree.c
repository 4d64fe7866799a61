/* SPDX-License-Identifier: MIT */
#include "build/deptree.h"

#include "build_support.h"

static struct build_world b;

static void start(const char *body)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    build_init(&b, "INHERIT += \"listen\"\n");
    bb_buf_addf(&text, "%s", body);
    cook_write("tiny/classes/listen.bbclass", text.p);
    cook_write("tiny/recipes/a_1.bb", "DEPENDS = \"b\"\ndo_x() {\n    :\n}\naddtask x before do_build\n");
    cook_write("tiny/recipes/b_1.bb", "");
    build_hash(&b, "a");
}

START_TEST(tells)
{
    start(
        "addhandler listen\nlisten[eventmask] = \"bb.event.DepTreeGenerated\"\npython listen() {\n"
        "    with open(d.getVar('TOPDIR') + '/heard', 'w') as f:\n"
        "        t = e._depgraph\n"
        "        f.write('%s %s %s' % (t['depends']['a'], t['tdepends']['a.do_build'], sorted(t['pn'])))\n}\n");
    ck_assert_int_eq(bb_deptree_tell(&b.w.cooker, &b.plan), 0);
    ck_assert_str_eq(build_read(&b, "heard"), "['b'] ['a.do_x'] ['a']");
    build_release(&b);
}
END_TEST

START_TEST(reports)
{
    start("addhandler listen\nlisten[eventmask] = \"bb.event.DepTreeGenerated\"\npython listen() {\n"
          "    raise ValueError('no trees')\n}\n");
    ck_assert_int_eq(bb_deptree_tell(&b.w.cooker, &b.plan), -BB_EREPORTED);
    ck_assert(cook_said(&b.w, "no trees"));
    build_release(&b);
}
END_TEST

UNIT_MAIN("deptree", tells, reports)
