LATE ?= "weakly set by late"
LATE_SAW := "${MIDDLE}"
inherit base
inherit_defer later
