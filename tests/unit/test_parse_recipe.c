/* SPDX-License-Identifier: MIT */
#include "os/os.h"
#include "parse/conf.h"
#include "parse/depends.h"
#include "parse/include.h"
#include "parse/recipe.h"
#include "support/unit.h"

/* --- a folder of files, a parser, and what it says --- */

static struct bb_ctx ctx;
static struct bb_parser *parser;
static struct bb_store *conf;
static struct bb_buf said;
static char *dir;

static void listen(struct bb_diag_sink *self, struct bb_ctx *c, const struct bb_diag *d)
{
    bb_buf_addf(&said, "%s:%u %.*s\n", d->loc.src ? strrchr(bb_source_path(d->loc.src).p, '/') + 1 : "",
                d->loc.line, BB_STRF(d->text));
    for (size_t i = 0; i < d->nnotes; i++)
        bb_buf_addf(&said, "  %s:%u %.*s\n",
                    d->notes[i].loc.src ? strrchr(bb_source_path(d->notes[i].loc.src).p, '/') + 1 : "",
                    d->notes[i].loc.line, BB_STRF(d->notes[i].text));
}
static struct bb_diag_sink sink = {listen};

static void put(const char *name, const char *text)
{
    ck_assert_int_eq(bb_fs_mkdirs_for(name), 0);
    ck_assert_int_eq(bb_fs_write(name, bb_str_z(text), 0), 0);
}

static bb_str at(const char *name)
{
    return bb_arena_fmt(&ctx.arena, "%s/%s", dir, name);
}

static void begin(const struct bb_pyhook *hook, const struct bb_parse_hooks *hooks)
{
    bb_ctx_init(&ctx);
    ctx.diag = &sink;
    ctx.os = bb_os_posix();
    bb_buf_init(&said);
    dir = unit_tmpdir();
    parser = bb_parser_new(&ctx, hooks);
    conf = bb_store_new(&ctx, hook);
    bb_store_setz(conf, "BBPATH", bb_str_z(dir));
    bb_store_setz(conf, "__bbclasstype", BB_STR("recipe"));
}

static void end(void)
{
    bb_store_unref(conf);
    bb_parser_free(parser);
    bb_buf_release(&said);
    unit_rmdir(dir);
    bb_ctx_release(&ctx);
}

/* Parses x_1.bb, written to the folder first, with x_1.bbappend when there is one. */
static struct bb_recipe_variants all;
static int parse_only(const char *text, const char *only)
{
    bb_str append = at("x_1.bbappend");
    struct bb_recipe_request req = {.path = at("x_1.bb"), .appends = &append, .only = bb_str_z(only)};

    put("x_1.bb", text);
    req.nappends = bb_fs_exists(append.p);
    all = (struct bb_recipe_variants){0};
    return bb_recipe_parse(parser, conf, &req, &all);
}
static int parse(const char *text)
{
    return parse_only(text, NULL);
}

static const char *value(size_t variant, const char *var)
{
    bb_str v;

    ck_assert_uint_lt(variant, all.n);
    ck_assert_int_eq(bb_store_str(all.v[variant].d, bb_sym_z(var), &v), 0);
    return v.p ? bb_arena_strz(&ctx.arena, v) : "(unset)";
}

/* The recipe has to fail with exactly this, DIR standing for the folder. */
static void check_fails(const char *text, const char *expect)
{
    size_t pos;

    ck_assert_int_eq(parse(text), -BB_EREPORTED);
    ck_assert_uint_eq(all.n, 0);
    while ((pos = bb_str_find(bb_buf_str(&said), bb_str_z(dir), 0)) != BB_NPOS)
        bb_buf_splice(&said, pos, strlen(dir), BB_STR("DIR"));
    ck_assert_str_eq(said.p, expect);
}

/* --- files --- */

START_TEST(includes_are_found_beside_and_along_bbpath)
{
    begin(NULL, NULL);
    put("sub/a.inc", "A = \"beside\"\nrequire b.inc\ninclude none.inc\n");
    put("sub/b.inc", "B = \"beside ${FILE}\"\nB := \"${B}\"\n");
    put("b.inc", "B = \"top\"\n");
    ck_assert_int_eq(parse("require sub/a.inc\nC := \"${FILE}\""), 0);
    ck_assert_str_eq(value(0, "A"), "beside");
    ck_assert_str_eq(value(0, "B"), bb_arena_cat(&ctx.arena, BB_STR("beside "), at("sub/b.inc")).p);
    ck_assert_str_eq(value(0, "C"), at("x_1.bb").p);
    ck_assert_str_eq(said.p, "");
    bb_recipe_release(&all);
    end();
}
END_TEST

