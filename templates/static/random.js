/* The page of articles drawn by lot: a button that leads to one of them, another each time. It asks
   for nothing and keeps nothing. */
(() => {
  const { root, pool } = document.querySelector(".random").dataset;
  const urls = pool.split(" ");
  const button = document.querySelector(".random-draw");
  if (pool === "") return;
  button.hidden = false;
  button.addEventListener("click", () => {
    location.assign(root + urls[Math.floor(Math.random() * urls.length)]);
  });
})();
