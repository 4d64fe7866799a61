/* SPDX-License-Identifier: MIT */
#include "cook/level.h"

/* Releases of OpenEmbedded-Core and the rules that their BitBake follows, oldest first. */
static const struct {
    const char *series;
    enum bb_level level;
} series_levels[] = {
    {"dunfell", BB_LEVEL_1_46},   {"gatesgarth", BB_LEVEL_1_46}, {"hardknott", BB_LEVEL_1_46},
    {"honister", BB_LEVEL_2_0},   {"kirkstone", BB_LEVEL_2_0},   {"langdale", BB_LEVEL_2_2},
    {"mickledore", BB_LEVEL_2_2}, {"nanbield", BB_LEVEL_2_2},    {"scarthgap", BB_LEVEL_2_8},
    {"styhead", BB_LEVEL_2_8},    {"walnascar", BB_LEVEL_2_8},   {"whinlatter", BB_LEVEL_2_18},
    {"wrynose", BB_LEVEL_2_18},
};

static const struct {
    const char *number;
    enum bb_level level;
} release_levels[] = {
    {"1.46", BB_LEVEL_1_46}, {"2.0", BB_LEVEL_2_0},   {"2.2", BB_LEVEL_2_2},
    {"2.8", BB_LEVEL_2_8},   {"2.18", BB_LEVEL_2_18},
};

enum bb_level bb_level_of_series(bb_str corenames, enum bb_level fallback)
{
    for (size_t i = sizeof(series_levels) / sizeof(*series_levels); i-- > 0;)
        if (bb_str_has_word(corenames, bb_str_z(series_levels[i].series)))
            return series_levels[i].level;
    return fallback;
}

bool bb_level_parse(bb_str text, enum bb_level *ret)
{
    for (size_t i = 0; i < sizeof(release_levels) / sizeof(*release_levels); i++)
        if (bb_str_eqz(text, release_levels[i].number)) {
            *ret = release_levels[i].level;
            return true;
        }
    return false;
}
