# SPDX-License-Identifier: MIT

SUMMARY = "Runs containers as the OCI describes them, a small program in C, from Debian"
LICENSE = "GPL-2.0-or-later"
HOMEPAGE = "https://github.com/containers/crun"
SECTION = "console/utils"

inherit debian_package

# With the libraries that nothing else here needs.
DEBIAN_PACKAGES = "crun libyajl2 libcap2 libsystemd0 liblz4-1 libgcrypt20 libgpg-error0"
DEPENDS = "glibc debian-libs"
