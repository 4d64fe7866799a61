# Made for a later commit; 1.2.3's own default has the two folders, too.
SRC_URI:remove = "file://0002-ldso-Use-syslibdir-and-libdir-as-default-pathes-to-l.patch"
