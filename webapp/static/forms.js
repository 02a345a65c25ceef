// Fields that only some answers ask for: hidden and not sent until then. Without this script they all show.
const WAITING = [...document.querySelectorAll("[data-when]")];

function answers(form, name) {
  return [...form.elements].filter((field) => field.name === name && !field.matches(":disabled") &&
    (field.type !== "radio" && field.type !== "checkbox" || field.checked)).map((field) => field.value);
}

function settle() {
  for (const part of WAITING) {
    const form = part.closest("form");
    const wanted = Object.entries(JSON.parse(part.dataset.when));
    const shown = wanted.every(([name, values]) => answers(form, name).some((value) => values.includes(value)));
    part.hidden = !shown;
    for (const field of part.querySelectorAll("input, select, textarea")) {
      field.disabled = !shown;
    }
  }
}

if (WAITING.length) {
  settle();
  document.addEventListener("change", settle);
}

// The papers beside a task: the tab last chosen is the current one.
const TABS = [...document.querySelectorAll(".mc-doc__tabs a")];
for (const tab of TABS) {
  tab.addEventListener("click", () => {
    for (const other of TABS) {
      other.toggleAttribute("aria-current", false);
    }
    tab.setAttribute("aria-current", "true");
  });
}
