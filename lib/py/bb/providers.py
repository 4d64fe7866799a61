# SPDX-License-Identifier: MIT
"""Errors of choosing providers, and what is asked about versions; the choice itself is native."""

import logging

import bb

logger = logging.getLogger("BitBake.Provider")


class NoProvider(bb.BBHandledException):
    """Nothing provides what was asked for."""


class NoRProvider(bb.BBHandledException):
    """Nothing provides what was asked for at run time."""


class MultipleRProvider(bb.BBHandledException):
    """Several recipes provide what was asked for at run time."""


def preferredVersionMatch(pe, pv, pr, preferred_e, preferred_v, preferred_r):
    """Whether a version is the preferred one. A preferred version that ends in '%' names a beginning.
    No preferred revision or epoch is any."""
    begins = preferred_v is not None and preferred_v.endswith("%")
    return (pv == preferred_v or begins and pv.startswith(preferred_v[:-1])) and \
        preferred_r in (None, pr) and preferred_e in (None, pe)


def versionVariableMatch(cfgData, keyword, pn):
    """The version that <keyword>_VERSION asks for of a recipe, whose name may hold '_', which overrides may not."""
    names = [pattern % (keyword, pn) for pattern in ("%s_VERSION:pn-%s", "%s_VERSION_%s")] + ["%s_VERSION" % keyword]
    return next(filter(None, map(cfgData.getVar, names[:-1])), None) or cfgData.getVar(names[-1])
