# SPDX-License-Identifier: MIT
# How each image type is made from ${IMAGE_ROOTFS}: IMAGE_CMD:<type> writes ${IMGDEPLOYDIR}/${IMAGE_NAME}.<type>.
# CONVERSION_CMD:<c> makes <file>.<c> from ${IMAGE_NAME}.${type}, and conversions chain: ext4.qcow2, cpio.gz.u-boot.
# The same tree gives the same bytes, wherever and whenever it is packed.

IMAGE_TYPES = "ext2 ext3 ext4 tar cpio squashfs squashfs-xz squashfs-lz4 squashfs-zst empty"
IMAGE_TYPES_MASKED ?= ""
CONVERSIONTYPES ?= "gz bz2 xz zst lz4 qcow2 u-boot sum ${COMPRESSIONTYPES}"
COMPRESSIONTYPES ?= ""
IMAGE_TYPEDEP ?= ""

# Names that never change from build to build, one for each image and type.
def image_uuid(kind, d):
    import uuid
    return str(uuid.uuid5(uuid.NAMESPACE_URL, 'image:%s:%s' % (d.expand('${IMAGE_BASENAME}${IMAGE_MACHINE_SUFFIX}'), kind)))

EXTRA_IMAGECMD ?= ""
EXTRA_IMAGECMD:ext2 ?= "-i 4096"
EXTRA_IMAGECMD:ext3 ?= "-i 4096"
EXTRA_IMAGECMD:ext4 ?= "-i 4096"

# oe_ext_image TYPE FILE KIB FOLDER UUID [mkfs arguments]: a file system with what is in a folder.
oe_ext_image() {
	fstype=$1
	file=$2
	kib=$3
	folder=$4
	uuid=$5
	shift 5
	export E2FSPROGS_FAKE_TIME=${REPRODUCIBLE_TIMESTAMP_ROOTFS}
	rm -f $file
	dd if=/dev/zero of=$file seek=$kib count=0 bs=1024
	mkfs.$fstype -q -F -U $uuid -E hash_seed=$uuid,lazy_itable_init=0,lazy_journal_init=0,root_owner=0:0,nodiscard \
		"$@" $file -d $folder
	# mke2fs takes the times of change and birth from the build host's clock: set those of all inodes in use.
	used=$(debugfs -R 'stats -h' $file 2>/dev/null | awk '/^Inode count:/ { n = $3 } /^Free inodes:/ { n -= $3 } END { print n }')
	awk -v used=$used -v time=@${REPRODUCIBLE_TIMESTAMP_ROOTFS} 'BEGIN {
		split("atime ctime crtime mtime", field, " ")
		for (inode = 2; inode <= used; inode++) {
			if (inode > 2 && inode < 11) continue
			for (i = 1; i <= 4; i++) print "set_inode_field <" inode "> " field[i] " " time
		} }' > ${WORKDIR}/$fstype-times
	debugfs -w -f ${WORKDIR}/$fstype-times $file > /dev/null 2>&1
}

# oe_mkext234fs TYPE [mkfs arguments]
oe_mkext234fs() {
	kind=$1
	shift
	oe_ext_image $kind ${IMGDEPLOYDIR}/${IMAGE_NAME}.$kind $ROOTFS_SIZE ${IMAGE_ROOTFS} ${IMAGE_UUID} "$@"
}
IMAGE_UUID = "${@image_uuid('ext', d)}"

IMAGE_CMD:ext2 = "oe_mkext234fs ext2 ${EXTRA_IMAGECMD}"
IMAGE_CMD:ext3 = "oe_mkext234fs ext3 ${EXTRA_IMAGECMD}"
IMAGE_CMD:ext4 = "oe_mkext234fs ext4 ${EXTRA_IMAGECMD}"

IMAGE_CMD_TAR ?= "tar"
IMAGE_CMD:tar = "${IMAGE_CMD_TAR} --sort=name --format=posix --numeric-owner --pax-option=delete=atime,delete=ctime -cf ${IMGDEPLOYDIR}/${IMAGE_NAME}.tar -C ${IMAGE_ROOTFS} ."

