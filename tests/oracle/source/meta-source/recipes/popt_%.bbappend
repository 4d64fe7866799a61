# Only for tests on the target.
SRC_URI:remove = "file://0001-popt-test-output-format-for-ptest.patch"