START_TEST(required_file_is_missing)
{
    begin(NULL, NULL);
    put("a.inc", "\nrequire nothing.inc\n");
    check_fails("A = \"1\"\n\nrequire a.inc\n",
                "a.inc:2 Could not include required file nothing.inc\n  x_1.bb:3 included from here\n");
    end();
}
END_TEST

START_TEST(errors_in_included_files_show_the_way)
{
    begin(NULL, NULL);
    put("classes/c.bbclass", "include a.inc\n");
    put("a.inc", "A = \"1\nB = \"2\"\n");
    check_fails("inherit c\n",
                "a.inc:1 unparsed line: 'A = \"1': unterminated quote\n  c.bbclass:1 included from here\n"
                "  x_1.bb:1 inherited from here\n");
    end();
}
END_TEST

START_TEST(include_loops_are_caught)
{
    begin(NULL, NULL);
    put("a.inc", "require b.inc\n");
    put("b.inc", "A = \"1\"\nrequire a.inc\n");
    ck_assert_int_eq(parse("require a.inc\n"), -BB_EREPORTED);
    ck_assert_ptr_nonnull(strstr(said.p, "b.inc:2 include loop: "));
    ck_assert_ptr_nonnull(strstr(said.p, "a.inc -> "));
    end();
}
END_TEST

START_TEST(circular_inherit_is_harmless)
{
    begin(NULL, NULL);
    put("classes/a.bbclass", "inherit b\nA = \"1\"\n");
    put("classes/b.bbclass", "inherit a\nB = \"${A}\"\n");
    ck_assert_int_eq(parse("inherit a\n"), 0);
    ck_assert_str_eq(value(0, "B"), "1");
    ck_assert(bb_include_inherits(all.v[0].d, BB_STR("b")));
    ck_assert(!bb_include_inherits(all.v[0].d, BB_STR("c")));
    bb_recipe_release(&all);
    end();
}
END_TEST

START_TEST(class_is_missing)
{
    begin(NULL, NULL);
    check_fails("A = \"1\"\ninherit nothing\n", "x_1.bb:2 Could not inherit file classes/nothing.bbclass\n");
    end();
}
END_TEST

START_TEST(deferred_class_is_missing)
{
    begin(NULL, NULL);
    check_fails("inherit_defer ${A}\nA = \"no\"\n", "x_1.bb:1 Could not inherit file classes/no.bbclass\n");
    end();
}
END_TEST

START_TEST(file_twice_is_warned_about)
{
    begin(NULL, NULL);
    put("a.inc", "A .= \"1\"\n");
    ck_assert_int_eq(parse("require a.inc\nrequire a.inc\n"), 0);
    ck_assert_str_eq(value(0, "A"), "11");
    ck_assert_str_eq(
        said.p,
        bb_arena_fmt(&ctx.arena, "x_1.bb:2 Duplicate inclusion for %s/a.inc in %s/x_1.bb\n", dir, dir).p);
    bb_recipe_release(&all);
    end();
}
END_TEST

START_TEST(class_with_dash_cannot_export_shell_functions)
{
    begin(NULL, NULL);
    put("classes/a-b.bbclass", "a-b_do_x() {\n:\n}\nEXPORT_FUNCTIONS do_x\n");
    ck_assert_int_eq(parse("inherit a-b\n"), -BB_EREPORTED);
    ck_assert_ptr_nonnull(strstr(said.p, "a-b.bbclass:4 The classname a-b contains a dash character"));
    end();
}
END_TEST

START_TEST(recipe_itself_is_missing)
{
    struct bb_recipe_request req;

    begin(NULL, NULL);
    req = (struct bb_recipe_request){.path = at("none_1.bb")};
    ck_assert_int_eq(bb_recipe_parse(parser, conf, &req, &all), -BB_EREPORTED);
    ck_assert_ptr_nonnull(strstr(said.p, "none_1.bb: no such file"));
    end();
}
END_TEST

