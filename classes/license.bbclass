# SPDX-License-Identifier: MIT
# LIC_FILES_CHKSUM names the texts that LICENSE was read from, each with its md5 checksum. A text that has changed stops the
# build: the licence may have changed with it.
#
#   LIC_FILES_CHKSUM = "file://COPYING;md5=... file://main.c;beginline=2;endline=20;md5=..."
#
# Paths are below S. COMMON_LICENSE_DIR has texts for recipes whose sources have none.

def license_text_error(uri, d):
    """What is wrong with one entry of LIC_FILES_CHKSUM, or None."""
    import hashlib
    try:
        kind, host, path, user, password, parameters = bb.fetch2.decodeurl(uri)
        first, last = (int(parameters.get(name, 0)) for name in ('beginline', 'endline'))
    except (bb.fetch2.BBFetchException, ValueError) as e:
        return "%s: %s" % (uri, e)
    if kind != 'file' or min(first, last) < 0:
        return "%s: not file://PATH with the numbers of lines" % uri
    try:
        with open(os.path.join(d.getVar('S'), path), 'rb') as f:
            lines = f.readlines()
    except OSError as e:
        return "%s: %s: %s" % (uri, e.filename, e.strerror)
    found = hashlib.md5(b''.join(lines[max(first, 1) - 1:last or None])).hexdigest()
    if 'md5' not in parameters:
        return "%s: no md5 is given, and it is %s" % (uri, found)
    return None if parameters['md5'] == found else "%s: the md5 is now %s" % (uri, found)

do_patch[postfuncs] += "check_license_texts"
python check_license_texts() {
    wanted = d.getVar('LICENSE')
    if wanted == 'CLOSED':
        return
    uris = (d.getVar('LIC_FILES_CHKSUM') or '').split()
    if not uris:
        bb.fatal("%s fetches files, and has no LIC_FILES_CHKSUM that names the text of its LICENSE '%s'"
                 % (d.getVar('PN'), wanted))
    errors = [error for error in (license_text_error(uri, d) for uri in uris) if error]
    if errors:
        bb.fatal("%s: LIC_FILES_CHKSUM does not fit the sources; read the text, and correct LICENSE '%s' if it is "
                 "another one:\n  %s" % (d.getVar('PN'), wanted, '\n  '.join(errors)))
}
