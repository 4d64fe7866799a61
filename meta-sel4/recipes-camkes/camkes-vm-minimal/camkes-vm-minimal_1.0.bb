# SPDX-License-Identifier: MIT

SUMMARY = "What the CAmkES application vm_minimal wants of a Linux guest: kernel, initrd, device tree and configuration"
LICENSE = "MIT"
LIC_FILES_CHKSUM = "file://${COMMON_LICENSE_DIR}/MIT;md5=0835ade698e0bcf8506ecda2f7b4f302"

inherit deploy nopackages camkes-memory-map

COMPATIBLE_MACHINE = "^vm-jetson-agx-orin$"
PACKAGE_ARCH = "${MACHINE_ARCH}"
INHIBIT_DEFAULT_DEPS = "1"
DEPENDS = "dtc-native"

SRC_URI = "file://orinagx.dts.in file://devices.camkes.in"
S = "${UNPACKDIR}"
B = "${WORKDIR}/build"

# The folder's name is the platform's, as CAMKES_VM_IMAGES_DIR has it.
CAMKES_PLATFORM ?= "orinagx"
CAMKES_INITRD_IMAGE ?= "vm-image-minimal"

VM_RAM_BASE ?= "0x90000000"
VM_RAM_SIZE ?= "0x10000000"
VM_INITRD_ADDR ?= "0x9D000000"
VM_INITRD_MAX_SIZE ?= "0x2000000"
VM_DTB_ADDR ?= "0x9E000000"
VM_CPUS ?= "4"
VM_STDOUT ?= "/serial@c168000"
VM_BOOTARGS ?= "console=ttyTCU0,115200 earlycon=tegra_comb_uart,mmio32,0x0c168000 debug init=/sbin/init"
# Nodes of the board's device tree that the guest gets for itself.
VM_DEVICES ?= "/serial@c168000 /tegra-hsp@3c00000 /tegra-hsp@c150000 /sram@40000000 /bpmp"

do_compile[depends] += "virtual/kernel:do_deploy ${CAMKES_INITRD_IMAGE}:do_image_complete"
do_compile[cleandirs] = "${CAMKES_INPUTS}"
do_compile() {
	initrd=
	for suffix in "${@d.getVar('IMAGE_NAME_SUFFIX') or ''}" .rootfs ""; do
		initrd=${DEPLOY_DIR_IMAGE}/${CAMKES_INITRD_IMAGE}-${MACHINE}$suffix.cpio.gz
		[ ! -e $initrd ] || break
	done
	for file in ${DEPLOY_DIR_IMAGE}/${KERNEL_IMAGETYPE} $initrd; do
		[ -e $file ] || bbfatal "There is no $file"
	done
	install -m 0644 ${DEPLOY_DIR_IMAGE}/${KERNEL_IMAGETYPE} ${CAMKES_INPUTS}/linux
	install -m 0644 $initrd ${CAMKES_INPUTS}/rootfs.cpio.gz

	size=$(stat -c %s ${CAMKES_INPUTS}/rootfs.cpio.gz)
	end=$(printf '0x%x' $(expr $(printf %d ${VM_INITRD_ADDR}) + $size))
	fill_in ${UNPACKDIR}/orinagx.dts.in $end > ${B}/orinagx.dts
	dtc -q -I dts -O dtb -o ${CAMKES_INPUTS}/linux-dtb ${B}/orinagx.dts
	fill_in ${UNPACKDIR}/devices.camkes.in $end > ${CAMKES_INPUTS}/devices.camkes
	dtc -q -I dtb -O dts ${CAMKES_INPUTS}/linux-dtb > ${B}/compiled.dts
	for path in ${VM_DEVICES}; do
		grep -q "^	${path#/} {\$" ${B}/compiled.dts || bbfatal "VM_DEVICES: the device tree has no node $path"
	done
}

# fill_in FILE INITRD-END: the file with the names between two @ replaced by what they stand for.
fill_in() {
	sed -e 's|@VM_RAM_NODE@|${@'%x' % camkes_number('VM_RAM_BASE', d)}|g' -e 's|@VM_RAM_BASE@|${VM_RAM_BASE}|g' -e 's|@VM_RAM_SIZE@|${VM_RAM_SIZE}|g' \
		-e 's|@VM_RAM_OFFSET@|${VM_RAM_OFFSET}|g' -e 's|@VM_DTB_ADDR@|${VM_DTB_ADDR}|g' \
		-e 's|@VM_INITRD_ADDR@|${VM_INITRD_ADDR}|g' -e "s|@VM_INITRD_END@|$2|g" \
		-e 's|@VM_INITRD_MAX_SIZE@|${VM_INITRD_MAX_SIZE}|g' -e 's|@VM_BOOTARGS@|${VM_BOOTARGS}|g' \
		-e 's|@VM_STDOUT@|${VM_STDOUT}|g' -e 's|@VM_CPUS@|${VM_CPUS}|g' \
		-e 's|@VM_DEVICES@|${@camkes_device_list(d)}|g' -e 's|@VM_RAM_UNTYPED@|${@camkes_untyped(d)}|g' $1
}

def camkes_device_list(d):
    return ', '.join('{"path": "%s"}' % path for path in (d.getVar('VM_DEVICES') or '').split())

def camkes_untyped(d):
    """The guest's memory as address:bits, which is how untyped memory is asked for: a power of two, aligned to its size."""
    base, size = camkes_number('VM_RAM_BASE', d), camkes_number('VM_RAM_SIZE', d)
    if size <= 0 or size & (size - 1) or base % size:
        bb.fatal("VM_RAM_SIZE 0x%x is not a power of two that VM_RAM_BASE 0x%x is a multiple of" % (size, base))
    return '0x%x:%d' % (base, size.bit_length() - 1)

do_install[noexec] = "1"
do_populate_sysroot[noexec] = "1"

addtask deploy after do_memory_map before do_build
do_deploy() {
	install -d ${DEPLOYDIR}/camkes-vm-images/${CAMKES_PLATFORM}
	install -m 0644 ${CAMKES_INPUTS}/* ${DEPLOYDIR}/camkes-vm-images/${CAMKES_PLATFORM}/
}
