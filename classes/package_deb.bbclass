# SPDX-License-Identifier: MIT
# Writes each package as a .deb file, which dpkg-deb can show. The content is not compressed: the files are read soon and
# often, and what is kept for longer, in SSTATE_DIR, is compressed there.

PKGWRITEDIRDEB = "${WORKDIR}/deploy-debs"

SSTATETASKS += "do_package_write_deb"
do_package_write_deb[sstate-inputdirs] = "${PKGWRITEDIRDEB}"
do_package_write_deb[sstate-outputdirs] = "${DEPLOY_DIR_DEB}"
do_package_write_deb[dirs] = "${WORKDIR}"
do_package_write_deb[cleandirs] = "${PKGWRITEDIRDEB}"
# Leads an image from a package to the packages that this one needs.
do_package_write_deb[rdeptask] = "do_packagedata"
do_package_write_deb[doc] = "Writes the recipe's packages as .deb files"

def deb_file_name(package, record):
    return '%s/%s_%s_%s.deb' % (record['arch'], package, record['version'].replace(':', '%3a'), record['arch'])

def deb_relations(relations):
    """{name: [conditions]} as the value of a control field; Debian writes >> for BitBake's >."""
    words = []
    for name, conditions in sorted(relations.items()):
        if not conditions:
            words.append(name)
        for condition in conditions:
            sign, version = condition.split(None, 1) if ' ' in condition else ('=', condition)
            words.append('%s (%s %s)' % (name, {'<': '<<', '>': '>>'}.get(sign, sign), version))
    return ', '.join(words)

def deb_control(package, record, size, d):
    fields = [('Package', package), ('Version', record['version']), ('Architecture', record['arch']),
              ('Section', record['section']), ('Priority', 'optional'), ('Maintainer', d.getVar('MAINTAINER')),
              ('Installed-Size', str(size)), ('Depends', deb_relations(record['rdepends'])),
              ('Recommends', deb_relations(record['rrecommends'])), ('Provides', ', '.join(record['rprovides'])),
              ('Conflicts', ', '.join(record['rconflicts'])), ('Replaces', ', '.join(record['rreplaces'])),
              ('Source', d.getVar('PN')), ('Description', ' '.join(record['summary'].split()))]
    return ''.join('%s: %s\n' % (name, value) for name, value in fields if value)

def deb_add_text(tar, name, text, mode, epoch):
    import io, tarfile
    member = tarfile.TarInfo('./' + name)
    data = text.encode('utf-8')
    member.size, member.mode, member.mtime = len(data), mode, epoch
    member.uname = member.gname = 'root'
    tar.addfile(member, io.BytesIO(data))

def deb_control_tar(package, record, size, d):
    import io, tarfile
    epoch = int(d.getVar('SOURCE_DATE_EPOCH'))
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode='w', format=tarfile.GNU_FORMAT) as tar:
        deb_add_text(tar, 'control', deb_control(package, record, size, d), 0o644, epoch)
        if record['conffiles']:
            deb_add_text(tar, 'conffiles', ''.join(c + '\n' for c in record['conffiles']), 0o644, epoch)
        for script, text in sorted(record['scripts'].items()):
            if script != 'postinst_ontarget':
                deb_add_text(tar, script, '#!/bin/sh\nset -e\n' + text, 0o755, epoch)
    return out.getvalue()

def deb_members(paths):
    """`paths` with all folders that lead to them, sorted: each after the folder it is in."""
    found = set(paths)
    for path in paths:
        while path.count('/') > 1:
            path = path.rpartition('/')[0]
            if path in found:
                break
            found.add(path)
    return sorted(found)

def deb_data_tar(root, paths, out, d):
    """Writes `paths` below `root` to the open file `out`; their size in KiB."""
    import tarfile
    epoch = int(d.getVar('SOURCE_DATE_EPOCH'))
    total = 0
    with tarfile.open(fileobj=out, mode='w', format=tarfile.GNU_FORMAT) as tar:
        for path in deb_members(paths):
            member = tar.gettarinfo(root + path, '.' + path)
            member.uname = member.gname = ''
            member.mtime = min(int(member.mtime), epoch)
            if member.isreg():
                total += (member.size + 1023) // 1024
                with open(root + path, 'rb') as f:
                    tar.addfile(member, f)
            else:
                tar.addfile(member)
    return total

def deb_write(paths, target, package, record, d):
    """One .deb: an ar archive of three members."""
    import io
    epoch = int(d.getVar('SOURCE_DATE_EPOCH'))
    with open(target + '.data', 'w+b') as data, open(target, 'wb') as deb:
        size = deb_data_tar(d.getVar('PKGD'), paths, data, d)
        length = data.tell()
        data.seek(0)
        control = deb_control_tar(package, record, size, d)
        deb.write(b'!<arch>\n')
        for name, stream, count in (('debian-binary', io.BytesIO(b'2.0\n'), 4),
                                    ('control.tar', io.BytesIO(control), len(control)), ('data.tar', data, length)):
            deb.write(('%-16s%-12d0     0     100644  %-10d`\n' % (name, epoch, count)).encode('ascii'))
            for block in iter(lambda: stream.read(1 << 20), b''):
                deb.write(block)
            if count % 2:
                deb.write(b'\n')
    os.unlink(target + '.data')

# do_package itself too: do_packagedata may come from shared state, and leaves nothing to write packages from.
addtask package_write_deb after do_package do_packagedata before do_build
fakeroot python do_package_write_deb() {
    import json
    with open(d.expand('${WORKDIR}/package-record.json')) as f:
        packages = json.load(f)['packages']
    with open(d.expand('${WORKDIR}/package-files.json')) as f:
        files = json.load(f)
    made = set()
    for package, record in sorted(packages.items()):
        if record['empty']:
            continue
        target = os.path.join(d.getVar('PKGWRITEDIRDEB'), deb_file_name(package, record))
        if os.path.dirname(target) not in made:
            bb.utils.mkdirhier(os.path.dirname(target))
            made.add(os.path.dirname(target))
        deb_write(files[package], target, package, record, d)
}
addtask do_package_write_deb_setscene
python do_package_write_deb_setscene() {
    sstate_setscene(d)
}
