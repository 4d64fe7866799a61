inherit_defer ${WHICH}
inherit base
WHICH = "nothing-yet"
MIDDLE = "before"
require shared/part.inc
include shared/part-absent.inc
MIDDLE = "after"
WHICH = "late"
BBCLASSEXTEND = "native multi:lib32"
PN = "deferred"
PV:class-native = "native"
NATIVE ?= "unset"
