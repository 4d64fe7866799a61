# SPDX-License-Identifier: MIT
# For recipes whose packages are the same for every machine.

PACKAGE_ARCH = "allarch"
INHIBIT_DEFAULT_DEPS = "1"
INHIBIT_PACKAGE_STRIP = "1"
EXCLUDE_FROM_SHLIBS = "1"
TARGET_ARCH = "allarch"
TARGET_OS = "linux"
TARGET_PREFIX = "none-"
TUNE_CCARGS = ""
# Nothing is compiled, and which machine's compiler there is must not matter.
DEBIAN_TOOLS_DEPENDS = ""
DEBIAN_TOOLS_PATH = ""
