/* The search page: our own interface on Pagefind's JavaScript API.

   Nothing is stored; the address holds it all: ?q=&year=&topic=&section=&sort=
   A classic script, so that a page opened from a disk can at least say why it does not search. */
(() => {
  // This file stands in static/; all else is found from there, at any path.
  const root = new URL("..", document.currentScript.src);
  const bundle = new URL("pagefind/", root);
  const lang = document.documentElement.lang || "en";
  const FILTERS = ["year", "topic", "section"];
  const SORTS = new Map([["newest", "desc"], ["oldest", "asc"]]);
  const STEP = 10; // results at a time: each is a file to fetch

  const page = document.querySelector(".search");
  const words = page.dataset;
  const [box, sortBox, panel, facets, clearer, status, list, more] = ["#bf-q", "#bf-sort",
    ".search-filters", ".search-facets", ".search-clear", ".search-status", ".search-results",
    ".search-more"].map((selector) => page.querySelector(selector));

  function make(tag, properties, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  }

  const numbers = new Intl.NumberFormat(lang, { numberingSystem: "latn" }); // as on other pages

  /** Fills {n} and {q} in; the query is isolated, since it may run in the other direction. */
  const fill = (text, n = 0) => text.replace("{n}", numbers.format(n))
    .replace("{q}", () => `\u2068${state.q}\u2069`);

  const say = (text) => (status.textContent = text); // heard, too: role="status"

  let state; // {q, sort, year: [], topic: [], section: []}
  let settled; // where the back button should lead

  function restore() {
    const given = new URLSearchParams(location.search);
    const sort = given.get("sort");
    state = { q: (given.get("q") || "").trim(), sort: SORTS.has(sort) ? sort : "" };
    for (const name of FILTERS) state[name] = [...new Set(given.getAll(name))].filter(Boolean);
    settled = location.href;
    box.value = state.q;
    sortBox.value = state.sort;
    facets.replaceChildren();
    if (hasFilters()) panel.open = true;
    update();
  }

  /** While one types, the history's last entry follows. What one settles on gets its own, and
      the one before stands again for what it was. */
  function remember(isSettled) {
    const url = new URL(location.href);
    url.hash = "";
    url.search = new URLSearchParams([["q", state.q],
      ...FILTERS.flatMap((name) => state[name].map((value) => [name, value])),
      ["sort", state.sort]].filter(([, value]) => value));
    if (!isSettled) {
      history.replaceState(null, "", url);
    } else if (url.href !== settled) {
      history.replaceState(null, "", settled);
      history.pushState(null, "", url);
      settled = url.href;
    }
  }

  const hasFilters = () => FILTERS.some((name) => state[name].length);

  /** Returns the filters but one. Values widen a filter, filters narrow one another. */
  function filtersBut(left) {
    return Object.fromEntries(FILTERS.filter((name) => name !== left && state[name].length)
      .map((name) => [name, { any: state[name] }]));
  }

  let opening = null;

  /** Returns a promise of the engine, or of null where this language has no index. */
  const open = () => (opening = opening || start());

  async function entry() {
    const response = await fetch(new URL("pagefind-entry.json", bundle), { cache: "no-cache" });
    return (await response.json()).languages;
  }

  async function start() {
    const languages = await entry();
    // Where a language has no index Pagefind takes the largest, and says nothing about it.
    const tag = lang.toLowerCase();
    const index = [tag, tag.split("-")[0]].find((name) => name in languages);
    if (!index) return null;
    const { hash } = languages[index];
    const pagefind = await import(new URL("pagefind.js", bundle).href);
    const instance = () => pagefind.createInstance({
      basePath: bundle.pathname,
      baseUrl: root.pathname,
      metaCacheTag: hash,
      ranking: { metaWeights: { date: 0 } }, // or "may" finds first what was written in May
    });
    // With filters loaded each search counts them all, far slower than it searches. So counting
    // is left to a second instance, made when the filters are looked at.
    const results = instance();
    await results.search(""); // Two that start at once take the memory from one another.
    let counter;
    return { index, hash, results, counter: () => (counter = counter || instance()) };
  }

  async function search(engine) {
    const term = state.q || null;
    const filters = filtersBut("");
    const date = SORTS.get(state.sort) || (term ? "" : "desc");
    const ask = async (sort) => (await engine.results.search(term, { filters, sort })).results;
    const all = await ask({});
    // In a page left open while the site was replaced, the files are gone and nothing is found.
    if (!all.length && (await entry())[engine.index].hash !== engine.hash) throw new Error("stale");
    if (!date) return all;
    // Sorted, Pagefind leaves out what has no date; here that comes last.
    const sorted = await ask({ date });
    const dated = new Set(sorted.map(({ id }) => id));
    return [...sorted, ...all.filter(({ id }) => !dated.has(id))];
  }

  let run = 0; // the latest search; what an older one brings is too late
  let found = [];

  async function update(isSecondTry) {
    const mine = ++run;
    const isAsked = state.q || hasFilters();
    clearer.hidden = !hasFilters();
    const waiting = setTimeout(() => isAsked && mine === run && say(words.loading), 300);
    try {
      const engine = await (isAsked ? open() : null);
      const results = engine ? await search(engine) : [];
      const items = await fetchItems(results.slice(0, STEP), engine);
      if (mine !== run) return;
      found = results;
      list.replaceChildren(...items);
      more.hidden = items.length === found.length;
      say(isAsked ? outcome(engine) : "");
      showFacets().catch(fail);
    } catch (error) {
      if (mine !== run) return;
      opening = null; // once more, from the start
      if (isSecondTry) fail(error);
      else update(true);
    } finally {
      clearTimeout(waiting);
    }
  }

  function outcome(engine) {
    if (!engine) return words.noLanguage;
    if (!found.length) return fill(state.q ? words.empty : words.emptyFiltered);
    const forms = JSON.parse(state.q ? words.results : words.found);
    const n = found.length;
    return fill(forms[new Intl.PluralRules(lang).select(n)] || forms.other, n);
  }

  function fail(error) {
    console.error(error);
    list.replaceChildren();
    more.hidden = true;
    say(words.failed);
  }

  async function showMore() {
    const mine = run;
    const shown = list.childElementCount;
    const items = await fetchItems(found.slice(shown, shown + STEP), await open());
    if (mine !== run || list.childElementCount !== shown) return; // or pressed twice
    list.append(...items);
    more.hidden = shown + items.length === found.length;
    items[0].querySelector("a").focus();
  }

  function fetchItems(results, engine) {
    return Promise.all(results.map(async (result) => {
      const { url, meta, excerpt } = await result.data();
      const own = { lang: engine.index, dir: "auto" };
      return make("li", { className: "search-result" },
        make("h2", { className: "search-title", ...own },
          make("a", { href: url }, meta.title || url)),
        make("p", { className: "search-date" }, meta.date || ""),
        make("p", { className: "search-excerpt", ...own }, ...marked(excerpt)));
    }));
  }

  /** Yields text and <mark>s; < and > of the text are escaped, and no other tag is there. */
  function* marked(excerpt) {
    // Thirty words; without spaces each may be a whole sentence.
    let room = 320;
    for (const [i, part] of excerpt.split(/<\/?mark>/).entries()) {
      let text = part.replace(/&lt;/g, "<").replace(/&gt;/g, ">");
      if (i === 0 && text.length > 160 && text !== excerpt) text = `…${text.slice(-80)}`;
      if (text.length > room) text = `${text.slice(0, room)}…`;
      yield i % 2 ? make("mark", {}, text) : text;
      room -= text.length;
      if (room <= 0) return;
    }
  }

  /** Loads and counts the filters, once looked at. */
  async function showFacets() {
    const mine = run;
    const engine = panel.open ? await open() : null;
    if (!engine) return;
    const totals = await engine.counter().filters();
    for (const name of FILTERS) {
      // What each value would add.
      const filters = filtersBut(name);
      const counts = state.q || Object.keys(filters).length
        ? (await engine.counter().search(state.q || null, { filters })).filters : totals;
      if (mine !== run) return;
      showFacet(name, counts[name] || {});
    }
  }

  function showFacet(name, counts) {
    const before = facets.querySelector(`fieldset[name=${name}]`);
    // A choice leaves the counts beside it, so leave the focus too.
    if (before && before.contains(document.activeElement)) return;
    const of = (value) => counts[value] || 0;
    const isChosen = (value) => state[name].includes(value);
    const values = [...new Set([...Object.keys(counts), ...state[name]])]
      .filter((value) => of(value) || isChosen(value))
      .sort((a, b) => (name === "year" ? b - a : of(b) - of(a) || a.localeCompare(b, lang)));
    const choices = values.map((value) => make("label", { className: "search-choice" },
      make("input", { type: "checkbox", name, value, checked: isChosen(value) }), " ",
      make("bdi", { className: "search-value" }, value), " ",
      make("span", { className: "search-count" }, numbers.format(of(value)))));
    const facet = make("fieldset", { className: "search-facet", name, hidden: !values.length },
      make("legend", {}, words[name]),
      make("div", { className: "search-choices" }, ...choices));
    if (before) before.replaceWith(facet);
    else facets.append(facet);
  }

  let typing;

  function settle() {
    clearTimeout(typing);
    state.q = box.value.trim();
    remember(true);
    update();
  }

  function type(event) {
    if (event.isComposing) return; // half a Chinese word is no word
    clearTimeout(typing);
    typing = setTimeout(() => {
      const q = box.value.trim();
      // One letter begins a word of every article; Enter searches it all the same.
      if (q === state.q || /^[^\p{Lo}]$/u.test(q)) return;
      state.q = q;
      remember(false);
      update();
    }, 250);
  }

  function press(event) {
    const { key, target } = event;
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const stops = [box, ...list.querySelectorAll("a"), ...(more.hidden ? [] : [more])];
    const at = stops.indexOf(target);
    const next = at < 0 ? null : stops[at + ({ ArrowDown: 1, ArrowUp: -1 }[key] || NaN)];
    if (key === "/" && !target.closest("input, textarea, select")) {
      box.select();
    } else if (key === "Escape" && at >= 0) {
      box.value = "";
      settle();
    } else if (!next) {
      return;
    }
    event.preventDefault();
    (next || box).focus();
  }

  page.querySelector(".search-note").hidden = true;
  if (location.protocol === "file:") {
    say(words.needsServer);
    return;
  }
  page.querySelector(".search-tools").hidden = false;
  page.querySelector("form").onsubmit = (event) => {
    event.preventDefault();
    settle();
  };
  box.oninput = type;
  box.addEventListener("compositionend", type);
  box.addEventListener("focus", () => open().catch(() => (opening = null)), { once: true });
  sortBox.onchange = () => {
    state.sort = sortBox.value;
    settle();
  };
  panel.ontoggle = () => showFacets().catch(fail);
  facets.onchange = ({ target: { name, value, checked } }) => {
    state[name] = checked ? [...state[name], value] : state[name].filter((one) => one !== value);
    settle();
  };
  clearer.onclick = () => {
    for (const name of FILTERS) state[name] = [];
    settle();
    box.focus(); // the button is gone
  };
  more.onclick = () => showMore().catch(fail);
  document.addEventListener("keydown", press);
  window.onpopstate = restore;
  restore();
})();
