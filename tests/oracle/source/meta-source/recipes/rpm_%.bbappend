EXTRA_OECONF:append = " --disable-python"
