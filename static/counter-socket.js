/* The live line: Socket.IO 5 over one websocket (Engine.IO 4), as far as this page needs it: one namespace, a question
   with its answer, events. The client library alone would be a third of what the page may weigh.
   The protocol: https://github.com/socketio/socket.io-protocol */

const ADDRESS = location.origin.replace(/^http/, "ws") + "/socket.io/?EIO=4&transport=websocket";
const PACKET = /^4(\d)\/live,(\d*)(.*)$/;    // type, number of the question, JSON
const JOINED = "0";
const EVENT = "2";
const ANSWER = "3";
const OPEN_MS = 4000;                         // to have a line at all
const AGAIN_MS = [200, 1500];                 // before the first try, and at most between two

const questions = new Map();                  // number -> what to do with the answer
let hears = {};                               // joined(), event(name, body), lost()
let wire = null;
let alarm = null;
let patience = OPEN_MS;
let tries = 0;
let isJoined = false;

/* The line opens itself again for as long as the page lives. */
export function openSocket(listener) {
  hears = listener;
  openWire();
}

export function isSocketUp() { return isJoined; }

/* Only while the line is up: joined() is the moment for it. */
export function askServer(name, body, answered) {
  const number = questions.size;
  questions.set(number, answered);
  wire.send(`42/live,${number}${JSON.stringify([name, body])}`);
}

function openWire() {
  wire = new WebSocket(ADDRESS);
  patience = OPEN_MS;
  wire.onmessage = readMessage;
  wire.onclose = loseWire;
  expectWord();
}

/* A line that is silent for longer than the server's ping takes is dead, though nobody said so. */
function expectWord() {
  clearTimeout(alarm);
  alarm = setTimeout(loseWire, patience);
}

function loseWire() {
  clearTimeout(alarm);
  wire.onmessage = wire.onclose = null;
  wire.close();
  questions.clear();
  isJoined = false;
  hears.lost();
  // Spread, so that a hall of pages does not come back in the same instant.
  setTimeout(openWire, Math.min(AGAIN_MS[1], AGAIN_MS[0] * 2 ** tries) * (0.1 + 1.8 * Math.random()));
  tries += 1;
}

function readMessage({data}) {
  expectWord();
  if (data === "2") { wire.send("3"); return; }
  if (data[0] === "0") { greet(JSON.parse(data.slice(1))); return; }
  const [, type, number, json] = PACKET.exec(data) || [];
  if (type === EVENT) { hears.event(...JSON.parse(json)); }
  if (type === ANSWER) { takeAnswer(Number(number), JSON.parse(json)); }
  if (type === JOINED) {
    isJoined = true;
    tries = 0;
    hears.joined();
  }
}

function greet({pingInterval, pingTimeout}) {
  patience = pingInterval + pingTimeout;
  wire.send("40/live,");
}

function takeAnswer(number, [body]) {
  const answered = questions.get(number);
  questions.delete(number);
  if (answered) { answered(body); }
}
