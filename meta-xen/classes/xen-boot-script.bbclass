# SPDX-License-Identifier: MIT
# Writes the U-Boot script that loads Xen, the first domain and, where wanted, guests that Xen starts itself, and hands all of
# it over: XEN_BOOT_NAME.source, and XEN_BOOT_NAME.scr, which U-Boot runs.
#
# Each file is loaded at a multiple of 2 MiB. The script itself is loaded at 0xC00000, or 2 MiB into the memory where that is
# more; 2 MiB after it comes Xen, and each further file comes after the one before: kernel, ramdisk, the guests' files, device
# tree. Sizes are those of the files in DEPLOY_DIR_IMAGE.

XEN_BOOT_NAME ?= "boot2"
XEN_BOOT_FOLDER ?= "${DEPLOY_DIR_IMAGE}"
XEN_BOOT_MEMORY_START ?= "0x0"
XEN_BOOT_MEMORY_END ?= "0x80000000"
XEN_BOOT_XEN ?= "xen-${MACHINE}"
XEN_BOOT_KERNEL ?= "${KERNEL_IMAGETYPE}"
# None: Xen's first domain has its root file system elsewhere.
XEN_BOOT_RAMDISK ?= "xen-image-minimal-${MACHINE}${@d.getVar('IMAGE_NAME_SUFFIX') or ''}.cpio.gz"
# None: a copy of the device tree that U-Boot itself was given.
XEN_BOOT_DTB ?= "${@os.path.basename(((d.getVar('KERNEL_DEVICETREE') or '').split() or [''])[0])}"
# tftp, sd, scsi, or the command itself.
XEN_BOOT_LOAD ?= "tftp"
# Kinds of files (xen kernel ramdisk dtb) whose load command is only there as a comment.
XEN_BOOT_SKIP_LOAD ?= ""
# How many cells an address and a size have in the device tree: 1 or 2.
XEN_BOOT_CELLS ?= "2"
XEN_BOOT_XEN_ARGS ?= "console=dtuart dtuart=serial0 dom0_mem=1G dom0_max_vcpus=1 bootscrub=0 vwfi=native sched=null"
XEN_BOOT_DOM0_ARGS ?= "console=hvc0 earlycon=xen earlyprintk=xen clk_ignore_unused"
# Guests that Xen starts without the first domain's help; under their names, flags of
# XEN_BOOT_DOMU_KERNEL, _RAMDISK, _ARGS, _MEMORY (MiB, 512), _VCPUS (1), _VPL011 (1: an emulated serial port).
XEN_BOOT_DOMUS ?= ""

def xen_boot_number(text, what):
    try:
        return int(text, 0)
    except (TypeError, ValueError):
        bb.fatal("%s is '%s', not a number" % (what, text))

def xen_boot_hex(number):
    return '0x%X' % number

def xen_boot_kind(path):
    """What sort of file it is, by its first bytes."""
    with open(path, 'rb') as f:
        head = f.read(512)
    if head[:4] == b'\xd0\x0d\xfe\xed':
        return 'device tree'
    if head[56:60] == b'ARMd':
        return 'program'
    if head[:4] in (b'\x27\x05\x19\x56', b'\x7fELF') or head[36:40] == b'\x18\x28\x6f\x01':
        return 'program'
    if head[:2] == b'\x1f\x8b' or head[:3] == b'BZh' or head[:6] in (b'\xfd7zXZ\0', b'070701', b'070702'):
        return 'archive'
    return 'unknown'

XEN_BOOT_KINDS = "xen=program,archive kernel=program,archive ramdisk=archive,program dtb=device%20tree"

def xen_boot_check(kind, path, d):
    """The size of a file that is there and is what it should be."""
    if not os.path.isfile(path):
        bb.fatal("There is no %s %s" % (kind, path))
    wanted = dict(word.split('=') for word in d.getVar('XEN_BOOT_KINDS').split())[kind.split()[-1]]
    if xen_boot_kind(path) not in wanted.replace('%20', ' ').split(','):
        bb.fatal("%s is no %s" % (path, kind))
    return os.path.getsize(path)

