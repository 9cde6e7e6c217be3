/* The search page: box, filters, results. What it shows it asks of the engine (search-engine.js),
   which runs in a worker, or in the page itself where it was opened from a disk.

   Nothing is stored; the address holds it all: ?q=&lang=&year=&topic=&section=&sort=
   A classic script, since a browser runs no module of a page opened from a disk. */
(() => {
  const page = document.querySelector(".search");
  const words = page.dataset;
  const lang = document.documentElement.lang || "en";
  const isOnDisk = location.protocol === "file:";
  const root = new URL(words.root, location.href);
  const addresses = JSON.parse(words.addresses);
  const kinds = JSON.parse(words.kinds);
  const FILTERS = ["lang", "year", "topic", "section"];
  const SORTS = ["recent", "newest", "oldest"];
  const STEP = 5; // results at a time: each is a file to fetch
  const AT_ONCE = 20; // come by themselves as one scrolls
  const FEW = 10; // values of a filter before "all"
  const NAMES = 4;
  const SOON_MS = 300; // an answer within this time needs no "searching"

  const [box, form, tools, sortBox, panel, facets, chosen, clearer, status, soFar, bar, help, retry,
    names, results, list, more] = ["#bf-q", ".search-form", ".search-tools", "#bf-sort",
    ".search-filters", ".search-facets", ".search-chosen", ".search-clear", ".search-status",
    ".search-so-far", ".search-progress", ".search-help", ".search-retry", ".search-names",
    "#bf-search-results", ".search-results", ".search-more"]
    .map((selector) => page.querySelector(selector));

  page.classList.add("is-live");
  // What came last to browsers of all that is used: see docs/publishing.md.
  const isTooOld = !self.DecompressionStream || !page.replaceChildren;
  if (isTooOld || (isOnDisk && !addresses.catalogue.endsWith(".js"))) {
    form.hidden = true;
    status.textContent = isTooOld ? words.oldBrowser : words.needsServer;
    return;
  }

  function make(tag, properties, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  }

  const digits = { numberingSystem: words.numerals }; // as on other pages
  const numbers = new Intl.NumberFormat(lang, digits);
  const years = new Intl.NumberFormat(lang, { ...digits, useGrouping: false });
  const plural = new Intl.PluralRules(lang);
  const languages = new Intl.DisplayNames([lang], { type: "language" });

  /** Fills {n}, {q} and {name} in; what was typed is isolated, since it may run the other way. */
  const fill = (text, { n = 0, name = "" } = {}) => text.replace("{n}", numbers.format(n))
    .replace(/\{(q|name)\}/, (_, key) => `\u2068${key === "q" ? state.q : name}\u2069`);

  function count(forms, n) {
    const texts = JSON.parse(forms);
    return fill(texts[plural.select(n)] || texts.other, { n });
  }

  /** What topics and sections are called on this page, where the index calls them otherwise. */
  let labels = {};

  /** Learns this, and takes values of old links by such a name for what they mean. */
  async function learnLabels(engine) {
    labels = (await engine.ask({ do: "labels" })).labels ?? labels;
    for (const [name, list] of Object.entries(labels)) {
      const values = new Map(Object.entries(list).map(([value, here]) => [here, value]));
      state[name] = [...new Set(state[name].map((value) => values.get(value) ?? value))];
    }
  }

  /** Returns a filter's value as it is shown; a language by its name. */
  function shown(filter, value) {
    if (filter === "year" && /^\d+$/.test(value)) return years.format(value);
    if (filter !== "lang") return labels[filter]?.[value] ?? value;
    try {
      return languages.of(value);
    } catch {
      return value;
    }
  }

  const wait = (ms) => new Promise((done) => setTimeout(done, ms));

  // ---- what is asked for: in the address ----

  let state; // {q, sort, lang: [], year: [], topic: [], section: []}
  let settled; // where the back button should lead

  const hasFilters = () => FILTERS.some((name) => state[name].length);

  function restore() {
    const given = new URLSearchParams(location.search);
    const sort = given.get("sort");
    state = { q: (given.get("q") || "").trim(), sort: SORTS.includes(sort) ? sort : "" };
    for (const name of FILTERS) state[name] = [...new Set(given.getAll(name))].filter(Boolean);
    settled = location.href;
    box.value = state.q;
    sortBox.value = state.sort;
    facets.replaceChildren();
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
    try {
      if (!isSettled) {
        history.replaceState(null, "", url);
      } else if (url.href !== settled) {
        history.replaceState(null, "", settled);
        history.pushState(null, "", url);
        settled = url.href;
      }
    } catch {
      // Safari takes a hundred in half a minute. The next one has it all again.
    }
  }

  /** Returns what the engine is asked. */
  function query() {
    const { q, year, topic, section } = state;
    const isDated = state.sort === "newest" || state.sort === "oldest";
    return {
      text: q,
      lang: state.lang,
      filters: { year, topic, section },
      sort: isDated ? state.sort : q ? "relevance" : "newest",
      recency: state.sort === "recent",
    };
  }

  // ---- the engine ----

  /** Returns the engine: `ask` promises its answer, `tell` wants none. */
  function connect() {
    const waiting = new Map();
    let last = 0;
    let worker;

    function take({ data: message }) {
      const { id, progress, failed } = message;
      const asked = waiting.get(id);
      if (!asked) return;
      if (progress) {
        asked.onProgress(progress);
        return;
      }
      waiting.delete(id);
      if (failed) asked.reject(Object.assign(new Error(failed.message), { kind: failed.kind }));
      else asked.resolve(message);
    }

    const failed = { kind: "network", message: `${addresses.engine} did not come` };
    const nobody = () => ({
      postMessage: ({ id }) => take({ data: { id, failed } }),
      terminate() {},
    });

    function inThePage() {
      worker = (self.backfileEngine || nobody)();
      worker.onmessage = take;
      for (const { message } of waiting.values()) worker.postMessage(message);
    }

    if (isOnDisk || !self.Worker) {
      inThePage();
    } else {
      worker = new Worker(new URL(addresses.engine, root));
      worker.onmessage = take;
      worker.onerror = (event) => {
        event.preventDefault();
        inThePage();
      };
    }
    return {
      ask: (message, onProgress = () => {}) => new Promise((resolve, reject) => {
        const sent = { ...message, id: ++last };
        waiting.set(last, { message: sent, onProgress, resolve, reject });
        worker.postMessage(sent);
      }),
      tell: (message) => worker.postMessage(message),
      close: () => worker.terminate(),
    };
  }

  let opening = null;

  const open = () => (opening = opening || start("default"));

  async function start(cache) {
    const engine = connect();
    // Fetched here since the page has asked for it already: as the preload asked, so it is the same.
    const catalogue = isOnDisk ? null
      : fetch(new URL(addresses.catalogue, root), { mode: "no-cors", credentials: "include", cache })
        .then((answer) => (answer.ok ? answer.arrayBuffer() : Promise.reject(Error(answer.status))));
    await engine.ask({
      do: "open",
      bundle: new URL(addresses.bundle, root).href,
      root: root.href,
      lang,
      stemmers: Object.fromEntries(Object.entries(addresses.stemmers)
        .map(([name, url]) => [name, new URL(url, root).href])),
      names: new URL(addresses.names, root).href,
      stock: new URL(addresses.stock, root).href,
      scripts: addresses.catalogue.endsWith(".js"),
      catalogue: await catalogue,
    });
    return engine;
  }

  /** Starts over: in a page left open while the site was replaced, files are gone. */
  async function reopen() {
    const last = opening;
    opening = start("no-cache");
    (await last.catch(() => null))?.close();
    return opening;
  }

  // ---- one search ----

  let run = 0; // the latest search; what an older one brings is too late
  let found = 0;
  let refs = []; // the first of what was found; the engine knows the rest
  let cards = new Map(); // results, by ref
  let limit = AT_ONCE;

  async function update(isSecondTry = false) {
    const mine = ++run;
    const isMine = () => mine === run;
    box.defaultValue = state.q; // to which Safari resets it on the way back
    showChosen();
    limit = AT_ONCE;
    if (!state.q && !hasFilters()) {
      if (opening) opening.then((engine) => engine.tell({ do: "cancel" }), () => null);
      settleOn(0, []);
      list.replaceChildren();
      showNames([]);
      say("");
      countFacets();
      return;
    }
    const begin = () => {
      if (!isMine()) return;
      page.classList.add("is-waiting");
      status.textContent = words.loading;
      bar.removeAttribute("value");
      bar.hidden = false;
    };
    const waiting = setTimeout(begin, SOON_MS);
    cards = new Map();
    try {
      const engine = await open();
      if (state.topic.length || state.section.length) {
        await learnLabels(engine);
        if (!isMine()) return;
        showChosen();
      }
      const named = findNames(engine, isMine);
      const { done } = await engine.ask({ do: "search", query: query() },
        follow(engine, isMine, begin));
      if (!isMine() || !done) return; // without `done`: cancelled
      const first = await load(engine, done.top.slice(0, STEP));
      await Promise.race([named, wait(SOON_MS)]); // so that they seldom push the results down
      if (!done.found && state.q) {
        await named;
        if (isMine() && names.hidden) await findNames(engine, isMine, { isNear: true });
      }
      if (!isMine()) return;
      settleOn(done.found, done.top);
      put(first);
      say(outcome(), { advice: done.partial ? words.partial : found ? "" : advice() });
      watch();
      countFacets();
    } catch (error) {
      if (!isMine()) return;
      if (isSecondTry) fail(error);
      else reopen().then(() => isMine() && update(true), (again) => isMine() && fail(again));
    } finally {
      clearTimeout(waiting);
    }
  }

  /** Returns what shows results as they come, where they take their time. */
  function follow(engine, isMine, begin) {
    let isBusy = false;
    let shown = 0; // once there is a handful, the next to be shown are the last
    return async ({ found: sum, done, shards, top, early }) => {
      if (early && bar.hidden) begin();
      if (!isMine() || bar.hidden) return;
      bar.max = shards;
      bar.value = done;
      soFar.textContent = sum ? count(words.soFar, sum) : "";
      if (isBusy || shown === STEP || !top.length) return;
      isBusy = true;
      const items = await load(engine, top.slice(0, STEP)).catch(() => null);
      if (items && isMine() && !bar.hidden) put(items);
      shown = items ? items.length : 0;
      isBusy = false;
    };
  }

  function settleOn(sum, top) {
    found = sum;
    refs = top;
    page.classList.remove("is-waiting");
    bar.hidden = true;
    soFar.textContent = "";
    help.hidden = true;
    results.hidden = !sum;
    watcher.disconnect();
    more.hidden = true;
  }

  /** Puts results in place; one that has the focus keeps it. */
  function put(items) {
    page.classList.remove("is-waiting");
    const focused = document.activeElement;
    list.replaceChildren(...items);
    if (focused === document.activeElement) return;
    const same = ({ href }) => href === focused.href; // searched anew
    (focused.isConnected ? focused : [...list.querySelectorAll("a")].find(same))?.focus();
  }

  /** Says how it went; heard, too: role="status". */
  function say(text, { advice = "", canRetry = false } = {}) {
    status.textContent = text;
    const people = [...names.querySelectorAll("a")].map((link) => link.textContent).join(", ");
    if (text && people) {
      const title = names.querySelector("h2").textContent;
      status.append(make("span", { className: "hidden" }, ` ${title}: ${people}`));
    }
    help.hidden = !advice;
    help.firstElementChild.textContent = advice;
    retry.hidden = !canRetry;
  }

  function outcome() {
    if (found) return count(state.q ? words.results : words.found, found);
    return fill(state.q ? words.empty : words.emptyFiltered);
  }

  const advice = () => (hasFilters() ? words.emptyFiltersHelp : words.emptyHelp);

  function fail(error, isWhole = true) {
    console.error(error);
    if (isWhole) {
      settleOn(0, []);
      list.replaceChildren();
      showNames([]);
    }
    say(words.failed, { advice: words.failedHelp, canRetry: true });
  }

  // ---- results ----

  /** Returns the elements of results, fetching those that are not there yet. */
  async function load(engine, some) {
    const mine = cards;
    const key = ({ shard, page: number }) => `${shard} ${number}`;
    const absent = some.filter((ref) => !mine.has(key(ref)));
    if (absent.length) {
      const { items } = await engine.ask({ do: "show", refs: absent });
      absent.forEach((ref, place) => mine.set(key(ref), card(items[place])));
    }
    return some.map((ref) => mine.get(key(ref)));
  }

  /** Yields [text, isHit] pairs without the title, which stands above them. */
  function* beyond(title, excerpt) {
    const text = excerpt.map(([part]) => part).join("");
    let left = title && text.startsWith(title) ? /^[.\s]*/.exec(text.slice(title.length))[0].length
      + title.length : 0;
    if (left === text.length) left = 0;
    for (const [part, isHit] of excerpt) {
      if (left < part.length) yield [part.slice(left), isHit];
      left = Math.max(0, left - part.length);
    }
  }

  function card({ url, title, date, lang: tag, dir, excerpt, parts = [] }) {
    const own = tag ? { lang: tag, dir: dir || "auto" } : { dir: "auto" };
    const text = make("div", { className: "search-text", ...own },
      make("h3", { className: "search-title" }, make("a", { href: url }, title || url)),
      make("p", { className: "search-excerpt" },
        ...[...beyond(title, excerpt)].map(([part, isHit]) =>
          (isHit ? make("mark", {}, part) : part))));
    if (parts.length) {
      text.append(make("ul", { className: "search-parts" }, ...parts.slice(0, 3)
        .map((part) => make("li", {}, make("a", { href: part.url }, part.title)))));
    }
    const side = make("div", { className: "search-side" },
      make("p", { className: "search-date" }, make("span", own, date || "")));
    if (tag && tag.toLowerCase() !== lang.toLowerCase()) {
      side.append(make("p", { className: "search-lang" }, shown("lang", tag)));
    }
    return make("li", { className: "search-result" }, side, text);
  }

  let growth = {}; // {of, done}: the next results of a run, on their way

  /** Appends the next few results, if there are any; those on their way are waited for. */
  function grow() {
    if (growth.of !== run) {
      const mine = { of: run, done: append().finally(() => { mine.of = 0; }) };
      growth = mine;
    }
    return growth.done;
  }

  async function append() {
    const mine = run;
    const from = list.childElementCount;
    if (from >= found) return;
    try {
      const engine = await open();
      const to = Math.min(from + STEP, found);
      const some = to <= refs.length ? refs.slice(from, to)
        : (await engine.ask({ do: "slice", from, to })).refs;
      const items = await load(engine, some);
      if (mine !== run) return;
      list.append(...items);
      if (!retry.hidden) say(outcome());
      watch();
    } catch (error) {
      if (mine !== run) return;
      fail(error, false); // the rest can be read
      more.hidden = false;
    }
  }

  const watcher = new IntersectionObserver((seen) => {
    if (seen.some((one) => one.isIntersecting)) grow();
  }, { rootMargin: "0px 0px 25% 0px" });

  /** Lets the last result bring the next ones when it comes into sight, or offers the button. */
  function watch() {
    watcher.disconnect();
    const { childElementCount: n, lastElementChild: last } = list;
    more.hidden = n >= found || n < limit;
    if (n < found && n < limit) watcher.observe(last);
  }

  async function showMore() {
    const before = list.childElementCount;
    limit = before + AT_ONCE;
    await grow();
    list.children[before]?.querySelector("a").focus();
  }

  // ---- people and topics of that name ----

  async function findNames(engine, isMine, { isNear = false } = {}) {
    const answer = state.q
      ? await engine.ask({ do: "names", text: state.q, isNear }).catch(() => null) : null;
    if (isMine()) showNames(answer?.names?.slice(0, NAMES) ?? []);
  }

  function showNames(some) {
    names.hidden = !some.length;
    names.querySelector("ul").replaceChildren(...some.map((one) => {
      const own = one.lang ? { lang: one.lang, dir: one.dir || "auto" } : { dir: "auto" };
      const item = make("li", { className: "search-name" },
        make("a", { href: new URL(one.url, root).href, ...own }, one.name), " ",
        make("span", { className: "search-kind" }, kinds[one.kind] || one.kind));
      if (one.count) {
        item.append(" ", make("span", { className: "search-count" }, count(words.found, one.count)));
      }
      return item;
    }));
  }

  // ---- filters ----

  function showChosen() {
    const chips = FILTERS.flatMap((name) => state[name].map((value) => {
      const own = { className: "search-chip", type: "button", name, value };
      const chip = make("button", own, make("bdi", {}, shown(name, value)));
      chip.setAttribute("aria-label", fill(words.remove, { name: shown(name, value) }));
      return make("li", {}, chip);
    }));
    chosen.hidden = !chips.length;
    chosen.replaceChildren(...chips, clearer.parentElement);
  }

  /** Counts what each value would bring, when the filters are looked at. The values of a filter
      widen it, filters narrow one another. */
  async function countFacets() {
    const mine = run;
    const isMine = () => mine === run && panel.open;
    if (!panel.open) return;
    if (!facets.childElementCount) facets.textContent = words.counting;
    try {
      const engine = await open();
      await learnLabels(engine);
      const { counts } = await engine.ask({ do: "count", query: query() });
      if (!isMine() || !counts) return; // without `counts`: cancelled
      for (const name of FILTERS) showFacet(name, counts[name] || {});
      if (!facets.querySelector(".search-facet:not([hidden])")) facets.textContent = words.noFacets;
    } catch (error) {
      if (!isMine()) return;
      console.error(error);
      facets.textContent = words.failed;
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
      .sort((a, b) => (name === "year" ? b - a : of(b) - of(a) || shown(name, a).localeCompare(shown(name, b), lang)));
    const most = Math.max(...values.map(of), 1);
    const choice = (value) => make("label", {
      className: `search-choice share-${Math.max(1, Math.ceil(10 * of(value) / most))}`,
    }, make("input", { type: "checkbox", name, value, checked: isChosen(value) }), " ",
    make("bdi", { className: "search-value" }, shown(name, value)), " ",
    make("span", { className: "search-count" }, numbers.format(of(value))));
    const isWhole = before?.classList.contains("is-whole") || values.length <= FEW + 2;
    const seen = isWhole ? values : values.filter((value, i) => i < FEW || isChosen(value));
    const choices = make("div", { className: "search-choices" }, ...seen.map(choice));
    // One language is no choice.
    const isNone = !values.length || (name === "lang" && values.length === 1 && !isChosen(values[0]));
    const facet = make("fieldset", { className: "search-facet", name, hidden: isNone },
      make("legend", {}, words[name]), choices);
    if (isWhole) {
      facet.classList.add("is-whole");
    } else {
      const all = fill(words.all, { n: values.length });
      facet.append(make("button", {
        className: "search-all",
        type: "button",
        onclick: ({ target }) => {
          target.remove();
          facet.classList.add("is-whole");
          choices.replaceChildren(...values.map(choice));
          choices.querySelectorAll("input")[FEW].focus();
        },
      }, all));
    }
    if (before) {
      before.replaceWith(facet);
    } else {
      if (!facets.childElementCount) facets.textContent = "";
      facets.append(facet);
    }
  }

  // ---- hands ----

  let typing;

  function settle() {
    clearTimeout(typing);
    state.q = box.value.trim();
    remember(true);
    update();
  }

  function type(event) {
    if (event.isComposing) return; // half a word
    clearTimeout(typing);
    typing = setTimeout(() => {
      const q = box.value.trim();
      // One letter begins words of all articles; Enter searches it all the same.
      if (q === state.q || /^[^\p{Lo}]$/u.test(q)) return;
      state.q = q;
      remember(false);
      update();
    }, 250);
  }

  function drop(name, value) {
    state[name] = state[name].filter((one) => one !== value);
    facets.replaceChildren();
    settle();
  }

  async function press(event) {
    const { key, target } = event;
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const stops = [box, ...names.querySelectorAll("a"), ...list.querySelectorAll(".search-title a"),
      ...(more.hidden ? [] : [more])];
    const at = stops.indexOf(target);
    const next = at < 0 ? null : stops[at + ({ ArrowDown: 1, ArrowUp: -1 }[key] || NaN)];
    if (key === "/" && !target.closest("input:not([type=checkbox]), textarea, select")) {
      event.preventDefault();
      box.select();
      box.focus();
    } else if (key === "Escape" && target === box && box.value) {
      event.preventDefault();
      box.value = "";
      settle();
    } else if (key === "Escape" && at > 0) {
      event.preventDefault();
      box.select();
      box.focus();
    } else if (key === "Escape" && panel.open && panel.contains(target)) {
      panel.open = false;
      panel.firstElementChild.focus();
    } else if (next) {
      event.preventDefault();
      next.focus();
    } else if (key === "ArrowDown" && at > 0 && list.childElementCount < found) {
      event.preventDefault();
      const before = list.childElementCount;
      await grow();
      list.children[before]?.querySelector("a").focus();
    }
  }

  tools.hidden = false;
  form.onsubmit = (event) => {
    event.preventDefault();
    settle();
  };
  box.oninput = type;
  box.addEventListener("compositionend", type);
  box.addEventListener("focus", () => open().catch(() => null), { once: true });
  sortBox.onchange = () => {
    state.sort = sortBox.value;
    settle();
  };
  panel.ontoggle = () => countFacets();
  facets.onchange = ({ target: { name, value, checked } }) => {
    state[name] = checked ? [...state[name], value] : state[name].filter((one) => one !== value);
    settle();
  };
  chosen.onclick = ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    if (button === clearer) {
      for (const name of FILTERS) state[name] = [];
      facets.replaceChildren();
      settle();
    } else {
      drop(button.name, button.value);
    }
    (chosen.querySelector(".search-chip") || box).focus(); // what had the focus is gone
  };
  retry.onclick = () => {
    box.focus();
    update();
  };
  more.onclick = showMore;
  document.addEventListener("keydown", press);
  window.onpopstate = restore;
  restore();
})();
