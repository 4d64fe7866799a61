# SPDX-License-Identifier: MIT

SUMMARY = "Example: a root file system from elsewhere, such as Alpine's minirootfs, as a guest of Xen"
DESCRIPTION = "ALPINE_TARBALL is the path of the archive, or a URI with its checksum in SRC_URI[aarch64.sha256sum]"
LICENSE = "MIT"
LIC_FILES_CHKSUM = "file://${COMMON_LICENSE_DIR}/MIT;md5=0835ade698e0bcf8506ecda2f7b4f302"

inherit features_check xen-guest-bundle
REQUIRED_DISTRO_FEATURES = "xen"

ALPINE_VERSION ?= "3.23.3"
ALPINE_ARCH ?= "aarch64"
ALPINE_ARCH:x86-64 ?= "x86_64"
ALPINE_TARBALL ?= ""

python () {
    if not d.getVar('ALPINE_TARBALL'):
        raise bb.parse.SkipRecipe("ALPINE_TARBALL does not say where alpine-minirootfs-%s-%s.tar.gz is"
                                  % (d.getVar('ALPINE_VERSION'), d.getVar('ALPINE_ARCH')))
}

SRC_URI = "${@'file://' if d.getVar('ALPINE_TARBALL').startswith('/') else ''}${ALPINE_TARBALL};subdir=alpine-rootfs;name=${ALPINE_ARCH}"

XEN_GUEST_BUNDLES = "alpine:autostart:external"
XEN_GUEST_SOURCE_TYPE[alpine] = "rootfs_dir"
XEN_GUEST_SOURCE_FILE[alpine] = "alpine-rootfs"
XEN_GUEST_IMAGE_SIZE[alpine] = "128"
XEN_GUEST_MEMORY[alpine] = "256"
XEN_GUEST_EXTRA[alpine] = "root=/dev/xvda ro console=hvc0"
