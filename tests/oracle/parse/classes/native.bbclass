inherit base
OVERRIDES:append = ":class-native"
NATIVE = "1"
PACKAGES = ""
