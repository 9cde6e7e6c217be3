/* The search engine: reads Pagefind's index files, finds, ranks and shows. No dependency, no build.

   One classic script, two places to run: as a Worker, or on a page (opened from a disk, or where
   workers cannot start), where `backfileEngine()` returns what looks like one. It is asked, answers:

     {id, do: "open", bundle, root, lang, stemmers: {en: url}, names: url, stock: url, scripts: bool,
      catalogue}
       (`names`, `stock`: scripts, loaded when needed; `scripts`: whether the index is made of such;
       `catalogue`: its bytes as fetched, where the page has them already)
       -> {id, opened: {version, pages, languages: [{lang, pages}], known}}
     {id, do: "search", query: {text, lang: [], filters: {year: [], topic: [], section: []},
                                sort: "relevance"|"newest"|"oldest", recency: bool}}
       -> {id, progress: {found, done, shards, top, early}}*
          {id, done: {found, top, terms, partial}}
       (`early`: what the newest shards have; `partial`: not all words that begin so were looked at)
     {id, do: "slice", from, to}   -> {id, refs}     of the last search
     {id, do: "show", refs}        -> {id, items}
     {id, do: "count", query}      -> {id, counts: {year, topic, section, lang}}
     {id, do: "names", text, isNear: bool} -> {id, names}
     {id, do: "labels"}            -> {id, labels: {topic: {value: name here}, section}}
     {do: "cancel"}                as a newer search does; what was stopped answers
                                   {id, cancelled: true}, what failed {id, failed: {kind, message}}
                                   (kind: network, damaged, stale, browser, version)

   Pagefind's own engine takes time with the square of the hits; this one reads each list once.
   What it changes on purpose is tested in tests/search/test_differences.py. */
