# SPDX-License-Identifier: MIT

SUMMARY = "Runs containers as the OCI describes them, a small program in C, from Debian"
LICENSE = "GPL-2.0-or-later"
LIC_FILES_CHKSUM = "file://crun/usr/share/doc/crun/copyright;md5=6b9592b6d85d156a3a89af366f401be7 \
                    file://libyajl2/usr/share/doc/libyajl2/copyright;md5=36499044292aa2625fd76b1d5a4c42f0 \
                    file://libcap2/usr/share/doc/libcap2/copyright;md5=6d582de9fd11c6061f48921e73195b3c \
                    file://libsystemd0/usr/share/doc/libsystemd0/copyright;md5=b16a86fb841b001b52a5c5caccf526c2 \
                    file://liblz4-1/usr/share/doc/liblz4-1/copyright;md5=102f9e3db18eb21c3e85960b56ee85a2 \
                    file://libgcrypt20/usr/share/doc/libgcrypt20/copyright;md5=fd50a46485f2520930843f57697ea5cb \
                    file://libgpg-error0/usr/share/doc/libgpg-error0/copyright;md5=c98e3091a268a49112fbf66c3029577c"
HOMEPAGE = "https://github.com/containers/crun"
SECTION = "console/utils"

inherit debian_package

# With the libraries that nothing else here needs.
DEBIAN_PACKAGES = "crun libyajl2 libcap2 libsystemd0 liblz4-1 libgcrypt20 libgpg-error0"
DEPENDS = "glibc debian-libs"
