# SPDX-License-Identifier: MIT
# A kernel module outside the kernel's tree. Its Makefile gets KERNEL_SRC, and has the targets all and modules_install.

inherit kernel-arch kernel-module-split

PACKAGE_ARCH = "${MACHINE_ARCH}"
INHIBIT_DEFAULT_DEPS = "1"
DEPENDS += "virtual/${TARGET_PREFIX}gcc"
INHIBIT_PACKAGE_STRIP = "1"
EXCLUDE_FROM_SHLIBS = "1"

do_configure[depends] += "virtual/kernel:do_shared_workdir"
KERNEL_SRC = "${STAGING_KERNEL_BUILDDIR}/build"
EXTRA_OEMAKE += "KERNEL_SRC=${KERNEL_SRC}"
MODULES_INSTALL_TARGET ?= "modules_install"
MAKE_TARGETS ?= ""

module_do_compile() {
	unset CFLAGS CPPFLAGS CXXFLAGS LDFLAGS
	oe_runmake ARCH=${ARCH} CROSS_COMPILE=${TARGET_PREFIX} CC=${TARGET_PREFIX}gcc LD=${TARGET_PREFIX}ld \
		KERNEL_VERSION=$(cat ${STAGING_KERNEL_BUILDDIR}/kernel-abiversion) \
		KCFLAGS="-ffile-prefix-map=${S}=. -ffile-prefix-map=${STAGING_KERNEL_BUILDDIR}=." ${MAKE_TARGETS}
}

module_do_install() {
	unset CFLAGS CPPFLAGS CXXFLAGS LDFLAGS
	oe_runmake ARCH=${ARCH} CROSS_COMPILE=${TARGET_PREFIX} INSTALL_MOD_PATH=${D} INSTALL_MOD_DIR=updates DEPMOD=true \
		KERNEL_VERSION=$(cat ${STAGING_KERNEL_BUILDDIR}/kernel-abiversion) ${MODULES_INSTALL_TARGET}
	rm -f ${D}${nonarch_base_libdir}/modules/*/modules.*
}

EXPORT_FUNCTIONS do_compile do_install

KERNEL_MODULES_META_PACKAGE = "${PN}"
PACKAGES = "${PN}"
FILES:${PN} = ""
ALLOW_EMPTY:${PN} = "1"
