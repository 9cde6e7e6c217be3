// The box that asks readers for support can be closed, or put off until next month.
//
// Without this script it is a paragraph. Nothing is kept before a button is pressed; then one word is,
// under the site's own address and in this browser alone: "closed" for as long as the tab is open, or
// the day until which the box stays away. Nobody is told.

(() => {
  "use strict";

  const box = document.querySelector(".support");
  if (box === null || box.querySelector(".support-ways") === null) return;
  // Several archives may share a host.
  const key = `backfile-support ${new URL("..", document.currentScript.src).pathname}`;
  const today = new Date();

  // A browser that keeps nothing throws here.
  const kept = (storage) => {
    try {
      return window[storage].getItem(key);
    } catch {
      return null;
    }
  };
  const keep = (storage, word) => {
    try {
      window[storage].setItem(key, word);
      return true;
    } catch {
      return false;
    }
  };

  const until = kept("localStorage");
  if (kept("sessionStorage") !== null || (until !== null && new Date(until) > today)) {
    box.hidden = true;
    return;
  }

  const leave = () => {
    box.hidden = true;
    document.querySelector("main").focus({ preventScroll: true });
  };

  const ways = box.querySelector(".support-ways");
  ways.hidden = false;
  box.querySelector(".support-close").addEventListener("click", () => {
    keep("sessionStorage", "closed");
    leave();
  });
  box.querySelector(".support-later").addEventListener("click", () => {
    const next = new Date(today.getFullYear(), today.getMonth() + 1, Math.min(today.getDate(), 28));
    if (!keep("localStorage", next.toISOString().slice(0, 10))) {
      leave();
      return;
    }
    const said = box.querySelector(".support-said");
    box.querySelector(".support-text").hidden = true;
    ways.hidden = true;
    said.textContent = said.dataset.said;
    said.tabIndex = -1;
    said.focus();
  });
})();
