# SPDX-License-Identifier: MIT
"""Source revisions: SRCREV and its variants, AUTOREV, and the texts that PV and signatures take from them."""

import _bbc
import re

from .errors import FetchError


def mark_recipe_nocache(d):
    """What is resolved while parsing must be parsed anew next time."""
    if d.getVar('BB_SRCREV_POLICY') != "cache":
        d.setVar('BB_DONT_CACHE', '1')


def get_autorev(d):
    """The value of AUTOREV."""
    mark_recipe_nocache(d)
    d.setVar("__BBAUTOREV_SEEN", True)
    return "AUTOINC"


def srcrev_internal_helper(ud, d, name):
    """The revision for one name of a URL: fixed, asked upstream for AUTOREV, or the URL's own rev= or tag=."""
    pn = d.getVar("PN")
    keys = ["SRCREV_%s:pn-%s" % (name, pn)] if name and pn else []
    keys += ["SRCREV_%s" % name] if name else []
    keys += ["SRCREV:pn-%s" % pn] if pn else []
    keys.append("SRCREV")
    srcrev = None
    for key in keys:
        value = d.getVar(key)
        if value and value != "INVALID":
            srcrev = value
            break
    beside = _bbc.has_rule("TAG_BESIDE_SRCREV")
    if 'rev' in ud.parm and 'tag' in ud.parm and not beside:
        raise FetchError("Please specify a ;rev= parameter or a ;tag= parameter in the url %s but not both." % ud.url)
    fixed = ud.parm.get('rev', ud.parm.get('tag') if not (beside and srcrev) else None)
    if fixed is not None:
        if srcrev and srcrev != fixed:
            raise FetchError("Conflicting revisions (%s from SRCREV and %s from the url) found, please specify one "
                             "valid value" % (srcrev, fixed))
        return fixed
    if not srcrev:
        # BitBake's sentence, the two values where BitBake puts them
        raise FetchError("Please set a valid SRCREV for url %s (possible key names are %s, or use a ;rev=X URL "
                         "parameter)" % (str(keys), ud.url), ud.url)
    if srcrev == "AUTOINC":
        d.setVar("__BBAUTOREV_ACTED_UPON", True)
        return ud.method.latest_revision(ud, d, name)
    return srcrev


def _collect(d, method_name):
    """[(name, whether it may go down, revision)] of all URLs with revisions, and those URLs."""
    import bb.fetch2
    fetcher = bb.fetch2.Fetch((d.getVar('SRC_URI') or "").split(), d)
    scms = [u for u, ud in fetcher.ud.items() if ud.method.supports_srcrev()]
    found = []
    for u in scms:
        ud = fetcher.ud[u]
        for name in ud.names:
            found.append((name,) + tuple(getattr(ud.method, method_name)(ud, d, name)))
    return scms, found


def _format(d, scms, found):
    """SRCREV_FORMAT with every name replaced by its revision, longest names first."""
    text = d.getVar('SRCREV_FORMAT')
    if not text:
        raise FetchError("The SRCREV_FORMAT variable must be set when multiple SCMs are used.\nThe SCMs are:\n%s"
                         % '\n'.join(scms))
    revs = {name: rev[:10] for name, _, rev in found}
    names = "|".join(re.escape(name) for name in sorted(revs, key=len, reverse=True))
    return re.sub(names, lambda m: revs[m.group(0)], text)


def _get_srcrev(d, method_name='sortable_revision'):
    """(the text for PV, all revisions). "AUTOINC+" stands before revisions that do not grow."""
    d.setVar("__BBSRCREV_SEEN", "1")
    if d.getVar("__BBINSRCREV"):
        raise FetchError("There are recursive references in fetcher variables, likely through SRC_URI")
    d.setVar("__BBINSRCREV", True)
    scms, found = _collect(d, method_name)
    if not found:
        text = ""
    elif len(found) == 1:
        text = found[0][2][:10]
    else:
        text = _format(d, scms, found)
    if any(autoinc for _, autoinc, _ in found):
        text = "AUTOINC+" + text
    d.delVar("__BBINSRCREV")
    return text, [rev for _, _, rev in found]


def get_hashvalue(d, method_name='sortable_revision'):
    """The revisions, for signatures."""
    return " ".join(_get_srcrev(d, method_name)[1])


def get_pkgv_string(d, method_name='sortable_revision'):
    return _get_srcrev(d, method_name)[0]


def get_srcrev(d, method_name='sortable_revision'):
    """The value of SRCPV."""
    pkgv = _get_srcrev(d, method_name)[0]
    if not pkgv:
        raise FetchError("SRCREV was used yet no valid SCM was found in SRC_URI")
    return pkgv
