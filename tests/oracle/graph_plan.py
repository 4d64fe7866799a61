#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Hold lib/graph against a reference BitBake: same tasks, dependencies, weights and scene graph for random recipes.

Usage: BBC_REFERENCE=<bitbake folder> graph_plan.py PROGRAM [--count N] [--seed S] [--show]

PROGRAM is graph_plan_dump from the build. The reference's own task data and run queue are fed with the same made-up
summaries; nothing is parsed. Exit code 77: no reference.
"""
import argparse
import collections
import logging
import os
import random
import subprocess
import sys
import types

TASKS = ["do_fetch", "do_unpack", "do_compile", "do_stage", "do_package", "do_pkgdata", "do_write", "do_build"]


def make(rnd):
    """One build: recipes as dictionaries, variables, targets."""
    names = ["r%d" % i for i in range(rnd.randint(2, 9))]
    wild = rnd.random() < 0.3  # likely to have loops and to be refused
    recipes = []
    for i, pn in enumerate(names):
        below = names[i + 1:] if not wild else names
        pick = lambda most: rnd.sample(below, min(len(below), rnd.randint(0, most)))
        r = {"pn": pn, "provides": [], "depends": pick(3), "rdepends": rnd.sample(names if wild or rnd.random() < 0.2 else below or names, rnd.randint(0, 1)),
             "priority": rnd.randint(0, 2), "preference": rnd.choice([0, 0, 0, -1]), "tasks": []}
        if i == len(names) - 1:
            r["provides"] += ["virtual/x", "virtual/y"]
        elif rnd.random() < 0.2:
            r["provides"].append("virtual/" + rnd.choice("xy"))
        elif rnd.random() < 0.2:
            r["depends"].append("virtual/" + rnd.choice("xy"))
        mine = [t for t in TASKS if t in ("do_fetch", "do_build") or rnd.random() < 0.85]
        for k, t in enumerate(mine):
            flags = {}
            after = [mine[k - 1]] if k and rnd.random() < 0.8 else []
            if rnd.random() < 0.2:
                after.append(rnd.choice(TASKS[:TASKS.index(t)] or ["do_none"]))
            if rnd.random() < 0.3:
                flags["deptask"] = rnd.choice(["do_stage", "do_package do_stage", "do_fetch"])
            if rnd.random() < 0.2 and t in ("do_build", "do_write"):
                flags["rdeptask"] = rnd.choice(["do_package", "do_pkgdata"])
            if rnd.random() < 0.4 and t in ("do_build", "do_write", "do_package", "do_pkgdata"):
                flags["recrdeptask"] = rnd.choice([t, "do_stage", "do_package do_stage", "do_fetch do_nosuch",
                                                   "do_build do_write" if wild else "do_fetch"])
                if rnd.random() < 0.4:
                    flags["recideptask"] = rnd.choice(["do_compile", "do_stage", "do_write"])
            if rnd.random() < 0.05 and below:
                flags["depends"] = "%s:%s" % (rnd.choice(below), rnd.choice(["do_build", "do_fetch", "do_fetch"]))
            r["tasks"].append((t, after, flags))
            if t in ("do_stage", "do_package", "do_write", "do_build") and rnd.random() < 0.5:
                hard = {}
                if rnd.random() < 0.04 and t != "do_stage" and "do_stage" in mine:
                    hard["depends"] = "%s:do_stage_setscene" % pn
                r["tasks"].append((t + "_setscene", [], hard))
        rnd.shuffle(r["tasks"])
        recipes.append(r)
    if rnd.random() < 0.4:
        again = dict(rnd.choice(recipes), pv="2.0")
        recipes.append(again)
    rnd.shuffle(recipes)
    variables = {}
    if rnd.random() < 0.5:
        variables["PREFERRED_PROVIDER_virtual/x"] = rnd.choice(names)
    if rnd.random() < 0.3:
        variables["PREFERRED_VERSION_" + rnd.choice(names)] = "1.%"
    return recipes, variables, rnd.sample(names, rnd.randint(1, 2))


def text(build):
    recipes, variables, targets = build
    out = ["var %s %s" % kv for kv in variables.items()]
    for r in recipes:
        out += ["recipe", "pn " + r["pn"], "pv " + r.get("pv", "1.0"), "provides " + " ".join(r["provides"]),
                "depends " + " ".join(r["depends"]), "rdepends:%s %s" % (r["pn"], " ".join(r["rdepends"])),
                "priority %d" % r["priority"], "preference %d" % r["preference"]]
        for t, after, flags in r["tasks"]:
            out.append("task %s %s" % (t, " ".join(after)))
            out += ["[%s] %s" % kv for kv in flags.items()]
    return "\n".join(out + ["plan " + " ".join(targets)]) + "\n"


class Siggen:
    """What the run queue asks of a signature generator."""
    def setup_datacache(self, caches):
        pass

    set_setscene_tasks = writeout_file_checksum_cache = lambda self, *a: None

    def prep_taskhash(self, tid, deps, caches):
        return []

    def get_taskhash(self, tid, deps, caches):
        return tid

    def get_unihashes(self, tids):
        return {t: t for t in tids}

    def stampfile_mcfn(self, *a, **kw):
        return ":".join(a)


class Reference:
    def __init__(self, folder):
        sys.path.insert(0, os.path.join(folder, "lib"))
        import bb.cooker  # noqa: F401  (brings the rest)
        import bb.runqueue
        import bb.taskdata
        self.bb = bb
        bb.parse.siggen = Siggen()
        bb.msg.fatal = self.fatal
        logging.disable(logging.CRITICAL)
        bb.fatal = lambda *a: self.fatal("", *a)

    def fatal(self, *a):
        raise self.bb.BBHandledException(a)

    def cache(self, recipes):
        c = types.SimpleNamespace(preferred={}, ignored_dependencies=set(), bbfile_priority={})
        self.bb.cache.CoreRecipeInfo.init_cacheData(c)
        for r in recipes:
            fn = "/l/%s_%s.bb" % (r["pn"], r.get("pv", "1.0"))
            deps = {"tasks": [t for t, _, _ in r["tasks"]], "parents": {t: a for t, a, _ in r["tasks"]}}
            for flag in ("depends", "rdepends", "deptask", "rdeptask", "recrdeptask", "recideptask", "mcdepends",
                         "nostamp", "fakeroot", "noexec", "umask"):
                deps[flag] = {t: f[flag] for t, _, f in r["tasks"] if flag in f}
            c.task_deps[fn] = deps
            c.pkg_fn[fn] = r["pn"]
            c.pkg_pn[r["pn"]].append(fn)
            c.pkg_pepvpr[fn] = ("", r.get("pv", "1.0"), "r0")
            c.pkg_dp[fn] = r["preference"]
            c.bbfile_priority[fn] = r["priority"]
            c.fn_provides[fn] = [r["pn"]] + r["provides"]
            for p in c.fn_provides[fn]:
                c.providers[p].append(fn)
                if p not in c.pn_provides[r["pn"]]:
                    c.pn_provides[r["pn"]].append(p)
            c.deps[fn] = list(r["depends"])
            c.packages[r["pn"]].append(fn)
            c.rundeps[fn][r["pn"]] = list(r["rdepends"])
            c.runrecs[fn][r["pn"]] = []
        return c

    def plan(self, build):
        try:
            return self.plan_or_raise(build)
        except self.bb.BBHandledException:
            return None

    def plan_or_raise(self, build):
        bb = self.bb
        recipes, variables, targets = build
        d = bb.data.init()
        for k, v in variables.items():
            d.setVar(k, v)
        cache = self.cache(recipes)
        td = bb.taskdata.TaskData(True, skiplist={})
        runlist = []
        for t in targets:
            td.add_provider(d, cache, t)
            runlist.append(["", t, "do_build", td.build_targets[t][0]])
        td.add_unresolved(d, cache)
        conf = types.SimpleNamespace(runall=[], runonly=[], force=False, invalidate_stamp=None, nosetscene=False)
        cooker = types.SimpleNamespace(configuration=conf, data=d)
        rq = bb.runqueue.RunQueueData(None, cooker, d, {"": cache}, {"": td}, runlist)
        rq.prepare()
        sq = bb.runqueue.SQData()
        state = types.SimpleNamespace(tasks_scenequeue_done=set(), setbuildable=lambda t: None, sq_buildable=set())
        bb.runqueue.build_scenequeue_data(sq, rq, state)
        ret = {}
        for tid, e in rq.runtaskentries.items():
            row = {"weight": float(e.weight), "deps": e.depends, "target": tid in rq.target_tids,
                   "unskippable": tid in sq.unskippable}
            if tid in rq.runq_setscene_tids:
                row.update(above=sq.sq_revdeps[tid], covers=sq.sq_covered_tasks[tid], hard=sq.sq_harddeps_rev[tid])
            ret[tid] = row
        return ret


def ours(program, builds):
    run = subprocess.run([program], input="".join(text(b) for b in builds), stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL, text=True)
    if run.returncode:
        sys.exit("%s ended with %d" % (program, run.returncode))
    plan = {}
    for line in run.stdout.splitlines():
        words = line.split()
        if words == ["end"]:
            yield plan
            plan = {}
        elif words == ["failed"]:
            plan = None
        else:
            row = {"weight": float(words[1]), "target": False, "unskippable": False}
            into = None
            for w in words[2:]:
                if w in ("target", "unskippable"):
                    row[w] = True
                elif w in ("deps", "above", "covers", "hard"):
                    into = row.setdefault(w, set())
                else:
                    into.add(w)
            plan[words[0]] = row


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("program")
    ap.add_argument("--count", type=int, default=1000)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--show", action="store_true", help="print the first difference in full")
    args = ap.parse_args()
    if not os.environ.get("BBC_REFERENCE"):
        return 77
    ref = Reference(os.environ["BBC_REFERENCE"])
    rnd = random.Random(args.seed)
    builds = [make(rnd) for _ in range(args.count)]
    count = collections.Counter()
    for build, got in zip(builds, ours(args.program, builds)):
        want = ref.plan(build)
        count["tasks"] += len(want or ())
        count["refused"] += want is None
        if got == want:
            continue
        count["different"] += 1
        if args.show and count["different"] == 1:
            print(text(build))
            for tid in sorted(set(got or ()) | set(want or ())):
                a, b = (got or {}).get(tid), (want or {}).get(tid)
                if a != b:
                    print("%s\n  ours      %s\n  reference %s" % (tid, a, b))
    print("graph_plan: %d builds, %d tasks, %d builds refused, %d different"
          % (len(builds), count["tasks"], count["refused"], count["different"]))
    return count["different"] != 0


sys.exit(main())
