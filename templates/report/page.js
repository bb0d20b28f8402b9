// Tables that sort by a click on a title and filter by what is typed above them. Without script they are plain tables.
"use strict";
for (const table of document.querySelectorAll("table")) {
  const body = table.tBodies[0];
  if (body.rows.length < 2) continue;
  const rows = [...body.rows];
  const heads = [...table.tHead.rows[0].cells];

  const key = (row, column, numeric) => {
    const text = row.cells[column].textContent;
    if (!numeric) return text;
    const number = parseFloat(text.replace(/,/g, ""));
    return /^\d{4}-/.test(text) ? text : Number.isNaN(number) ? null : number;
  };
  const compare = (a, b) => typeof a === "number" ? a - b : a.localeCompare(b, document.documentElement.lang);
  const sort = (head, column) => {
    const rising = head.getAttribute("aria-sort") !== "ascending";
    for (const other of heads) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", rising ? "ascending" : "descending");
    const numeric = head.classList.contains("n");
    const keyed = [...body.rows].map((row) => [key(row, column, numeric), row]);
    const known = keyed.filter(([k]) => k !== null && k !== "").sort(([a], [b]) => rising ? compare(a, b) : compare(b, a));
    const missing = keyed.filter(([k]) => k === null || k === "");
    body.append(...[...known, ...missing].map(([, row]) => row));
  };
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(head, column));
    head.append(button);
  });

  if (rows.length < 15) continue;
  const tools = document.createElement("div");
  tools.className = "tools";
  const input = document.createElement("input");
  input.type = "search";
  input.placeholder = table.dataset.filter;
  input.setAttribute("aria-label", table.dataset.filter);
  const count = document.createElement("output");
  const say = (shown) => { count.textContent = table.dataset.shown.replace("#", shown).replace("#", rows.length); };
  const texts = new Map();
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase().split(/\s+/);
    let shown = 0;
    for (const row of rows) {
      if (!texts.has(row)) texts.set(row, [...row.cells].map((c) => c.textContent).join(" ").toLowerCase());
      const hidden = !wanted.every((word) => texts.get(row).includes(word));
      if (row.hidden !== hidden) row.hidden = hidden;
      shown += !hidden;
    }
    say(shown);
  });
  say(rows.length);
  tools.append(input, count);
  table.parentElement.before(tools);
}
