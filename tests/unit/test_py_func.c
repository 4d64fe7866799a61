/* SPDX-License-Identifier: MIT */
/* Functions of the metadata, events, and what is said when they fail. */
#include "py_support.h"

#define S(text) BB_STR(text)

static int insert(const char *code, uint32_t lineno)
{
    return hook->insert_method(hook->self, d, S("mod"), bb_str_z(code), S("/layer/x.bb"), lineno);
}

static int report(const char *doing)
{
    return hook->error_report(hook->self, (struct bb_loc){.src = bb_source_id(S("/layer/x.bb")), .line = 99},
                              doing);
}

START_TEST(definitions_are_shared)
{
    ck_assert_int_eq(insert("def twice(x):\n    return x * 2\n", 10), 0);
    py("d.setVar('A', '${@twice(\"ab\")}'); assert d.getVar('A') == 'abab'\n");
    ck_assert_int_eq(insert("def twice(x):\n    return x + '-' + x\n", 20), 0);
    py("d.setVar('B', '${@twice(\"ab\")}'); assert d.getVar('B') == 'ab-ab'\n");
    ck_assert_int_eq(insert("def twice(x):\n    return x * 2\n", 10), 0); /* from the cache, in force again */
    py("d.setVar('C', '${@twice(\"c\")}'); assert d.getVar('C') == 'cc'\n");
}
END_TEST

START_TEST(lines_are_the_recipes)
{
    ck_assert_int_eq(insert("def inner(d):\n    return undefined_name\n", 30), 0);
    ck_assert_int_eq(insert("def __anon_1(d):\n\n    inner(d)\n", 40), 0);
    ck_assert_int_eq(hook->run_anonymous(hook->self, d, S("__anon_1")), -BB_EPYTHON);
    ck_assert_int_eq(report("running an anonymous function"), -BB_EREPORTED);
    ck_assert_msg(unit_count("/layer/x.bb:31: error: NameError: name 'undefined_name' is not defined") == 1,
                  "%s", said.p);
    ck_assert_msg(unit_count("/layer/x.bb:42: note: called from an anonymous function") == 1, "%s", said.p);
    ck_assert_msg(unit_count("/layer/x.bb:99: note: while running an anonymous function") == 1, "%s", said.p);
    ck_assert_int_eq(unit_count("lib/py/"), 0);
    ck_assert_int_eq(ctx.errors, 1);
}
END_TEST

START_TEST(expressions_name_the_function)
{
    ck_assert_int_eq(insert("def inner(d):\n    return undefined_name\n", 30), 0);
    bb_store_setz(d, "V", S("${@inner(d)}"));
    bb_str s;
    ck_assert_int_eq(bb_store_str_report(d, BB_SYM("V"), &s), -BB_EREPORTED);
    ck_assert_msg(unit_count("which triggered exception NameError: name 'undefined_name' is not defined "
                             "(/layer/x.bb:31, in 'inner')") == 1,
                  "%s", said.p);
}
END_TEST

START_TEST(syntax_errors_have_a_place)
{
    ck_assert_int_eq(insert("def f(d):\n    x = = 1\n", 7), -BB_EPYTHON);
    ck_assert_int_eq(report("reading a function"), -BB_EREPORTED);
    ck_assert_msg(unit_count("/layer/x.bb:8:") == 1 && unit_count("SyntaxError: invalid syntax") == 1, "%s",
                  said.p);
    ck_assert_int_eq(hook->insert_method(hook->self, d, S("m"), bb_str_n("x\0y", 3), S("/layer/x.bb"), 1),
                     -BB_EPYTHON);
    hook->error_clear(hook->self);
}
END_TEST

