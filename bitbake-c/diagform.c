/* SPDX-License-Identifier: MIT */
#include "diagform.h"

#include "base/jsonw.h"

static const char *const severity_names[] = {
    [BB_DEBUG] = "debug",  [BB_NOTE] = "note",   [BB_PLAIN] = "plain",
    [BB_WARN] = "warning", [BB_ERROR] = "error", [BB_FATAL] = "error"};

static void member(struct bb_jsonw *w, const char *key, bb_str value)
{
    bb_jsonw_key(w, bb_str_z(key));
    bb_jsonw_str(w, value);
}

static void member_int(struct bb_jsonw *w, const char *key, int64_t value)
{
    bb_jsonw_key(w, bb_str_z(key));
    bb_jsonw_int(w, value);
}

static void json_place(struct bb_jsonw *w, struct bb_loc loc)
{
    if (!loc.src)
        return;
    member(w, "file", bb_source_path(loc.src));
    if (!loc.line)
        return;
    member_int(w, "line", loc.line);
    member_int(w, "column", bb_source_column(loc.src, loc.line, loc.off));
}

void bbc_diagform_json(struct bb_buf *out, const struct bb_diag *d)
{
    struct bb_jsonw w;
    bb_jsonw_init(&w, out, 0);
    bb_jsonw_object(&w);
    member(&w, "severity", bb_str_z(severity_names[d->severity]));
    json_place(&w, d->loc);
    if (d->layer.len)
        member(&w, "layer", d->layer);
    member(&w, "message", d->text);
    if (d->nnotes) {
        bb_jsonw_key(&w, BB_STR("notes"));
        bb_jsonw_array(&w);
        for (size_t i = 0; i < d->nnotes; i++) {
            bb_jsonw_object(&w);
            json_place(&w, d->notes[i].loc);
            member(&w, "message", d->notes[i].text);
            bb_jsonw_end(&w);
        }
        bb_jsonw_end(&w);
    }
    bb_jsonw_end(&w);
    bb_buf_addc(out, '\n');
}

/* SARIF counts characters, we count bytes. */
static int64_t characters_before(bb_str line, size_t bytes)
{
    int64_t n = 0;
    for (size_t i = 0; i < bytes && i < line.len; i++)
        n += ((unsigned char)line.p[i] & 0xc0) != 0x80;
    return n;
}

static void sarif_region(struct bb_jsonw *w, struct bb_loc loc)
{
    bb_str line = bb_source_line(loc.src, loc.line);
    size_t from = bb_source_column(loc.src, loc.line, loc.off) - 1;
    bb_jsonw_key(w, BB_STR("region"));
    bb_jsonw_object(w);
    member_int(w, "startLine", loc.line);
    member_int(w, "startColumn", characters_before(line, from) + 1);
    if (loc.len && from + loc.len <= line.len)
        member_int(w, "endColumn", characters_before(line, from + loc.len) + 1);
    bb_jsonw_end(w);
}

/* An absolute path as a file: URI, anything else as a relative one. */
static void add_uri(struct bb_buf *out, bb_str path)
{
    if (path.len && path.p[0] == '/')
        bb_buf_addz(out, "file://");
    for (size_t i = 0; i < path.len; i++) {
        unsigned char c = (unsigned char)path.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (plain || (c && strchr("/-._~+@,", c)))
            bb_buf_addc(out, (char)c);
        else
            bb_buf_addf(out, "%%%02X", c);
    }
}

static void sarif_place(struct bb_jsonw *w, struct bb_loc loc)
{
    BB_CLEAN_BUF struct bb_buf uri = BB_BUF_INIT;
    add_uri(&uri, bb_source_path(loc.src));
    bb_jsonw_key(w, BB_STR("physicalLocation"));
    bb_jsonw_object(w);
    bb_jsonw_key(w, BB_STR("artifactLocation"));
    bb_jsonw_object(w);
    member(w, "uri", bb_buf_str(&uri));
    bb_jsonw_end(w);
    if (loc.line)
        sarif_region(w, loc);
    bb_jsonw_end(w);
}

static void sarif_message(struct bb_jsonw *w, bb_str text)
{
    bb_jsonw_key(w, BB_STR("message"));
    bb_jsonw_object(w);
    member(w, "text", text);
    bb_jsonw_end(w);
}