START_TEST(configuration)
{
    begin(NULL, NULL);
    put("conf/a.conf", "A = \"1\"\nINHERIT += \"c\"\naddpylib lib ns\nrequire conf/b.conf\n");
    put("conf/b.conf", "B = \"${A}\"\n");
    put("classes/base.bbclass", "BASE = \"1\"\n");
    put("classes/c.bbclass", "C = \"${BASE}\"\n");
    ck_assert_int_eq(bb_conf_handle(parser, conf, BB_STR("conf/a.conf")), 0);
    ck_assert_int_eq(bb_conf_inherit(parser, conf), 0);
    ck_assert_int_eq(parse(""), 0);
    ck_assert_str_eq(value(0, "B"), "1");
    ck_assert_str_eq(value(0, "C"), "1");
    bb_recipe_release(&all);
    ck_assert_int_eq(bb_conf_handle(parser, conf, BB_STR("conf/none.conf")), -BB_EREPORTED);
    put("conf/d.conf", "require conf/e.conf\n");
    put("conf/e.conf", "addpylib lib ns\n");
    ck_assert_int_eq(bb_conf_handle(parser, conf, BB_STR("conf/d.conf")), -BB_EREPORTED);
    ck_assert_ptr_nonnull(strstr(said.p, "e.conf:1 unparsed line: 'addpylib lib ns'"));
    end();
}
END_TEST

START_TEST(include_all_came_later)
{
    begin(NULL, NULL);
    put("one/a.conf", "A .= \"1\"\n");
    put("two/a.conf", "A .= \"2\"\n");
    bb_store_setz(conf, "BBPATH", bb_arena_fmt(&ctx.arena, "%s/one:%s/none:%s/two", dir, dir, dir));
    ck_assert_int_eq(parse("include_all a.conf\n"), -BB_EREPORTED);
    ctx.level = BB_LEVEL_2_18;
    ck_assert_int_eq(parse("include_all a.conf\n"), 0);
    ck_assert_str_eq(value(0, "A"), "12");
    bb_recipe_release(&all);
    end();
}
END_TEST

START_TEST(history_names_the_recipe)
{
    const struct bb_event *e;
    size_t n;

    begin(NULL, NULL);
    bb_store_track(conf, true);
    ck_assert_int_eq(parse("A = \"1\"\nA += \\\n \"2\"\n\ndo_x() {\n    :\n}\n"), 0);
    ck_assert_int_eq(bb_store_history(all.v[0].d, BB_SYM("A"), &e, &n), 0);
    ck_assert_uint_eq(n, 2);
    ck_assert_str_eq(e[0].op, "set");
    ck_assert_str_eq(e[1].op, "append");
    ck_str(e[1].detail, "2");
    ck_assert_uint_eq(e[1].loc.line, 3);
    ck_assert_int_eq(bb_store_history(all.v[0].d, BB_SYM("do_x"), &e, &n), 0);
    ck_assert_uint_gt(n, 1);
    ck_assert_uint_eq(e[0].loc.line, 5);
    ck_assert(bb_str_eq(bb_source_path(e[0].loc.src), at("x_1.bb")));
    bb_recipe_release(&all);
    end();
}
END_TEST

/* --- dependencies --- */

START_TEST(files_and_attempts_are_dependencies)
{
    struct bb_seenfile *dep;
    size_t n;

    begin(NULL, NULL);
    put("classes/c.bbclass", "C = \"1\"\n");
    ck_assert_int_eq(parse("inherit c\ninclude none.inc\n"), 0);
    ck_assert_int_eq(bb_depends_list(parser, all.v[0].d, false, &dep, &n), 0);
    ck_assert_uint_eq(n, 4);
    ck_assert(bb_str_eq(dep[0].path, at("x_1.bb")) && dep[0].state.kind == BB_FILE_SAME);
    ck_assert(bb_str_eq(dep[1].path, at("classes-recipe/c.bbclass")) && dep[1].state.kind == BB_FILE_ABSENT);
    ck_assert(bb_str_eq(dep[2].path, at("classes/c.bbclass")) && dep[2].state.kind == BB_FILE_SAME);
    ck_assert(bb_str_eq(dep[3].path, at("none.inc")) && dep[3].state.kind == BB_FILE_ABSENT);
    ck_assert(bb_filestate_holds(&dep[2].state, dep[2].path.p));
    bb_recipe_release(&all);
    end();
}
END_TEST