def xen_boot_files(d):
    """[(kind, file name)] in the order of their addresses; a guest's kinds begin with its name."""
    files = [('xen', d.getVar('XEN_BOOT_XEN')), ('kernel', d.getVar('XEN_BOOT_KERNEL')),
             ('ramdisk', d.getVar('XEN_BOOT_RAMDISK'))]
    for guest in (d.getVar('XEN_BOOT_DOMUS') or '').split():
        for kind in ('kernel', 'ramdisk'):
            name = d.getVarFlag('XEN_BOOT_DOMU_' + kind.upper(), guest)
            if not name and kind == 'kernel':
                bb.fatal("XEN_BOOT_DOMU_KERNEL[%s] is not set" % guest)
            files.append((guest + ' ' + kind, name))
    files.append(('dtb', d.getVar('XEN_BOOT_DTB')))
    return [(kind, name) for kind, name in files if name]

def xen_boot_place(files, sizes, d):
    """{kind: address} and the addresses of the script and of what follows the last file."""
    step = 0x200000
    up = lambda address: (address + step - 1) // step * step
    script = max(xen_boot_number(d.getVar('XEN_BOOT_MEMORY_START'), 'XEN_BOOT_MEMORY_START') + step, 0xC00000)
    places, address = {}, script + step
    for kind, name in files:
        places[kind] = address
        address = up(address + sizes[kind])
    end = xen_boot_number(d.getVar('XEN_BOOT_MEMORY_END'), 'XEN_BOOT_MEMORY_END')
    if address > end:
        bb.fatal("Not enough memory: the files end at %s, the memory at %s" % (xen_boot_hex(address), xen_boot_hex(end)))
    return places, script, address

def xen_boot_reg(address, size, cells):
    """The value of a reg property."""
    words = [address, size] if cells == 1 else [address >> 32, address & 0xffffffff, size >> 32, size & 0xffffffff]
    return '<%s>' % ' '.join(xen_boot_hex(word) if word else '0x0' for word in words)

def xen_boot_load(files, places, d):
    command = {'tftp': 'tftpb', 'sd': 'load mmc 0:1', 'scsi': 'load scsi 0:1'}
    load = d.getVar('XEN_BOOT_LOAD')
    load = command.get(load, load)
    skipped = (d.getVar('XEN_BOOT_SKIP_LOAD') or '').split()
    return ['%s%s %s %s' % ('#' if kind in skipped else '', load, xen_boot_hex(places[kind]), name) for kind, name in files]

def xen_boot_module(node, compatible, kind, places, sizes, cells):
    return ['fdt mknod %s %s' % tuple(node.rsplit('/', 1)),
            'fdt set %s compatible %s' % (node, ' '.join('"%s"' % word for word in compatible)),
            'fdt set %s reg %s' % (node, xen_boot_reg(places[kind], sizes[kind], cells))]

def xen_boot_cells(node, cells):
    return ['fdt set %s \\#address-cells <%d>' % (node, cells), 'fdt set %s \\#size-cells <%d>' % (node, cells)]

def xen_boot_domu(guest, places, sizes, cells, d):
    """The nodes of a guest that Xen starts itself."""
    flag = lambda name, default: d.getVarFlag('XEN_BOOT_DOMU_' + name, guest) or default
    node = '/chosen/' + guest
    memory = xen_boot_number(flag('MEMORY', '512'), 'XEN_BOOT_DOMU_MEMORY[%s]' % guest) * 1024
    lines = ['', '# %s: started by Xen itself' % guest, 'fdt mknod /chosen ' + guest, 'fdt set %s compatible "xen,domain"' % node]
    lines += xen_boot_cells(node, cells)
    lines += ['fdt set %s memory %s' % (node, '<%s %s>' % (xen_boot_hex(memory >> 32), xen_boot_hex(memory & 0xffffffff))),
              'fdt set %s cpus <%s>' % (node, flag('VCPUS', '1'))]
    if flag('VPL011', '1') == '1':
        lines.append('fdt set %s vpl011' % node)
    kind = guest + ' kernel'
    module = '%s/module@%X' % (node, places[kind])
    lines += xen_boot_module(module, ('multiboot,kernel', 'multiboot,module'), kind, places, sizes, cells)
    lines.append('fdt set %s bootargs "%s"' % (module, flag('ARGS', 'console=ttyAMA0')))
    kind = guest + ' ramdisk'
    if kind in places:
        module = '%s/module@%X' % (node, places[kind])
        lines += xen_boot_module(module, ('multiboot,ramdisk', 'multiboot,module'), kind, places, sizes, cells)
    return lines

