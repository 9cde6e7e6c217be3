/* The name look-up: whom or what a reader means who has typed a few letters, in any spelling.

   One classic script for a page or a worker; it leaves `backfileNames`. `index` is `names` of the
   catalogue, `read(path)` gives the unpacked bytes of a file below pagefind/. builder/search/names.py
   writes both and tells their form; `fold` does as builder/basics/spellings.py. */
(() => {
  "use strict";
  const MOST = 6; // suggestions
  const FILES = 2; // that one answer may load
  const OTHER = {
    ß: "ss", ς: "σ", ı: "i", ł: "l", ø: "o", đ: "d", æ: "ae", œ: "oe", þ: "th", ð: "d",
    ی: "ي", ى: "ي", ک: "ك",
  };
  const SILENT = /['’‘ʼʹʻ`´\u0640\u200c\u200d\u00ad]/gu;
  const HAN = /^[\u3400-\u9fff\uf900-\ufaff\u{20000}-\u{3134f}]+$/u;
  const SIGNS = { "-": "0", 0: "90", _: "91", ".": "92", 9: "99" };
  const text = new TextDecoder();

  /** Returns a text in the form in which two ways of writing it are equal. */
  const fold = (value) => value.normalize("NFKD").toLowerCase().normalize("NFKD")
    .replace(/\p{Mn}/gu, "")
    .replace(/[ßςıłøđæœþðیىک]/gu, (letter) => OTHER[letter]);

  const wordsOf = (value) =>
    fold(value).replace(SILENT, "").split(/[^\p{L}\p{N}]+/u).filter(Boolean);

  /** Returns the hidden word that the pages of a person or term carry. */
  const token = (kind, slug) => `bf${kind}0${slug.replace(/[-0_.9]/g, (sign) => SIGNS[sign])}9`;

  /** Returns the files in which words are that begin with `start`, or are it. */
  function filesFor(start, isPrefix, index) {
    index.starts ??= index.from.split("\n");
    index.names ??= index.files.split("\n");
    const { starts } = index;
    let first = starts.length - 1;
    while (first > 0 && starts[first] > start) first--;
    let last = first;
    while (isPrefix && last + 1 < starts.length && starts[last + 1].startsWith(start)) last++;
    // Where they are many, the first one also holds the entries with the most articles.
    return index.names.slice(first, last - first < FILES ? last + 1 : first + 1);
  }

  /** Returns the entries among which those are that the words mean. */
  async function entriesFor(words, read, index) {
    const last = words.length - 1;
    const asked = words.map((word, at) => ({ word, files: filesFor(word, at === last, index) }));
    asked.sort((a, b) => b.word.length - a.word.length); // a long word is a rare one
    const files = new Set();
    for (const one of asked) {
      if (new Set([...files, ...one.files]).size <= FILES) one.files.forEach((f) => files.add(f));
    }
    const parts = await Promise.all([...files].map(async (name) =>
      JSON.parse(text.decode(await read(`names/${name}.pf_names`)))));
    return parts.flat();
  }

  const NO = 9;

  /** Returns how well a spelling fits: 0 in full, 1 word by word, 2 by the beginning, else NO. */
  function fit(words, spelling) {
    const forms = spelling.split(" ").map((same) => same.split("/"));
    const isFree = forms.map(() => true);
    let rank = 1;
    for (const [at, word] of words.entries()) {
      let found = forms.findIndex((same, n) => isFree[n] && same.includes(word));
      if (words.length === 1 && word.length === 1 && !HAN.test(word)) rank = 2; // no initial is meant
      if (found < 0 && (at === words.length - 1 || HAN.test(word))) {
        found = forms.findIndex((same, n) => isFree[n] && same.some((form) =>
          form.startsWith(word) || (HAN.test(word) && form.includes(word))));
        rank = 2;
      }
      if (found < 0) {
        // Chinese is typed without spaces, too.
        const whole = forms.map(([form]) => form).join("");
        return words.length === 1 && HAN.test(word) && whole.includes(word)
          ? (whole === word ? 0 : 2) : NO;
      }
      isFree[found] = false;
    }
    return rank === 1 && words.length === forms.length ? 0 : rank;
  }

  /** Returns how many letters are missing, too many, others or swapped, `most` + 1 for more. */
  function slips(a, b, most) {
    if (Math.abs(a.length - b.length) > most) return most + 1;
    let before = [];
    let last = Array.from({ length: b.length + 1 }, (_, n) => n);
    for (let i = 1; i <= a.length; i++) {
      const row = [i];
      for (let j = 1; j <= b.length; j++) {
        const isSame = a[i - 1] === b[j - 1];
        row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (isSame ? 0 : 1));
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
          row[j] = Math.min(row[j], before[j - 2] + 1);
        }
      }
      if (Math.min(...row) > most) return most + 1;
      [before, last] = [last, row];
    }
    return Math.min(last[b.length], most + 1);
  }

  /** Returns how many slips of the hand lie between the words and a spelling, NO for too many. */
  function miss(words, spelling) {
    const forms = spelling.split(" ").flatMap((same) => same.split("/"));
    let sum = 0;
    for (const word of words) {
      const most = word.length < 5 ? 0 : word.length < 9 ? 1 : 2;
      const least = Math.min(...forms.map((form) => slips(word, form, most)));
      if (least > most) return NO;
      sum += least;
    }
    return Math.min(sum, NO);
  }

  /** Returns the entries that the words mean, each once, the likeliest first; `by` ranks them. */
  async function find(words, read, index, by = fit) {
    const found = new Map();
    for (const entry of await entriesFor(words, read, index)) {
      const [kind, slug, , , , , spellings] = entry;
      const rank = Math.min(NO, ...spellings.map((spelling) => by(words, spelling)));
      const before = found.get(`${kind} ${slug}`);
      if (rank < (before ? before.rank : NO)) found.set(`${kind} ${slug}`, { rank, entry });
    }
    return [...found.values()].sort((a, b) => a.rank - b.rank || b.entry[4] - a.entry[4]
      || a.entry[0] - b.entry[0] || (a.entry[1] < b.entry[1] ? -1 : 1));
  }

  /** Returns an entry as the search page shows it to readers of a language. */
  function shown([kind, slug, names, own, count, pages], index, lang) {
    const tags = Object.keys(index.languages);
    const here = tags.find((tag) => tag.toLowerCase() === lang.toLowerCase()) ?? tags[0];
    const name = names[here] ?? names[""];
    const tag = names[here] === undefined ? own ?? "" : here;
    const isHere = pages & (1 << tags.indexOf(here));
    const [folder] = index.languages[isHere ? here : tags[0]];
    return {
      kind: index.kinds[kind], slug, name, count, lang: tag,
      url: `${folder}${index.kinds[kind]}/${slug}.html`,
      dir: index.languages[tag]?.[1] ?? index.directions[tag] ?? "auto",
    };
  }

  self.backfileNames = {
    fold,
    token,

    /** Returns at most six people and terms: who is called just so first, then by articles.

        `isNear`: those whose names were perhaps meant, of which the beginning has to be right. */
    async suggest(value, read, index, lang = "", isNear = false) {
      const words = wordsOf(value.replace(/(^|\s)(?:person|topic):/giu, " "));
      if (!index || !words.length) return [];
      const found = await find(words, read, index, isNear ? miss : fit);
      return found.slice(0, MOST).map(({ entry }) => shown(entry, index, lang));
    },

    /** Returns the slugs of those of one kind that are called just so, else so in part. */
    async slugs(kind, value, read, index) {
      const words = wordsOf(value);
      if (!index || !words.length) return [];
      const place = index.kinds.indexOf(kind);
      const found = (await find(words, read, index)).filter(({ entry }) => entry[0] === place);
      const best = Math.min(1, ...found.map(({ rank }) => rank));
      return found.filter(({ rank }) => rank === best).map(({ entry }) => entry[1]);
    },
  };
})();
