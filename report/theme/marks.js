// The charts work without this: it writes the words of a mark beside it, under the pointer or the
// keyboard, and lets the arrow keys go from mark to mark. Escape takes the words away.
const tip = document.body.appendChild(document.createElement("p"));
tip.className = "tip";
tip.hidden = true;
tip.setAttribute("aria-hidden", "true"); // the mark itself has the same words as its name

function show(mark) {
  const words = mark.getAttribute("aria-label");
  if (!words) return;
  tip.textContent = words;
  tip.hidden = false;
  const at = mark.getBoundingClientRect();
  const room = document.documentElement.clientWidth - tip.offsetWidth - 8;
  tip.style.left = `${scrollX + Math.max(8, Math.min(at.left + at.width / 2 - tip.offsetWidth / 2, room))}px`;
  tip.style.top = `${scrollY + (at.top > tip.offsetHeight + 8 ? at.top - tip.offsetHeight : at.bottom)}px`;
}

const markOf = (target) => target.closest?.(".chart a");
document.addEventListener("pointerover", (event) => {
  const mark = markOf(event.target);
  if (mark) show(mark);
  else if (event.target !== tip && !markOf(document.activeElement)) tip.hidden = true;
});
document.addEventListener("focusin", (event) => {
  const mark = markOf(event.target);
  if (mark) show(mark);
  else tip.hidden = true;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") tip.hidden = true;
  const mark = markOf(document.activeElement);
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!mark || !step) return;
  const marks = [...mark.closest("svg").querySelectorAll("a")];
  const next = marks[marks.indexOf(mark) + step];
  if (next) {
    event.preventDefault();
    next.focus();
  }
});