START_TEST(changed_file_is_read_again)
{
    begin(NULL, NULL);
    ck_assert_int_eq(parse("A = \"1\"\n"), 0);
    bb_recipe_release(&all);
    bb_depends_forget(parser);
    ck_assert_int_eq(parse("A = \"22\"\n"), 0);
    ck_assert_str_eq(value(0, "A"), "22");
    bb_recipe_release(&all);
    end();
}
END_TEST

/* A copy adds to its own list only; what its parent is told before that is seen. */
START_TEST(dependencies_follow_copies)
{
    struct bb_store *copy;

    begin(NULL, NULL);
    bb_depends_mark(parser, conf, BB_STR("/a"));
    copy = bb_store_copy(conf);
    bb_depends_mark(parser, conf, BB_STR("/b"));
    ck_assert(bb_depends_has(parser, copy, BB_STR("/b")));
    bb_depends_mark(parser, copy, BB_STR("/c"));
    bb_depends_mark(parser, conf, BB_STR("/d"));
    ck_assert(bb_depends_has(parser, copy, BB_STR("/a")) && bb_depends_has(parser, copy, BB_STR("/c")));
    ck_assert(!bb_depends_has(parser, copy, BB_STR("/d")) && !bb_depends_has(parser, conf, BB_STR("/c")));
    for (int i = 0; i < 1000; i++)
        bb_depends_mark(parser, copy, bb_arena_fmt(&ctx.arena, "/%d", i));
    ck_assert(bb_depends_has(parser, copy, BB_STR("/999")) && bb_depends_has(parser, copy, BB_STR("/a")));
    bb_store_unref(copy);
    end();
}
END_TEST

/* --- variants and hooks --- */

static int note_variant(void *self, struct bb_store *d, bb_str fn, bb_str variant)
{
    bb_buf_addf(self, "[%.*s]", BB_STRF(variant));
    return 0;
}

START_TEST(variants)
{
    struct bb_buf seen = BB_BUF_INIT;
    struct bb_parse_hooks hooks = {&seen, note_variant};

    begin(NULL, &hooks);
    put("classes/native.bbclass", "KIND = \"native\"\naddtask n\n");
    put("classes/multilib.bbclass", "KIND = \"${BBEXTENDCURR} ${BBEXTENDVARIANT}\"\n");
    put("x_1.bbappend", "APPENDED = \"1\"\n");
    ck_assert_int_eq(
        parse("PN = \"x\"\nKIND ?= \"main\"\naddtask m\nBBCLASSEXTEND = \"native multilib:lib32 native\"\n"),
        0);
    ck_assert_uint_eq(all.n, 3);
    ck_str(all.v[1].name, "native");
    ck_str(all.v[2].name, "multilib:lib32");
    ck_assert_str_eq(value(0, "KIND"), "main");
    ck_assert_str_eq(value(1, "KIND"), "native");
    ck_assert_str_eq(value(1, "PN"), "x-native");
    ck_assert_str_eq(value(2, "KIND"), "multilib lib32");
    ck_assert_str_eq(value(2, "PN"), "x");
    ck_assert_str_eq(value(2, "APPENDED"), "1");
    ck_assert_uint_eq(all.v[0].ntasks, 1);
    ck_assert_uint_eq(all.v[1].ntasks, 2);
    ck_assert_str_eq(seen.p, "[][native][multilib:lib32]");
    bb_recipe_release(&all);
    bb_buf_clear(&seen);
    ck_assert_int_eq(parse_only("PN = \"x\"\nBBCLASSEXTEND = \"native multilib:lib32\"\n", "native"), 0);
    ck_assert_str_eq(seen.p, "[][native]");
    ck_assert_uint_eq(all.n, 2);
    bb_recipe_release(&all);
    bb_buf_release(&seen);
    end();
}
END_TEST

