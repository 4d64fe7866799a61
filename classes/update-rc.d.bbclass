# SPDX-License-Identifier: MIT
# Links a package's init script into the folders of the start sequence: INITSCRIPT_NAME with INITSCRIPT_PARAMS, which are
# those of Debian's update-rc.d ("defaults [NN]" or "start NN RUNLEVEL... . stop NN RUNLEVEL... .").

INITSCRIPT_PACKAGES ?= "${PN}"
INITSCRIPT_PARAMS ?= "defaults"

def update_rcd_links(name, parameters):
    """The links below /etc, as (link, target) pairs."""
    words = parameters.split()
    if not words or words[0] == 'defaults':
        number = words[1] if len(words) > 1 else '20'
        words = ('start %s 2 3 4 5 . stop %s 0 1 6 .' % (number, words[2] if len(words) > 2 else number)).split()
    links = []
    while words:
        kind, number = words.pop(0), words.pop(0)
        while words and words[0] != '.':
            links.append(('rc%s.d/%s%s%s' % (words.pop(0), 'S' if kind == 'start' else 'K', number, name),
                          '../init.d/' + name))
        words = words[1:]
    return links

PACKAGE_PREPROCESS_FUNCS:append = " update_rcd_install"
update_rcd_install[vardeps] += "INITSCRIPT_NAME INITSCRIPT_PARAMS"
python update_rcd_install() {
    for package in (d.getVar('INITSCRIPT_PACKAGES') or '').split():
        name = d.getVar('INITSCRIPT_NAME:' + package) or d.getVar('INITSCRIPT_NAME')
        parameters = d.getVar('INITSCRIPT_PARAMS:' + package) or d.getVar('INITSCRIPT_PARAMS')
        etc = d.getVar('PKGD') + d.getVar('sysconfdir')
        for link, target in update_rcd_links(name, parameters):
            path = os.path.join(etc, link)
            bb.utils.mkdirhier(os.path.dirname(path))
            if not os.path.lexists(path):
                os.symlink(target, path)
            d.appendVar('FILES:' + package, ' %s/%s' % (d.getVar('sysconfdir'), link))
}
