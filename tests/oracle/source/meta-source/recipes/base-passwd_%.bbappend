# Upstream has them.
SRC_URI:remove = "file://0006-Make-it-possible-to-build-without-debconf-support.patch \
    file://0007-Make-it-possible-to-disable-the-generation-of-the-do.patch"
