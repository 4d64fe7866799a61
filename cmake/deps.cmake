# SPDX-License-Identifier: MIT
# Third-party libraries, all found by pkg-config. It has a path of its own, in which a CPython or curl that is only first on
# PATH (pyenv, conda) does not appear; who wants another one says so with PKG_CONFIG_PATH.
find_package(PkgConfig REQUIRED)
pkg_check_modules(PYTHON REQUIRED IMPORTED_TARGET python3-embed)
pkg_check_modules(PCRE2 REQUIRED IMPORTED_TARGET libpcre2-8)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(CURL REQUIRED IMPORTED_TARGET libcurl)
pkg_check_modules(ARCHIVE REQUIRED IMPORTED_TARGET libarchive)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)
pkg_check_modules(CRYPTO REQUIRED IMPORTED_TARGET libcrypto)
pkg_check_modules(CHECK IMPORTED_TARGET check)
