/* SPDX-License-Identifier: MIT */
#include "os/procmem.h"

#include "base/cleanup.h"

#include <ctype.h>
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The number behind `name` in a file of /proc, 0 when there is none. */
static uint64_t value_of(const char *path, const char *name)
{
    BB_CLEAN_FILE FILE *f = fopen(path, "re");
    char line[256];
    uint64_t value = 0;
    while (f && fgets(line, sizeof(line), f))
        if (strncmp(line, name, strlen(name)) == 0 && sscanf(line + strlen(name), "%" SCNu64, &value) == 1)
            return value;
    return 0;
}

/* The group of a process, 0 when it is gone. Its command stands in parentheses and may have some itself. */
static pid_t group_of(const char *pid)
{
    char path[64], text[1024];
    snprintf(path, sizeof(path), "/proc/%.20s/stat", pid);
    BB_CLEAN_FILE FILE *f = fopen(path, "re");
    int group = 0;
    if (!f)
        return 0;
    text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
    const char *end = strrchr(text, ')');
    return end && sscanf(end + 1, " %*c %*d %d", &group) == 1 ? group : 0;
}

void bb_procmem_groups(const pid_t *groups, size_t n, uint64_t *ret_kib)
{
    DIR *proc = opendir("/proc");
    memset(ret_kib, 0, n * sizeof(*ret_kib));
    for (struct dirent *e; proc && (e = readdir(proc));) {
        char path[64];
        size_t i = 0;
        pid_t group = isdigit((unsigned char)*e->d_name) ? group_of(e->d_name) : 0;
        while (i < n && groups[i] != group)
            i++;
        if (i == n || !group)
            continue;
        snprintf(path, sizeof(path), "/proc/%.20s/status", e->d_name);
        ret_kib[i] += value_of(path, "VmHWM:");
    }
    if (proc)
        closedir(proc);
}

uint64_t bb_procmem_available(void)
{
    return value_of("/proc/meminfo", "MemAvailable:");
}
