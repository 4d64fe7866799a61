# Built for this host alone: no older glibc, nothing prebuilt.
SRC_URI:remove = "http://downloads.yoctoproject.org/mirror/sources/pseudo-prebuilt-2.33.tar.xz;subdir=git/prebuilt;name=prebuilt"
SRC_URI:remove = "file://older-glibc-symbols.patch"
