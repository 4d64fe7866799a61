# SPDX-License-Identifier: MIT
# What is done to every root file system once its packages are in, as its IMAGE_FEATURES say.

ROOTFS_POSTPROCESS_COMMAND += "${@'' if rootfs_has_feature('debug-tweaks empty-root-password', d) else 'zap_empty_root_password'}"
ROOTFS_POSTPROCESS_COMMAND += "${@'ssh_allow_empty_password' if rootfs_has_feature('debug-tweaks allow-empty-password', d) else ''}"
ROOTFS_POSTPROCESS_COMMAND += "${@'ssh_allow_root_login' if rootfs_has_feature('debug-tweaks allow-root-login', d) else ''}"
ROOTFS_POSTPROCESS_COMMAND += "${@'serial_autologin_root' if bb.utils.contains('IMAGE_FEATURES', 'serial-autologin-root empty-root-password', True, False, d) else ''}"
ROOTFS_POSTPROCESS_COMMAND += "rootfs_update_timestamp"
ROOTFS_POSTPROCESS_COMMAND += "${@'read_only_rootfs_hook' if rootfs_has_feature('read-only-rootfs', d) else ''}"
ROOTFS_POSTPROCESS_COMMAND += "empty_var_volatile rootfs_tidy_shadow"

def rootfs_has_feature(names, d):
    return bool(set(names.split()) & set((d.getVar('IMAGE_FEATURES') or '').split()))

# A root account without a password is locked, unless a feature asks for it to stay open.
zap_empty_root_password() {
	for file in ${IMAGE_ROOTFS}${sysconfdir}/shadow ${IMAGE_ROOTFS}${sysconfdir}/passwd; do
		if [ -e $file ]; then
			sed -i 's%^root::%root:*:%' $file
		fi
	done
}

ssh_allow_empty_password() {
	if [ -e ${IMAGE_ROOTFS}${sysconfdir}/default/dropbear ]; then
		sed -i 's/^DROPBEAR_EXTRA_ARGS="/&-B /' ${IMAGE_ROOTFS}${sysconfdir}/default/dropbear
	fi
	if [ -e ${IMAGE_ROOTFS}${sysconfdir}/ssh/sshd_config ]; then
		sed -i 's/^[#[:space:]]*PermitEmptyPasswords.*/PermitEmptyPasswords yes/' ${IMAGE_ROOTFS}${sysconfdir}/ssh/sshd_config
	fi
}

ssh_allow_root_login() {
	if [ -e ${IMAGE_ROOTFS}${sysconfdir}/default/dropbear ]; then
		sed -i '/^DROPBEAR_EXTRA_ARGS=/s/-w *//' ${IMAGE_ROOTFS}${sysconfdir}/default/dropbear
	fi
	if [ -e ${IMAGE_ROOTFS}${sysconfdir}/ssh/sshd_config ]; then
		sed -i 's/^[#[:space:]]*PermitRootLogin.*/PermitRootLogin yes/' ${IMAGE_ROOTFS}${sysconfdir}/ssh/sshd_config
	fi
}

serial_autologin_root() {
	if [ -e ${IMAGE_ROOTFS}${sysconfdir}/inittab ]; then
		sed -i 's%${base_sbindir}/run-getty%& -a root%' ${IMAGE_ROOTFS}${sysconfdir}/inittab
	fi
}

rootfs_update_timestamp() {
	install -d ${IMAGE_ROOTFS}${sysconfdir}
	date -u -d @${REPRODUCIBLE_TIMESTAMP_ROOTFS} +%4Y%2m%2d%2H%2M%2S > ${IMAGE_ROOTFS}${sysconfdir}/timestamp
}

read_only_rootfs_hook() {
	if [ -e ${IMAGE_ROOTFS}${sysconfdir}/fstab ]; then
		sed -i '/^[^#[:space:]]*[[:space:]]\{1,\}\/[[:space:]]/s/\bdefaults\b/ro,defaults/' ${IMAGE_ROOTFS}${sysconfdir}/fstab
	fi
	sed -i 's/^ROOTFS_READ_ONLY=no/ROOTFS_READ_ONLY=yes/' ${IMAGE_ROOTFS}${sysconfdir}/default/rcS
}

empty_var_volatile() {
	if [ -d ${IMAGE_ROOTFS}${localstatedir}/volatile ]; then
		find ${IMAGE_ROOTFS}${localstatedir}/volatile -mindepth 1 -delete
	fi
}

# The same accounts in the same order, whatever order packages added them in; no backups.
rootfs_tidy_shadow() {
	rm -f ${IMAGE_ROOTFS}${sysconfdir}/passwd- ${IMAGE_ROOTFS}${sysconfdir}/shadow- ${IMAGE_ROOTFS}${sysconfdir}/group-
	for file in passwd group; do
		if [ -e ${IMAGE_ROOTFS}${sysconfdir}/$file ]; then
			sort -t: -k3,3n -k1,1 -o ${IMAGE_ROOTFS}${sysconfdir}/$file ${IMAGE_ROOTFS}${sysconfdir}/$file
		fi
	done
}
