# SPDX-License-Identifier: MIT
# wic: the image of a disk with partitions, as a kickstart file (WKS_FILE) describes it:
#
#     part MOUNTPOINT [--source rootfs|bootimg-partition|rawcopy] [options]     a partition; none, - or swap: not mounted
#     bootloader --ptable msdos|gpt [options]                                   the table
#     include FILE
#
# The file is found in WKS_SEARCH_PATH: beside the recipe, then in the folder wic of each layer. One that ends in .in has its
# variables expanded. Without --source a partition is empty. What only matters to boot loaders that OpenEmbedded's wic writes
# (bootimg-pcbios, bootimg-efi) is accepted and has no meaning; these sources themselves are refused.

WKS_FILE ??= "${IMAGE_BASENAME}.${MACHINE}.wks"
WKS_FILES ?= "${WKS_FILE} ${IMAGE_BASENAME}.wks"
WKS_SEARCH_PATH ?= "${THISDIR}:${@':'.join(p + '/wic' for p in d.getVar('BBPATH').split(':') if p)}"
WKS_FULL_PATH = "${@wic_find(d.getVar('WKS_FILES').split(), d) or ''}"
WKS_FILE_DEPENDS ??= ""
# FILE or FILE;NAME: from DEPLOY_DIR_IMAGE to a bootimg-partition. IMAGE_BOOT_FILES_label-<label> is for one of them.
IMAGE_BOOT_FILES ?= "${KERNEL_IMAGETYPE}"

IMAGE_TYPES += "wic"
do_image_wic[depends] += "e2fsprogs-native:do_populate_sysroot dosfstools-native:do_populate_sysroot \
    mtools-native:do_populate_sysroot ${@' '.join(r + ':do_populate_sysroot' for r in d.getVar('WKS_FILE_DEPENDS').split())}"
do_image_wic[recrdeptask] += "do_deploy"
do_image_wic[deptask] += "do_image_complete"
wic_prepare[cleandirs] = "${WORKDIR}/wic"
do_image_wic[prefuncs] += "wic_prepare"
do_image_wic[vardeps] += "wic_prepare"
WIC_TEXT = ""

def wic_find(names, d, also=()):
    """The first of the files that is in the search path."""
    for name in names:
        for folder in list(also) + d.getVar('WKS_SEARCH_PATH').split(':'):
            if os.path.isfile(os.path.join(folder, name)):
                return os.path.join(folder, name)

def wic_text(path, d):
    """The text of a kickstart file with what it includes, its variables expanded where it is a template."""
    bb.parse.mark_dependency(d, path)
    with open(path) as f:
        text = f.read()
    if path.endswith('.in'):
        text = d.expand(text)
    lines = []
    for line in text.splitlines():
        if line.split()[:1] == ['include']:
            name = line.split(None, 1)[1].strip()
            found = wic_find([name], d, [os.path.dirname(path)])
            if not found:
                bb.fatal("%s: the file '%s' that it includes is in none of %s" % (path, name, d.getVar('WKS_SEARCH_PATH')))
            lines += wic_text(found, d).splitlines()
        else:
            lines.append(line)
    return '\n'.join(lines)

# Read with the recipe, so that a change of the kickstart file is seen.
python () {
    path = d.getVar('WKS_FULL_PATH') if 'wic' in image_all_types(d)[0] else ''
    if path:
        d.setVar('WIC_TEXT', wic_text(path, d))
}

##################################################################
# Reading
##################################################################

def wic_kib(text, unit):
    """A size with a unit (s is a sector), in KiB; `unit` where it has none."""
    import argparse, math, re
    factors = {'s': 0.5, 'k': 1, 'K': 1, 'M': 1024, 'G': 1024 * 1024}
    match = re.fullmatch(r'([0-9]+)([skKMG]?)', text)
    if not match:
        raise argparse.ArgumentTypeError("'%s' is not a size" % text)
    return math.ceil(int(match.group(1)) * factors[match.group(2) or unit])

