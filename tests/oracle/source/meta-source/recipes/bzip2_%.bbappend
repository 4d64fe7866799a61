# Its tests are a repository of their own, and only the ptest package uses them.
SRC_URI:remove = "git://sourceware.org/git/bzip2-tests.git;name=bzip2-tests;branch=master"
