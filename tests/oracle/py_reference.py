# SPDX-License-Identifier: MIT
"""
Runs BitBake's own unit tests of modules that bbc offers too, on bbc's `bb`. Started by test_py_reference inside bbc's
interpreter with the folder of a reference BitBake; exit code 0 when exactly the tests named here differ.
"""
import logging
import sys
import types
import unittest

import bb

MODULES = ["codeparser", "color", "compression", "cooker", "data", "event", "parse", "siggen", "utils"]

# Where bbc differs, and why that is meant.
DIFFERENT = {
    "data.TestKeyExpansion.test_keyexpand": "the warning is a diagnostic of the native side, not a Python log record",
    "data.TestMemoize.test_memoized": "equal values are equal, not the same Python object",
    "event.EventClassesTest.test_lineno_in_eventhandler": "the place is written FILE:LINE",
    "parse.ParseTest.test_parse_addtask_deltask": "warnings are diagnostics of the native side",
    "parse.ParseTest.test_parse_export_functions": "without BBPATH classes are not searched in the working folder",
}


def main(reference):
    package = types.ModuleType("bb.tests")
    package.__path__ = [reference + "/lib/bb/tests"]
    sys.modules["bb.tests"] = bb.tests = package
    suite = unittest.defaultTestLoader.loadTestsFromNames(["bb.tests." + m for m in MODULES])
    logging.getLogger("BitBake").handlers.clear()
    result = unittest.TextTestRunner(stream=open("/dev/null", "w"), verbosity=0).run(suite)
    failed = {t.id().removeprefix("bb.tests."): text for t, text in result.failures + result.errors}
    for name in sorted(set(failed) ^ set(DIFFERENT)):
        print("%s: %s" % (name, failed.get(name, "passes, though it is listed as different")))
    print("%d tests of the reference, %d of them meant to differ" % (result.testsRun, len(DIFFERENT)))
    return 1 if set(failed) != set(DIFFERENT) else 0


sys.exit(main(sys.argv[1]))