def wic_parser():
    """For the options of part and bootloader."""
    import argparse

    class Parser(argparse.ArgumentParser):
        def error(self, message):
            raise ValueError(message)

    part, loader = Parser(add_help=False, allow_abbrev=False), Parser(add_help=False, allow_abbrev=False)
    part.add_argument('mountpoint', nargs='?', default='')
    for name in ('source', 'fstype', 'label', 'part-type', 'part-name', 'fsuuid', 'uuid', 'rootfs-dir', 'sourceparams',
                 'ondisk', 'ondrive', 'mkfs-extraopts', 'fsoptions'):
        part.add_argument('--' + name, default='')
    for name, unit in (('size', 'M'), ('fixed-size', 'M'), ('extra-space', 'M'), ('align', 'K'), ('offset', 'K')):
        part.add_argument('--' + name, default=0, type=lambda text, unit=unit: wic_kib(text, unit))
    part.add_argument('--overhead-factor', default=0, type=float)
    for name in ('active', 'use-uuid', 'use-label', 'no-table', 'no-fstab-update', 'hidden'):
        part.add_argument('--' + name, action='store_true')
    part.add_argument('--exclude-path', nargs='+', action='extend', default=[])
    loader.add_argument('--ptable', choices=('msdos', 'gpt'), default='msdos')
    for name in ('timeout', 'append', 'configfile'):
        loader.add_argument('--' + name)
    return part, loader

def wic_read(text, d):
    """The kind of table, and the partitions."""
    import shlex
    part, loader = wic_parser()
    table, parts = 'msdos', []
    for number, line in enumerate(text.splitlines(), 1):
        try:
            words = shlex.split(line, comments=True)
            if words[:1] in (['part'], ['partition']):
                parts.append(part.parse_args(words[1:]))
                wic_check(parts[-1])
            elif words[:1] == ['bootloader']:
                table = loader.parse_args(words[1:]).ptable
            elif words:
                raise ValueError("'%s' is none of part, partition, bootloader, include" % words[0])
        except ValueError as error:
            bb.fatal("%s: line %d: %s\n%s" % (d.getVar('WKS_FULL_PATH'), number, error, line))
    if table == 'msdos' and sum(not p.no_table for p in parts) > 4:
        bb.fatal("%s: a table of type msdos takes 4 partitions; 'bootloader --ptable gpt' takes more"
                 % d.getVar('WKS_FULL_PATH'))
    return table, parts

def wic_check(p):
    if p.source not in ('', 'rootfs', 'bootimg-partition', 'rawcopy'):
        raise ValueError("there is no source '%s' here; rootfs, bootimg-partition and rawcopy are" % p.source)
    p.fstype = p.fstype or ('swap' if p.mountpoint == 'swap' else 'vfat' if p.source == 'bootimg-partition' else 'ext4')
    if p.fstype not in ('ext2', 'ext3', 'ext4', 'vfat', 'msdos', 'swap', 'none'):
        raise ValueError("there is no file system type '%s' here" % p.fstype)
    if p.source == 'rootfs' and p.fstype in ('swap', 'none'):
        raise ValueError("a root file system cannot be of type '%s'" % p.fstype)
    if p.size and p.fixed_size:
        raise ValueError("--size and --fixed-size exclude each other")

##################################################################
# What goes into the partitions
##################################################################

def wic_parameters(p):
    return dict(word.partition('=')[::2] for word in p.sourceparams.split(',') if word)

def wic_boot_files(p, tree, d):
    """Copies the files of a bootimg-partition."""
    import glob, shutil
    names = d.getVar('IMAGE_BOOT_FILES_label-' + p.label) if p.label else None
    deploy = d.getVar('DEPLOY_DIR_IMAGE')
    for word in (names if names is not None else d.getVar('IMAGE_BOOT_FILES') or '').split():
        source, _, target = word.partition(';')
        found = sorted(glob.glob(os.path.join(deploy, source)))
        if not found:
            bb.fatal("IMAGE_BOOT_FILES: there is no '%s' in %s" % (source, deploy))
        for path in found:
            # Of a pattern the target is a folder, and so is one that ends in a slash.
            relative = target or source
            if '*' in source or target.endswith('/'):
                relative = os.path.join(target, os.path.basename(path))
            os.makedirs(os.path.dirname(os.path.join(tree, relative)), exist_ok=True)
            shutil.copyfile(path, os.path.join(tree, relative))

def wic_fstab(table, parts, disk_id):
    """The lines for what is mounted besides the root file system."""
    lines = []
    for p in parts:
        if not (p.mountpoint.startswith('/') and p.mountpoint != '/' or p.mountpoint == 'swap') or p.no_fstab_update:
            continue
        disk = p.ondisk or p.ondrive or 'sda'
        device = '/dev/%s%s%d' % (disk, 'p' if disk[-1:].isdigit() else '', p.number)
        if p.use_uuid:
            device = 'PARTUUID=' + (p.uuid if table == 'gpt' else '%s-%02x' % (disk_id, p.number))
        elif p.use_label:
            device = 'LABEL=' + p.label
        kind = p.fstype if p.fstype != 'msdos' else 'vfat'
        lines.append('%s\t%s\t%s\t%s\t0\t0\n' % (device, p.mountpoint, kind, p.fsoptions or 'defaults'))
    return lines