(() => {
  "use strict";
  const FORMAT = 3;
  const VERSIONS = ["1.5.2"]; // of Pagefind, whose files are read below
  const CATALOGUE = "catalogue.pf_catalogue";
  const SIGNATURE = "pagefind_dcd";
  const isWorker = typeof document === "undefined";

  // As Pagefind ranks by default, but for the fields that are ours.
  const SATURATION = 1.4;
  const LENGTH = 0.75;
  const SPELLING = 1.8; // what is spelled as asked, accents and all, counts so much more
  const FIELDS = { title: 5, names: 2, date: 0 }; // or "may" finds first what was written in May
  const WEIGHT = 24; // of a word that has none of its own
  const OWN_LANGUAGE = 1.25; // what is in the page's language counts so much more
  const RECENT_DAYS = 365; // after so long the bonus of what is new is halved

  const MEMORY = 64e6; // bytes of index kept at hand
  const PARALLEL = 24; // files asked for at once; browsers hold some of them back
  const MOST_FILES = 160; // of all shards together, that the beginning of a word may ask for
  const TURN_MS = 15; // on a page: after so long the page has its turn
  const PROGRESS_MS = 80;
  const FIRST_PAGES = 2500; // the newest, of which results are shown before older ones are asked
  const FEW_FILES = 4; // that older ones may need, for which nothing waits
  const FIRST_REFS = 10; // that an answer tells
  const FIRST_RESULTS = 5; // that a page shows at once
  const COMMON = 0.08; // a word in more of the pages has long lists
  const EXCERPT = 30; // words
  const MOST_KNOWN = 20_000; // words of shown texts whose stems are kept at hand
  const EXCERPT_LETTERS = 320; // without spaces a word may be a whole sentence

  const fail = (kind, message) => Object.assign(new Error(message), { kind });
  const CANCELLED = fail("cancelled", "a newer search");
  const now = () => performance.now();
  const text = new TextDecoder();
  const isSigned = (bytes) => text.decode(bytes.subarray(0, SIGNATURE.length)) === SIGNATURE;

  // ---- Files: fetched, or loaded as scripts where a page may not fetch (file://)

  const arriving = new Map(); // path: what takes the file
  self.backfile = (path, content) => arriving.get(path)?.(content);

  function loadScript(url, attributes) {
    return new Promise((resolve, reject) => {
      if (isWorker) {
        try {
          resolve(importScripts(url));
        } catch (error) {
          reject(fail("network", `${url}: ${error.message}`));
        }
        return;
      }
      const element = Object.assign(document.createElement("script"), attributes, { src: url });
      element.onload = () => resolve(element.remove());
      element.onerror = () => reject(element.remove() || fail("stale", `${url} is not there`));
      document.head.append(element);
    });
  }

  /** Returns a file's bytes from a script that calls backfile(path, bytes).
      Each byte is a character: 0x80-0xFF came as U+F780-U+F7FF (x-user-defined). */
  async function readScript(bundle, path) {
    let content;
    arriving.set(path, (given) => (content = given));
    try {
      await loadScript(`${bundle}${path}.js`, { charset: "x-user-defined" });
    } finally {
      arriving.delete(path);
    }
    if (content === undefined) throw fail("damaged", `${path}.js holds something else`);
    const bytes = new Uint8Array(content.length);
    for (let i = 0; i < bytes.length; i++) bytes[i] = content.charCodeAt(i);
    return bytes;
  }

  /** Returns the bytes in the string of such a script that was fetched. */
  function unescapeScript(script) {
    const [QUOTE, COMMA, ESCAPE, N, R] = [34, 44, 92, 110, 114];
    let at = 0;
    while (at < script.length && !(script[at] === QUOTE && script[at + 1] === COMMA)) at++;
    at += 3;
    const bytes = new Uint8Array(script.length);
    let size = 0;
    for (; at < script.length && script[at] !== QUOTE; at++) {
      let byte = script[at];
      if (byte === ESCAPE) {
        byte = script[++at];
        if (byte === N) byte = 10;
        if (byte === R) byte = 13;
      }
      bytes[size++] = byte;
    }
    return bytes.subarray(0, size);
  }

  async function fetchFile(url, cache) {
    let response;
    try {
      response = await fetch(url, { cache });
      if (response.ok) return new Uint8Array(await response.arrayBuffer());
    } catch (error) {
      throw fail("network", `${url}: ${error.message}`);
    }
    const isGone = response.status === 404 || response.status === 410;
    throw fail(isGone ? "stale" : "network", `${url}: ${response.status}`);
  }

  async function readFile(bundle, path, isScripts, cache = "default") {
    if (bundle.startsWith("file:")) return readScript(bundle, path);
    if (!isScripts) return fetchFile(bundle + path, cache);
    return unescapeScript(await fetchFile(`${bundle}${path}.js`, cache));
  }

  /** Returns the contents of a file that is gzip around Pagefind's signature. */
  async function unpack(bytes, path) {
    // Some servers say that it is gzip, and the browser has unpacked it already.
    if (!isSigned(bytes)) {
      if (typeof DecompressionStream === "undefined") {
        throw fail("browser", "this browser has no DecompressionStream");
      }
      try {
        const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
        bytes = new Uint8Array(await new Response(stream).arrayBuffer());
      } catch {
        throw fail("damaged", `${path} cannot be unpacked`);
      }
    }
    if (!isSigned(bytes)) throw fail("damaged", `${path} does not carry Pagefind's signature`);
    return bytes.subarray(SIGNATURE.length);
  }

  /** Keeps what was made of files, up to so many bytes; what was used last stays longest. */
  class Shelf {
    constructor(limit) {
      this.limit = limit;
      this.run = 0; // the newest search; what only an older one waits for is not loaded
      this.kept = new Map(); // path: {run, promise, value}, the oldest use first
      this.loading = 0;
      this.waiting = [];
    }

    get(path, make) {
      let entry = this.kept.get(path);
      if (entry) {
        this.kept.delete(path);
      } else {
        entry = { run: this.run };
        entry.promise = this.inTurn(() => entry.run === this.run, make);
        entry.promise.then((value) => (entry.value = value), () => this.kept.delete(path));
      }
      entry.run = this.run;
      this.kept.set(path, entry);
      return entry.promise;
    }

    /** Returns what a file held, undefined where it is not at hand. */
    known(path) {
      const value = this.kept.get(path)?.value;
      if (value) this.get(path);
      return value;
    }

    async inTurn(isWanted, make) {
      while (this.loading >= PARALLEL) await new Promise((go) => this.waiting.push(go));
      this.loading++;
      try {
        if (!isWanted()) throw CANCELLED;
        return await make();
      } finally {
        this.loading--;
        if (this.waiting.length) this.waiting.shift()();
      }
    }

    size() {
      let size = 0;
      for (const { value } of this.kept.values()) size += value ? value.size : 0;
      return size;
    }

    trim() {
      let size = this.size();
      for (const [path, { value }] of this.kept) {
        if (size <= this.limit) return;
        if (!value) continue;
        size -= value.size;
        this.kept.delete(path);
      }
    }
  }

  // ---- Pagefind's files: CBOR (RFC 8949), of which it uses arrays, text and whole numbers

  class Reader {
    constructor(bytes, at = 0) {
      this.bytes = bytes;
      this.at = at;
      this.isNegative = false;
    }

    /** Returns the number, or the length of the text or array, that stands here. */
    next() {
      const { bytes } = this;
      const head = bytes[this.at++];
      this.isNegative = head >> 5 === 1;
      let value = head & 31;
      if (value < 24) return value;
      const end = this.at + (1 << (value - 24));
      if (end > bytes.length) throw fail("damaged", "a file of the index ends too early");
      for (value = 0; this.at < end;) value = value * 256 + bytes[this.at++];
      return value;
    }

    skip(count) {
      const { bytes } = this;
      while (count-- > 0) {
        const value = bytes[this.at++] & 31;
        if (value > 23) this.at += 1 << (value - 24);
      }
    }

    text() {
      const size = this.next();
      const { bytes, at } = this;
      this.at += size;
      let ascii = "";
      for (let i = at; i < this.at; i++) {
        if (bytes[i] > 127) return text.decode(bytes.subarray(at, this.at));
        ascii += String.fromCharCode(bytes[i]);
      }
      return ascii;
    }

    skipText() {
      const size = this.next();
      this.at += size;
    }

    numbers() {
      return Uint32Array.from({ length: this.next() }, () => this.next());
    }

    skipPages() {
      for (let pages = this.next(); pages > 0; pages--) {
        const parts = this.next();
        this.skip(1);
        for (let part = 1; part < parts; part++) this.skip(this.next());
      }
    }
  }

  // Pagefind sorts by code points, JavaScript by UTF-16 units; they differ beyond the basic plane.
  const sortable = (word) => word.replace(/[\ud800-\uffff]/g, (unit) =>
    String.fromCharCode(unit.charCodeAt() + (unit < "\ue000" ? 0x2000 : -0x800)));

  /** Returns how many of the sorted words stand before this one. */
  function countBefore(words, word) {
    const own = sortable(word);
    let low = 0;
    let high = words.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      // Where one of two is of the basic plane, either order is the same.
      const other = own === word ? words[middle] : sortable(words[middle]);
      if (other < own) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Words in order, and on which pages each is. Lists are unpacked when first asked for. */
  class Words {
    constructor(bytes) {
      this.bytes = bytes;
      this.words = [];
      this.starts = [];
      this.lists = [];
      this.size = bytes.length;
    }

    add(word, start) {
      this.words.push(word);
      this.starts.push(start);
      this.size += 40 + 2 * word.length; // as much as an engine takes, roughly
    }

    /** Returns the numbers of this word, or of all that begin so. */
    matching(stem, isPrefix) {
      if (this.asked !== stem) {
        this.asked = stem; // and again, as one types on
        this.first = this.last = countBefore(this.words, stem);
        while (this.words[this.last]?.startsWith(stem)) this.last++;
      }
      const { first } = this;
      return [first, isPrefix ? this.last : first + (this.words[first] === stem)];
    }

    /** Returns [{form, pages, weights, fields}]: on which pages a word stands in each spelling,
        the sum of its weights there, and one bit for each meta field that it stands in. */
    list(number) {
      let list = this.lists[number];
      if (list) return list;
      list = this.lists[number] = this.unpack(number);
      for (const { pages } of list) this.size += 7 * pages.length;
      return list;
    }
  }

  /** Words of a full shard, with pages and weights alone: see builder/search/postings.py. */
  class Postings extends Words {
    constructor(bytes) {
      super(bytes);
      if (!bytes.length) return;
      const reader = new Reader(bytes);
      const words = reader.text().split("\n");
      const sizes = reader.next();
      let start = reader.at + sizes;
      for (const word of words) {
        this.add(word, start);
        start += reader.next();
      }
      this.starts.push(start);
      if (start !== bytes.length) throw fail("damaged", "a file of the index ends too early");
    }

    unpack(number) {
      const reader = new Reader(this.bytes, this.starts[number]);
      const list = [];
      while (reader.at < this.starts[number + 1]) {
        const form = list.length ? reader.text() : this.words[number];
        const count = reader.next();
        const pages = new Uint32Array(count);
        const weights = new Uint16Array(count);
        const fields = new Uint8Array(count);
        for (let i = 0, page = 0; i < count; i++) pages[i] = page += reader.next();
        for (let i = 0; i < count; i++) {
          const weight = reader.next();
          weights[i] = reader.isNegative ? weight : weight * WEIGHT;
        }
        for (let more = reader.next(), at = 0; more > 0; more--) {
          at += reader.next();
          fields[at] = reader.next();
        }
        list.push({ form, pages, weights, fields });
      }
      return list;
    }
  }

  /** One file of Pagefind's: words with all their places. */
  class Chunk extends Words {
    constructor(bytes) {
      super(bytes);
      const reader = new Reader(bytes);
      reader.next();
      for (let words = reader.next(); words > 0; words--) {
        reader.next();
        this.add(reader.text(), reader.at);
        reader.skipPages();
        for (let forms = reader.next(); forms > 0; forms--) {
          reader.next();
          reader.skipText();
          reader.skipPages();
        }
      }
      if (reader.at > bytes.length) throw fail("damaged", "a file of the index ends too early");
    }

    /** Calls `take(form, reader)` with the reader at the pages of each spelling of a word. */
    forms(number, take) {
      const reader = new Reader(this.bytes, this.starts[number]);
      take(this.words[number], reader);
      for (let forms = reader.next(); forms > 0; forms--) {
        reader.next();
        take(reader.text(), reader);
      }
    }

    unpack(number) {
      const list = [];
      this.forms(number, (form, reader) => {
        const count = reader.next();
        const pages = new Uint32Array(count);
        const weights = new Uint16Array(count);
        const fields = new Uint8Array(count);
        let page = 0;
        for (let i = 0; i < count; i++) {
          const parts = reader.next();
          pages[i] = page += reader.next();
          let weight = WEIGHT + 1;
          let sum = 0;
          for (let places = reader.next(); places > 0; places--) {
            const place = reader.next();
            if (reader.isNegative) weight = place; // -1 - weight, as CBOR writes it
            else sum += weight;
          }
          weights[i] = Math.min(sum, 65535);
          for (let places = parts > 2 ? reader.next() : 0; places > 0; places--) {
            const field = reader.next();
            if (reader.isNegative) fields[i] |= 1 << Math.min(field, 7);
          }
        }
        list.push({ form, pages, weights, fields });
      });
      return list;
    }

    /** Calls `take(page, place, weight)` for each place of a word on the wanted pages. A place in
        meta field f is (f + 1) * FIELD further on, and has no weight. */
    places(number, isWanted, take) {
      this.forms(number, (form, reader) => {
        let page = 0;
        for (let count = reader.next(); count > 0; count--) {
          const parts = reader.next();
          page += reader.next();
          if (!isWanted(page)) {
            for (let part = 1; part < parts; part++) reader.skip(reader.next());
            continue;
          }
          let [weight, place] = [WEIGHT + 1, 0];
          for (let places = reader.next(); places > 0; places--) {
            const value = reader.next();
            [weight, place] = reader.isNegative ? [value, 0] : [weight, place + value];
            if (!reader.isNegative) take(page, place, weight);
          }
          for (let places = parts > 2 ? reader.next() : 0; places > 0; places--) {
            const value = reader.next();
            place = reader.isNegative ? (value + 1) * FIELD : place + value;
            if (!reader.isNegative) take(page, place, 0);
          }
        }
      });
    }
  }
  /** The word lists of several shards, bound: see builder/search/volumes.py. */
  class Volume {
    constructor(bytes) {
      this.parts = [];
      this.made = [];
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      for (let at = 0; at < bytes.length;) {
        const size = at + 4 > bytes.length ? Infinity : view.getUint32(at, true);
        if (at + 4 + size > bytes.length) throw fail("damaged", "a volume of the index is cut off");
        this.parts.push(bytes.subarray(at + 4, at + 4 + size));
        at += 4 + size;
      }
      this.bytes = bytes;
    }

    /** Returns what `make` makes of the part of one of the shards. */
    part(place, make) {
      if (!this.parts[place]) throw fail("damaged", "a volume of the index is of another one");
      return (this.made[place] ??= make(this.parts[place]));
    }

    get size() {
      return this.made.reduce((sum, { size }) => sum + size, this.bytes.length);
    }
  }

  const NO_WORDS = Uint8Array.of(0x81, 0x80);
  const chunkOf = (bytes) => new Chunk(bytes.length ? bytes : NO_WORDS);
  const postingsOf = (bytes) => new Postings(bytes);
  const volumeOf = (bytes) => new Volume(bytes);

  const FIELD = 2 ** 24; // words; no page has so many
  const PAGE = 2 ** 28; // and no page so many fields

  /** Returns {values: Map of each value to its pages, size}. */
  function readFilter(bytes) {
    const values = new Map();
    if (!bytes.length) return { values, size: 0 }; // of a series, but not of this shard
    const reader = new Reader(bytes);
    reader.next();
    reader.text();
    for (let count = reader.next(); count > 0; count--) {
      reader.next();
      values.set(reader.text(), reader.numbers());
    }
    return { values, size: 5 * bytes.length };
  }

  /** Returns for each page of a shard whether it has one of some values of a filter. */
  function marksOf({ pages }, { values }, chosen) {
    const marks = new Uint8Array(pages);
    for (const value of chosen) for (const page of values.get(value) || []) marks[page] = 1;
    return marks;
  }

  // ---- The catalogue: which shards there are, and what is known of their pages

  const hex = (byte) => byte.toString(16).padStart(2, "0");
  const bytesOf = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

  /** Returns the days since 1970 of a date such as 1987, 1987-06 or 1987-06-29: its first day, or
      the one after its last; NaN where it is no date. */
  function dayOf(date, isEnd = false) {
    const [, year, month, day] =
      /^(\d{4})(?:[-/.](0?[1-9]|1[012])(?:[-/.]([012]?\d|3[01]))?)?$/.exec(date) || [];
    const end = Number(isEnd);
    const numbers = day ? [year, month - 1, +day + end]
      : month ? [year, month - 1 + end, 1] : [+year + end, 0, 1];
    return new Date(0).setUTCFullYear(...numbers) / 864e5;
  }
  const yearOf = (day) => new Date(day * 864e5).getUTCFullYear();

  /** The files that hold the words of one shard, or of a series or a group of shards. */
  class Lists {
    constructor(folder, { from, names, filters = {} }, kind = "index") {
      this.folder = folder;
      this.kind = kind;
      this.filters = filters; // those of a series
      this.froms = from.split("\n").filter(Boolean);
      this.names = names.split("\n").filter(Boolean);
    }

    /** Returns the files that can hold a word, or words that begin so. */
    filesFor(stem, isPrefix) {
      // The last that begins with the word or before it, and all that begin with the prefix.
      let first = countBefore(this.froms, stem);
      if (this.froms[first] !== stem) first = Math.max(0, first - 1);
      let end = first + 1;
      while (isPrefix && this.froms[end]?.startsWith(stem)) end++;
      return this.names.slice(first, end).map((name) => `${this.folder}/${name}.pf_${this.kind}`);
    }
  }

  /** One shard. Pages are numbered by date, undated ones first. */
  class Shard {
    /** `series` has the word lists of each series, by path, `groups` those without places, each
        with the number of shards before its own. */
    constructor(given, number, series, groups) {
      Object.assign(this, given, { number, dated: given.pages - given.undated });
      this.whole = [[0, given.pages]];
      this.lists = series.get(given.series) ?? new Lists(`${given.path}/index`, given.chunks);
      const { lists = this.lists, before = 0 } = groups.get(given.series) ?? {};
      this.postings = lists;
      this.seat = before + given.place;
      this.weights = given.fields.slice(0, 8).map((name) => FIELDS[name] ?? 1);
    }

    /** The words of each page, as 8 * log2(words + 1). */
    get loudness() {
      return (this.lengthBytes ??= bytesOf(this.lengths));
    }

    /** The day of each dated page; page p's is days[p - undated]. */
    get daysOf() {
      if (this.dayList) return this.dayList;
      const packed = bytesOf(this.days);
      const list = new Int32Array(this.dated);
      for (let page = 0, at = 0, day = dayOf(this.from); page < list.length; page++) {
        for (let shift = 0, byte = 128; byte & 128; shift += 7) {
          byte = packed[at++];
          day += (byte & 127) * 2 ** shift;
        }
        list[page] = day;
      }
      return (this.dayList = list);
    }

    /** Returns a page's day, or `none` where it has no date. */
    dayOf(page, none) {
      return page < this.undated ? none : this.daysOf[page - this.undated];
    }

    /** Returns the first page of that day or later. */
    firstFrom(day) {
      const days = this.daysOf;
      let [low, high] = [0, days.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (days[middle] < day) low = middle + 1;
        else high = middle;
      }
      return this.undated + low;
    }

    /** Returns the file of a page. Neighbours share a name but for the last two digits, their place
        in the group; the catalogue has the groups' sizes and names. */
    fragment(page) {
      const bytes = (this.fragmentBytes ??= bytesOf(this.fragments));
      let [at, place] = [0, page];
      while (place >= bytes[at]) {
        place -= bytes[at];
        at += 5;
      }
      const digits = [...bytes.subarray(at + 1, at + 5), place].map(hex).join("");
      return `${this.path}/fragment/${this.lang}_${digits}.pf_fragment`;
    }
  }

  // ---- Queries

  // Where a letter alone is a word; elsewhere one letter begins a word of every page.
  const SYLLABLES = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

  const PLAIN = { // as builder/search/letters.py
    ß: "ss", ı: "i", ł: "l", ø: "o", đ: "d", æ: "ae", œ: "oe", þ: "th", ð: "d",
    ґ: "г", ی: "ي", ى: "ي", ک: "ك" };
  const plainly = (stem) => stem.replace(/[ßıłøđæœþðґیىک]/g, (letter) => PLAIN[letter]);

  /** Returns a word as the index has it before stemming: {folded, spelled}, or null. */
  function normalise(word) {
    if (/^[a-z\d]+$/.test(word)) return { folded: word, spelled: word };
    // Letter by letter: a capital sigma at the end of a word stays what it is elsewhere.
    const lower = [...word.normalize("NFC")].map((letter) => letter.toLowerCase()).join("");
    const spelled = lower.replace(/[^\p{Alphabetic}\p{N}]|[\u02b9-\u02bf\u0640]/gu, "");
    if (spelled) return { folded: spelled.normalize("NFD").replace(/\p{M}/gu, ""), spelled };
    return /\p{Extended_Pictographic}/u.test(word) ? { folded: word, spelled: word } : null;
  }

  /** Returns the parts of a query: words, phrases and what is excluded; tokens; days; years. */
  function parse(query) {
    const parts = { terms: [], tokens: [], from: -Infinity, to: Infinity, years: [] };
    const pattern = /(?<!\S)(-?)(?:(person|topic|before|after|year):\s*)?(?:["“”„«»「『《]([^"“”„«»」』》]*)["“”«»」』》]|(\S+))/giu;
    // Wide or joined, as ： or ﬁ, is not meant otherwise.
    const asked = query.replace(/[\ufb00-\ufdc7\ufe70-\uff9f]+/g, (some) => some.normalize("NFKC"));
    for (const [, minus, key, quoted, plain] of asked.matchAll(pattern)) {
      const value = (quoted ?? plain).trim();
      const field = key?.toLowerCase();
      const isExcluded = minus === "-";
      if (field === "person" || field === "topic") {
        const kind = field === "person" ? "people" : "topics";
        if (value) parts.tokens.push({ kind, value, isExcluded });
      } else if (field === "before") { // what is no date finds nothing
        parts.to = Math.min(parts.to, dayOf(value));
      } else if (field === "after") {
        parts.from = Math.max(parts.from, dayOf(value));
      } else if (field === "year") {
        const [first, last = first] = value.split(/[-–—]/);
        parts.years.push([dayOf(first), dayOf(last, true)]);
      } else if (value) {
        parts.terms.push({ value, isPhrase: quoted !== undefined, isExcluded });
      }
    }
    return parts;
  }

  /** Returns what a name is called in addresses and hidden words, where it is in Latin letters. */
  const slug = (name) => name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase()
    .replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "");

  const isSegmented = (lang) => /^(zh|ja|th)\b/.test(lang);

  /** Returns the words of a text in a language, each normalised. */
  function wordsOf(value, lang) {
    let words = value.split(/\s+/u);
    if (isSegmented(lang) && Intl.Segmenter) {
      const segmenter = new Intl.Segmenter(lang, { granularity: "word" });
      words = words.flatMap((word) => [...segmenter.segment(word)].map(({ segment }) => segment));
    }
    return words.map(normalise).filter(Boolean);
  }

  /** Returns how many bytes a word has in UTF-8. */
  function lengthOf(word) {
    let bytes = word.length;
    for (let i = 0; i < word.length; i++) {
      const unit = word.charCodeAt(i);
      // Half of a pair stands for two of four bytes.
      if (unit > 127) bytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
    }
    return bytes;
  }

  // How near a word is to the one asked for, up to 1, by how many bytes it is longer.
  const NEARNESS = Float64Array.from({ length: 256 }, (_, i) =>
    Math.exp(Math.exp(-((i + 1) ** 2) / 8) - 1));
  const nearness = (word, length) => NEARNESS[Math.min(255, lengthOf(word) - length)];

  const isSpelled = (asked, form) => form.startsWith(asked) || asked.startsWith(form);

  const SEEN = 256; // beside the bits of meta fields

  /** What is found out of one term in one shard: how much of each page is about it (BM25 without the
      rarity), a bit for each meta field that it is in, and one if it is there at all. Used again for
      the next shard: what a rare word costs is its own few pages, not all pages of the archive. */
  class Sheet {
    constructor(pages) {
      this.tf = new Float32Array(pages);
      this.marks = new Uint16Array(pages);
      this.touched = new Uint32Array(pages);
      this.count = 0;
    }

    /** Adds pages with the sums of their weights, each of them worth so much. */
    add({ pages, weights, fields }, worth, bonus, norms, loudness) {
      const { tf, marks, touched } = this;
      let { count } = this;
      for (let i = 0; i < pages.length; i++) {
        const page = pages[i];
        const weight = weights[i] * worth;
        tf[page] += (bonus * weight) / (norms[loudness[page]] + weight);
        if (!marks[page]) touched[count++] = page;
        marks[page] |= SEEN | fields[i];
      }
      this.count = count;
    }

    clear() {
      const { tf, marks, touched, count } = this;
      if (count > 400) { // all is quicker
        tf.fill(0);
        marks.fill(0);
      } else {
        for (let i = 0; i < count; i++) tf[touched[i]] = marks[touched[i]] = 0;
      }
      this.count = 0;
    }
  }

  function withRoom(list, size) {
    if (list.length >= size) return list;
    const longer = new list.constructor(Math.max(size, 2 * list.length));
    longer.set(list);
    return longer;
  }

  /** What a search found: a row for each page, with what the sheets have of each term. The next
      search writes over it. */
  class Rows {
    constructor() {
      this.count = 0;
      this.pages = new Uint32Array(0);
      this.tfs = [];
      this.fields = [];
    }

    /** Appends so many pages of a list, or the first so many of a shard. */
    append(size, list) {
      const first = this.count;
      this.count += size;
      const pages = (this.pages = withRoom(this.pages, this.count));
      for (let i = 0; i < size; i++) pages[first + i] = list ? list[i] : i;
    }

    /** Drops from a row on what is not marked so. */
    keep(first, marks, isMarked) {
      const { pages, count } = this;
      this.count = first;
      for (let row = first; row < count; row++) {
        const page = pages[row];
        if (marks[page] > 0 === isMarked) pages[this.count++] = page;
      }
    }

    /** Copies from a row on what a sheet has. */
    fill(first, term, { tf, marks }) {
      const { pages, count } = this;
      const tfs = (this.tfs[term] = withRoom(this.tfs[term] ?? new Float32Array(0), count));
      const fields = (this.fields[term] = withRoom(this.fields[term] ?? new Uint8Array(0), count));
      for (let row = first; row < count; row++) {
        tfs[row] = tf[pages[row]];
        fields[row] = marks[pages[row]]; // but for SEEN
      }
    }
  }

  /** One thing that a page must have (or must not), in one language: a word, a phrase, or any of
      some hidden words. */
  class Term {
    constructor(words, kind, isExcluded) {
      this.words = words; // [{stem, spelled}]
      this.kind = kind; // "word", "phrase", "any"
      this.isExcluded = isExcluded;
      this.filesOf = new Map(); // by the lists in which they are
      const [{ stem }] = words;
      this.isPrefix = kind === "word" && !isExcluded && ([...stem].length > 1
        || SYLLABLES.test(stem));
    }

    /** Returns the word lists that are asked: those with places for a phrase alone. */
    lists(shard) {
      return this.kind === "phrase" ? shard.lists : shard.postings;
    }

    /** Returns the files that each word needs, of one shard; `among` are the word lists that are
        asked, each of a shard or series. */
    files(shard, among) {
      const lists = this.lists(shard);
      const known = this.filesOf.get(lists); // shards share them
      if (known) return known;
      const most = Math.max(2, Math.floor(MOST_FILES / among));
      const files = this.words.map(({ stem }) => {
        const all = lists.filesFor(stem, this.isPrefix);
        if (all.length > most) this.isPartial = true; // two letters in a large archive
        return all.slice(0, most);
      });
      this.filesOf.set(lists, files);
      return files;
    }

    /** Returns the words of a shard in what was read of one of its files. */
    wordsIn(shard, value) {
      if (!shard.series) return value;
      return this.lists(shard).kind === "postings" ? value.part(shard.seat, postingsOf)
        : value.part(shard.place, chunkOf);
    }

    /** Writes down on which pages of a shard this is. `loaded` has the files of each word, `norms`
        the weight of each length. */
    match(shard, loaded, norms, sheet) {
      const { loudness } = shard;
      if (this.kind === "phrase") {
        sheet.add(this.phrase(shard, loaded), NEARNESS[0] / WEIGHT, SATURATION + 1, norms, loudness);
        return;
      }
      this.words.forEach(({ stem, spelled }, number) => {
        const length = lengthOf(stem);
        for (const value of loaded[number]) {
          const chunk = this.wordsIn(shard, value);
          const [first, last] = chunk.matching(stem, this.isPrefix);
          for (let word = first; word < last; word++) {
            const worth = nearness(chunk.words[word], length) / WEIGHT;
            for (const list of chunk.list(word)) {
              const bonus = isSpelled(spelled, list.form) ? SPELLING : 1;
              sheet.add(list, worth, (SATURATION + 1) * bonus, norms, loudness);
            }
          }
        }
      });
    }

    /** Returns {pages, weights, fields, ends}: where the words stand one behind another, and the
        places of the last of them. All spellings of a word count: that "cafe owners" is not missed
        where "café" is near. */
    phrase(shard, loaded, only) {
      const none = { pages: [], weights: [], fields: [], ends: [] };
      const chunks = loaded.map(([value]) => this.wordsIn(shard, value));
      const numbers = this.words.map(({ stem }, i) => chunks[i].matching(stem, false));
      if (numbers.some(([first, last]) => first === last)) return none;
      const has = new Uint8Array(shard.pages); // how many of the words a page has
      numbers.forEach(([number], i) => {
        for (const list of chunks[i].list(number)) {
          for (const page of list.pages) if (has[page] === i) has[page]++;
        }
      });
      const isWanted = only === undefined ? (page) => has[page] === numbers.length
        : (page) => page === only;
      // Page and place in one number each, in order; a word's are those behind the last word's.
      let before = null;
      numbers.forEach(([number], i) => {
        let own = new Float64Array(1024);
        let [size, last, isSorted] = [0, -1, true];
        chunks[i].places(number, isWanted, (page, place) => {
          own = withRoom(own, size + 1);
          own[size++] = page * PAGE + place;
          isSorted = isSorted && own[size - 1] > last;
          last = own[size - 1];
        });
        own = own.subarray(0, size);
        if (!isSorted) own.sort();
        before = before ? own.filter(isBehind(before)) : own;
      });
      const found = { ...none, ends: before };
      for (const key of before) {
        const [page, place] = [Math.floor(key / PAGE), key % PAGE];
        let at = found.pages.length - 1;
        if (found.pages[at] !== page) {
          at = found.pages.push(page) - 1;
          found.weights.push(0);
          found.fields.push(0);
        }
        if (place < FIELD) found.weights[at] += WEIGHT;
        else found.fields[at] |= 1 << Math.min(7, Math.floor(place / FIELD) - 1);
      }
      return found;
    }

    /** Adds to `hits` the places in a page's text that are to be marked, each with its weight:
        a phrase where the index has it, a word where the text has it. `stems` has the parts of each
        word of the text, stemmed. */
    locate(shard, loaded, page, stems, hits) {
      const add = (place, weight) => hits.set(place, (hits.get(place) || 0) + weight);
      if (this.kind === "phrase") {
        for (const key of this.phrase(shard, loaded, page).ends) {
          const place = key % PAGE;
          if (place >= FIELD) continue;
          for (let i = 0; i < this.words.length; i++) add(place - i, 1);
        }
      } else if (this.kind === "word") {
        for (const { stem } of this.words) {
          const length = lengthOf(stem);
          stems.forEach((parts, place) => parts.forEach((part, i) => {
            if (!(this.isPrefix ? part.startsWith(stem) : part === stem)) return;
            // The first is all of it; what is only a part of a word counts less.
            add(place, nearness(part, length) / (i ? parts.length - 1 : 1) ** 2);
          }));
        }
      }
    }
  }

  /** Returns a test for sorted numbers, in turn: whether one follows a number of the list. */
  function isBehind(list) {
    let at = 0;
    return (number) => {
      while (list[at] < number - 1) at++;
      return list[at] === number - 1;
    };
  }

  // ---- Excerpts

  // Where the index has a word's parts, too: at signs, between numbers and letters, at capitals.
  const SEAMS = new RegExp("[^\\p{Alphabetic}\\p{N}\\p{M}\\u3000-\\uffff]+|[\\u02b9-\\u02bf]+"
    + "|(?<=\\p{N})(?=\\p{L})|(?<=\\p{L})(?=\\p{N})|(?<=\\p{Ll})(?=\\p{Lu})|(?<=\\p{Lu})(?=\\p{Lu}\\p{Ll})", "u");

  /** Returns what the index has of one word of a text: all of it first, then its parts; stemmed. */
  function stemsOf(word, stem) {
    const whole = normalise(word);
    const parts = whole && !/^[\p{Alphabetic}\p{N}]+$/u.test(word) ? word.split(SEAMS) : [];
    const words = parts.filter((part) => part.length > 1).map(normalise).filter(Boolean);
    const isSame = words.length === 1 && words[0].folded === whole.folded;
    return [whole, ...(isSame ? [] : words)].filter(Boolean)
      .map(({ folded }) => stem(folded));
  }

  /** Returns [text, isHit] pairs: the `EXCERPT` words of `words[first, end)` with the most hits. */
  function excerptOf(words, joiner, hits, first = 0, end = words.length) {
    const places = [...hits.keys()].filter((place) => place >= first && place < end)
      .sort((a, b) => a - b);
    let [start, best, sum, tail] = [first, 0, 0, 0];
    places.forEach((place) => {
      sum += hits.get(place);
      while (places[tail] <= place - EXCERPT) sum -= hits.get(places[tail++]);
      if (sum <= best) return;
      best = sum;
      // The hits in the middle, so that one reads what stands around them.
      const room = EXCERPT - (place - places[tail] + 1);
      start = places[tail] - (room >> 1);
    });
    start = Math.max(first, Math.min(start, end - EXCERPT));
    const stop = Math.min(end, start + EXCERPT);
    const parts = [];
    const add = (part, isHit) => {
      const last = parts[parts.length - 1];
      if (last && last[1] === isHit) last[0] += part;
      else if (part) parts.push([part, isHit]);
    };
    for (let place = start; place < stop; place++) {
      add(words[place].replace(/\s/g, " "), hits.has(place)); // before a dash, one that holds
      if (place < stop - 1) add(joiner, hits.has(place) && hits.has(place + 1));
    }
    return shorten(parts, start > first, stop < end);
  }

  /** Returns the parts with their ends cut off where they are too long, and dots where text is
      left out. */
  function shorten(parts, isCutBefore, isCutAfter) {
    let room = EXCERPT_LETTERS;
    const size = parts.reduce((total, [part]) => total + part.length, 0);
    if (size > room && parts.length && !parts[0][1] && parts[0][0].length > 80) {
      parts[0][0] = parts[0][0].slice(-80);
      isCutBefore = true;
    }
    const kept = [];
    for (const [part, isHit] of parts) {
      if (room <= 0) break;
      kept.push([part.slice(0, room), isHit]);
      if (part.length > room) isCutAfter = true;
      room -= part.length;
    }
    if (isCutBefore) kept.unshift(["… ", false]);
    if (isCutAfter) kept.push([" …", false]);
    return kept;
  }

  /** Returns an address of the site with, after it, the place on the page. */
  const addressOf = (url, root) => new URL(url.replace(/^\/+/, ""), root).href;

  /** Returns up to three parts of a page, by its headings, that have hits in them. */
  function partsOf(fragment, words, joiner, hits, url) {
    const anchors = (fragment.anchors || [])
      .filter(({ element, id, text: title }) => /^h\d$/i.test(element) && id && title?.trim())
      .sort((a, b) => a.location - b.location);
    return anchors.map((anchor, i) => ({ anchor, end: anchors[i + 1]?.location ?? words.length }))
      .filter(({ anchor, end }) =>
        [...hits.keys()].some((place) => place >= anchor.location && place < end))
      .slice(0, 3)
      .map(({ anchor, end }) => ({
        title: anchor.text,
        url: `${url}#${encodeURIComponent(anchor.id)}`,
        excerpt: excerptOf(words, joiner, hits, anchor.location, end),
      }));
  }

  // ---- The engine

  class Engine {
    /** `post` takes what is answered. */
    constructor(post) {
      this.post = post;
      this.run = 0;
      this.stemmers = {};
      this.known = {}; // by language, words of texts with their stems
    }

    async receive(message) {
      const { id } = message;
      const run = message.do === "search" || message.do === "cancel" ? ++this.run : this.run;
      if (this.shelf) this.shelf.run = this.run;
      try {
        const answer = await this.answer(message, run);
        if (answer) this.post({ id, ...answer });
        this.shelf?.trim();
      } catch (error) {
        if (error.kind === "cancelled") this.post({ id, cancelled: true });
        else this.post({ id, failed: { kind: error.kind || "bug", message: String(error.message) } });
      }
    }

    async answer(message, run) {
      if (message.do === "open") {
        this.given = message;
        this.opening = null;
        return { opened: await this.open() };
      }
      if (message.do === "cancel") return null;
      try {
        await this.open();
        return await this.act(message, run);
      } catch (error) {
        // A hashed file is gone, or a page of the host's stands in its place: the site was replaced
        // while this page was open. Once more from the start.
        if (run !== this.run) throw CANCELLED;
        if (!["stale", "damaged"].includes(error.kind)) throw error;
        if (message.do === "show" || message.do === "slice") throw error; // its pages are gone
        this.opening = null;
        await this.open("reload"); // a server that counts in seconds would say "not modified"
        return await this.act(message, run);
      }
    }

    act(message, run) {
      if (message.do === "names") return this.suggest(message.text, message.isNear);
      if (message.do === "labels") return this.labels();
      if (this.stock) return this.stock[message.do](message);
      if (message.do === "search") return this.search(message, run);
      if (message.do === "slice") return { refs: this.slice(message.from, message.to) };
      if (message.do === "show") return this.show(message.refs);
      if (message.do === "count") return this.count(message.query);
      throw new Error(`nothing is called ${message.do}`);
    }

    /** Reads the catalogue, once; a failure is forgotten, so that the next call tries again. */
    open(cache = "no-cache") {
      this.opening ??= this.readCatalogue(cache).catch((error) => {
        this.opening = null;
        throw error;
      });
      return this.opening;
    }

    async readCatalogue(cache) {
      const { bundle, lang = "", memory = MEMORY } = this.given;
      const early = lang.toLowerCase().split("-")[0];
      if (this.given.stemmers?.[early]) this.stemmer(early).catch(() => {}); // at the same time
      let bytes = this.given.catalogue && new Uint8Array(this.given.catalogue);
      this.given.catalogue = null; // read once more, it is another one
      this.isScripts = this.given.scripts ?? bundle.startsWith("file:");
      if (bytes && this.isScripts) bytes = unescapeScript(bytes);
      try {
        bytes ??= await readFile(bundle, CATALOGUE, this.isScripts, cache);
      } catch (error) {
        if (error.kind !== "stale" || this.given.scripts !== undefined) throw error;
        this.isScripts = true;
        bytes = await readFile(bundle, CATALOGUE, true, cache);
      }
      const catalogue = JSON.parse(text.decode(await unpack(bytes, CATALOGUE)));
      const isKnown = catalogue.format === FORMAT && VERSIONS.includes(catalogue.pagefind);
      const listed = new Map((catalogue.series || []).map((one) => [one.path, one]));
      const series = new Map([...listed].map(([path, one]) =>
        [path, new Lists(`words/${path}`, one)]));
      const groups = new Map();
      for (const { path, series: paths, names } of isKnown ? catalogue.groups : []) {
        const { from } = listed.get(path);
        const lists = new Lists(`words/${path}`, { from, names }, "postings");
        let before = 0;
        for (const one of paths) {
          groups.set(one, { lists, before });
          before += listed.get(one).shards;
        }
      }
      let first = 0;
      this.shards = catalogue.shards.map((shard, number) => {
        const one = isKnown ? new Shard(shard, number, series, groups) : { ...shard, number };
        one.first = first; // so many pages are in the shards before
        first += shard.pages;
        return one;
      });
      this.lookUp = catalogue.names; // the index of the names, see search-names.js
      this.shelf = new Shelf(memory);
      this.shelf.run = this.run;
      this.last = null;
      this.normsOf = {};
      this.sheets = []; // one for each term of a query
      this.rows = new Rows();
      this.spare = new Float64Array(0); // for the keys of the next results
      const languages = new Map();
      for (const { lang: tag, pages } of this.shards) {
        languages.set(tag, (languages.get(tag) || 0) + pages);
      }
      this.stock = isKnown ? null : await this.openStock(series);
      this.newest = Math.max(...this.shards.map(({ to }) => (to ? dayOf(to) : -1e9)));
      return {
        version: catalogue.pagefind,
        pages: [...languages.values()].reduce((total, pages) => total + pages, 0),
        languages: [...languages].map(([tag, pages]) => ({ lang: tag, pages })),
        known: isKnown,
      };
    }

    /** Returns Pagefind's own runtime as something that answers messages, where it can run. */
    async openStock(series) {
      const { bundle, stock } = this.given;
      // A page of file:// may not import it; the builder makes no such index for one.
      if (!stock || bundle.startsWith("file:")) throw fail("version", "an index of another version");
      if (!self.backfileStock) await loadScript(stock);
      const { given, shards, isScripts } = this;
      const raw = async (path) => unpack(await readFile(bundle, path, isScripts), path);
      return self.backfileStock({ given, shards, series, raw, isScripts });
    }

    /** Returns the unpacked bytes of a file below the bundle, or what `make` makes of them. */
    async read(path, make) {
      const { bundle } = this.given;
      const isScripts = this.isScripts;
      return this.shelf.get(path, async () => {
        const bytes = await unpack(await readFile(bundle, path, isScripts), path);
        return make ? make(bytes) : Object.assign(bytes, { size: bytes.length });
      });
    }

    /** Returns the function that stems words as the index was stemmed. */
    async stemmer(engine) {
      if (!engine) return plainly;
      const base = engine.split("-")[0];
      const name = { nb: "no", nn: "no" }[base] || base;
      this.stemmers[name] ??= (async () => {
        const url = this.given.stemmers?.[name];
        if (!url) throw fail("version", `no stemmer is named for ${name}`);
        if (!self.backfileStemmers?.[name]) await loadScript(url);
        const stem = self.backfileStemmers[name];
        return (word) => plainly(stem(word) || word);
      })();
      this.stemmers[name].catch(() => delete this.stemmers[name]);
      return this.stemmers[name];
    }

    /** Returns the hidden words of a person or topic, by slug or by any of its names. */
    async tokens({ kind, value }) {
      const names = await this.names().catch(() => null);
      const slugs = new Set([slug(value)]);
      if (names) {
        const read = (path) => this.read(path);
        const named = await names.slugs(kind, value, read, this.lookUp).catch(() => []);
        for (const one of named) slugs.add(one);
      }
      const token = names?.token ?? ((of, one) => `bf${of}0${one.replaceAll("-", "0")}9`);
      return [...slugs].map((one) => token(kind, one));
    }

    /** Returns search-names.js, null where the site has none. */
    async names() {
      if (!self.backfileNames && this.given.names) await loadScript(this.given.names);
      return self.backfileNames ?? null;
    }

    async suggest(value, isNear) {
      const names = this.lookUp && await this.names();
      if (!names) return { names: [] };
      const { lang = "" } = this.given;
      const read = (path) => this.read(path);
      return { names: await names.suggest(value, read, this.lookUp, lang, isNear) };
    }

    /** Returns what the values of filters are called in the page's language. */
    async labels() {
      const file = this.lookUp?.labels?.[this.given.lang];
      if (!file) return { labels: {} };
      return { labels: JSON.parse(text.decode(await this.read(`names/${file}.pf_names`))) };
    }

    /** Returns what a query means: which shards, which terms in each language, which pages. */
    async plan({ text: asked = "", lang = [], filters = {} }, isCounted) {
      const parts = parse(asked);
      const wanted = lang.map((tag) => tag.toLowerCase());
      const shards = this.shards.filter((shard) => (isCounted || !wanted.length
        || wanted.includes(shard.lang)) && this.ranges(shard, parts).length);
      const tokens = await Promise.all(parts.tokens.map(async (token) => ({
        words: (await this.tokens(token)).map((stem) => ({ stem, spelled: stem })),
        isExcluded: token.isExcluded,
      })));
      const terms = {};
      for (const { lang: tag, stemmer } of shards) {
        if (terms[tag]) continue;
        const stem = await this.stemmer(stemmer);
        const found = new Map();
        const add = (words, kind, isExcluded) => words.length && found.set(
          `${kind}${isExcluded}${words.map((word) => word.stem).join(" ")}`,
          new Term(words, kind, isExcluded),
        );
        for (const { value, isPhrase, isExcluded } of parts.terms) {
          const words = wordsOf(value, tag)
            .map(({ folded, spelled }) => ({ stem: stem(folded), spelled }));
          if (isPhrase || (isExcluded && words.length > 1)) add(words, "phrase", isExcluded);
          else {
            // What a dictionary takes apart may stand whole, above all a name: 普京 as 普 and 京.
            const whole = isSegmented(tag) && words.length > 1 && normalise(value);
            const same = whole ? [{ stem: whole.folded, spelled: whole.spelled }] : [];
            words.forEach((word) => add([word, ...same], "word", isExcluded));
          }
        }
        for (const { words, isExcluded } of tokens) add(words, "any", isExcluded);
        terms[tag] = [...found.values()];
      }
      const said = parts.terms.filter(({ isExcluded }) => !isExcluded).map(({ value }) => value);
      // All that was typed may be a comma, which finds nothing, while no text finds all.
      const isVoid = parts.terms.length ? !Object.values(terms).some((list) => list.length)
        : asked.trim() && !tokens.length && !parts.years.length && parts.from === -Infinity
          && parts.to === Infinity;
      return { parts, shards: isVoid ? [] : shards, terms, said, filters, lang: wanted };
    }

    /** Returns the [first, end) ranges of a shard's pages that fall into the days asked for. */
    ranges(shard, { from, to, years }, more = []) {
      if (from === -Infinity && to === Infinity && !years.length && !more.length) {
        return shard.whole;
      }
      if (!shard.dated) return [];
      let spans = [[from, to]];
      for (const list of [years, more]) {
        if (!list.length) continue;
        spans = spans.flatMap(([start, end]) => list
          .map(([a, b]) => [Math.max(start, a), Math.min(end, b)]).filter(([a, b]) => a < b));
      }
      const [first, last] = [dayOf(shard.from), dayOf(shard.to)];
      return spans.filter(([start, end]) => start <= last && end > first)
        .map(([start, end]) => [shard.firstFrom(start), shard.firstFrom(end)])
        .filter(([start, end]) => start < end);
    }

    /** Returns what a query needs of a shard, {paths, values} for each term: the files of each word,
        and what is in them, null until it is there. */
    needs(shard, terms, among) {
      return terms.map((term) => {
        const paths = term.files(shard, among);
        const values = paths.map((list) => list.map((path) => this.shelf.known(path)));
        const isMissing = values.flat().includes(undefined);
        return { paths, values: isMissing ? null : values, make: shard.series ? volumeOf : chunkOf };
      });
    }

    load(needs) {
      return Promise.all(needs.map(async (need) => {
        need.values ??= await Promise.all(need.paths.map((list) =>
          Promise.all(list.map((path) => this.read(path, need.make)))));
      }));
    }

    async filter(shard, name) {
      const file = shard.series ? shard.lists.filters[name] : shard.filters[name];
      const folder = shard.series ? shard.lists.folder : `${shard.path}/filter`;
      if (!file) return { values: new Map(), size: 0 };
      const path = `${folder}/${file}.pf_filter`;
      if (!shard.series) return this.read(path, readFilter);
      return (await this.read(path, volumeOf)).part(shard.place, readFilter);
    }

    /** Returns how a page's length weighs, by the byte that the catalogue has for it. */
    norms(lang) {
      if (this.normsOf[lang]) return this.normsOf[lang];
      let [words, pages] = [0, 0];
      for (const shard of this.shards) {
        if (shard.lang !== lang) continue;
        words += shard.average * shard.pages;
        pages += shard.pages;
      }
      return (this.normsOf[lang] = Float32Array.from({ length: 256 }, (_, byte) => {
        const length = (2 ** (byte / 8) - 1) / (words / pages || 1);
        return SATURATION * (1 - LENGTH + LENGTH * length);
      }));
    }

    /** Appends the pages of a shard that have all the terms. Returns which rows these are, and how
        many pages have each term. */
    match({ shard, ranges, needs, allowed = [] }, terms, rows) {
      const norms = this.norms(shard.lang);
      const sheets = terms.map((term, i) => {
        this.sheets[i] ??= new Sheet(Math.max(...this.shards.map(({ pages }) => pages)));
        term.match(shard, needs[i].values, norms, this.sheets[i]);
        return this.sheets[i];
      });
      const asked = sheets.filter((_, i) => !terms[i].isExcluded);
      // Looked through are the pages of the rarest term, or all.
      const rarest = asked.reduce((a, b) => (a && a.count <= b.count ? a : b), null);
      const first = rows.count;
      rows.append(rarest ? rarest.count : shard.pages, rarest?.touched);
      if (ranges !== shard.whole) {
        const isIn = new Uint8Array(shard.pages);
        for (const [start, end] of ranges) isIn.fill(1, start, end);
        rows.keep(first, isIn, true);
      }
      for (const isIn of allowed) rows.keep(first, isIn, true);
      sheets.forEach((sheet, i) => {
        if (sheet !== rarest) rows.keep(first, sheet.marks, !terms[i].isExcluded);
      });
      asked.forEach((sheet, i) => rows.fill(first, i, sheet));
      const counts = asked.map(({ count }) => count);
      for (const sheet of sheets) sheet.clear();
      return { shard, first, end: rows.count, counts };
    }

    async search({ id, query }, run) {
      const check = () => {
        if (run !== this.run) throw CANCELLED;
      };
      const plan = await this.plan(query);
      check();
      this.asked = plan; // what is shown from now on is shown for it
      const { year = [], ...others } = plan.filters;
      const years = year.map((one) => [dayOf(one), dayOf(one, true)]);
      const names = Object.keys(others).filter((name) => others[name].length);
      const jobs = plan.shards
        .map((shard) => ({ shard, ranges: this.ranges(shard, plan.parts, years), allowed: [] }))
        .filter(({ ranges }) => ranges.length);
      plan.among = new Set(jobs.map(({ shard }) => shard.postings)).size;
      const shared = new Map(); // by word lists, what the shards of a series need
      for (const job of jobs) {
        const { shard } = job;
        job.needs = shared.get(shard.lists)
          ?? this.needs(shard, plan.terms[shard.lang], plan.among);
        shared.set(shard.lists, job.needs);
      }
      const isHere = !names.length && jobs.every((job) => job.needs.every(({ values }) => values));
      const start = (job) => {
        job.loading = Promise.all([this.load(job.needs), ...names.map(async (name) =>
          job.allowed.push(marksOf(job.shard, await this.filter(job.shard, name), others[name])))]);
        job.loading.catch(() => {}); // it is awaited below, in turn
      };
      const early = isHere || query.sort === "oldest" ? 0 : this.early(jobs);
      if (!isHere) jobs.slice(0, early || jobs.length).forEach(start);
      this.rows.count = 0;
      const parts = [];
      const found = { query, parts };
      let told = 0; // of so many shards
      let turn = now();
      const tell = (done, more) => {
        this.rank(found);
        const progress = { found: found.total, done, shards: jobs.length, ...more };
        this.post({ id, progress: { ...progress, top: this.refs(found, 0, FIRST_REFS) } });
        told = done;
      };
      // While files are awaited, what there is already is told.
      const timer = isHere ? 0 : setInterval(() => {
        if (run === this.run && told < parts.length) tell(parts.length);
      }, PROGRESS_MS);
      try {
        for (const [done, job] of jobs.entries()) {
          if (early && done === early) {
            const sum = (list) => list.reduce((a, b) => a + b, 0);
            const pages = sum(parts.map((part) => part.shard.pages));
            if (sum(parts.map(({ counts }) => sum(counts))) > COMMON * pages) {
              // Much is still to come. What is shown first must not queue behind it.
              told = done; // here, once its texts are there
              this.rank(found);
              await Promise.all(this.refs(found, 0, FIRST_RESULTS).map((ref) => this.fragment(ref)))
                .catch(() => null);
              check();
              if (found.total) tell(done, { early: true });
            }
            jobs.slice(early).forEach(start);
          }
          if (job.loading) {
            await job.loading;
            check();
          }
          if (!isWorker && now() - turn > TURN_MS) {
            await new Promise((go) => setTimeout(go));
            check();
            turn = now();
          }
          parts.push(this.match(job, plan.terms[job.shard.lang], this.rows));
        }
      } finally {
        clearInterval(timer);
      }
      if (!isWorker) await new Promise((go) => setTimeout(go));
      check();
      this.rank(found);
      this.spare = new Float64Array(this.last?.keys.buffer ?? 0); // slices need the last
      this.last = found;
      const isPartial = Object.values(plan.terms).flat().some((term) => term.isPartial);
      const top = this.refs(found, 0, FIRST_REFS);
      return { done: { found: found.total, top, terms: plan.said, partial: isPartial } };
    }

    /** Returns how many of the newest shards are to be asked before the others; 0: all at once,
        where these are few, or were asked before and are at hand. */
    early(jobs) {
      let [first, pages] = [0, 0];
      const { most = FIRST_PAGES } = this.given;
      while (first < jobs.length && pages < most) pages += jobs[first++].shard.pages;
      const newest = new Set(jobs.slice(0, first).map(({ shard }) => shard.postings));
      while (first < jobs.length && newest.has(jobs[first].shard.postings)) first++;
      const needed = jobs.slice(first).flatMap(({ needs }) => needs.flatMap(({ paths }) => paths));
      const missing = new Set(needed.flat().filter((path) => !this.shelf.known(path)));
      return missing.size > FEW_FILES ? first : 0;
    }

    fragment({ shard, page }) {
      return this.read(this.shards[shard].fragment(page), (bytes) =>
        Object.assign(JSON.parse(text.decode(bytes)), { size: 2 * bytes.length }));
    }

    /** Puts what was found so far in order: a key for each result, the first one's the largest.
        A word's rarity is counted over all shards that were searched, so that their results compare;
        Pagefind counts within each. By language, an Arabic name would weigh most where it is rarest:
        among the hidden names of Russian articles. */
    rank(found) {
      const { query, parts } = found;
      const { count, pages } = this.rows;
      this.spare = withRoom(this.spare, count);
      const keys = this.spare.subarray(0, count);
      const rarity = {};
      // Where a query comes to fewer or more terms than elsewhere, it is counted there alone.
      const termsOf = ({ counts }) => counts.length;
      for (const number of new Set(parts.map(termsOf))) {
        const own = parts.filter((part) => termsOf(part) === number);
        const all = own.reduce((sum, { shard }) => sum + shard.pages, 0);
        rarity[number] = own[0].counts.map((_, term) => {
          const has = own.reduce((sum, { counts }) => sum + counts[term], 0);
          return Math.log(1 + (all - has + 0.5) / (has + 0.5));
        });
      }
      const read = (this.given.lang || "").toLowerCase();
      const isByDate = query.sort === "newest" || query.sort === "oldest"
        || !Object.values(rarity).some((terms) => terms.length);
      const sign = query.sort === "oldest" ? -1 : 1;
      for (const part of parts) {
        const { shard, first, end } = part;
        let scale = 1;
        if (isByDate) {
          // What has no date comes last.
          for (let row = first; row < end; row++) {
            keys[row] = sign * shard.dayOf(pages[row], -sign * 4e6) + 4e6;
          }
        } else {
          scale = shard.lang === read ? OWN_LANGUAGE * 2 ** 16 : 2 ** 16;
          score(part, rarity[termsOf(part)], this.rows, keys);
        }
        if (query.recency && !isByDate) {
          for (let row = first; row < end; row++) {
            if (pages[row] < shard.undated) continue;
            keys[row] *= 1 + 2 ** ((shard.dayOf(pages[row]) - this.newest) / RECENT_DAYS);
          }
        }
        // Both in one number, which sorts quickly. Among equals the newer page wins, and when the
        // oldest come first, the older.
        const seat = sign > 0 ? SEATS - shard.first - shard.pages : shard.first + shard.pages - 1;
        for (let row = first; row < end; row++) {
          keys[row] = Math.floor(keys[row] * scale) * SEATS + seat + sign * pages[row];
        }
      }
      found.sign = sign;
      found.keys = keys;
      found.isSorted = false;
      found.total = count;
    }

    /** Returns the results from one place up to another as {shard, page}. */
    refs(found, from, to) {
      if (to > FIRST_REFS && !found.isSorted) {
        found.keys.sort();
        found.isSorted = true;
      }
      const keys = found.isSorted ? found.keys : largest(found.keys, to);
      const refs = [];
      for (let at = keys.length - 1 - from; at >= 0 && at > keys.length - 1 - to; at--) {
        const seat = keys[at] % SEATS;
        const place = found.sign > 0 ? SEATS - 1 - seat : seat;
        const shard = this.shards.find(({ first, pages }) => place < first + pages);
        refs.push({ shard: shard.number, page: shard.first + shard.pages - 1 - place });
      }
      return refs;
    }

    slice(from, to) {
      return this.last ? this.refs(this.last, from, to) : [];
    }

    async show(refs) {
      const plan = this.asked;
      const items = await Promise.all(refs.map(async ({ shard: number, page }) => {
        const shard = this.shards[number];
        const terms = (plan?.terms[shard.lang] || []).filter(({ isExcluded }) => !isExcluded);
        const phrases = terms.filter(({ kind }) => kind === "phrase");
        const needs = this.needs(shard, phrases, plan?.among);
        const [fragment, stem] = await Promise.all([
          this.fragment({ shard: number, page }),
          this.stemmer(shard.stemmer),
          this.load(needs),
        ]);
        // Where the indexer knew the words of a language without spaces, it marked their ends.
        const isMarked = fragment.content.includes("\u200b");
        const words = fragment.content.split(isMarked ? "\u200b" : " ");
        const joiner = isMarked ? "" : " ";
        const stems = phrases.length < terms.length ? this.stemsOf(words, shard.lang, stem) : [];
        const hits = new Map();
        for (const term of terms) {
          term.locate(shard, needs[phrases.indexOf(term)]?.values, page, stems, hits);
        }
        const url = addressOf(fragment.url, this.given.root);
        return {
          url,
          title: fragment.meta.title || fragment.url,
          date: fragment.meta.date || "",
          lang: shard.lang,
          dir: shard.dir,
          excerpt: excerptOf(words, joiner, hits),
          parts: partsOf(fragment, words, joiner, hits, url),
        };
      }));
      return { items };
    }

    /** Returns what the index has of each word of a text, and keeps it for the next text. */
    stemsOf(words, lang, stem) {
      const known = (this.known[lang] ??= new Map());
      if (known.size > MOST_KNOWN) known.clear();
      return words.map((word) => {
        let stems = known.get(word);
        if (!stems) known.set(word, (stems = stemsOf(word, stem)));
        return stems;
      });
    }

    /** Counts for each value of each facet how many pages a choice of it would find: the other
        facets narrow, its own do not. */
    async count(query) {
      const plan = await this.plan(query, true);
      const { filters } = plan;
      const among = new Set(plan.shards.map(({ postings }) => postings)).size;
      const rows = new Rows();
      const counts = { year: {}, topic: {}, section: {}, lang: {} };
      const add = (name, value, number = 1) =>
        (counts[name][value] = (counts[name][value] || 0) + number);
      for (const shard of plan.shards) {
        const terms = plan.terms[shard.lang];
        const needs = this.needs(shard, terms, among);
        const [topic, section] = await Promise.all([
          this.filter(shard, "topic"), this.filter(shard, "section"), this.load(needs),
        ]);
        const job = { shard, needs, ranges: this.ranges(shard, plan.parts) };
        rows.count = 0;
        this.match(job, terms, rows);
        const pages = rows.pages.subarray(0, rows.count);
        // A bit for each facet that a page is not in; one that fails in a facet counts there.
        const misses = new Uint8Array(shard.pages).fill(16);
        for (const page of pages) misses[page] = 0;
        const isOther = plan.lang.length && !plan.lang.includes(shard.lang);
        for (const [name, filter, bit] of [["topic", topic, 2], ["section", section, 4]]) {
          if (!filters[name]?.length) continue;
          const isIn = marksOf(shard, filter, filters[name]);
          for (const page of pages) if (!isIn[page]) misses[page] |= bit;
        }
        for (const page of pages) {
          const day = shard.dayOf(page, null);
          const year = day === null ? null : String(yearOf(day));
          if (filters.year?.length && !filters.year.includes(year)) misses[page] |= 1;
          if (isOther) misses[page] |= 8;
          if (year !== null && !(misses[page] & ~1)) add("year", year);
          if (!(misses[page] & ~8)) add("lang", shard.lang);
        }
        for (const [name, { values }, bit] of [["topic", topic, 2], ["section", section, 4]]) {
          for (const [value, list] of values) {
            let number = 0;
            for (const page of list) if (!(misses[page] & ~bit)) number++;
            if (number) add(name, value, number);
          }
        }
        if (!isWorker) await new Promise((go) => setTimeout(go));
      }
      return { counts };
    }
  }

  const SEATS = 2 ** 21; // pages that can be told apart: two millions

  /** Writes down the score of each row of a part. A meta field counts by its weight and by how much
      of the query it holds, squared: "the" alone in a title means nothing. */
  function score({ shard, first, end }, rarity, { tfs, fields }, scores) {
    const all = rarity.reduce((sum, one) => sum + one, 0) || 1;
    for (let row = first; row < end; row++) {
      let sum = 0;
      let inAny = 0;
      for (let term = 0; term < rarity.length; term++) {
        sum += rarity[term] * tfs[term][row];
        inAny |= fields[term][row];
      }
      for (let field = 0; inAny >> field; field++) {
        let held = 0;
        for (let term = 0; term < rarity.length; term++) {
          if ((fields[term][row] >> field) & 1) held += rarity[term];
        }
        const share = held / all;
        sum += shard.weights[field] * held * (share * share);
      }
      scores[row] = sum;
    }
  }

  function largest(keys, count) {
    const top = [];
    let least = -1;
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i];
      if (key < least) continue;
      let at = top.length;
      while (at && top[at - 1] > key) at--;
      top.splice(at, 0, key);
      if (top.length > count) top.shift();
      if (top.length === count) [least] = top;
    }
    return top;
  }

  /** Returns an engine on this page that looks like a worker. */
  self.backfileEngine = () => {
    const port = { onmessage: null, terminate() {} };
    const engine = new Engine((data) => port.onmessage?.({ data }));
    port.postMessage = (message) => void engine.receive(message);
    port.engine = engine;
    return port;
  };

  if (isWorker) {
    const engine = new Engine((data) => self.postMessage(data));
    self.onmessage = ({ data }) => void engine.receive(data);
  }
})();
