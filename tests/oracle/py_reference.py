# SPDX-License-Identifier: MIT
"""
Runs BitBake's own unit tests of modules that bbc offers too, on bbc's `bb`. Started by test_pymod_reference inside bbc's
interpreter with the folder of a reference BitBake; exit code 0 when all pass.
"""
import logging
import sys
import types
import unittest

import bb

MODULES = ["codeparser", "color", "compression", "cooker", "data", "event", "parse", "siggen", "utils"]


def main(reference):
    package = types.ModuleType("bb.tests")
    package.__path__ = [reference + "/lib/bb/tests"]
    sys.modules["bb.tests"] = bb.tests = package
    suite = unittest.defaultTestLoader.loadTestsFromNames(["bb.tests." + m for m in MODULES])
    logging.getLogger("BitBake").handlers.clear()
    result = unittest.TextTestRunner(stream=open("/dev/null", "w"), verbosity=0).run(suite)
    for test, text in result.failures + result.errors:
        print("%s: %s" % (test.id(), text))
    print("%d tests of the reference, %d failures" % (result.testsRun, len(result.failures + result.errors)))
    return 0 if result.wasSuccessful() else 1


sys.exit(main(sys.argv[1]))