START_TEST(skip_and_handled)
{
    struct bb_buf why = BB_BUF_INIT;

    ck_assert_int_eq(
        insert("def __anon_skip(d):\n    raise bb.parse.SkipRecipe('not for %s' % d.getVar('M'))\n", 1), 0);
    bb_store_setz(d, "M", S("qemu"));
    ck_assert_int_eq(hook->run_anonymous(hook->self, d, S("__anon_skip")), -BB_ESKIP);
    hook->skip_reason(hook->self, &why);
    ck_str(bb_buf_str(&why), "not for qemu");
    bb_buf_release(&why);
    ck_assert_int_eq(insert("def __anon_fatal(d):\n    bb.fatal('bad ', 'thing')\n", 1), 0);
    ck_assert_int_eq(hook->run_anonymous(hook->self, d, S("__anon_fatal")), -BB_EREPORTED);
    ck_str(bb_buf_str(&said), "ERROR: bad thing\n");
    ck_assert_int_eq(report("x"), -BB_EREPORTED);
    ck_assert_int_eq(ctx.errors, 1);
}
END_TEST

static void python_task(const char *name, const char *body, const char *lineno)
{
    bb_store_setz(d, name, bb_str_z(body));
    bb_store_set_flagz(d, name, "func", S("1"));
    bb_store_set_flagz(d, name, "python", S("1"));
    bb_store_set_flagz(d, name, "filename", S("/layer/x.bb"));
    bb_store_set_flagz(d, name, "lineno", bb_str_z(lineno));
}

START_TEST(tasks_run)
{
    struct bb_buf text = BB_BUF_INIT;

    python_task("do_a", "    d.setVar('RAN', 'yes')\n    helper(d)\n", "12");
    ck_assert_int_eq(insert("def helper(d):\n    d.appendVar('RAN', '!')\n", 5), 0);
    ck_assert_int_eq(bb_py_run_function(d, S("do_a")), 0);
    py("assert d.getVar('RAN') == 'yes!'\n");
    bb_store_setz(d, "helper", S("def helper(d):\n    pass\n"));
    bb_store_set_flagz(d, "helper", "func", S("1"));
    bb_store_set_flagz(d, "helper", "python", S("1"));
    ck_assert_int_eq(bb_py_emit_function(&text, d, S("do_a")), 0);
    ck_str(bb_buf_str(&text), "def do_a(d):\n    d.setVar('RAN', 'yes')\n    helper(d)\n\ndo_a(d)\n\n"
                              "def helper(d):\n    pass\n\n");
    bb_buf_release(&text);
    python_task("do_b", "    1/0\n", "20");
    ck_assert_int_eq(bb_py_run_function(d, S("do_b")), -BB_EPYTHON);
    report("running a task");
    ck_assert_msg(unit_count("/layer/x.bb:21: error: ZeroDivisionError: division by zero") == 1, "%s",
                  said.p);
}
END_TEST

static int exec(void *self, struct bb_store *store, bb_str func, const struct bb_vlist *dirs, int *ret_status)
{
    *(int *)self += 1 + (dirs ? 10 * (int)dirs->n : 0);
    if (bb_str_eqz(func, "do_shell")) {
        *ret_status = 3;
        return -BB_EREPORTED;
    }
    return bb_py_run_function(store, func);
}

START_TEST(exec_func_goes_to_the_runner)
{
    int calls = 0;

    py("bb.build.exec_func('do_a', d)\n"); /* outside of tasks */
    ck_assert_int_eq(unit_count("WARNING: Function do_a doesn't exist"), 1);
    bb_py_set_exec_func(exec, &calls);
    python_task("do_a", "    d.setVar('RAN', '1')\n", "3");
    python_task("do_bad", "    undefined_thing\n", "5");
    python_task("do_raise", "    raise bb.process.ExecutionError('cmd', 2)\n", "8");
    py("bb.build.exec_func('do_a', d); assert d.getVar('RAN') == '1'\n"
       "bb.build.exec_func('do_a', d, ['/a', '/b'])\n"
       "def caught(func, cls):\n"
       "    try:\n"
       "        bb.build.exec_func(func, d)\n"
       "    except cls as e:\n"
       "        return e\n"
       "assert caught('do_shell', bb.process.ExecutionError).exitcode == 3\n"
       "assert caught('do_bad', bb.BBHandledException)\n"
       "assert caught('do_raise', bb.process.ExecutionError).exitcode == 2\n");
    ck_assert_int_eq(calls, 5 + 20);
    ck_assert_msg(unit_count("/layer/x.bb:6: error: NameError") == 1, "%s", said.p);
    bb_py_set_exec_func(NULL, NULL);
}
END_TEST

