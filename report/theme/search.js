// The search page: its index is loaded when somebody begins to type, and never leaves this host.
const box = document.getElementById("search");
const input = document.getElementById("search-text");
const count = document.getElementById("search-count");
const list = document.getElementById("search-found");
const address = new URL("../../pagefind/pagefind.js", document.currentScript.src);
const MOST = 30;
let index;

function entry(page) {
  const item = document.createElement("li");
  const places = page.sub_results.length ? page.sub_results : [page];
  const link = item.appendChild(document.createElement("a"));
  link.href = page.url;
  link.textContent = page.meta.title;
  for (const place of places.slice(0, 3)) {
    const line = item.appendChild(document.createElement("p"));
    if (place.title && place.url !== page.url) {
      const inner = line.appendChild(document.createElement("a"));
      inner.href = place.url;
      inner.textContent = place.title;
      line.append(": ");
    }
    const words = line.appendChild(document.createElement("span"));
    words.innerHTML = place.excerpt; // escaped by the index, but for its <mark>
  }
  return item;
}

async function look() {
  const wanted = input.value.trim();
  history.replaceState(null, "", wanted ? `?q=${encodeURIComponent(wanted)}` : location.pathname);
  if (!wanted) {
    list.replaceChildren();
    count.textContent = "";
    return;
  }
  try {
    index ??= import(address);
    const found = await (await index).debouncedSearch(wanted, {}, 150);
    if (!found) return; // more was typed in the meantime
    const pages = await Promise.all(found.results.slice(0, MOST).map((result) => result.data()));
    list.replaceChildren(...pages.map(entry));
    const all = found.results.length;
    count.textContent = all === 1 ? "1 page" : `${all} pages${all > MOST ? `, the first ${MOST} shown` : ""}`;
  } catch {
    count.textContent = "The index could not be loaded. Search needs the pages to come from a host, not from a folder: `dateline preview` serves them.";
  }
}

box.hidden = false;
input.value = new URLSearchParams(location.search).get("q") ?? "";
input.addEventListener("input", look);
if (input.value) look();
