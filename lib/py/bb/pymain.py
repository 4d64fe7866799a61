# SPDX-License-Identifier: MIT
"""What the C side calls: running a program as `python3` does, and evaluating with JSON at both ends."""

import json
import logging
import sys

import bb
import bb.utils


def run(argv):
    """`-c CODE ARGS`, `-m MODULE ARGS` or `FILE ARGS`; the exit status."""
    import runpy
    import traceback
    sys.argv = argv[1:] if argv[:1] in (["-c"], ["-m"]) else list(argv)
    try:
        if argv[:1] == ["-c"]:
            sys.argv[0] = "-c"
            exec(compile(argv[1], "<string>", "exec"), {"__name__": "__main__"})
        elif argv[:1] == ["-m"]:
            runpy.run_module(argv[1], run_name="__main__", alter_sys=True)
        else:
            runpy.run_path(argv[0], run_name="__main__")
    except SystemExit as exc:
        if isinstance(exc.code, str):
            print(exc.code, file=sys.stderr)
            return 1
        return exc.code or 0
    except Exception:
        traceback.print_exc()
        return 1
    return 0


def log_report(level, text):
    """A report of the native side, for log handlers."""
    logging.getLogger("BitBake").log(level, "%s", text)


def _jsonable(value):
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return str(value)


def extra_depends(pn, body, deps, world, pkg_pn):
    """What a recipe's calculate_extra_depends adds to its list of dependencies."""
    name = "_%s_calculate_extra_depends" % pn.replace("-", "_")
    scope = {}
    bb.utils.better_exec("def %s(deps, world_target, pkg_pn, self_pn):\n%s\n" % (name, body), scope)
    grown = list(deps)
    scope[name](grown, set(world), pkg_pn, pn)
    return grown[len(deps):]


def eval_json(expr, names, d):
    """The value of an expression of the metadata's namespace, with `d` and the members of a JSON object as names."""
    local = json.loads(names) if names else {}
    local["d"] = d
    return json.dumps(bb.utils.better_eval(expr.strip(), local), default=_jsonable)