def wic_rootfs_tree(p, fstab, tree, d):
    """The folder to be packed: the root file system, or a copy of it where it is changed."""
    import subprocess
    source = p.rootfs_dir or d.getVar('IMAGE_ROOTFS')
    if not os.path.isdir(source):
        bb.fatal("%s: there is no folder '%s' (--rootfs-dir)" % (d.getVar('WKS_FULL_PATH'), source))
    if p.mountpoint != '/':
        fstab = []
    if not fstab and not p.exclude_path:
        return source
    os.rmdir(tree)
    subprocess.check_call(['cp', '-a', source, tree])
    for name in p.exclude_path:
        path = os.path.normpath(os.path.join(tree, name))
        if not path.startswith(tree + '/'):
            bb.fatal("%s: --exclude-path %s is outside of the root file system" % (d.getVar('WKS_FULL_PATH'), name))
        if name.endswith('/'):
            subprocess.check_call(['find', path, '-mindepth', '1', '-delete'])
        else:
            bb.utils.remove(path, recurse=True)
    if fstab:
        with open(tree + '/etc/fstab', 'a') as f:
            f.writelines(fstab)
    epoch = int(d.getVar('REPRODUCIBLE_TIMESTAMP_ROOTFS'))
    subprocess.check_call(['find', tree, '-newermt', '@%d' % epoch, '-exec', 'touch', '-h', '-d', '@%d' % epoch, '{}', '+'])
    return tree

def wic_used(tree):
    return sum(4 if not os.path.isfile(path) or os.path.islink(path) else (os.lstat(path).st_size + 4095) // 4096 * 4
               for path in (tree + name for name in package_tree(tree)))

def wic_fill(p, fstab, folder, d):
    """Decides what the partition holds (p.content: a folder, a file or '') and its size in KiB (p.kib)."""
    p.content, needed = '', 0
    tree = '%s/%d' % (folder, p.number)
    if p.source == 'rawcopy':
        name = wic_parameters(p).get('file', '')
        p.content = os.path.realpath(os.path.join(d.getVar('DEPLOY_DIR_IMAGE'), name))
        if not name or not os.path.isfile(p.content):
            bb.fatal("%s: there is no '%s' in %s (rawcopy)" % (d.getVar('WKS_FULL_PATH'), name, d.getVar('DEPLOY_DIR_IMAGE')))
        needed = (os.path.getsize(p.content) + 1023) // 1024
    elif p.source:
        os.mkdir(tree)
        p.content = tree
        if p.source == 'rootfs':
            p.content = wic_rootfs_tree(p, fstab, tree, d)
        else:
            wic_boot_files(p, tree, d)
        needed = wic_used(p.content)
        if p.content == d.getVar('IMAGE_ROOTFS') and not p.overhead_factor and not p.extra_space:
            needed = image_rootfs_size(d)
        elif not p.fixed_size:
            needed = int(needed * (p.overhead_factor or 1.3)) + (p.extra_space or (10240 if p.source == 'rootfs' else 2048))
    if p.fixed_size and needed > p.fixed_size:
        bb.fatal("%s: partition %d needs %d KiB, and --fixed-size is %d KiB"
                 % (d.getVar('WKS_FULL_PATH'), p.number, needed, p.fixed_size))
    # Not less than the smallest that the tools make.
    p.kib = int(p.fixed_size or max(p.size, needed, 1024))

##################################################################
# The table
##################################################################

