/* SPDX-License-Identifier: MIT */
/* Stores as Python sees them, and expressions as the store sees them. */
#include <sys/wait.h>

#include "py_support.h"

START_TEST(get_and_set)
{
    py("d.setVar('A', 'x ${B}'); d.setVar('B', 'y')\n"
       "assert d.getVar('A') == 'x y'\n"
       "assert d.getVar('A', False) == d.getVar('A', expand=False) == d['A'] == 'x ${B}'\n"
       "assert d.getVar('NONE') is None and 'NONE' not in d and 'A' in d\n"
       "assert d.get('NONE', 'dflt') == 'dflt'\n"
       "d['C'] = 'c'; assert len(d) == 3 and list(d) == ['A', 'B', 'C']\n"
       "del d['C']; assert 'C' not in d.keys()\n"
       "d.setVar('V', None); assert d.getVar('V') is None\n"
       "d.setVarFlag('W', '_defaultval', 'weak')\n"
       "assert d.getVar('W') == 'weak' and d.getVar('W', False, noweakdefault=True) is None\n");
}
END_TEST

START_TEST(other_values)
{
    py("for v in (1, True, False, 10 ** 30, 1.5, ['a', 'b'], [], ['a', 1], {'k': [1]}, {1, 2}, ('t',), "
       "b'x'):\n"
       "    d.setVar('V', v)\n"
       "    got = d.getVar('V', False)\n"
       "    assert got == v and type(got) is type(v), (got, v)\n"
       "    d.setVarFlag('V', 'f', v)\n"
       "    assert d.getVarFlag('V', 'f', False) == v\n"
       "d.setVar('L', ['a']); l = d.getVar('L', False); l.append('b')\n"
       "assert d.getVar('L', False) == ['a']\n");
}
END_TEST

/* An object in the store that knows the store: nothing but the collector can free the two. */
START_TEST(cycles)
{
    py("import gc, weakref\n"
       "class Knows:\n"
       "    def __init__(self, d): self.d = d; d.setVar('KNOWS', self)\n"
       "copy = d.createCopy(); ref = weakref.ref(Knows(copy)); gc.collect()\n"
       "assert ref() is not None and ref().d is copy and copy.getVar('KNOWS', False).d is copy\n"
       "below = copy.createCopy(); del copy; gc.collect()\n"
       "assert ref() is not None and ref().d.getVar('KNOWS', False).d is ref().d\n"
       "del below; gc.collect()\n"
       "assert ref() is None\n");
}
END_TEST

START_TEST(broken_utf8)
{
    struct bb_val v = bb_val_s(BB_STR("a\xff\x80z"));
    ck_assert_int_eq(bb_store_set(d, BB_SYM("RAW"), v, NULL), 0);
    py("raw = d.getVar('RAW')\n"
       "assert raw == 'a\\udcff\\udc80z'\n"
       "d.setVar('COPY', raw); assert d.getVar('COPY') == raw\n"
       "d.setVar('N' + raw, '1'); assert d.getVar('N' + raw) == '1'\n");
    bb_str s;
    ck_assert_int_eq(bb_store_str(d, BB_SYM("COPY"), &s), 0);
    ck_str(s, "a\xff\x80z");
}
END_TEST

START_TEST(flags)
{
    py("d.setVarFlag('F', 'a', '${B}'); d.setVar('B', 'b')\n"
       "assert d.getVarFlag('F', 'a') == 'b' and d.getVarFlag('F', 'a', False) == '${B}'\n"
       "d.appendVarFlag('F', 'a', ' x'); d.prependVarFlag('F', 'a', 'y ')\n"
       "assert d.getVarFlag('F', 'a', False) == 'y ${B} x'\n"
       "d.setVarFlag('F', 'deps', ['p']); d.appendVarFlag('F', 'deps', ['q'])\n"
       "assert d.getVarFlags('F') == {'a': 'y ${B} x', 'deps': ['p', 'q']}\n"
       "assert d.getVarFlags('F', ['a'])['a'] == 'y b x'\n"
       "d.setVarFlags('F', {'z': '1', '_content': 'no'}); assert d.getVarFlag('F', 'z') == '1' and "
       "d.getVar('F') is None\n"
       "d.delVarFlag('F', 'z'); assert d.getVarFlag('F', 'z') is None\n"
       "d.setVar('F', 'v'); d.delVarFlags('F'); assert d.getVar('F') == 'v' and d.getVarFlags('F') is None\n"
       "d.setVar('F:append', ' t'); d.setVar('F:append:o', ' u')\n"
       "assert d.getVarFlags('F', internalflags=True)[':append'] == [[' t', None], [' u', 'o']]\n"
       "assert d.getVarFlag('F', ':append', False) == [[' t', None], [' u', 'o']]\n");
}
END_TEST

