SRC_URI:remove = "file://0001-Turn-on-pedantic-errors-at-the-end-of-configure.patch"
