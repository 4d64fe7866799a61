# SPDX-License-Identifier: MIT
# rpi-sdimg: the image of a card that a Raspberry Pi starts from. A table of two partitions: a FAT file system with what the
# firmware and U-Boot read, and the ext3 image.
#
# The firmware itself is not free and not in Debian's main archive: put its files (start4.elf, fixup4.dat, u-boot.bin ...)
# into RPI_FIRMWARE_DIR, or onto the first partition afterwards.

RPI_BOOT_SIZE ?= "49152"
RPI_ALIGNMENT ?= "4096"
RPI_FIRMWARE_DIR ?= ""
IMAGE_ROOTFS_ALIGNMENT = "${RPI_ALIGNMENT}"

IMAGE_TYPES += "rpi-sdimg"
IMAGE_TYPEDEP:rpi-sdimg = "ext3"
do_image_rpi_sdimg[depends] += "dosfstools-native:do_populate_sysroot mtools-native:do_populate_sysroot \
    virtual/kernel:do_deploy ${@bb.utils.contains('DEPENDS', 'bootscripts', 'bootscripts:do_deploy', '', d)}"

RPI_KERNEL_CMDLINE ?= "console=ttyS0,115200 root=/dev/mmcblk1p2 rootfstype=ext3 rootwait rw ${CMDLINE_SWIOTLB}"
CMDLINE_SWIOTLB ?= ""

IMAGE_CMD:rpi-sdimg () {
	card=${IMGDEPLOYDIR}/${IMAGE_NAME}.rpi-sdimg
	root=${IMGDEPLOYDIR}/${IMAGE_NAME}.ext3
	boot=${WORKDIR}/rpi-boot
	rm -rf $boot $boot.img
	mkdir $boot

	cp ${DEPLOY_DIR_IMAGE}/${KERNEL_IMAGETYPE} $boot/${KERNEL_IMAGETYPE}
	cp ${DEPLOY_DIR_IMAGE}/*.dtb $boot/ 2>/dev/null || true
	cp ${DEPLOY_DIR_IMAGE}/bootscripts/*.scr $boot/ 2>/dev/null || true
	if [ -n "${RPI_FIRMWARE_DIR}" ]; then
		cp -R ${RPI_FIRMWARE_DIR}/. $boot/
	fi
	printf 'arm_64bit=1\nkernel=%s\nenable_uart=%s\n' ${KERNEL_IMAGETYPE} '${@d.getVar('ENABLE_UART') or '0'}' > $boot/config.txt
	printf '${@d.getVar('RPI_EXTRA_CONFIG') or ''}' >> $boot/config.txt
	echo "${RPI_KERNEL_CMDLINE}" > $boot/cmdline.txt
	find $boot -exec touch -h -d @${REPRODUCIBLE_TIMESTAMP_ROOTFS} {} +

	truncate -s ${RPI_BOOT_SIZE}K $boot.img
	mkfs.vfat --invariant -F 16 -n BOOT $boot.img > /dev/null
	mcopy -i $boot.img -s -m -Q $boot/* ::/

	root_size=$(du -k --apparent-size $root | cut -f1)
	rm -f $card
	truncate -s $(expr ${RPI_ALIGNMENT} + ${RPI_BOOT_SIZE} + $root_size)K $card
	printf 'label: dos\nlabel-id: 0x52504934\nstart=%sKiB, size=%sKiB, type=c, bootable\nstart=%sKiB, size=%sKiB, type=83\n' \
		${RPI_ALIGNMENT} ${RPI_BOOT_SIZE} $(expr ${RPI_ALIGNMENT} + ${RPI_BOOT_SIZE}) $root_size | sfdisk -q $card
	dd if=$boot.img of=$card bs=1024K seek=$(expr ${RPI_ALIGNMENT} / 1024) conv=notrunc,sparse status=none
	dd if=$root of=$card bs=1024K seek=$(expr \( ${RPI_ALIGNMENT} + ${RPI_BOOT_SIZE} \) / 1024) conv=notrunc,sparse status=none
}