START_TEST(copies_and_overrides)
{
    py("d.setVar('A', '1'); e = d.createCopy(); e.setVar('A', '2')\n"
       "assert (d.getVar('A'), e.getVar('A')) == ('1', '2') and list(e.localkeys()) == ['A']\n"
       "d.setVar('OVERRIDES', 'x:y'); d.setVar('O:x', 'ox'); assert d.getVar('O') == 'ox'\n"
       "assert d.hasOverrides('O') and not d.hasOverrides('A') and d.overrides == ['x', 'y']\n"
       "d.appendVar('O', ' a'); d.prependVar('O', 'p '); assert d.getVar('O') == 'p ox a'\n"
       "d.renameVar('A', 'Z'); assert d.getVar('A') is None and d.getVar('Z') == '1'\n"
       "d.delVar('Z'); assert d.getVar('Z') is None\n"
       "import pickle; f = pickle.loads(pickle.dumps(d))\n"
       "assert f.getVar('O') == 'p ox a' and f == d and f is not d\n"
       "d.delVar('O:x'); assert f.getVar('O') == 'p ox a'\n");
}
END_TEST

START_TEST(the_wrapper_is_one)
{
    py("import gc, weakref\n"
       "d.setVar('E', '${@id(d)}'); assert d.getVar('E') == str(id(d))\n"
       "class Sub(bb.data_smart.DataSmart):\n"
       "    pass\n"
       "s = Sub(); s.setVar('A', 'a'); assert s.getVar('A') == 'a'\n"
       "r = weakref.ref(s); del s; gc.collect(); assert r() is None\n");
}
END_TEST

START_TEST(names_in_expressions)
{
    py("d.setVar('VAR', 'value')\n"
       "assert d.expand('${@VAR + \"!\"}') == 'value!'\n"
       "assert d.expand('${@[d.getVar(\"VAR\") for i in range(2)]}') == \"['value', 'value']\"\n"
       "assert d.expand('${@(lambda: d.getVar(\"VAR\"))()}') == 'value'\n"
       "d.setVar('len', '7'); d.setVar('os', '8'); d.setVar('oe', '9')\n"
       "assert d.expand('${@len([])}') == '0' and d.expand('${@os.sep}') == '/'\n"
       "try:\n"
       "    d.expand('${@oe}'); assert False\n"
       "except bb.data_smart.ExpansionError as e:\n"
       "    assert isinstance(e.exception, NameError)\n"
       "assert d.expand('${@1 + 1} ${@None} ${@\"\\u00e9\"}') == '2 None \\u00e9'\n"
       "assert d.expand('${@\"unterminated}') == '${@\"unterminated}'\n");
}
END_TEST

