/* The questions in the space under the person. One at a time; when what it is about changes, it closes. */
import {$, boot, counterName, draw, element, every, fill, say, serviceName, serviceOptions, setPlate, setText, state} from "./counter-page.js";

let opener = null;

export function openAsk(kind, about = {}) {
  const form = $("ask-" + kind);
  if (!state.ask) { opener = document.activeElement; }
  state.ask = {kind, ...about};
  every("#ask form").forEach((one) => { one.hidden = one !== form; });
  if (prepare[kind]) { prepare[kind](form, state.ask); }
  $("ask").hidden = false;
  $("work").dataset.asking = kind;
  draw();
  const first = [...form.querySelectorAll("[data-first]")].find((control) => !control.closest("[hidden]"));
  if (first) { first.focus(); }
}

export function closeAsk() {
  if (!state.ask) { return; }
  const inside = $("ask").contains(document.activeElement);
  state.ask = null;
  $("ask").hidden = true;
  delete $("work").dataset.asking;
  draw();
  if (inside && opener.isConnected && !opener.disabled) { opener.focus(); }
}

/* A question about a ticket that is no longer as it was asks nothing any more. */
export function checkAsk() {
  const {ask, desk} = state;
  if (!ask || !ask.row) { return; }
  const known = [desk.ticket, ...desk.waiting, ...desk.missed, ...desk.held].find((row) => row && row.id === ask.row.id);
  if (!known || known.state !== ask.row.state) { closeAsk(); }
}

function title(form, words) { setText(form.querySelector("h2"), words); }
function rowTitle(form, {row}) { title(form, `${row.label}, ${serviceName(row)}`); }

/* What a question says before it is shown. */
const prepare = {
  skip(form, {row}) { title(form, say("op.confirm_skip", {number: row.label, k: row.times_called})); },

  pick(form, {row, plain}) {
    title(form, plain ? say("op.pick_next", {number: row.label}) : say("op.pick_why"));
    form.querySelectorAll("[data-why]").forEach((part) => { part.hidden = plain; });
    form.querySelector("[data-plain]").hidden = !plain;
  },

  missed: rowTitle,
  held: rowTitle,

  move(form, {row}) {
    title(form, say("op.move_q", {number: row.label}));
    form.reset();
  },

  close(form) { title(form, say("op.close_q", {n: state.desk.waiting_count})); },
  outage: drawOutages,

  given(form, {ticket}) {
    setPlate("given-no", ticket.label);
    title(form, say("op.given", {number: ticket.label}));
    fill("given-slip", say("op.slip_coming"));
  },

  slip(form, {text}) { title(form, text); },

  said(form, {words, signIn}) {
    setText(form.querySelector("p"), words);
    $("said-sign-in").hidden = !signIn;
  },
};

export function outageWords(outage) {
  const reason = say("out." + outage.reason);
  return outage.service ? say("op.outage_now", {service: serviceName(outage), reason}) : say("disp.outage_all", {reason});
}

/* Drawn again only when they changed: a button that is being pressed must stay. */
export function drawOutages() {
  const shown = JSON.stringify(state.desk.outages);
  if ($("outages").dataset.shown === shown) { return; }
  $("outages").dataset.shown = shown;
  $("outages").replaceChildren(...state.desk.outages.map(function (outage) {
    const button = element("button", "btn", say("op.outage_over"));
    button.name = "end";
    button.value = outage.id;
    return element("li", "", element("span", "", outageWords(outage)), button);
  }));
}

function fillChoices() {
  every("#ask select[name=service]").forEach((choice) => choice.append(...serviceOptions()));
  const others = boot.counters.filter((one) => !state.desk || one.number !== state.desk.counter.number);
  $("ask-move").elements.counter.append(...others.map((one) => new Option(counterName(one), one.number)));
}

/* answers: {kind: (given, about) => ...}, called with the fields and the button that was pressed. */
export function listenToAsks(answers) {
  fillChoices();
  $("ask").addEventListener("submit", function (event) {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(event.target));
    const {name, value} = event.submitter || {};
    if (name) { given[name] = value; }
    if (state.ask && !state.busy) { answers[state.ask.kind](given, state.ask); }
  });
  every("#ask [data-close]").forEach((button) => button.addEventListener("click", closeAsk));
  every("[data-ask]").forEach((button) => button.addEventListener("click", () => openAsk(button.dataset.ask)));
}
