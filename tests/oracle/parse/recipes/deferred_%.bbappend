APPENDED = "1"
MIDDLE .= " appended"
BBCLASSEXTEND:append = " native"
