BOTH = "classes-global"
