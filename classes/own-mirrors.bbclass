# SPDX-License-Identifier: MIT
# Sources come from SOURCE_MIRROR_URL before anywhere else.

PREMIRRORS:prepend = "${@own_mirrors(d)}"

def own_mirrors(d):
    mirror = d.getVar('SOURCE_MIRROR_URL')
    if not mirror:
        return ''
    kinds = 'cvs svn git gitsm hg bzr p4 osc https? ftp npm s3 crate apt'.split()
    return ''.join('%s://.*/.* %s ' % (kind, mirror) for kind in kinds)
