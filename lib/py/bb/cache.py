# SPDX-License-Identifier: MIT
"""Names of recipe variants: "[mc:NAME:][virtual:CLASS:...]/path/x.bb". The recipe cache itself is native."""


def realfn2virtual(realfn, cls, mc):
    name = "virtual:%s:%s" % (cls, realfn) if cls else realfn
    return "mc:%s:%s" % (mc, name) if mc else name


def virtualfn2realfn(virtualfn):
    """(path, variant, configuration)"""
    mc = cls = ""
    name = virtualfn
    if name.startswith("mc:") and name.count(":") >= 2:
        _, mc, name = name.split(":", 2)
    if name.startswith("virtual:"):
        *words, name = name.split(":")
        cls = ":".join(words[1:])
    return name, cls, mc


def variant2virtual(realfn, variant):
    if variant == "":
        return realfn
    if variant.startswith("mc:") and variant.count(":") >= 2:
        _, mc, cls = variant.split(":", 2)
        return realfn2virtual(realfn, cls, mc)
    return "virtual:%s:%s" % (variant, realfn)
