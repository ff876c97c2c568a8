// The page of `chude review`: one text at a time, its section one key away.
//
// What was decided is one object, `state`. Every change goes through `change`, which remembers how to undo it, keeps it in
// the browser's storage, and draws the page anew.
"use strict";
{
  const data = JSON.parse(document.getElementById("data").textContent);
  const find = (id) => document.getElementById(id);

  // Tricks with controls and the direction of writing, as in visible.py: such characters are shown by name.
  const TRICKS =
    /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb]|\r(?!\n)|\p{Surrogate}/gu;
  const KEYS = "1234567890qwertyiopasdfghlzxcvbm"; // without j, k, n and u, which move, manage and undo
  const MOST_UNDONE = 1000;

  // ---- Words -------------------------------------------------------------------------------------------------------

  let language = document.documentElement.lang; // that the page was written with, until the reader switches it

  function filled(message, values = {}) {
    return message.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }

  function _(message, values) {
    const translated = language === "en" ? null : data.messages[language][message];
    return filled(translated ? translated[0] : message, values);
  }

  function ngettext(one, many, number, values = {}) {
    const translated = language === "en" ? null : data.messages[language][one];
    const said = translated ? translated[Math.min(number === 1 ? 0 : 1, translated.length - 1)] : number === 1 ? one : many;
    return filled(said, { n: number.toLocaleString(language), ...values });
  }

  function percent(share) {
    return `${(100 * share).toLocaleString(language, { maximumFractionDigits: 0 })}\u00a0%`; // as on a terminal
  }

  function speak(chosen) {
    language = chosen;
    document.documentElement.lang = language;
    for (const element of document.querySelectorAll("[data-say]")) {
      element.dataset.say ||= element.textContent;
      element.textContent = _(element.dataset.say);
    }
    for (const element of document.querySelectorAll("[data-say-label]")) {
      element.setAttribute("aria-label", _(element.dataset.sayLabel));
    }
    for (const button of document.querySelectorAll("[data-language]")) {
      button.setAttribute("aria-pressed", String(button.dataset.language === language));
    }
  }

  // ---- What was decided --------------------------------------------------------------------------------------------

  // `sections`: first the model's topics, in their order, then the reader's own. `name` is null where a topic keeps its
  // name, `into` is the section that one was merged into. `decisions`: for each text the number of a section, or null.
  let state = {
    sections: data.topics.map(() => ({ name: null, into: null })),
    decisions: data.texts.map(() => null),
    at: 0,
    undo: [],
  };
  let kept = true;
  let unsaved = false;

  const STORED = `chude review ${data.id}`; // all files share one storage in Chromium: the name tells pages apart
  const HABITS = "chude review habits";

  function remember(name, value) {
    try {
      localStorage.setItem(name, JSON.stringify(value));
      kept = localStorage.getItem(name) !== null;
    } catch {
      kept = false; // switched off, or full
    }
  }

  function recall(name) {
    try {
      return JSON.parse(localStorage.getItem(name));
    } catch {
      return null;
    }
  }

  // Whatever another file has put into the shared storage, the page goes on with what it wrote itself or with nothing.
  function isWhole(found) {
    if (!Array.isArray(found?.sections) || !Array.isArray(found.decisions) || !Array.isArray(found.undo)) return false;
    const isIn = (value, length) => Number.isInteger(value) && value >= 0 && value < length;
    const isSection = (value) => value === null || isIn(value, found.sections.length);
    const isNamed = (each, section) => typeof each?.name === "string" || (each?.name === null && section < data.topics.length);
    const endsIn = (section) => {
      for (let steps = 0; steps < found.sections.length; steps++) {
        if (found.sections[section].into === null) return true;
        section = found.sections[section].into;
      }
      return false;
    };
    return (
      found.sections.length >= data.topics.length &&
      found.sections.every((each, section) => isNamed(each, section) && isSection(each.into)) &&
      found.sections.every((_each, section) => endsIn(section)) &&
      found.decisions.length === data.texts.length && found.decisions.every(isSection) &&
      isIn(found.at, data.texts.length + 1)
    );
  }

  function change(before, after) {
    state.undo.push({ at: state.at, ...before });
    state.undo.splice(0, state.undo.length - MOST_UNDONE);
    after();
    unsaved = true;
    remember(STORED, state);
  }

  function undo() {
    const last = state.undo.pop();
    if (last === undefined) return tell(_("There is nothing to undo."));
    if (last.sections) state.sections = last.sections;
    else state.decisions[last.index] = last.before;
    state.at = last.at;
    unsaved = true;
    remember(STORED, state);
    draw();
    tell(_("Undone."));
  }

  // ---- Sections ----------------------------------------------------------------------------------------------------

  function final(section) {
    while (state.sections[section].into !== null) section = state.sections[section].into;
    return section;
  }

  function label(section) {
    return state.sections[section].name ?? data.topics[section].slug; // what the file says
  }

  function nameOf(section) {
    return state.sections[section].name ?? data.topics[section][language]; // what the reader sees
  }

  function languageOf(section) {
    return state.sections[section].name === null ? language : "vi";
  }

  function shownSections() {
    return state.sections.map((_each, section) => section).filter((section) => state.sections[section].into === null);
  }

  function tidy(name) {
    return name.normalize("NFC").trim().replace(/\s+/g, " ");
  }

  function problemWith(name, section) {
    if (name === "") return _("A section needs a name.");
    if (name.includes("|")) return _("A name cannot hold |, which parts two labels in a file.");
    const same = (other) => other !== null && other.toLowerCase() === name.toLowerCase();
    const taken = state.sections.some((each, other) => {
      const topic = data.topics[other];
      return other !== section && (same(each.name) || (topic && [topic.slug, topic.vi, topic.en].some(same)));
    });
    return taken ? _("There is a section of that name: merge the two.") : null;
  }

  function changeSections(alter) {
    change({ sections: state.sections.map((each) => ({ ...each })) }, () => alter(state.sections));
    draw();
  }

  function add(name) {
    const problem = problemWith(name, null);
    if (problem === null) changeSections((sections) => sections.push({ name, into: null }));
    return problem;
  }

  function rename(section, name) {
    const problem = problemWith(name, section);
    if (problem === null) changeSections((sections) => (sections[section].name = name));
    return problem;
  }

  // ---- Moving and deciding -----------------------------------------------------------------------------------------

  const current = () => data.texts[state.at];

  function goTo(at) {
    state.at = at;
    remember(STORED, state);
    draw();
    find(at === data.texts.length ? "done-title" : "headline").focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  function nextUndecided() {
    const after = state.decisions.findIndex((decision, at) => decision === null && at > state.at);
    const any = after === -1 ? state.decisions.indexOf(null) : after;
    return any === -1 ? data.texts.length : any;
  }

  function decide(section, moves) {
    if (state.at === data.texts.length) return;
    const index = state.at;
    if (state.decisions[index] !== section) {
      change({ index, before: state.decisions[index] }, () => (state.decisions[index] = section));
    }
    tell(_("Text {at}: {name} chosen", { at: index + 1, name: nameOf(section) })); // read above the next text
    if (moves) goTo(nextUndecided());
    else draw();
  }

  function clear() {
    const index = state.at;
    if (index === data.texts.length || state.decisions[index] === null) return;
    change({ index, before: state.decisions[index] }, () => (state.decisions[index] = null));
    tell(_("Text {at}: no section", { at: index + 1 }));
    draw();
  }

  function accept() {
    if (state.at === data.texts.length) return;
    if (state.decisions[state.at] === null) decide(final(current().guess), true);
    else goTo(nextUndecided());
  }

  function step(by) {
    const at = state.at + by;
    if (at >= 0 && at <= data.texts.length) goTo(at);
  }

  // ---- The file ----------------------------------------------------------------------------------------------------

  function cell(value) {
    const text = String(value ?? "");
    return /[\x22,\r\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text; // \x22 is a quote; Babel cannot read one there
  }

  function table() {
    const rows = data.texts.map((text, at) => {
      const decision = state.decisions[at];
      const whole = text.pieces.map(([piece]) => piece).join("");
      const topic = decision === null ? "" : label(final(decision));
      return [text.path, text.row, text.title, whole, topic, data.topics[text.guess].slug, text.probability, text.stands_for];
    });
    return [data.columns, ...rows].map((row) => row.map(cell).join(",") + "\n").join("");
  }

  function save() {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(["\ufeff", table()], { type: "text/csv;charset=utf-8" }));
    link.download = data.saved;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // Safari reads it after the click
    unsaved = false;
    const done = state.decisions.filter((decision) => decision !== null).length;
    tell(_("{file} is saved: {done} of {total} texts have a section.", { file: data.saved, done, total: data.texts.length }));
  }

  // ---- Drawing -----------------------------------------------------------------------------------------------------

  function tell(sentence) {
    find("news").textContent = sentence;
  }

  function show(element, given) {
    const text = given.replaceAll("\r\n", "\n");
    const parts = [];
    let place = 0;
    for (const found of text.matchAll(TRICKS)) {
      const name = document.createElement("span");
      name.className = "control";
      name.textContent = `U+${found[0].codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
      parts.push(text.slice(place, found.index), name);
      place = found.index + found[0].length;
    }
    element.append(...parts, text.slice(place));
    return element;
  }

  function showPieces(element, pieces) {
    element.replaceChildren();
    for (const [text, level] of pieces) {
      if (!level) {
        show(element, text);
        continue;
      }
      const mark = document.createElement("mark");
      mark.dataset.level = level;
      element.append(show(mark, text));
    }
  }

  // A text without a title of its own has its first line shown as one.
  function headed(text) {
    if (text.title !== "") return [[[text.title, 0]], text.pieces];
    const head = [];
    const pieces = text.pieces.slice();
    while (pieces.length > 0) {
      const [piece, level] = pieces.shift();
      const end = piece.indexOf("\n");
      if (end !== -1) {
        head.push([piece.slice(0, end), level]);
        return [head, [[piece.slice(end).replace(/^\s+/, ""), level], ...pieces]];
      }
      head.push([piece, level]);
    }
    return [[], text.pieces];
  }

  function drawText() {
    const text = current();
    const [head, body] = headed(text);
    find("position").textContent = _("Text {at} of {total}", { at: state.at + 1, total: data.texts.length });
    find("where").replaceChildren();
    show(find("where"), text.row === null ? text.path : `${text.path}:${text.row}`);
    showPieces(find("headline"), head);
    if (head.length === 0) find("headline").textContent = _("Text {at}", { at: state.at + 1 });
    showPieces(find("text"), body);
    find("shortened").textContent =
      text.length === null ? "" : _("Shortened: this is the beginning of {n} characters.", { n: text.length.toLocaleString(language) });
  }

  function option(section, place) {
    const element = document.createElement("label");
    const input = document.createElement("input");
    Object.assign(input, { type: "radio", name: "section", value: section, checked: section === chosen() });
    const name = show(document.createElement("bdi"), nameOf(section));
    name.lang = languageOf(section);
    element.append(input, name);
    if (place < KEYS.length) {
      const key = document.createElement("kbd");
      key.textContent = KEYS[place].toUpperCase();
      key.setAttribute("aria-hidden", "true");
      input.setAttribute("aria-keyshortcuts", KEYS[place].toUpperCase());
      element.append(key);
    }
    return element;
  }

  function chosen() {
    const decision = state.decisions[state.at];
    return decision === null ? null : final(decision);
  }

  function drawPanel() {
    const guess = final(current().guess);
    find("guess").replaceChildren();
    show(find("guess"), nameOf(guess)).lang = languageOf(guess);
    find("probability").textContent = percent(current().probability);
    find("accept").classList.toggle("taken", chosen() === guess);
    find("clear").hidden = chosen() === null;
    const focused = document.activeElement?.name === "section" ? document.activeElement.value : null;
    find("sections").replaceChildren(...shownSections().map(option));
    if (focused !== null) find("sections").querySelector(`[value="${focused}"]`)?.focus();
  }

  function drawScore() {
    const decided = state.decisions.map((decision, at) => [decision, at]).filter(([decision]) => decision !== null);
    const right = decided.filter(([decision, at]) => final(decision) === final(data.texts[at].guess)).length;
    find("progress").max = data.texts.length;
    find("progress").value = decided.length;
    find("count").textContent = _("{done} of {total} done", { done: decided.length, total: data.texts.length });
    find("right").textContent = decided.length === 0 ? "" : _("guess right: {share}", { share: percent(right / decided.length) });
  }

  function drawManaged() {
    const used = (section) => state.decisions.filter((decision) => decision !== null && final(decision) === section).length;
    const rows = state.sections.map((each, section) => {
      const row = document.createElement("li");
      const name = Object.assign(document.createElement("input"), { type: "text", value: nameOf(section), maxLength: 100 });
      name.setAttribute("aria-label", _("Name of the section {name}", { name: nameOf(section) }));
      name.lang = languageOf(section);
      name.addEventListener("change", () => complain(rename(section, tidy(name.value))));
      const into = document.createElement("select");
      into.setAttribute("aria-label", _("Merge {name} into", { name: nameOf(section) }));
      into.append(new Option(_("stands alone"), ""));
      for (const other of shownSections().filter((other) => other !== section)) {
        into.append(new Option(_("is part of {name}", { name: nameOf(other) }), other));
      }
      into.value = each.into === null ? "" : final(section);
      into.addEventListener("change", () => {
        changeSections((sections) => (sections[section].into = into.value === "" ? null : Number(into.value)));
        find("managed").children[section].querySelector("select").focus();
      });
      const count = Object.assign(document.createElement("span"), { className: "muted" });
      count.textContent = each.into === null ? ngettext("{n} text", "{n} texts", used(section)) : "";
      row.append(name, into, count);
      return row;
    });
    find("managed").replaceChildren(...rows);
  }

  function complain(problem) {
    find("problem").textContent = problem ?? "";
    find("added").textContent = "";
    if (problem !== null) drawManaged();
    return problem === null;
  }

  function draw() {
    const ends = state.at === data.texts.length;
    find("article").hidden = ends;
    find("done").hidden = !ends;
    document.body.classList.toggle("ends", ends);
    find("done-title").textContent = state.decisions.includes(null)
      ? _("This was the last text; some have no section yet.")
      : _("Every text has its section.");
    if (!ends) {
      drawText();
      drawPanel();
    }
    drawScore();
    if (find("dialog").open) drawManaged();
    find("unkept").hidden = kept;
  }

  // ---- Keys and clicks ---------------------------------------------------------------------------------------------

  function manage() {
    complain(null);
    find("dialog").showModal();
    drawManaged();
    find("new-section").focus();
  }

  // Marks of Telex and the keys they are typed with: of "ẹ" the last key was J, of "ê" E, of "ư" and "ơ" W.
  const TELEX = { "\u0301": "s", "\u0300": "f", "\u0309": "r", "\u0303": "x", "\u0323": "j", "\u031b": "w", "\u0306": "w" };

  // The letter on the key where an input method (Telex, VNI) has taken or changed the letter itself.
  function keyOf(event) {
    if (event.key.length === 1) {
      const letters = event.key.toLowerCase().replace("đ", "d").normalize("NFD");
      const tone = [...letters].find((mark) => mark !== "\u031b" && mark !== "\u0306" && TELEX[mark]);
      return TELEX[tone] ?? TELEX[[...letters].find((mark) => TELEX[mark])] ?? letters[0];
    }
    return /^(Key|Digit)./.test(event.code) ? event.code.slice(-1).toLowerCase() : event.key;
  }

  function onControl(event, key) {
    const action = { s: save, z: undo }[key];
    if (action === undefined || event.altKey || event.shiftKey) return;
    if (key === "z" && event.target.matches("input[type=text]")) return; // undoes typing there
    event.preventDefault();
    action();
  }

  function onKey(event) {
    const key = keyOf(event);
    if (event.ctrlKey || event.metaKey) return onControl(event, key);
    if (event.altKey || event.repeat || find("dialog").open || event.target.matches("input[type=text], select")) return;
    if (key === "Enter") {
      if (event.target.closest("button")) return; // which is pressed by it
      event.preventDefault();
      return accept();
    }
    if (!find("keys").checked) return;
    const action = { j: () => step(1), k: () => step(-1), n: manage, u: undo, Delete: clear, Backspace: clear }[key];
    const section = key.length === 1 ? shownSections()[KEYS.indexOf(key)] : undefined;
    if (action === undefined && section === undefined) return;
    event.preventDefault();
    if (action) action();
    else decide(section, true);
  }

  function listen() {
    document.addEventListener("keydown", onKey);
    const clicks = { accept, clear, undo, save, manage, back: () => step(-1), skip: () => step(1), "undo-section": undo };
    for (const [id, action] of Object.entries(clicks)) find(id).addEventListener("click", action);
    // Arrows and space choose among the radio buttons and stay at the text, as they do on every page; a mouse or a finger
    // moves on, as a key does. Browsers make clicks of all of them.
    let byKey = false;
    document.addEventListener("keydown", () => (byKey = true), { capture: true });
    document.addEventListener("pointerdown", () => (byKey = false), { capture: true });
    find("sections").addEventListener("click", (event) => {
      if (event.target.name === "section") decide(Number(event.target.value), !byKey);
    });
    find("add").addEventListener("submit", (event) => {
      event.preventDefault();
      const name = tidy(find("new-section").value);
      if (!complain(add(name))) return;
      find("new-section").value = "";
      find("added").textContent = _("{name} is added.", { name }); // its row is below the others, often out of sight
    });
    find("close").addEventListener("click", () => find("dialog").close());
    find("dialog").addEventListener("close", () => find("headline").focus({ preventScroll: true }));
    find("keys").addEventListener("change", () => keepHabit({ keys: find("keys").checked }));
    for (const button of document.querySelectorAll("[data-language]")) {
      button.addEventListener("click", () => {
        speak(button.dataset.language);
        keepHabit({ language });
        draw();
      });
    }
    addEventListener("beforeunload", (event) => {
      if (unsaved && !kept) event.preventDefault();
    });
    addEventListener("storage", (event) => event.key === STORED && restore()); // the same page in another tab
  }

  function restore() {
    const found = recall(STORED);
    if (isWhole(found)) state = found;
    draw();
  }

  function keepHabit(habit) {
    remember(HABITS, { ...recall(HABITS), ...habit });
  }

  const habits = recall(HABITS);
  if (habits !== null) find("keys").checked = habits.keys !== false;
  keepHabit({}); // finds out whether the browser keeps anything
  speak(["vi", "en"].includes(habits?.language) ? habits.language : language);
  listen();
  restore();
}
