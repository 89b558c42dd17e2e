/* The line of machines: calm, it says that all is well; the worst trouble takes it over. It is always there, so nothing moves. */
import {$, clock, element, fill, icon, now, say, show, state} from "./counter-page.js";
import {openAsk, outageWords} from "./counter-ask.js";
import {callForHelp} from "./counter-act.js";

const BACK_MS = 6000;
const PRINTER_BAD = {
  off: "op.alert_printer_off", paper_out: "op.alert_paper_out", cover: "op.alert_cover", error: "op.alert_printer_error", paper_low: "op.alert_paper_low",
};
const SLIP_BAD = {failed: "op.alert_print_failed", unsure: "op.alert_print_unsure"};

/* {icon, text, words?, run?}, the worst first; words and run are the button at its end. */
function troubles() {
  if (state.lostAt) { return [{icon: "wifi-off", text: say("op.offline", {time: clock(state.lostAt)})}]; }
  if (!state.desk || isBack()) { return []; }
  const {gear, help, outages} = state.desk;
  return [
    ...help.map(helpTrouble), ...gear.printers.filter((one) => PRINTER_BAD[one.state] && !one.behind).map(printerTrouble), ...state.desk.slips.map(slipTrouble),
    ...gear.boxes.filter(isAway).map(({name}) => ({icon: "wifi-off", text: say("op.alert_box", {name})})),
    ...gear.kiosks.filter(isAway).map(({name}) => ({icon: "ticket", text: say("op.alert_kiosk", {name})})),
    ...gear.displays.filter(isAway).map(({name}) => ({icon: "monitor", text: say("op.alert_screen", {name})})),
    ...gear.displays.filter(isMute).map(({name}) => ({icon: "volume-x", text: say("op.alert_sound", {name})})),
    ...outages.map((outage) => ({icon: "triangle-alert", text: outageWords(outage), words: say("op.outage_open"), run: () => openAsk("outage")})),
  ];
}

function isAway(machine) { return machine.state === "away"; }
function isMute(screen) { return screen.state !== "away" && (screen.sound === "blocked" || screen.sound === "broken"); }

/* For a moment nothing else is as good to know. */
function isBack() { return Boolean(state.backAt) && now() - state.backAt < BACK_MS; }

function helpTrouble({counter, since}) {
  const key = counter === state.desk.counter.number ? "op.help_sent" : "op.help_asked";
  return {icon: "siren", text: say(key, {n: counter, time: clock(since)}), words: say("op.help_over"), run: () => callForHelp(counter, false)};
}

function printerTrouble(printer) { return {icon: "printer", text: say(PRINTER_BAD[printer.state], {name: printer.name})}; }

function slipTrouble(slip) {
  const text = say(SLIP_BAD[slip.state], {number: slip.ticket});
  return {icon: "printer", text, words: say("op.outage_open"), run: () => openAsk("slip", {slip, text})};
}

export function drawGear() {
  const bad = troubles();
  const parts = bad.length ? [worst(bad)] : calm();
  const line = parts.map((part) => part.icon + part.text).join("|");
  const {words, run} = bad[0] || {};
  $("gear").classList.toggle("gear--bad", bad.length > 0);
  show("gear-act", words);
  fill("gear-act", words || "");
  $("gear-act").onclick = run;
  if ($("gear-words").dataset.shown === line) { return; }
  $("gear-words").dataset.shown = line;
  $("gear-words").replaceChildren(...parts.map((part) => element("span", part.good ? "gear__good" : "", icon(part.icon), part.text)));
}

function worst(bad) {
  const more = bad.length > 1 ? " " + say("op.alert_more", {n: bad.length - 1}) : "";
  return {icon: bad[0].icon, text: bad[0].text + more};
}

function calm() {
  if (isBack()) { return [{icon: "circle-check", text: say("op.online"), good: true}]; }
  const server = {icon: "circle-check", text: say("op.server_ok")};
  if (!state.desk) { return [server]; }
  const {printers, displays, kiosks} = state.desk.gear;
  return [server, printerState(printers), machineState(displays, "screen"), machineState(kiosks, "kiosk")];
}

/* A printer that never said how it is is not well, and not broken either. */
function printerState(printers) {
  if (!printers.length) { return {icon: "circle", text: say("op.printer_none")}; }
  const well = printers.every((printer) => printer.state === "ok");
  return well ? {icon: "circle-check", text: say("op.printer_ok")} : {icon: "circle-question-mark", text: say("op.printer_unknown")};
}

function machineState(machines, kind) {
  return machines.length ? {icon: "circle-check", text: say(`op.${kind}_ok`)} : {icon: "circle", text: say(`op.${kind}_none`)};
}
