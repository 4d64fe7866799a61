# SPDX-License-Identifier: MIT
# Several packages may bring a program of the same name. Each lists the name in ALTERNATIVE:<package>; the image gets a
# link, to the one of highest priority, where ALTERNATIVE_LINK_NAME[name] says.
#
#   ALTERNATIVE:${PN} = "vi"
#   ALTERNATIVE_LINK_NAME[vi] = "${base_bindir}/vi"      default: ${bindir}/<name>
#   ALTERNATIVE_TARGET[vi] = "${bindir}/vim"             default: the link's name with .${BPN} appended; a file installed
#                                                        at the link's place is renamed so
#   ALTERNATIVE_PRIORITY[vi] = "100"                     default: 10
#
# The package class does the work: the lists are part of each package's record, and do_rootfs makes the links.

ALTERNATIVE_PRIORITY ?= "10"

do_package[vardeps] += "${@alternatives_vardeps(d)}"

def alternatives_vardeps(d):
    names = set()
    for package in (d.getVar('PACKAGES') or '').split():
        names.update((d.getVar('ALTERNATIVE:' + package) or '').split())
    flags = ('ALTERNATIVE_LINK_NAME', 'ALTERNATIVE_TARGET', 'ALTERNATIVE_PRIORITY')
    return ' '.join('%s[%s]' % (flag, name) for flag in flags for name in sorted(names)
                    if d.getVarFlag(flag, name) is not None)