static void handler(const char *name, const char *body, const char *mask)
{
    python_task(name, body, "50");
    if (mask)
        bb_store_set_flagz(d, name, "eventmask", bb_str_z(mask));
    ck_assert_int_eq(hook->register_handler(hook->self, d, bb_str_z(name)), 0);
}

START_TEST(handlers_hear_their_events)
{
    ck_assert_int_eq(hook->save_handlers(hook->self), 0);
    handler("h_parsed", "    d.appendVar('LOG', ' ' + e.fn)\n    assert e.data is d\n",
            "bb.event.RecipeParsed");
    handler("h_tasks", "    d.appendVar('LOG', ' ' + '+'.join(e.tasklist))\n",
            "bb.event.RecipeTaskPreProcess");
    ck_assert(bb_py_listens("bb.event.RecipeParsed") && !bb_py_listens("bb.event.BuildStarted"));
    py("d.setVar('LOG', ''); d.setVar('__BBTASKS', ['do_x', 'do_y'])\n");
    ck_assert_int_eq(hook->fire(hook->self, d, BB_EV_RecipeParsed, S("/x.bb")), 0);
    ck_assert_int_eq(hook->fire(hook->self, d, BB_EV_RecipePreFinalise, S("/no.bb")), 0);
    ck_assert_int_eq(hook->fire(hook->self, d, BB_EV_RecipeTaskPreProcess, S("/x.bb")), 0);
    py("assert d.getVar('LOG') == ' /x.bb do_x+do_y', d.getVar('LOG')\n");
    struct bb_store *other = bb_store_new(&ctx, hook); /* not registered for this one */
    ck_assert_int_eq(hook->fire(hook->self, other, BB_EV_RecipeParsed, S("/other.bb")), 0);
    bb_store_unref(other);
    hook->restore_handlers(hook->self);
    ck_assert(!bb_py_listens("bb.event.RecipeParsed"));
}
END_TEST

START_TEST(events_with_arguments)
{
    ck_assert_int_eq(hook->save_handlers(hook->self), 0);
    handler("h_all",
            "    d.appendVar('LOG', ' ' + bb.event.getName(e))\n"
            "    if isinstance(e, bb.event.BuildCompleted):\n"
            "        d.setVar('PKGS', ' '.join(e.pkgs) + str(e._failures) + e.name)\n"
            "    if isinstance(e, bb.event.StaleSetSceneTasks):\n"
            "        d.setVar('STALE', e.tasks['a'][0])\n",
            NULL);
    py("d.setVar('LOG', '')\n");
    bb_str pkgs[] = {S("p"), S("q")};
    struct bb_val args[] = {bb_val_i(3), bb_val_s(S("name")), bb_val_list(&ctx.arena, pkgs, 2), bb_val_i(1)};
    ck_assert_int_eq(bb_py_fire(d, "bb.event.BuildCompleted", args, 4), 0);
    ck_assert_int_eq(bb_py_fire_json(d, "bb.event.StaleSetSceneTasks", S("[{\"a\": [\"s1\"]}]")), 0);
    py("assert d.getVar('PKGS') == 'p q1name' and d.getVar('STALE') == 's1'\n"
       "assert d.getVar('LOG') == ' BuildCompleted StaleSetSceneTasks'\n");
    handler("h_bad", "    missing\n", NULL);
    ck_assert_int_eq(bb_py_fire(d, "bb.event.ConfigParsed", NULL, 0), -BB_EPYTHON);
    report("firing an event");
    ck_assert_msg(unit_count("/layer/x.bb:51: error: NameError") == 1 && unit_count("'h_bad' failed") == 1,
                  "%s", said.p);
    hook->restore_handlers(hook->self);
}
END_TEST

