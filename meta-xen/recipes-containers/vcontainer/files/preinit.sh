#!/bin/sh
# SPDX-License-Identifier: MIT
# Process 1 of the initramfs of a container guest: mounts the squashfs on the first disk, under a layer in memory that
# takes what is written, and starts what is in it: /vxn-init.sh under Xen, /init elsewhere, or what init= says.
PATH=/sbin:/bin:/usr/sbin:/usr/bin

fail() {
	echo "preinit: $1"
	poweroff -f
}

mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev

init=
for word in $(cat /proc/cmdline); do
	case $word in
	init=*) init=${word#init=} ;;
	esac
done

if [ "$(cat /sys/hypervisor/type 2>/dev/null)" = xen ]; then
	disk=/dev/xvda
	: "${init:=/vxn-init.sh}"
	modprobe -q xen_blkfront
else
	disk=/dev/vda
	: "${init:=/init}"
	modprobe -a -q virtio_pci virtio_mmio virtio_blk
fi
modprobe -a -q squashfs overlay

tries=0
until [ -b $disk ]; do
	tries=$((tries + 1))
	[ $tries -lt 100 ] || fail "there is no $disk"
	sleep 0.1
done

mount -t squashfs -o ro $disk /mnt/lower || fail "cannot mount $disk"
mount -t tmpfs tmpfs /mnt/upper
mkdir /mnt/upper/data /mnt/upper/work
mount -t overlay -o lowerdir=/mnt/lower,upperdir=/mnt/upper/data,workdir=/mnt/upper/work overlay /mnt/root ||
	fail "cannot mount the layer for what is written"
[ -x "/mnt/root$init" ] || fail "$disk has no $init"
for folder in proc sys dev; do
	mkdir -p /mnt/root/$folder
	mount -o move /$folder /mnt/root/$folder
done
exec switch_root /mnt/root "$init"