START_TEST(failures_carry_the_chain)
{
    py("def fails(var):\n"
       "    try:\n"
       "        d.getVar(var)\n"
       "    except bb.data_smart.ExpansionError as e:\n"
       "        return e\n"
       "d.setVar('A', '${@1/0}'); d.setVar('B', '${A}'); d.setVar('C', '${@d.getVar(\"B\")}')\n"
       "e = fails('C')\n"
       "assert e.varlist == ['A', 'B', 'C'] and e.variablename == 'A' and isinstance(e.exception, "
       "ZeroDivisionError)\n"
       "assert str(e).endswith('The variable dependency chain for the failure is: A -> B -> C'), str(e)\n"
       "d.setVar('S', '${S}'); assert 'references itself' in str(fails('S'))\n"
       "d.setVar('K', '${@bb.fatal(\"told\")}')\n"
       "try:\n"
       "    d.getVar('K'); assert False\n"
       "except bb.BBHandledException:\n"
       "    pass\n"
       "class Mine(bb.parse.SkipRecipe):\n"
       "    pass\n"
       "bb.utils._context['skip'] = lambda: (_ for _ in ()).throw(Mine('why'))\n"
       "d.setVar('P', '${@skip()}')\n"
       "try:\n"
       "    d.getVar('P'); assert False\n"
       "except Mine as e:\n"
       "    assert str(e) == 'why'\n"
       "assert d.getVar('SAFE') is None\n");
    ck_assert_int_eq(unit_count("error: ") + unit_count("ERROR: told"), 1);
}
END_TEST

START_TEST(wrong_arguments)
{
    py("def refused(f, *a, **k):\n"
       "    try:\n"
       "        f(*a, **k)\n"
       "    except TypeError:\n"
       "        return True\n"
       "assert refused(d.getVar) and refused(d.getVar, 1) and refused(d.getVar, 'A', nonsense=1)\n"
       "assert refused(d.getVar, 'A', var='A') and refused(d.setVar, 'A') and refused(d.appendVar, 'A', "
       "None)\n"
       "assert refused(d.getVar, *'ABCDE') and refused(d.setVarFlags, 'A', 'x')\n");
}
END_TEST

START_TEST(history)
{
    py("d.setVar('Q', 'untracked'); d.enableTracking()\n"
       "d.setVar('A', 'one', file='/x.conf', line=3, op='set?')\n"
       "d.appendVar('A', ' two')\n"
       "h = d.varhistory.variable('A')\n"
       "assert (h[0]['file'], h[0]['line'], h[0]['op'], h[0]['detail']) == ('/x.conf', 3, 'set?', 'one'), h\n"
       "assert h[1]['op'] == 'append' and h[1]['detail'] == ' two' and h[1]['file'] == '/test.bb', h\n"
       "assert d.varhistory.get_variable_files('A') == ['/x.conf', '/test.bb']\n"
       "assert d.varhistory.variable('Q') == []\n"
       "assert d.varhistory.get_variable_items_files('A')['one'] == '/x.conf'\n");
}
END_TEST

START_TEST(references)
{
    py("p = d.expandWithRefs('${A} ${@bb.utils.contains(\"F\", \"a b\", 1, 0, d)} ${@f(d) if 0 else "
       "d.getVar(\"G\")}', None)\n"
       "assert p.references == {'A', 'G'}, p.references\n"
       "assert p.execs == {'f'} and p.contains == {'F': {'a b'}}\n"
       "assert p.value == '${A} 0 None' and not hasattr(p, 'removes')\n"
       "d.setVar('R', 'a b c'); d.setVar('R:remove', 'b x'); d.setVar('R:remove:off', 'c')\n"
       "v, p = d.getVarFlag('R', '_content', False, retparser=True)\n"
       "assert v == 'a b c' and p.value == 'a  c' and p.removes == {'b x'}, (v, p.value, p.removes)\n"
       "assert d.expandWithRefs(5, None).value == 5\n");
}
END_TEST

START_TEST(words)
{
    py("c, a, f = bb.utils.contains, bb.utils.contains_any, bb.utils.filter\n"
       "d.setVar('F', ' b a ${X}  c'); d.setVar('X', 'x')\n"
       "assert c('F', 'a x', 1, 0, d) == 1 and c('F', 'a y', 1, 0, d) == 0 and c('F', '', 1, 0, d) == 1\n"
       "assert c('NONE', '', 1, 0, d) == 0 and c('F', ['a', 'b'], truevalue='t', falsevalue='f', d=d) == "
       "'t'\n"
       "assert a('F', 'y c', 1, 0, d) == 1 and a('F', {'y'}, 1, 0, d) == 0 and a('F', '', 1, 0, d) == 0\n"
       "assert f('F', 'x y a a', d) == 'a x' and f('F', iter(['c']), d) == 'c' and f('NONE', 'a', d) == ''\n"
       "class Other:\n"
       "    def getVar(self, name):\n"
       "        return {'F': 'o p'}.get(name)\n"
       "assert c('F', 'o', 1, 0, Other()) == 1 and c('G', 'o', 1, 0, Other()) == 0\n"
       "for bad in (lambda: c('F', 5, 1, 0, d), lambda: c('F', [5], 1, 0, d), lambda: c('F', 'a', 1, d), "
       "lambda: f(1, 'a', d)):\n"
       "    try:\n"
       "        bad(); assert False\n"
       "    except TypeError:\n"
       "        pass\n"
       "d.setVar('E', '${@nope}')\n"
       "try:\n"
       "    c('E', 'a', 1, 0, d); assert False\n"
       "except bb.data_smart.ExpansionError:\n"
       "    pass\n");
}
END_TEST

