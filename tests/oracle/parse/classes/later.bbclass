LATER = "${LATE}"
