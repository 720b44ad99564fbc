// Socket.IO with its Redis adapter: rooms of cars, and a chat, by the same events as pysio.py.
//   node sio.mjs PORT REDIS_PORT HZ race|chat
import { createAdapter } from "@socket.io/redis-adapter";
import { createServer } from "node:http";
import { createClient } from "redis";
import { Server } from "socket.io";

const [port, redis, hz] = process.argv.slice(2, 5).map(Number);
const workload = process.argv[5];
const publisher = createClient({ url: `redis://127.0.0.1:${redis}` }), subscriber = publisher.duplicate();
await Promise.all([publisher.connect(), subscriber.connect()]);
const http = createServer();
const adapter = createAdapter(publisher, subscriber);
const io = new Server(http, { adapter, transports: ["websocket"], perMessageDeflate: false });
const rooms = new Map(); // of maps from a name to its car, a row [name, x, distance, speed, score, last input]

io.on("connection", (socket) => {
  let room, cars, car;
  socket.on("join", (asked) => {
    room = asked.room;
    socket.join(room);
    if (!rooms.has(room)) rooms.set(room, new Map());
    cars = rooms.get(room);
    cars.set(asked.name, (car = [asked.name, 0, 0, 0, 0, 0]));
    socket.emit("joined", 1);
  });
  socket.on("input", (input) => {
    car[1] = (car[1] + input.steer) % 800;
    car[3] = Math.min(90, car[3] + input.gas);
    car[5] = input.seq;
  });
  socket.on("chat", (line) => io.to(room).emit("chat", line));
  socket.on("disconnect", () => {
    if (!cars) return;
    cars.delete(car[0]);
    if (!cars.size) rooms.delete(room);
  });
});

function tick() {
  for (const [room, cars] of rooms) {
    for (const car of cars.values()) {
      car[2] = Math.round(100 * (car[2] + car[3] / hz)) / 100;
      car[4] = Math.floor(car[2] / 10);
    }
    io.to(room).emit("state", { cars: [...cars.values()] });
  }
}

if (workload === "race") {
  let due = performance.now();
  const next = () => {
    tick();
    due = Math.max(due + 1000 / hz, performance.now() - 1000 / hz);
    setTimeout(next, Math.max(0, due - performance.now()));
  };
  next();
}
http.listen(port, "127.0.0.1", 2048);
