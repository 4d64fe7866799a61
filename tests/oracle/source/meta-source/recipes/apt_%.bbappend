# 2.6.1 has them.
SRC_URI:remove = "file://0001-cmake-Do-not-build-po-files.patch file://0001-Remove-using-std-binary_function.patch \
    file://0001-typecast-time_t-and-suseconds_t-from-std-chrono.patch file://0002-interactive-helper-Undefine-_FORTIFY_SOURCE.patch"
