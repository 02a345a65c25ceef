// Conveniences on top of pages that work without any script: keys, and no second click on a button.
// Single keys can be turned off (WCAG 2.1.4); the choice is kept on this machine.
import { Button, Checkboxes, ErrorSummary, Radios, SkipLink, createAll } from "./vendor/govuk-frontend/govuk-frontend.min.js";

document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("govuk-frontend-supported");
}
for (const part of [Button, Checkboxes, ErrorSummary, Radios, SkipLink]) {
  createAll(part);
}

const OFF = "motcua.keys.off";

function keysOff() {
  try {
    return localStorage.getItem(OFF) === "1";
  } catch {
    return false; // storage refused: keys stay on for this page
  }
}

function rememberKeys(on) {
  try {
    on ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1");
  } catch {
    // storage refused: nothing to remember
  }
}

function typing(target) {
  return target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName) ||
    (target.tagName === "INPUT" && !/^(radio|checkbox|submit|button)$/.test(target.type));
}

function showKeys() {
  const dialog = document.getElementById("keys");
  if (dialog && !dialog.open) {
    dialog.showModal();
  }
}

function choose(number) {
  const radio = document.querySelector(`input[data-key="${number}"]`);
  if (radio) {
    radio.checked = true;
    radio.focus();
    radio.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

// Moves the focus to the link of the next or previous row of the list.
function row(step) {
  const links = [...document.querySelectorAll(".mc-table tbody tr")].map((tr) => tr.querySelector("a, button")).filter(Boolean);
  const here = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
  const next = here < 0 ? (step > 0 ? 0 : links.length - 1) : here + step;
  links[next]?.focus();
}

function sheet(step) {
  const tabs = [...document.querySelectorAll(".mc-doc__tabs a")];
  const here = tabs.findIndex((tab) => tab.hasAttribute("aria-current"));
  tabs[here + step]?.click();
}

const KEYS = {
  "?": showKeys,
  n: () => document.querySelector("[data-next]")?.click(),
  j: () => row(1),
  k: () => row(-1),
  "/": () => document.getElementById("search")?.focus(),
  "[": () => sheet(-1),
  "]": () => sheet(1),
};
for (const number of "123456789") {
  KEYS[number] = () => choose(number);
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = event.target.form ?? document.querySelector("form:has([data-submit])");
    const button = form?.querySelector("[data-submit]");
    if (button && !document.querySelector("dialog[open]")) {
      event.preventDefault();
      button.click();
    }
    return;
  }
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (!plain || keysOff() || typing(event.target) || document.querySelector("dialog[open]")) {
    return;
  }
  const act = KEYS[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
});

for (const opener of document.querySelectorAll("[data-keys-open]")) {
  opener.addEventListener("click", (event) => {
    event.preventDefault();
    showKeys();
  });
}
const box = document.getElementById("keys-on");
if (box) {
  box.checked = !keysOff();
  box.addEventListener("change", () => rememberKeys(box.checked));
}
// A wide diagram opens at the step where the case stands.
for (const here of document.querySelectorAll(".mc-scroll .dg-node--now")) {
  const region = here.closest(".mc-scroll");
  const at = here.getBoundingClientRect();
  const seen = region.getBoundingClientRect();
  region.scrollLeft += at.left + at.width / 2 - (seen.left + seen.width / 2);
}
for (const printer of document.querySelectorAll("[data-print]")) {
  printer.addEventListener("click", () => window.print());
}
