BOTH = "classes-recipe"
BOTH:append = " ${BOTH_EXTRA}"