IMAGE_CMD:cpio () {
	cd ${IMAGE_ROOTFS}
	find . | LC_ALL=C sort | cpio --quiet --reproducible -o -H newc > ${IMGDEPLOYDIR}/${IMAGE_NAME}.cpio
	# The kernel starts /init of an initramfs; where the image has none it is added to the archive alone.
	if [ ! -e init -a ! -L init ]; then
		rm -rf ${WORKDIR}/cpio_append
		mkdir ${WORKDIR}/cpio_append
		cd ${WORKDIR}/cpio_append
		if [ -e ${IMAGE_ROOTFS}/sbin/init -o -L ${IMAGE_ROOTFS}/sbin/init ]; then
			ln -sf /sbin/init init
		else
			touch init
		fi
		touch -h -d @${REPRODUCIBLE_TIMESTAMP_ROOTFS} init
		echo init | cpio --quiet --reproducible -oA -H newc -F ${IMGDEPLOYDIR}/${IMAGE_NAME}.cpio
	fi
}

oe_mksquashfs() {
	rm -f ${IMGDEPLOYDIR}/${IMAGE_NAME}.$1
	env -u SOURCE_DATE_EPOCH mksquashfs ${IMAGE_ROOTFS} ${IMGDEPLOYDIR}/${IMAGE_NAME}.$1 -noappend -no-progress -quiet \
		-comp $2 -mkfs-time ${REPRODUCIBLE_TIMESTAMP_ROOTFS} -all-time ${REPRODUCIBLE_TIMESTAMP_ROOTFS} ${EXTRA_IMAGECMD}
}
IMAGE_CMD:squashfs = "oe_mksquashfs squashfs gzip"
IMAGE_CMD:squashfs-xz = "oe_mksquashfs squashfs-xz xz"
IMAGE_CMD:squashfs-lz4 = "oe_mksquashfs squashfs-lz4 lz4"
IMAGE_CMD:squashfs-zst = "oe_mksquashfs squashfs-zst zstd"
IMAGE_CMD:empty = "touch ${IMGDEPLOYDIR}/${IMAGE_NAME}.empty"

do_image_ext2[depends] += "e2fsprogs-native:do_populate_sysroot"
do_image_ext3[depends] += "e2fsprogs-native:do_populate_sysroot"
do_image_ext4[depends] += "e2fsprogs-native:do_populate_sysroot"
do_image_cpio[depends] += "cpio-native:do_populate_sysroot"
do_image_squashfs[depends] += "squashfs-tools-native:do_populate_sysroot"
do_image_squashfs_xz[depends] += "squashfs-tools-native:do_populate_sysroot"
do_image_squashfs_lz4[depends] += "squashfs-tools-native:do_populate_sysroot"
do_image_squashfs_zst[depends] += "squashfs-tools-native:do_populate_sysroot"

CONVERSION_CMD:gz = "gzip -f -9 -n -c --rsyncable ${IMAGE_NAME}.${type} > ${IMAGE_NAME}.${type}.gz"
# A fixed number of threads: with one, pbzip2 cuts the input otherwise.
CONVERSION_CMD:bz2 = "pbzip2 -f -k -p4 ${IMAGE_NAME}.${type}"
CONVERSION_CMD:xz = "xz -f -k -c -6 --threads=1 --check=crc32 ${IMAGE_NAME}.${type} > ${IMAGE_NAME}.${type}.xz"
CONVERSION_CMD:zst = "zstd -f -k -c -q -9 -T1 ${IMAGE_NAME}.${type} > ${IMAGE_NAME}.${type}.zst"
CONVERSION_CMD:lz4 = "lz4 -f -q -z -9 -l ${IMAGE_NAME}.${type} ${IMAGE_NAME}.${type}.lz4"
CONVERSION_CMD:qcow2 = "qemu-img convert -O qcow2 ${IMAGE_NAME}.${type} ${IMAGE_NAME}.${type}.qcow2"
CONVERSION_CMD:u-boot = "mkimage -A ${UBOOT_ARCH} -O linux -T ramdisk -C none -n ${IMAGE_NAME} -d ${IMAGE_NAME}.${type} ${IMAGE_NAME}.${type}.u-boot"
CONVERSION_CMD:sum = "sha256sum ${IMAGE_NAME}.${type} > ${IMAGE_NAME}.${type}.sum"
CONVERSION_DEPENDS_gz = "gzip-native"
CONVERSION_DEPENDS_bz2 = "pbzip2-native"
CONVERSION_DEPENDS_xz = "xz-native"
CONVERSION_DEPENDS_zst = "zstd-native"
CONVERSION_DEPENDS_lz4 = "lz4-native"
CONVERSION_DEPENDS_qcow2 = "qemu-system-native"
CONVERSION_DEPENDS_u-boot = "u-boot-tools-native"
CONVERSION_DEPENDS_sum = ""
