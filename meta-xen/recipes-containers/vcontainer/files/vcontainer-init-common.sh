#!/bin/sh
# SPDX-License-Identifier: MIT
# What the first programs of container guests have in common; they read this file.
#
# The kernel's command line says what to do:
#   vxn_cmd=BASE64       a shell command; without it, a shell on the console
#   vxn_bundle=DEVICE    a disk with an OCI bundle (config.json, rootfs), which is mounted at /bundle; without vxn_cmd,
#                        the container runtime runs it
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH
HOME=/root
export HOME

# vc_option NAME: what the kernel's command line has behind NAME=
vc_option() {
	for word in $(cat /proc/cmdline); do
		case $word in
		"$1"=*)
			echo "${word#*=}"
			return
			;;
		esac
	done
}

vc_mounts() {
	[ -e /proc/mounts ] || mount -t proc proc /proc
	mkdir -p /dev/pts /dev/shm /run /tmp /root /sys/fs/cgroup
	mount -t devpts devpts /dev/pts
	mount -t tmpfs -o mode=1777 tmpfs /dev/shm
	mount -t tmpfs -o mode=0755 tmpfs /run
	mount -t tmpfs -o mode=1777 tmpfs /tmp
	mount -t cgroup2 cgroup2 /sys/fs/cgroup
	[ -e /dev/fd ] || ln -s /proc/self/fd /dev/fd
	ip link set lo up
}

# vc_bundle DEVICE: mounts it at /bundle, so that a container's own changes stay in memory
vc_bundle() {
	mkdir -p /run/bundle /bundle
	tries=0
	until [ -b "$1" ] || [ $tries -ge 50 ]; do
		tries=$((tries + 1))
		sleep 0.1
	done
	mount -o ro "$1" /run/bundle || return 1
	mkdir -p /run/changes/data /run/changes/work
	mount -t overlay -o lowerdir=/run/bundle,upperdir=/run/changes/data,workdir=/run/changes/work overlay /bundle
}

# vc_report COMMAND...: runs it, its output between two lines that a program can find
vc_report() {
	echo
	echo "vxn-begin"
	"$@" < /dev/null 2>&1
	status=$?
	echo
	echo "vxn-end:$status"
}

vc_main() {
	vc_mounts
	bundle=$(vc_option vxn_bundle)
	command=$(vc_option vxn_cmd)
	if [ -n "$bundle" ] && ! vc_bundle "$bundle"; then
		vc_report sh -c "echo 'cannot mount $bundle'; exit 125"
	elif [ -n "$command" ]; then
		vc_report sh -c "$(echo "$command" | base64 -d)"
	elif [ -n "$bundle" ]; then
		vc_report "$(cat /etc/vcontainer/runtime)" run --bundle /bundle guest
	else
		setsid -c sh -i
	fi
	sync
	poweroff -f
}