def xen_boot_script(sizes, d):
    """(text, address of the script) for files of these sizes."""
    files = xen_boot_files(d)
    places, script, end = xen_boot_place(files, sizes, d)
    cells = xen_boot_number(d.getVar('XEN_BOOT_CELLS'), 'XEN_BOOT_CELLS')
    if cells not in (1, 2):
        bb.fatal("XEN_BOOT_CELLS is %d, not 1 or 2" % cells)
    dtb = places.get('dtb', end)
    lines = ['# The files, each at a multiple of 2 MiB'] + xen_boot_load(files, places, d) + ['']
    if 'dtb' not in places:
        lines += ['fdt addr ${fdtcontroladdr}', 'fdt move ${fdtcontroladdr} %s 0x100000' % xen_boot_hex(dtb)]
    lines += ['fdt addr ' + xen_boot_hex(dtb), '# Room for what follows', 'fdt resize 1024', ''] + xen_boot_cells('/chosen', cells)
    lines += ['fdt set /chosen xen,xen-bootargs "%s"' % d.getVar('XEN_BOOT_XEN_ARGS'), '', '# The first domain: its kernel']
    lines += xen_boot_module('/chosen/dom0', ('xen,linux-zimage', 'xen,multiboot-module'), 'kernel', places, sizes, cells)
    arguments = d.getVar('XEN_BOOT_DOM0_ARGS')
    if not any(word.startswith('root=') for word in arguments.split()):
        arguments += ' root=/dev/ram0'
    lines.append('fdt set /chosen xen,dom0-bootargs "%s"' % arguments)
    if 'ramdisk' in places:
        lines += ['', '# The first domain: its ramdisk']
        lines += xen_boot_module('/chosen/dom0-ramdisk', ('xen,linux-initrd', 'xen,multiboot-module'), 'ramdisk', places,
                                 sizes, cells)
    for guest in (d.getVar('XEN_BOOT_DOMUS') or '').split():
        lines += xen_boot_domu(guest, places, sizes, cells, d)
    lines += ['', '# Xen is given the tree where it is', 'setenv fdt_high 0xffffffffffffffff', '',
              'booti %s - %s' % (xen_boot_hex(places['xen']), xen_boot_hex(dtb))]
    return '\n'.join(lines) + '\n', script

def xen_boot_summary(d):
    """What the guests' flags say, which no variable's text shows."""
    names = ('KERNEL', 'RAMDISK', 'ARGS', 'MEMORY', 'VCPUS', 'VPL011')
    return repr([(guest, [d.getVarFlag('XEN_BOOT_DOMU_' + name, guest) for name in names])
                 for guest in (d.getVar('XEN_BOOT_DOMUS') or '').split()])
XEN_BOOT_CONFIGURED = "${@xen_boot_summary(d)}"
XEN_BOOT_CONFIGURED[vardepvalue] = "${XEN_BOOT_CONFIGURED}"
do_compile[vardeps] += "XEN_BOOT_CONFIGURED"

python do_compile() {
    import subprocess
    folder = d.getVar('XEN_BOOT_FOLDER')
    name = d.expand('${B}/${XEN_BOOT_NAME}')
    for ending in ('.source', '.scr'):
        bb.utils.remove(name + ending)
    sizes = {kind: xen_boot_check(kind, os.path.join(folder, file), d) for kind, file in xen_boot_files(d)}
    text, script = xen_boot_script(sizes, d)
    with open(name + '.source', 'w') as f:
        f.write(text)
    command = ['mkimage', '-T', 'script', '-A', d.getVar('UBOOT_ARCH'), '-C', 'none', '-a', xen_boot_hex(script),
               '-e', xen_boot_hex(script), '-d', name + '.source', name + '.scr']
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True,
                            env=dict(os.environ, PATH=d.getVar('PATH'), SOURCE_DATE_EPOCH=d.getVar('SOURCE_DATE_EPOCH')))
    if result.returncode:
        bb.utils.remove(name + '.scr')
        bb.fatal("mkimage failed:\n" + result.stdout)
    bb.note("In U-Boot: tftpb %s %s.scr; source %s" % (xen_boot_hex(script), d.getVar('XEN_BOOT_NAME'), xen_boot_hex(script)))
}

do_deploy() {
	install -m 0644 ${B}/${XEN_BOOT_NAME}.source ${B}/${XEN_BOOT_NAME}.scr ${DEPLOYDIR}/
}
addtask deploy after do_compile before do_build
