/* Pagefind's own runtime, for an index of a version that search-engine.js does not know.

   Loaded by the engine, where the engine runs, and only then. It finds less well (slower, no
   exclusion, no days, sorted within each shard alone), but an index that a newer Pagefind wrote is
   searched nonetheless. `backfileStock(engine)` returns an object that takes the engine's messages.
   The runtime looks for its files in each shard; there is one copy, beside the shards, and the
   files may be scripts, so its requests pass through `fetch` below. */
(() => {
  "use strict";
  const PACKED = /^([^/]+)\/(index|filter|fragment)\/([^/]+)(?<!\.js)$/;
  const WASM = /(?:^|\/)(wasm\.[^/]+)$/;
  const SORTS = { newest: "desc", oldest: "asc" };

  /** Returns an answer of unpacked bytes; the runtime knows them by what stands before them. */
  const signed = (bytes) => new Response(new Blob(["pagefind_dcd", bytes]));

  /** Returns [text, isHit] pairs; < and > of the text are escaped, and no other tag is there. */
  const marked = (excerpt) => excerpt.split(/<\/?mark>/).map((part, i) =>
    [part.replace(/&lt;/g, "<").replace(/&gt;/g, ">"), i % 2 === 1]).filter(([part]) => part);

  /** Returns the part of one shard of a volume; see builder/search/volumes.py. */
  function unbound(volume, place) {
    let at = 0;
    const size = () => new DataView(volume.buffer, volume.byteOffset + at).getUint32(0, true);
    for (let before = place; before > 0; before--) at += 4 + size();
    return volume.subarray(at + 4, at + 4 + size());
  }

  self.backfileStock = async ({ given, shards, series, raw, isScripts }) => {
    const { bundle, root, lang = "" } = given;
    const rootPath = new URL(root).pathname;
    const plain = self.fetch.bind(self);
    self.fetch = async (input, options) => {
      const { href } = new URL(input.url ?? input, bundle);
      if (!href.startsWith(bundle)) return plain(input, options);
      const path = href.slice(bundle.length).split("?")[0];
      const wasm = WASM.exec(path);
      if (wasm) return plain(bundle + wasm[1], options);
      const packed = PACKED.exec(path);
      if (!packed) return plain(input, options);
      const [folder, kind, name] = packed.slice(1);
      const shard = shards.find((one) => one.path === folder);
      if (!shard?.series || kind === "fragment") {
        return isScripts ? signed(await raw(path)) : plain(input, options);
      }
      // A shard's word lists have the numbers of the volumes in which they are.
      const lists = series.get(shard.series);
      const [own, suffix] = name.split(".");
      const [title] = Object.entries(shard.filters).find(([, file]) => file === own) ?? [];
      const file = kind === "filter" ? lists.filters[title] : lists.names[own];
      return signed(unbound(await raw(`${lists.folder}/${file}.${suffix}`), shard.place));
    };

    // What is merged into another is stemmed as that one is; so first one of the page's language.
    const tag = lang.toLowerCase();
    const ordered = [...shards].sort((a, b) => (b.lang === tag) - (a.lang === tag));
    const { createInstance } = await import(`${bundle}pagefind.js`);
    const own = { baseUrl: rootPath, noWorker: true };
    own.ranking = { metaWeights: { date: 0, names: 2 } };
    const instance = createInstance({ ...own, basePath: `${bundle}${ordered[0].path}/` });
    await instance.search(""); // two that start at once take the memory from one another
    for (const shard of ordered.slice(1)) {
      await instance.mergeIndex(`${bundle}${shard.path}/`, { ...own, language: shard.lang });
    }
    let results = [];

    const langOf = ({ id }) => id.replace(/_[^_]*$/, ""); // the name of the page's fragment
    const isAsked = (langs) => (one) => !langs?.length || langs.includes(langOf(one));
    const refs = (from, to) => results.slice(from, to)
      .map((_, i) => ({ shard: 0, page: from + i }));
    const any = (filters = {}, without) => Object.fromEntries(Object.entries(filters)
      .filter(([name, values]) => name !== without && values.length)
      .map(([name, values]) => [name, { any: values }]));

    async function find({ text, lang: langs, filters, sort }, isCounted) {
      const asked = { filters: any(filters) };
      const term = text?.trim() || null;
      let { results: found } = await instance.search(term, asked);
      const date = SORTS[sort] || (term ? "" : "desc");
      if (date && !isCounted) {
        // Sorted, Pagefind leaves out what has no date; here that comes last.
        const sorted = (await instance.search(term, { ...asked, sort: { date } })).results;
        const dated = new Set(sorted.map(({ id }) => id));
        found = [...sorted, ...found.filter(({ id }) => !dated.has(id))];
      }
      return found.filter(isAsked(langs));
    }

    return {
      async search({ query }) {
        results = await find(query);
        const terms = [query.text || ""];
        return { done: { found: results.length, top: refs(0, 10), terms, partial: false } };
      },
      slice({ from, to }) {
        return { refs: refs(from, to) };
      },
      async show({ refs: wanted }) {
        return { items: await Promise.all(wanted.map(async ({ page }) => {
          const { url, meta, excerpt, sub_results: parts } = await results[page].data();
          const own = langOf(results[page]);
          return {
            url: new URL(url, root).href,
            title: meta.title || url,
            date: meta.date || "",
            lang: own,
            dir: shards.find((one) => one.lang === own).dir,
            excerpt: marked(excerpt),
            parts: parts.filter(({ anchor }) => anchor).slice(0, 3).map((part) => ({
              title: part.title,
              url: new URL(part.url, root).href,
              excerpt: marked(part.excerpt),
            })),
          };
        })) };
      },
      async count({ query }) {
        await instance.filters();
        const counts = { year: {}, topic: {}, section: {}, lang: {} };
        for (const name of ["year", "topic", "section"]) {
          const { filters } = await instance.search(query.text?.trim() || null,
            { filters: any(query.filters, name) });
          for (const [value, number] of Object.entries(filters[name] || {})) {
            if (number) counts[name][value] = number;
          }
        }
        for (const result of await find({ ...query, lang: [] }, true)) {
          counts.lang[langOf(result)] = (counts.lang[langOf(result)] || 0) + 1;
        }
        return { counts };
      },
    };
  };
})();