def wic_place(table, parts):
    """Gives each partition its start in KiB; the end of the disk."""
    at = 1 if table == 'msdos' else 17
    for p in parts:
        start = at
        if p.align:
            start = -(-start // p.align) * p.align
        if p.offset:
            if p.offset < at:
                raise ValueError("partition %d cannot start at %d KiB: what is before it ends at %d KiB" % (p.number, p.offset, at))
            start = p.offset
        p.start = int(start)
        at = p.start + p.kib
    return at + (17 if table == 'gpt' else 0)

def wic_table(table, parts, disk_id, d):
    """The table as sfdisk reads it."""
    kinds = {'msdos': {'vfat': 'c', 'msdos': 'c', 'swap': '82', '': '83'},
             'gpt': {'vfat': 'EBD0A0A2-B9E5-4433-87C0-68B6B72699C7', 'msdos': 'EBD0A0A2-B9E5-4433-87C0-68B6B72699C7',
                     'swap': '0657FD6D-A4AB-43C4-84E5-0933C84B4F4F', '': '0FC63DAF-8483-4772-8E79-3D69D8477DE4'}}[table]
    lines = ['label: ' + ('dos' if table == 'msdos' else 'gpt'),
             'label-id: ' + ('0x' + disk_id if table == 'msdos' else image_uuid('wic', d))]
    if table == 'gpt':
        lines.append('first-lba: 34')
    for p in parts:
        if p.no_table:
            continue
        fields = ['start=%d' % (p.start * 2), 'size=%d' % (p.kib * 2),
                  'type=' + (p.part_type or kinds.get(p.fstype, kinds['']))]
        if table == 'gpt':
            fields.append('uuid=' + p.uuid)
            if p.part_name or p.label:
                fields.append('name="%s"' % (p.part_name or p.label))
            if p.active:
                fields.append('attrs=LegacyBIOSBootable')
        elif p.active:
            fields.append('bootable')
        lines.append(', '.join(fields))
    return '\n'.join(lines) + '\n'

# Writes table, size (of the disk in KiB) and plan: a line of START KIB FSTYPE UUID LABEL CONTENT for each partition.
python wic_prepare() {
    if not d.getVar('WKS_FULL_PATH'):
        bb.fatal("none of the kickstart files '%s' is in %s" % (d.getVar('WKS_FILES'), d.getVar('WKS_SEARCH_PATH')))
    table, parts = wic_read(d.getVar('WIC_TEXT'), d)
    folder, number = d.getVar('WORKDIR') + '/wic', 0
    for p in parts:
        number += not p.no_table
        p.number = number
        p.uuid = p.uuid or image_uuid('wic-part-%d' % number, d)
        p.fsuuid = p.fsuuid or image_uuid('wic-fs-%d' % number, d)
    disk_id = image_uuid('wic', d)[:8]
    fstab = wic_fstab(table, parts, disk_id)
    for p in parts:
        wic_fill(p, fstab, folder, d)
    try:
        end = wic_place(table, parts)
    except ValueError as error:
        bb.fatal("%s: %s" % (d.getVar('WKS_FULL_PATH'), error))
    with open(folder + '/table', 'w') as f:
        f.write(wic_table(table, parts, disk_id, d))
    with open(folder + '/size', 'w') as f:
        f.write('%d\n' % end)
    with open(folder + '/plan', 'w') as f:
        for p in parts:
            f.write('%d\t%d\t%s\t%s\t%s\t%s\n' % (p.start, p.kib, p.fstype, p.fsuuid, p.label or '-', p.content or '-'))
}

# wic_partition FILE KIB FSTYPE UUID LABEL CONTENT
wic_partition() {
	label=$5
	content=$6
	if [ "$label" = - ]; then label=; fi
	if [ -f "$content" ]; then
		cp $content $1
		return
	fi
	if [ "$content" = - ]; then
		content=${WORKDIR}/wic/empty
		mkdir -p $content
		touch -d @${REPRODUCIBLE_TIMESTAMP_ROOTFS} $content
	fi
	case $3 in
	ext*)
		oe_ext_image $3 $1 $2 $content $4 -L "$label" ${EXTRA_IMAGECMD:ext4}
		;;
	vfat|msdos)
		truncate -s ${2}K $1
		mkfs.vfat --invariant -i $(echo $4 | cut -c1-8) -n "$(echo ${label:-boot} | cut -c1-11)" $1 > /dev/null
		find $content -mindepth 1 -exec touch -h -d @${REPRODUCIBLE_TIMESTAMP_ROOTFS} {} +
		if [ -n "$(ls -A $content)" ]; then
			mcopy -i $1 -s -m -Q $content/* ::/
		fi
		;;
	swap)
		truncate -s ${2}K $1
		mkswap -U $4 -L "$label" $1 > /dev/null
		;;
	none)
		truncate -s ${2}K $1
		;;
	esac
}

IMAGE_CMD:wic () {
	disk=${IMGDEPLOYDIR}/${IMAGE_NAME}.wic
	part=${WORKDIR}/wic/partition
	rm -f $disk
	truncate -s $(cat ${WORKDIR}/wic/size)K $disk
	sfdisk -q $disk < ${WORKDIR}/wic/table
	while IFS='	' read start kib fstype uuid label content; do
		rm -f $part
		wic_partition $part $kib $fstype $uuid "$label" "$content" < /dev/null
		dd if=$part of=$disk bs=1024 seek=$start conv=notrunc,sparse status=none
	done < ${WORKDIR}/wic/plan
	rm -f $part
}
