# SPDX-License-Identifier: MIT

SUMMARY = "A kernel module through which a guest shows that it lives"
LICENSE = "GPL-2.0-only"
LIC_FILES_CHKSUM = "file://guest_beacon.c;beginline=1;endline=1;md5=fcab174c20ea2e2bc0be64b493708266"

inherit module

SRC_URI = "file://guest_beacon.c;subdir=guest-beacon file://Makefile;subdir=guest-beacon"
S = "${UNPACKDIR}/guest-beacon"

KERNEL_MODULE_AUTOLOAD += "guest_beacon"
