"use strict";
// Everything works without this: it only copies, and ticks many boxes at once.
const textOf = target => target.tagName !== "TABLE" ? target.textContent : [...target.rows].map(row =>
  [...row.cells].filter(cell => !cell.classList.contains("tick"))
    .map(cell => cell.innerText.replace(/\s+/g, " ").trim()).join("\t")).join("\n");
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(textOf(document.getElementById(button.dataset.copy)));
    const name = button.textContent;
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = name; }, 1500);
  });
}
for (const button of document.querySelectorAll("[data-tick]")) {
  const boxes = () => [...document.querySelectorAll(`input[name="${button.dataset.tick}"]`)];
  button.hidden = false;
  button.addEventListener("click", () => {
    const all = boxes().every(box => box.checked);
    for (const box of boxes()) box.checked = !all;
  });
}
