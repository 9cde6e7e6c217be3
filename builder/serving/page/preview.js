/* The preview's script: it stands in each page on its way to the browser, and in no page on disk.

   It listens to the server (/-/events) while the page can be seen. After a change it fetches the
   page anew: the same bytes leave the page alone, others take the body's place where it stands, so
   that the reader stays where they were. What goes wrong is told over the page, in a tree of its own
   that the site's styles do not reach. All text is put in as text. */

(() => {
  "use strict";

  const tag = document.currentScript;
  const shown = JSON.parse(tag.dataset.backfile);
  shown.answer = performance.getEntriesByType("navigation")[0]?.responseStatus || 200;
  const here = () => location.pathname + location.search;
  const get = (address) => fetch(address, { cache: "no-store" });

  // ---- What is told over the page

  const host = document.createElement("backfile-preview");
  const shade = host.attachShadow({ mode: "open" });
  const panel = make("div", { lang: "en", dir: "ltr", class: "panel" });
  shade.append(style(), panel);
  document.head.append(style());
  document.documentElement.append(host);

  let news = { errors: 0, warnings: 0, problems: [], unpublished: [] };
  let isOpen = null; // null: as it is best; else as the reader wants it
  let isCut = false;

  function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children.filter((child) => child !== null));
    return element;
  }

  function style() {
    return make("link", { rel: "stylesheet", href: "/-/preview.css" });
  }

  function count(number, word) {
    return `${number.toLocaleString("en")} ${word}${number === 1 ? "" : "s"}`;
  }

  function draw() {
    const own = shown.problems || [];
    const errors = news.errors + own.length;
    const open = isOpen === null ? errors > 0 : isOpen;
    const lines = [];
    if (shown.status) lines.push(bar("status", statusText()));
    if (shown.note) lines.push(bar("note", shown.note));
    if (isCut) lines.push(bar("note", "The preview has ended, or is beginning again."));
    if (errors || news.warnings) {
      const counts = [errors && count(errors, "error"), news.warnings && count(news.warnings, "warning")];
      const button = make(
        "button",
        { type: "button", "aria-expanded": String(open), class: errors ? "bar error" : "bar warning" },
        counts.filter(Boolean).join(", "),
      );
      button.addEventListener("click", () => {
        isOpen = !open;
        draw();
        shade.querySelector("button").focus();
      });
      lines.push(button);
    }
    const list = make("ol", { class: "problems", role: "alert" });
    if (open) {
      const mine = (found) => found.path === shown.source;
      const problems = [...own, ...news.problems];
      const isError = (found) => found.severity === "error";
      const order = [
        ...problems.filter(isError),
        ...problems.filter((found) => !isError(found) && mine(found)),
        // Who did not ask for it is told what the page does not show as it should.
        ...problems.filter((found) => !isError(found) && !mine(found) && isOpen),
      ];
      list.append(...order.map(told));
      const rest = errors + news.warnings - order.length;
      if (rest > 0) list.append(make("li", {}, `and ${rest.toLocaleString("en")} more`));
    }
    panel.replaceChildren(...lines, ...(list.childElementCount ? [list] : []));
    mark();
  }

  function bar(kind, text) {
    return make("p", { class: `bar ${kind}` }, text);
  }

  function statusText() {
    return shown.status === "draft"
      ? "Draft: this page is in the preview alone."
      : "Under embargo: this page is in the preview alone.";
  }

  function told(found) {
    return make(
      "li",
      { class: found.severity },
      make("p", { class: "place" }, make("strong", {}, found.place), ` ${found.severity}[${found.code}]`),
      make("p", {}, found.message),
      found.excerpt.length ? make("pre", { dir: "auto" }, found.excerpt.join("\n")) : null,
      found.hint ? make("p", { class: "hint" }, `hint: ${found.hint}`) : null,
    );
  }

  /** Marks each link to what would not be published. */
  function mark() {
    const hidden = new Set(news.unpublished.map((url) => new URL(`/${encodeURI(url)}`, location).href));
    if (!hidden.size) return;
    for (const link of document.querySelectorAll("main a[href]")) {
      const isMarked = link.nextElementSibling?.classList.contains("backfile-unpublished");
      if (hidden.has(link.href.split("#")[0]) && !isMarked) {
        link.after(make("span", { class: "backfile-unpublished", lang: "en" }, "unpublished"));
      }
    }
  }

  // ---- The page itself

  const styles = (page) =>
    [...page.querySelectorAll('head link[rel="stylesheet"]')].map((link) => link.getAttribute("href"))
      .filter((href) => !href.startsWith("/-/")).join();
  const scripts = (page) =>
    [...page.querySelectorAll("script[src]:not([data-backfile])")].length;

  async function renew() {
    const response = await get(here());
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    const facts = JSON.parse(fresh.querySelector("script[data-backfile]")?.dataset.backfile || "null");
    if (response.status === 404 && shown.source) {
      // The file may have another address now.
      const { url } = await (await get(`/-/page-of?source=${encodeURIComponent(shown.source)}`)).json();
      if (url) return location.replace(`/${encodeURI(url)}`);
    }
    if (response.status !== shown.answer) return location.reload();
    if (!facts || facts.run !== shown.run || facts.looks !== shown.looks) return location.reload();
    const isSame = facts.page === shown.page;
    if (!isSame && (scripts(document) || scripts(fresh) || styles(document) !== styles(fresh))) {
      return location.reload();
    }
    Object.assign(shown, facts);
    if (isSame) return draw();
    fresh.querySelector("script[data-backfile]").remove();
    const top = scrollY;
    for (const name of ["lang", "dir"]) {
      document.documentElement.setAttribute(name, fresh.documentElement.getAttribute(name) || "");
    }
    document.title = fresh.title;
    document.body.replaceWith(document.adoptNode(fresh.body));
    scrollTo({ top, behavior: "instant" });
    draw();
  }

  // ---- The server

  let source = null;
  let isRenewing = false;

  async function hear(told) {
    news = told;
    isCut = false;
    draw();
    if (isRenewing) return;
    isRenewing = true;
    try {
      // Another change may come while one is fetched.
      while (news.run !== shown.run || news.version > shown.version) await renew();
    } catch {
      isCut = true; // the server went away meanwhile; the next event tells
      draw();
    } finally {
      isRenewing = false;
    }
  }

  function listen() {
    if (source || document.visibilityState !== "visible") return;
    source = new EventSource("/-/events");
    source.onmessage = (event) => hear(JSON.parse(event.data));
    source.onerror = () => {
      isCut = true;
      draw();
      if (source?.readyState === EventSource.CLOSED) {
        stop();
        setTimeout(listen, 500);
      }
    };
  }

  /* A browser has six connections to a host: pages that nobody sees keep none. */
  function stop() {
    source?.close();
    source = null;
  }

  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") listen();
    else stop();
  });
  addEventListener("pagehide", stop);
  addEventListener("pageshow", listen);
  tag.remove();
  draw();
  listen();
})();
