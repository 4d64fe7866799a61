# SPDX-License-Identifier: MIT

SUMMARY = "Example: a package that brings a guest built here to hosts of Xen"
DESCRIPTION = "Install it in a host's image: IMAGE_INSTALL:append:pn-xen-image-minimal = ' example-xen-guest-bundle'"
LICENSE = "MIT"
LIC_FILES_CHKSUM = "file://${COMMON_LICENSE_DIR}/MIT;md5=0835ade698e0bcf8506ecda2f7b4f302"

inherit features_check xen-guest-bundle
REQUIRED_DISTRO_FEATURES = "xen"

XEN_GUEST_BUNDLES = "xen-guest-image-minimal:autostart"
XEN_GUEST_MEMORY[xen-guest-image-minimal] = "1024"
