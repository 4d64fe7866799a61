# SPDX-License-Identifier: MIT
# Checks where the VMM of a CAmkES system puts the parts of a Linux guest, and writes the map down.
#
#   VM_RAM_BASE, VM_RAM_SIZE, VM_RAM_OFFSET   the guest's memory, and where in it the kernel goes
#   VM_INITRD_ADDR, VM_INITRD_MAX_SIZE        the initrd, and how much of one the VMM takes
#   VM_DTB_ADDR                               the device tree
#
# All are numbers as in C. The parts are the files linux, rootfs.cpio.gz and linux-dtb in CAMKES_INPUTS; a part that runs
# into the next one, or out of the guest's memory, is an error.

CAMKES_INPUTS ?= "${B}/inputs"
VM_RAM_OFFSET ?= "0"

CAMKES_MAP_VARIABLES = "VM_RAM_BASE VM_RAM_SIZE VM_RAM_OFFSET VM_INITRD_ADDR VM_INITRD_MAX_SIZE VM_DTB_ADDR"

def camkes_number(name, d):
    value = d.getVar(name) or ''
    try:
        return int(value, 0)
    except ValueError:
        bb.fatal("%s: '%s' is not a number" % (name, value))

def camkes_kernel_span(path):
    """(offset, size) of the memory that an arm64 kernel takes, as its header says: more than its file has."""
    import struct
    size = os.path.getsize(path)
    with open(path, 'rb') as f:
        head = f.read(64)
    if head[56:60] != b'ARM\x64':
        return 0, size
    offset, needed = struct.unpack_from('<QQ', head, 8)
    return offset, max(size, needed)

def camkes_regions(folder, d):
    """[(name, start, size)] of the guest's parts, by address."""
    base = camkes_number('VM_RAM_BASE', d) + camkes_number('VM_RAM_OFFSET', d)
    offset, size = camkes_kernel_span(os.path.join(folder, 'linux'))
    regions = [('kernel', base + offset, size)]
    for name, variable, file_name in (('initrd', 'VM_INITRD_ADDR', 'rootfs.cpio.gz'),
                                      ('device tree', 'VM_DTB_ADDR', 'linux-dtb')):
        regions.append((name, camkes_number(variable, d), os.path.getsize(os.path.join(folder, file_name))))
    return sorted(regions, key=lambda region: region[1])

def camkes_map_errors(regions, d):
    """What is wrong with the map, in words."""
    start, size = camkes_number('VM_RAM_BASE', d), camkes_number('VM_RAM_SIZE', d)
    limit = camkes_number('VM_INITRD_MAX_SIZE', d)
    errors = []
    if start % 0x200000:
        errors.append("VM_RAM_BASE 0x%x is not a multiple of 2 MiB" % start)
    for name, at, length in regions:
        if at < start or at + length > start + size:
            errors.append("the %s, 0x%x to 0x%x, is not inside of the guest's memory, 0x%x to 0x%x"
                          % (name, at, at + length, start, start + size))
        if name == 'initrd' and length > limit:
            errors.append("the initrd has 0x%x bytes, VM_INITRD_MAX_SIZE is 0x%x" % (length, limit))
    for (name, at, length), (other, other_at, unused) in zip(regions, regions[1:]):
        if at + length > other_at:
            errors.append("the %s, 0x%x to 0x%x, runs into the %s at 0x%x" % (name, at, at + length, other, other_at))
    return errors

def camkes_map_text(regions, d):
    """The map as a table: what starts where, how long it is, and how much room is left behind it."""
    end = camkes_number('VM_RAM_BASE', d) + camkes_number('VM_RAM_SIZE', d)
    rows = ['%-12s %10s %10s %10s %10s' % ('part', 'start', 'end', 'size', 'room')]
    for (name, at, length), following in zip(regions, [region[1] for region in regions[1:]] + [end]):
        rows.append('%-12s %#10x %#10x %#10x %#10x' % (name, at, at + length, length, following - at - length))
    return '\n'.join(rows) + '\n'

addtask memory_map after do_compile before do_deploy
do_memory_map[vardeps] += "${CAMKES_MAP_VARIABLES}"
do_memory_map[dirs] = "${B}"
do_memory_map[doc] = "Checks that the guest's parts do not run into each other"
python do_memory_map() {
    regions = camkes_regions(d.getVar('CAMKES_INPUTS'), d)
    errors = camkes_map_errors(regions, d)
    if errors:
        bb.fatal("The guest does not fit its memory map:\n  %s" % '\n  '.join(errors))
    with open(os.path.join(d.getVar('CAMKES_INPUTS'), 'memory-map.txt'), 'w') as f:
        f.write(camkes_map_text(regions, d))
}
