// A whole client in Node.js, written from docs/protocol.md alone: joins a race, drives, talks, and comes back if it is cut off.
//
//     node examples/client.mjs HOST:PORT[,HOST:PORT...] NICK SECONDS [RACE NAME]
//
// With a race name it meets others there, else it practises against bots. At the end it prints one line of JSON.
import net from "node:net";
import readline from "node:readline";

const [servers, nick, seconds, raceName] = process.argv.slice(2);
const addresses = servers.split(",");
const seen = { phases: [], snapshots: 0, acknowledged: 0, score: 0, lines: [], own_line: false, standings: [], resumes: 0 };
let socket, session, token, asked, room, race, ended, pending;
let dialled = 0, numbers = 0, position = [0, 0]; // position: the highest [epoch, tick] of the race
let inputs = [], newest; // [number, tick, steer, pedal] that no snapshot has acknowledged
let me = nick; // the name that we got
let read = null; // [era, number] of the last line that we have
const chat = { id: 1, text: `hello from ${nick}`, said: false };

const send = (type, fields = {}) => socket?.write(JSON.stringify({ type, ...fields }) + "\n");
const request = (type, fields = {}) => send(type, (pending = { type, id: 1, ...fields }));

function dial() {
  const [host, port] = addresses[dialled++ % addresses.length].split(/:(?=\d+$)/);
  socket = net.connect({ host, port, noDelay: true }, () =>
    session ? send("resume", { protocol: 1, session, token }) : send("hello", { protocol: 1, nick }));
  readline.createInterface({ input: socket }).on("line", (line) => receive(JSON.parse(line))).on("error", () => {});
  socket.on("error", () => {}).on("close", () => ended || setTimeout(dial, 100 + 200 * Math.random()));
}

const newer = ({ epoch, tick }) => epoch > position[0] || (epoch === position[0] && tick > position[1]);

const on = {
  ping: ({ id }) => send("pong", { id }),
  close: ({ code, reconnect }) => { if (!reconnect) { ended = code; finish(); } },
  error: ({ code, text, suggestion }) => code.startsWith("name_") && !session
    ? send("hello", { protocol: 1, nick: suggestion || nick + Math.floor(Math.random() * 1000) })
    : console.error(`${code}: ${text}`),
  welcome: (message) => {
    if (message.resumed) seen.resumes++;
    ({ session, token, nick: me } = message);
    enter(message.race ? `race-${message.race}` : "lobby");
    if (!message.race) raceName ? request("create", { name: raceName }) : request("practise", { bots: 3 });
  },
  joined: (message) => { pending = undefined; enter(`race-${message.race}`); },
  race: (message) => {
    race = message;
    position = [message.epoch, position[0] === message.epoch ? Math.max(position[1], message.tick) : message.tick];
    if (seen.phases.at(-1) !== message.phase) seen.phases.push(message.phase);
    if (message.phase === "waiting") send("ready", { ready: true });
    if (message.phase === "finished") seen.standings = message.standings;
  },
  snapshot: (message) => {
    if (!newer(message)) return;
    position = [message.epoch, message.tick];
    seen.snapshots++;
    if (race?.revision !== message.revision) return send("look");
    const seat = race.seats.findIndex((driver) => driver.nick === me);
    if (seat < 0 || race.phase !== "racing") return;
    const [x, , , , score] = message.cars[seat], [acknowledged, steer] = message.controls[seat];
    seen.score = score;
    seen.acknowledged = acknowledged;
    inputs = inputs.filter(([number]) => number > acknowledged);
    // Weaves along the right lane marking, where the traffic of neither lane drives.
    const wheel = Math.max(-100, Math.min(100, Math.round((3600 - x) / 10)));
    if (wheel !== steer && !inputs.length) drive(message.tick + 6, wheel);
  },
  room: (message) => {
    if (message.room !== asked) return; // a late answer, of a room that was left meanwhile
    room = message.room;
    if (read?.[0] !== message.era) read = [message.era, message.first - 1];
    say();
  },
  line: (message) => {
    if (!read || message.room !== room || message.number <= read[1]) return;
    read = [message.era, message.number];
    if (message.nick === me && message.id === chat.id && message.room === asked) chat.said = seen.own_line = true;
    if (message.kind === "said") seen.lines.push(`${message.nick}: ${message.text}`);
  },
};

function receive(message) { on[message.type]?.(message); }
function enter(name) {
  if (name !== asked) read = null; // another room
  room = undefined;
  send("enter", { room: (asked = name), seen: read });
}
function say() { if (room?.startsWith("race-") && !chat.said) send("say", { room, id: chat.id, text: chat.text }); }
function drive(tick, steer) { inputs.push((newest = [++numbers, tick, steer, 100])); repeat(); }
function repeat() { send("drive", { inputs: inputs.length ? inputs.slice(-16) : [newest] }); }
function finish() { console.log(JSON.stringify(seen)); process.exit(0); }

dial();
setInterval(() => { // whatever was not answered is sent again
  if (pending) send(pending.type, pending);
  asked && !room ? enter(asked) : say();
}, 1000);
setInterval(() => { // a silent driver coasts
  if (race?.phase === "racing") newest ? repeat() : drive(position[1] + 6, 0);
}, 250);
setTimeout(() => { send("bye"); setTimeout(finish, 500); }, 1000 * seconds);
