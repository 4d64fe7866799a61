/* SPDX-License-Identifier: MIT */
/*
 * What a sanitizer build has to know from within: bbc cleans its environment and is started again under FAKEROOTCMD,
 * so options in ASAN_OPTIONS do not reach all of its processes. The sanitizers look these functions up by name.
 */
#ifdef BB_SANITIZE

#define EXPORT __attribute__((visibility("default")))

EXPORT const char *__asan_default_options(void);
EXPORT const char *__lsan_default_options(void);
EXPORT const char *__ubsan_default_options(void);
EXPORT const char *__lsan_default_suppressions(void);

/* FAKEROOTCMD has its library loaded before the sanitizer's. */
const char *__asan_default_options(void)
{
    return "detect_stack_use_after_return=1:verify_asan_link_order=0";
}

const char *__lsan_default_options(void)
{
    return "print_suppressions=0";
}

const char *__ubsan_default_options(void)
{
    return "print_stacktrace=1";
}

/*
 * CPython keeps what it allocated at start-up, and its module _hashlib keeps libcrypto's digests; the frames above
 * those are not recorded. The unit tests of lib/ext, which make all of our own calls of libcrypto, do not have this.
 */
const char *__lsan_default_suppressions(void)
{
    return "leak:libpython3\n"
           "leak:_PyObject_Malloc\n"
           "leak:PyMem_Malloc\n"
           "leak:CRYPTO_zalloc\n"
           "leak:CRYPTO_strndup\n"
           "leak:CRYPTO_malloc\n";
}

#endif
