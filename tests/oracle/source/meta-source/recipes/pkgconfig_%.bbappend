# Upstream's own later changes, which 0.29.2 has not.
SRC_URI:remove = "file://0001-glib-gettext.m4-Update-AM_GLIB_GNU_GETTEXT-to-match-.patch"
SRC_URI:remove = "file://0001-autotools-remove-support-for-the-__int64-type.-See-1.patch"
SRC_URI:remove = "file://0001-autotools-use-C99-printf-format-specifiers-on-Window.patch"
