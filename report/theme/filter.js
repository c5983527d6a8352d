// The page works without this: it adds a box that hides the lines without a word.
const box = document.getElementById("filter");
const input = document.getElementById("filter-text");
const count = document.getElementById("filter-count");
const all = document.querySelectorAll(".kwic li").length;
const terms = [...document.querySelectorAll("section.term")].map((term) => [term, term.querySelector("h3").textContent.toLowerCase()]);

function filter() {
  const wanted = input.value.trim().toLowerCase();
  let shown = 0;
  for (const [term, name] of terms) {
    let some = false;
    for (const line of term.querySelectorAll("li")) {
      const hit = name.includes(wanted) || line.textContent.toLowerCase().includes(wanted);
      line.hidden = !hit;
      some = some || hit;
      shown += hit ? 1 : 0;
    }
    term.hidden = !some;
  }
  count.textContent = wanted ? `${shown} of ${all} lines` : "";
}

box.hidden = false;
input.addEventListener("input", filter);
