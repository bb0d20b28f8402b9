// Tables that sort, search, filter and show a part of their rows at a time; links down to the rows behind a figure.
// Without it the page shows the first rows of every table.
"use strict";
const root = document.documentElement;
const words = JSON.parse(document.getElementById("words").textContent);
const collator = new Intl.Collator(root.lang, { numeric: true });
const AT_ONCE = 100, FEW = 15, CHOICES = 40;

const fill = (text, places) => text.replace(/\{(\w+)\}/g, (_, name) => places[name]);
const make = (tag, props = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), props);
  made.append(...children);
  return made;
};

// The columns of a table: its data where it has more rows than it shows, else what stands in its cells.
const columnsOf = (table, data) => data ? JSON.parse(data.textContent) : [...table.tHead.rows[0].cells].map((head, at) => {
  const cells = [...table.tBodies[0].rows].map((row) => row.cells[at]);
  const texts = [...new Set(cells.map((cell) => cell.textContent))];
  if (head.classList.contains("n")) texts.sort((a, b) => number(a) - number(b) || collator.compare(a, b));
  const place = new Map(texts.map((text, code) => [text, code]));
  return { texts, codes: cells.map((cell) => place.get(cell.textContent)) };
});
const number = (text) => /^\d{4}-/.test(text) ? 0 : parseFloat(text.replaceAll(",", "")) || 0;

// The place of each different text in the order of the column: numbers come in theirs, texts are collated.
const ranksOf = (column, numeric) => {
  const codes = column.texts.map((_, code) => code);
  if (!numeric) codes.sort((a, b) => collator.compare(column.texts[a], column.texts[b]));
  const ranks = new Int32Array(codes.length);
  codes.forEach((code, rank) => { ranks[code] = rank; });
  return ranks;
};
const isMissing = (text) => text === "" || text === "—";

class Grid {
  constructor(holder) {
    this.holder = holder;
    this.table = holder.querySelector("table");
    this.key = this.table.dataset.key;
    this.body = this.table.tBodies[0];
    this.heads = [...this.table.tHead.rows[0].cells];
    this.total = Number(holder.dataset.total);
    this.data = holder.querySelector("script");
    this.standing = [...this.body.rows];
    this.match = new Map();
    this.search = "";
    this.sorted = null;
    this.page = 0;
    if (this.total > 1) this.heads.forEach((head, at) => this.makeSortable(head, at));
    if (this.total >= FEW || this.heads.some((head) => head.classList.contains("aside"))) this.makeTools();
  }

  get columns() { return this._columns ??= columnsOf(this.table, this.data); }

  makeSortable(head, at) {
    const button = make("button", { type: "button" }, ...head.childNodes);
    button.addEventListener("click", () => this.sort(at));
    head.append(button);
  }

  makeTools() {
    this.tools = make("div", { className: "tools" });
    this.count = make("output");
    this.chips = make("span", { className: "chips" });
    if (this.total >= FEW) this.tools.append(this.makeSearch(), this.makeFilters());
    if (this.heads.some((head) => head.classList.contains("aside"))) this.tools.append(this.makeAside());
    this.tools.append(this.chips, this.count);
    if (this.total > AT_ONCE) this.tools.append(...this.makePager());
    this.holder.querySelector(".scroll").before(this.tools);
    this.tell(this.total, Math.min(AT_ONCE, this.total));
  }

  makeSearch() {
    this.input = make("input", { type: "search", placeholder: words.search, ariaLabel: words.search });
    this.input.addEventListener("input", () => { this.search = this.input.value; this.page = 0; this.show(); });
    return this.input;
  }

  makeFilters() {
    const details = make("details", {}, make("summary", { textContent: words.filters }));
    details.addEventListener("toggle", () => this.selects ?? details.append(this.makeSelects()));
    return details;
  }

  makeSelects() {
    const box = make("div", { className: "selects" });
    this.selects = new Map();
    this.heads.forEach((head, at) => {
      const texts = this.columns[at].texts.filter((text) => !isMissing(text)).sort(collator.compare);
      if (head.classList.contains("n") || texts.length < 2 || texts.length > CHOICES) return;
      const select = make("select", {}, new Option(words.any, ""), ...texts.map((text) => new Option(text, text)));
      select.value = this.match.get(at) ?? "";
      select.addEventListener("change", () => this.want(at, select.value));
      this.selects.set(at, select);
      box.append(make("label", {}, head.textContent, select));
    });
    return box;
  }

  makeAside() {
    const button = make("button", { type: "button", textContent: words.columns, ariaPressed: "false" });
    button.addEventListener("click", () => {
      button.ariaPressed = String(this.holder.classList.toggle("wide"));
    });
    return button;
  }

  makePager() {
    const turn = (by) => () => { this.page += by; this.show(); };
    this.before = make("button", { type: "button", textContent: words.previous, disabled: true, onclick: turn(-1) });
    this.after = make("button", { type: "button", textContent: words.next, onclick: turn(1) });
    return [this.before, this.after];
  }

  want(at, text) {
    if (text) this.match.set(at, text); else this.match.delete(at);
    this.page = 0;
    this.show();
  }

