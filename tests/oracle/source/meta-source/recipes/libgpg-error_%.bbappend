# Made for 1.45; gpg-error-config serves as well in a native sysroot.
SRC_URI:remove = "file://pkgconfig.patch"
