inherit base
addtask one after do_compile before do_build
addtask do_two before do_one do_compile after do_fetch do_unpack do_fetch
addtask three
addtask four after do_three before do_build
addtask four after do_one
deltask three
deltask absent
do_one[depends] = "x:do_populate ${OTHER}"
OTHER = "y:do_z"
do_two[noexec] = "1"
do_two[nostamp] = "1"
do_four[recrdeptask] = "do_four"
do_four[umask] = "022"
do_unpack[deptask] = "do_fetch"
do_unpack[rdeptask] = "do_fetch"
do_unpack[rdepends] = "p:do_q"
do_unpack[mcdepends] = "mc:a:b:c:do_d"
do_unpack[fakeroot] = "1"
