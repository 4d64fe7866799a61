# SPDX-License-Identifier: MIT
# Tasks see the tools that HOSTTOOLS names and no others of the build host.

def hosttools_link(names, fatal, d):
    """Links each tool of `names` into HOSTTOOLS_DIR; the names of those the host does not have."""
    folder = d.getVar('HOSTTOOLS_DIR')
    search = d.getVar('BB_ORIGENV', False)
    path = (search.getVar('PATH') if search else None) or os.environ.get('PATH', '')
    path += ':/usr/sbin:/sbin'
    missing = []
    bb.utils.mkdirhier(folder)
    for name in names:
        link = os.path.join(folder, name)
        if os.path.exists(link):
            continue
        found = bb.utils.which(path, name, executable=True)
        if not found:
            missing.append(name)
            continue
        try:
            if os.path.lexists(link):
                os.unlink(link)
            os.symlink(found, link)
        except FileExistsError:
            pass
    return missing

addhandler hosttools_eventhandler
hosttools_eventhandler[eventmask] = "bb.event.ConfigParsed"
python hosttools_eventhandler() {
    if not d.getVar('TUNE_ARCH') or d.getVar('TUNE_ARCH') == 'INVALID':
        bb.fatal("MACHINE '%s' is not known: there is no conf/machine/%s.conf that sets TUNE_ARCH in BBPATH."
                 % (d.getVar('MACHINE'), d.getVar('MACHINE')))
    missing = hosttools_link((d.getVar('HOSTTOOLS') or '').split(), True, d)
    if missing:
        bb.fatal("The following required tools (as specified by HOSTTOOLS) appear to be unavailable in PATH, "
                 "please install them in order to proceed:\n  %s" % ' '.join(missing))
    hosttools_link((d.getVar('HOSTTOOLS_NONFATAL') or '').split(), False, d)
}
