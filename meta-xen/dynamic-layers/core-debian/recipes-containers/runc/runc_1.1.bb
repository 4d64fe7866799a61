# SPDX-License-Identifier: MIT

SUMMARY = "Runs containers as the OCI describes them, from Debian"
LICENSE = "Apache-2.0"
HOMEPAGE = "https://github.com/opencontainers/runc"
SECTION = "console/utils"

inherit debian_package

DEPENDS = "glibc debian-libs"