static void sarif_locations(struct bb_jsonw *w, const struct bb_diag *d)
{
    if (d->loc.src) {
        bb_jsonw_key(w, BB_STR("locations"));
        bb_jsonw_array(w);
        bb_jsonw_object(w);
        sarif_place(w, d->loc);
        bb_jsonw_end(w);
        bb_jsonw_end(w);
    }
    if (!d->nnotes)
        return;
    bb_jsonw_key(w, BB_STR("relatedLocations"));
    bb_jsonw_array(w);
    for (size_t i = 0; i < d->nnotes; i++) {
        bb_jsonw_object(w);
        if (d->notes[i].loc.src)
            sarif_place(w, d->notes[i].loc);
        sarif_message(w, d->notes[i].text);
        bb_jsonw_end(w);
    }
    bb_jsonw_end(w);
}

void bbc_diagform_sarif_result(struct bb_buf *out, const struct bb_diag *d)
{
    struct bb_jsonw w;
    if (d->severity < BB_WARN)
        return;
    bb_jsonw_init(&w, out, 0);
    bb_jsonw_object(&w);
    member(&w, "level", bb_str_z(severity_names[d->severity]));
    sarif_message(&w, d->text);
    sarif_locations(&w, d);
    if (d->layer.len) {
        bb_jsonw_key(&w, BB_STR("properties"));
        bb_jsonw_object(&w);
        member(&w, "layer", d->layer);
        bb_jsonw_end(&w);
    }
    bb_jsonw_end(&w);
    bb_buf_addc(out, '\n');
}

void bbc_diagform_sarif(struct bb_buf *out, bb_str results, int status)
{
    bool first = true;
    bb_str line;
    bb_buf_addf(
        out,
        "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{\n"
        "\"tool\":{\"driver\":{\"name\":\"bbc\",\"version\":\"" BBC_VERSION "\"}},\n"
        "\"columnKind\":\"unicodeCodePoints\",\n"
        "\"invocations\":[{\"executionSuccessful\":%s,\"exitCode\":%d}],\n"
        "\"results\":[",
        status == 0 ? "true" : "false", status);
    while (bb_str_split(&results, '\n', &line)) {
        if (!line.len)
            continue;
        bb_buf_addf(out, "%s\n%.*s", first ? "" : ",", BB_STRF(line));
        first = false;
    }
    bb_buf_addz(out, "\n]}]}\n");
}

/* `special`: what has to be written as %XX besides the percent sign itself. */
static void add_escaped(struct bb_buf *out, bb_str s, const char *special)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i];
        if (c == '%' || (c && strchr(special, c)))
            bb_buf_addf(out, "%%%02X", (unsigned char)c);
        else
            bb_buf_addc(out, c);
    }
}

static bb_str below(bb_str path, bb_str workspace)
{
    while (workspace.len && workspace.p[workspace.len - 1] == '/')
        workspace.len--;
    bool inside = workspace.len && path.len > workspace.len && path.p[workspace.len] == '/' &&
                  bb_str_starts(path, workspace);
    return inside ? bb_str_from(path, workspace.len + 1) : path;
}

/* "file=F,line=L,col=C,title=layer X". */
static void add_properties(struct bb_buf *out, struct bb_loc loc, bb_str layer, bb_str workspace)
{
    static const char special[] = "\r\n:,";
    if (!loc.src)
        return;
    bb_buf_addz(out, " file=");
    add_escaped(out, below(bb_source_path(loc.src), workspace), special);
    if (loc.line)
        bb_buf_addf(out, ",line=%u,col=%u", loc.line, bb_source_column(loc.src, loc.line, loc.off));
    if (layer.len) {
        bb_buf_addz(out, ",title=layer ");
        add_escaped(out, layer, special);
    }
}

void bbc_diagform_github(struct bb_buf *out, const struct bb_diag *d, bb_str workspace)
{
    BB_CLEAN_BUF struct bb_buf message = BB_BUF_INIT;
    if (d->severity < BB_WARN) {
        bb_diag_render(out, d, false);
        return;
    }
    bb_buf_adds(&message, d->text);
    for (size_t i = 0; i < d->nnotes; i++) {
        const struct bb_diag_note *n = &d->notes[i];
        bb_buf_addc(&message, '\n');
        if (n->loc.src)
            bb_buf_addf(&message, "%.*s:%u: ", BB_STRF(below(bb_source_path(n->loc.src), workspace)),
                        n->loc.line);
        bb_buf_adds(&message, n->text);
    }
    bb_buf_addf(out, "::%s", severity_names[d->severity]);
    add_properties(out, d->loc, d->layer, workspace);
    bb_buf_addz(out, "::");
    add_escaped(out, bb_buf_str(&message), "\r\n");
    bb_buf_addc(out, '\n');
}