/* Python that knows one expression, which skips the recipe. */
static int skip_eval(void *self, struct bb_store *d, bb_sym var, bb_str code, struct bb_buf *ret)
{
    return bb_str_has(code, BB_STR("skip_me")) ? -BB_ESKIP : -BB_EPYTHON;
}
static int skip_scan(void *self, struct bb_store *d, bb_str code, bb_sym var, bb_str file, uint32_t lineno,
                     const struct bb_codedeps **ret)
{
    static const struct bb_codedeps none;

    *ret = &none;
    return 0;
}
static void skip_reason(void *self, struct bb_buf *ret)
{
    bb_buf_addz(ret, "not today");
}
static int nothing(void *self)
{
    return 0;
}
static void nothing_to_say(void *self) {}
static int no_event(void *self, struct bb_store *d, enum bb_parse_event ev, bb_str arg)
{
    return 0;
}
static const struct bb_pyhook skipping = {
    .eval = skip_eval,
    .scan = skip_scan,
    .skip_reason = skip_reason,
    .save_handlers = nothing,
    .restore_handlers = nothing_to_say,
    .error_clear = nothing_to_say,
    .fire = no_event,
};

START_TEST(skipping_while_finalised)
{
    begin(&skipping, NULL);
    ck_assert_int_eq(parse("inherit_defer ${@skip_me()}\n"), 0);
    ck_assert_uint_eq(all.n, 1);
    ck_str(all.v[0].skipped, "not today");
    bb_recipe_release(&all);
    end();
}
END_TEST

START_TEST(skipping_while_evaluated)
{
    begin(&skipping, NULL);
    put("a.inc", "A := \"${@skip_me()}\"\nB = \"not reached\"\n");
    ck_assert_int_eq(parse("require a.inc\nC = \"reached\"\n"), 0);
    ck_str(all.v[0].skipped, "True");
    ck_assert_str_eq(value(0, "B"), "(unset)");
    ck_assert_str_eq(value(0, "C"), "reached");
    bb_recipe_release(&all);
    ck_assert_int_eq(parse("A := \"${@skip_me()}\"\nB = \"not reached\"\n"), 0);
    ck_str(all.v[0].skipped, "True");
    ck_assert_str_eq(value(0, "B"), "(unset)");
    bb_recipe_release(&all);
    end();
}
END_TEST

/* --- tasks --- */

START_TEST(task_lists)
{
    struct bb_val v;

    begin(NULL, NULL);
    ck_assert_int_eq(bb_task_add(conf, BB_STR("b"), BB_STR("do_z"), BB_STR("do_a do_a")), 0);
    ck_assert_int_eq(bb_task_add(conf, BB_STR("do_z"), (bb_str){NULL, 0}, BB_STR("do_y")), 0);
    ck_assert_int_eq(bb_task_add(conf, BB_STR("do_c"), BB_STR("do_z"), (bb_str){NULL, 0}), 0);
    bb_store_get(conf, BB_SYM("__BBTASKS"), 0, &v);
    ck_str(bb_val_str(NULL, &ctx.arena, v), "['do_b', 'do_z', 'do_c']");
    bb_store_get_flag(conf, BB_SYM("do_z"), BB_SYM("deps"), 0, &v);
    ck_str(bb_val_str(NULL, &ctx.arena, v), "['do_c', 'do_b', 'do_y']");
    ck_assert_int_eq(bb_task_del(conf, BB_STR("b")), 0);
    bb_store_get(conf, BB_SYM("__BBTASKS"), 0, &v);
    ck_str(bb_val_str(NULL, &ctx.arena, v), "['do_z', 'do_c']");
    bb_store_get_flag(conf, BB_SYM("do_z"), BB_SYM("deps"), 0, &v);
    ck_str(bb_val_str(NULL, &ctx.arena, v), "['do_c', 'do_y']");
    bb_store_get_flag(conf, BB_SYM("do_b"), BB_SYM("task"), 0, &v);
    ck_assert_int_eq(v.kind, BB_V_NONE);
    end();
}
END_TEST

UNIT_MAIN("recipe", history_names_the_recipe, include_all_came_later,
          includes_are_found_beside_and_along_bbpath, required_file_is_missing,
          errors_in_included_files_show_the_way, include_loops_are_caught, circular_inherit_is_harmless,
          class_is_missing, deferred_class_is_missing, file_twice_is_warned_about,
          class_with_dash_cannot_export_shell_functions, recipe_itself_is_missing, configuration,
          files_and_attempts_are_dependencies, changed_file_is_read_again, dependencies_follow_copies,
          variants, skipping_while_finalised, skipping_while_evaluated, task_lists)
