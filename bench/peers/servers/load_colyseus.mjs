// Makes the load of a RACE with Colyseus's own SDK, and says the same as bench/peers/load.py: READY, BEGIN, END, Seen.
//   node load_colyseus.mjs SPEC
import { Client } from "@colyseus/sdk";
import { createInterface } from "node:readline";

const DECODING_ROOMS = 40; // To decode 8 cars costs the SDK more than it costs the server to send them: with more rooms
                           // than these, one player of each decodes and measures; the others count patches.
const JOINING = 4; // rooms at a time
const AFTERWARDS = 400; // ms that the load goes on

const spec = JSON.parse(process.argv[2]);
const [host, port] = spec.endpoints[0];
const client = new Client(`ws://${host}:${port}`);
const now = () => performance.now();
const latencies = [], lags = [];
let begin = Infinity, end = Infinity, open = false, over = false, delivered = 0, lost = 0;

const say = (line) => process.stdout.write(line + "\n");
const counts = (at) => at >= begin && at < end;
const cpu = () => { const used = process.cpuUsage(); return (used.user + used.system) / 1e6; };

async function join(rid, decodes) {
  const room = await client.joinOrCreate("race", { rid });
  const player = { room, waiting: [], seq: 0, decodes };
  if (!decodes) room.serializer.patch = () => {};
  room.onStateChange((state) => {
    if (open) delivered++;
    if (!decodes) return;
    const at = now(), seq = state.cars.get(room.sessionId)?.seq ?? 0;
    while (player.waiting.length && player.waiting[0].seq <= seq) {
      const sent = player.waiting.shift().at;
      if (counts(sent)) latencies.push(at - sent);
    }
  });
  room.onLeave(() => { if (!over) lost++; });
  return player;
}

async function joinAll(room) { // one after the other: the room is then one room
  const players = [];
  for (let i = 0; i < spec.players; i++) players.push(await join(`r${room}`, spec.rooms <= DECODING_ROOMS || i === 0));
  return players;
}

const players = [];
for (let first = 0; first < spec.rooms; first += JOINING) {
  const rooms = Array.from({ length: Math.min(JOINING, spec.rooms - first) }, (_, i) => joinAll(first + i));
  players.push(...(await Promise.all(rooms)).flat());
}
say("READY");
await new Promise((go) => createInterface({ input: process.stdin }).once("line", go));

const rate = players.length * (spec.changes || spec.hz) / 1000, start = now();
begin = start + spec.warm * 1000;
end = begin + spec.dur * 1000;
let before = 0, used = 0;
await new Promise((done) => {
  let k = 0;
  const step = () => {
    const at = now();
    if (!open && counts(at)) { open = true; before = cpu(); say("BEGIN"); }
    if (open && at >= end) { open = false; used = cpu() - before; say("END"); }
    if (at >= end + AFTERWARDS) return done();
    for (let due; (due = start + k / rate) <= at; k++) {
      const player = players[k % players.length], sent = { seq: ++player.seq, at: now() };
      if (k % 16 === 0) lags.push(sent.at - due);
      if (player.decodes) player.waiting.push(sent);
      player.room.send("input", { seq: sent.seq, steer: 1, gas: 1 });
    }
    setTimeout(step, Math.max(1, start + k / rate - now()));
  };
  step();
});

over = true;
const never = players.flatMap((player) => player.waiting).filter((sent) => counts(sent.at));
latencies.push(...never.map((sent) => now() - sent.at));
const percentile = (values, part) => values.length
  ? +values.sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part / 100))].toFixed(2) : null;
say(JSON.stringify({
  delivered, expected: Math.floor(players.length * spec.hz * spec.dur), p50: percentile(latencies, 50),
  p99: percentile(latencies, 99), unacked: never.length, lost_conns: lost, frame_bytes: null,
  gen_cpu: +(used / spec.dur).toFixed(3), gen_lag_p99: percentile(lags, 99), clients: players.length,
}));
process.exit(0);