START_TEST(hashes_are_the_same_everywhere)
{
    py("import sys; assert sys.flags.ignore_environment and hash('bbc') == -4798395784007888269, "
       "hash('bbc')\n"
       "assert os.environ['PYTHONHASHSEED'] == '5' and sys.path[0].endswith('/lib/py'), sys.path\n"
       "assert not [p for p in sys.path if 'packages' in p], sys.path\n");
}
END_TEST

START_TEST(forked_children)
{
    py("d.setVar('A', '${@1 + 1}')\n");
    bb_py_before_fork();
    pid_t pid = fork();
    ck_assert(pid >= 0);
    if (pid == 0) {
        bb_str s = {0};
        bb_py_after_fork_child();
        int r = bb_store_str(d, BB_SYM("A"), &s);
        _exit(r == 0 && bb_str_eqz(s, "2") &&
                      bb_py_exec(d, BB_STR("import gc; gc.collect()"), BB_STR("/x"), 1) == 0
                  ? 0
                  : 1);
    }
    bb_py_after_fork_parent();
    int status;
    ck_assert(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    py("assert d.getVar('A') == '2'\n");
}
END_TEST

/* Long texts of objects are remembered; what looks nearly the same has a text of its own. */
START_TEST(texts_of_objects)
{
    py("class Odd(dict):\n"
       "    def __str__(self):\n"
       "        return 'odd'\n"
       "def table(x, first='a'):\n"
       "    return {**{first: 1, 'b': 2}, 'x': [x] * 2000, 't': (x, None)}\n"
       "loop = table(0)\n"
       "loop['self'] = loop\n"
       "values = [table(x) for x in (1, True, 1.0, -0.0, 0.0, '1', None, 2**70, [1], (1,), {'k': 1}, {1: "
       "'k'})]\n"
       "values += [table(1, 'b'), table(1, 'a'), Odd(table(1)), loop]\n"
       "for i, v in enumerate(values * 2):\n"
       "    d.setVar('V%d' % i, v)\n"
       "    d.setVar('S%d' % i, str(d.getVar('V%d' % i)))\n");
    for (int i = 0; i < 32; i++) {
        BB_CLEAN_BUF struct bb_buf v = BB_BUF_INIT, s = BB_BUF_INIT, text = BB_BUF_INIT;
        struct bb_val val;
        bb_str want;
        bb_buf_addf(&v, "V%d", i);
        bb_buf_addf(&s, "S%d", i);
        ck_assert_int_eq(bb_store_get(d, bb_sym_z(v.p), 0, &val), 0);
        ck_assert_int_eq(bb_store_str(d, bb_sym_z(s.p), &want), 0);
        ck_assert_int_eq(val.kind, BB_V_OBJ);
        ck_assert_int_eq(hook->obj_str(hook->self, val.obj, &text), 0);
        ck_assert_msg(bb_str_eq(bb_buf_str(&text), want), "value %d: %.60s", i, text.p);
    }
}
END_TEST

PY_MAIN("py_store", get_and_set, other_values, cycles, broken_utf8, flags, copies_and_overrides,
        the_wrapper_is_one, names_in_expressions, failures_carry_the_chain, wrong_arguments, history,
        references, words, hashes_are_the_same_everywhere, forked_children, texts_of_objects)