START_TEST(expressions_by_json)
{
    struct bb_buf out = BB_BUF_INIT;

    ck_assert_int_eq(
        insert("def valid(sq, d):\n    return {t for t, h in sq['hash'].items() if h in d.getVar('H')}\n", 1),
        0);
    bb_store_setz(d, "H", S("aa bb"));
    ck_assert_int_eq(bb_py_eval_json(d, S("valid(sq, d)"),
                                     S("{\"sq\": {\"hash\": {\"y\": \"bb\", \"x\": \"aa\", \"z\": \"cc\"}}}"),
                                     &out),
                     0);
    ck_str(bb_buf_str(&out), "[\"x\", \"y\"]");
    ck_assert_int_eq(bb_py_eval_json(d, S("nope"), S("{}"), &out), -BB_EPYTHON);
    hook->error_clear(hook->self);
    bb_buf_release(&out);
}
END_TEST

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    ck_assert(f && fputs(text, f) >= 0 && fclose(f) == 0);
}

START_TEST(modules_of_layers)
{
    char *dir = unit_tmpdir();
    const struct bb_sig_modfunc *p;
    size_t n;

    ck_assert(system("mkdir -p lib/tstpkg") == 0);
    write_file("lib/tstpkg/__init__.py", "BBIMPORTS = ['one']\n");
    write_file("lib/tstpkg/one.py",
               "import os\n\ndef a(d):\n    return d.getVar('REF') + b(d)\n\ndef b(d):\n"
               "    return bb.utils.contains('F', 'w', '1', '0', d)\n\ndef _hidden():\n    pass\n");
    py("d.setVar('L', os.getcwd() + '/lib')\n");
    ck_assert_int_eq(hook->add_pylib(hook->self, d, S("${L}"), S("tstpkg")), 0);
    bb_py_module_functions(&p, &n);
    ck_assert_int_eq(n, 2);
    ck_str(p[0].name->name, "tstpkg.one.a");
    ck_assert_int_eq(p[0].deps.nreferences, 1);
    ck_str(p[0].deps.references[0]->name, "REF");
    ck_assert_int_eq(p[0].deps.nexecs, 1);
    ck_str(p[0].deps.execs[0]->name, "tstpkg.one.b");
    ck_str(p[1].deps.contains[0].var->name, "F");
    /* sha256 of three newlines and the two lines of a() */
    ck_str(p[0].extra, "6786e9bbd9897b13ac2d348849c1c438af66257883a4976daafab63c03205018");
    py("d.setVar('REF', 'r'); d.setVar('F', 'w'); d.setVar('X', '${@tstpkg.one.a(d)}')\n"
       "assert d.getVar('X') == 'r1'\n"
       "assert bb.codeparser.modulecode_deps['tstpkg.one.a'][0] == {'REF'}\n");
    ck_assert_int_eq(hook->add_pylib(hook->self, d, S("${L}"), S("tstmissing")), -BB_EPYTHON);
    hook->error_clear(hook->self);
    unit_rmdir(dir);
}
END_TEST

START_TEST(programs)
{
    char *dir = unit_tmpdir();
    write_file("prog.py",
               "import sys, bb\nopen('out', 'w').write(' '.join(sys.argv) + __name__)\nsys.exit(4)\n");
    const char *argv[] = {"bbc-python", "prog.py", "x", NULL};
    ck_assert_int_eq(bb_py_main(3, (char **)argv), 4);
    const char *code[] = {"bbc-python", "-c", "import sys; assert sys.argv == ['-c', 'y'], sys.argv", "y",
                          NULL};
    ck_assert_int_eq(bb_py_main(4, (char **)code), 0);
    ck_assert_int_eq(system("test \"$(cat out)\" = 'prog.py x__main__'"), 0);
    unit_rmdir(dir);
}
END_TEST

PY_MAIN("py_func", definitions_are_shared, lines_are_the_recipes, expressions_name_the_function,
        syntax_errors_have_a_place, skip_and_handled, tasks_run, exec_func_goes_to_the_runner,
        handlers_hear_their_events, events_with_arguments, expressions_by_json, modules_of_layers, programs)
