# SPDX-License-Identifier: MIT
# Third-party libraries, all found by pkg-config in the system's own folders, so that a CPython or curl which
# somebody put first on PATH is not picked up by accident.
find_package(PkgConfig REQUIRED)
set(ENV{PKG_CONFIG_PATH} "")
execute_process(COMMAND ${CMAKE_C_COMPILER} -print-multiarch OUTPUT_VARIABLE BBC_MULTIARCH
                OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
set(ENV{PKG_CONFIG_LIBDIR} "/usr/lib/${BBC_MULTIARCH}/pkgconfig:/usr/lib/pkgconfig:/usr/share/pkgconfig")
pkg_check_modules(PYTHON REQUIRED IMPORTED_TARGET python3-embed)
pkg_check_modules(PCRE2 REQUIRED IMPORTED_TARGET libpcre2-8)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(CURL REQUIRED IMPORTED_TARGET libcurl)
pkg_check_modules(ARCHIVE REQUIRED IMPORTED_TARGET libarchive)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)
pkg_check_modules(CRYPTO REQUIRED IMPORTED_TARGET libcrypto)
pkg_check_modules(CHECK IMPORTED_TARGET check)
