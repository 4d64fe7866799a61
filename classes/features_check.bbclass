# SPDX-License-Identifier: MIT
# Skips a recipe that the features of the distribution, machine or image do not suit.

python () {
    for kind in ('DISTRO', 'MACHINE', 'COMBINED', 'IMAGE'):
        have = set((d.getVar(kind + '_FEATURES') or '').split())
        word = kind.lower()
        any_of = set((d.getVar('ANY_OF_%s_FEATURES' % kind) or '').split())
        if any_of and not any_of & have:
            raise bb.parse.SkipRecipe("one of '%s' needs to be in %s_FEATURES" % (' '.join(sorted(any_of)), kind))
        missing = set((d.getVar('REQUIRED_%s_FEATURES' % kind) or '').split()) - have
        if missing:
            raise bb.parse.SkipRecipe("missing required %s feature%s '%s' (not in %s_FEATURES)"
                                      % (word, 's' if len(missing) > 1 else '', ' '.join(sorted(missing)), kind))
        rivals = set((d.getVar('CONFLICT_%s_FEATURES' % kind) or '').split()) & have
        if rivals:
            raise bb.parse.SkipRecipe("conflicting %s feature%s '%s' (in %s_FEATURES)"
                                      % (word, 's' if len(rivals) > 1 else '', ' '.join(sorted(rivals)), kind))
}
