BOTH = "classes"