  sort(at) {
    const rising = this.heads[at].getAttribute("aria-sort") !== "ascending";
    for (const head of this.heads) head.removeAttribute("aria-sort");
    this.heads[at].setAttribute("aria-sort", rising ? "ascending" : "descending");
    this.sorted = { at, rising };
    this.page = 0;
    this.show();
  }

  // The numbers of the rows that are wanted, in the order that is wanted.
  get rows() {
    let rows = Array.from({ length: this.total }, (_, row) => row);
    for (const [at, wanted] of this.match) {
      const { texts, codes } = this.columns[at];
      const fits = texts.map((text) => text === wanted);
      rows = rows.filter((row) => fits[codes[row]]);
    }
    for (const word of this.search.trim().toLowerCase().split(/\s+/).filter(Boolean)) {
      const hits = this.columns.map(({ texts }) => texts.map((text) => text.toLowerCase().includes(word)));
      rows = rows.filter((row) => this.columns.some(({ codes }, at) => hits[at][codes[row]]));
    }
    return this.sorted ? this.inOrder(rows) : rows;
  }

  inOrder(rows) {
    const { at, rising } = this.sorted, column = this.columns[at];
    const ranks = column.ranks ??= ranksOf(column, this.heads[at].classList.contains("n"));
    const missing = column.texts.map(isMissing), sign = rising ? 1 : -1;
    return rows.sort((a, b) => {
      const x = column.codes[a], y = column.codes[b];
      return missing[x] - missing[y] || sign * (ranks[x] - ranks[y]) || a - b;
    });
  }

  show() {
    const rows = this.rows, last = Math.max(0, Math.ceil(rows.length / AT_ONCE) - 1);
    this.page = Math.min(Math.max(0, this.page), last);
    const from = this.page * AT_ONCE, shown = rows.slice(from, from + AT_ONCE);
    this.body.replaceChildren(...shown.map((row) => this.standing[row] ?? this.draw(row)));
    if (!this.tools) return;
    if (this.before) { this.before.disabled = this.page === 0; this.after.disabled = this.page === last; }
    for (const [at, select] of this.selects ?? []) select.value = this.match.get(at) ?? "";
    this.chips.replaceChildren(...[...this.match].map(([at, text]) => this.chip(at, text)));
    this.tell(rows.length, shown.length, from);
  }

  draw(row) {
    const cells = this.columns.map(({ texts, looks, codes, hrefs, links }) => {
      const code = codes[row], href = hrefs ? hrefs[links[row]] : "";
      const inner = href ? make("a", { href, textContent: texts[code] }) : texts[code];
      return make("td", { className: looks[code] }, inner);
    });
    return make("tr", { id: `${this.key}-${row}` }, ...cells);
  }

  chip(at, text) {
    const said = fill(words.drop, { column: this.heads[at].textContent, value: text });
    const button = make("button", { type: "button", title: said, ariaLabel: said }, `${text} ×`);
    button.addEventListener("click", () => { this.want(at, ""); this.input?.focus(); });
    return button;
  }

  tell(shown, drawn, from = 0) {
    const places = { first: drawn ? from + 1 : 0, last: from + drawn, shown, all: this.total };
    for (const name in places) places[name] = places[name].toLocaleString(root.lang);
    this.count.textContent = fill(words.count, places);
  }

  clear() {
    this.match.clear();
    this.search = "";
    if (this.input) this.input.value = "";
  }

  drill(query) {
    this.clear();
    for (const [key, text] of query) {
      const at = this.heads.findIndex((head) => head.dataset.key === key);
      // A day stands with its weekday; a number of the link is as the cell has it.
      if (at >= 0) this.match.set(at, text);
    }
    this.page = 0;
    this.show();
    this.goTo(this.holder);
  }

  reveal(row) {
    this.clear();
    this.page = Math.floor(this.rows.indexOf(row) / AT_ONCE);
    this.show();
    const found = document.getElementById(`${this.key}-${row}`);
    document.querySelector("tr.found")?.classList.remove("found");
    found.classList.add("found");
    this.goTo(found);
  }

  goTo(place) {
    this.holder.closest("section").classList.add("seen");
    place.scrollIntoView({ block: place === this.holder ? "start" : "center" });
    (place.querySelector("a") ?? this.holder.querySelector(".scroll")).focus({ preventScroll: true });
  }
}

const grids = new Map([...document.querySelectorAll(".grid")].map((holder) => new Grid(holder)).map((g) => [g.key, g]));

const follow = () => {
  const [place, query] = location.hash.slice(1).split("?");
  if (query && grids.has(place)) return grids.get(place).drill(new URLSearchParams(query));
  const [, key, row] = place.match(/^(.+)-(\d+)$/) ?? [];
  const grid = grids.get(key);
  if (grid && Number(row) < grid.total) grid.reveal(Number(row));
};
addEventListener("hashchange", follow);
addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href^='#']");
  if (link && link.hash === location.hash) { event.preventDefault(); follow(); }
});
if (location.hash) follow();

const theme = document.getElementById("theme");
const dark = matchMedia("(prefers-color-scheme: dark)");
theme.hidden = false;
theme.addEventListener("click", () => {
  root.dataset.theme = (root.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark" ? "light" : "dark";
});
