// Colyseus: schema state with its own delta patches, sent at the rate of the ticks; Redis driver and presence.
//   node colyseus.mjs PORT REDIS_PORT HZ
import { Room, Server } from "@colyseus/core";
import { RedisDriver } from "@colyseus/redis-driver";
import { RedisPresence } from "@colyseus/redis-presence";
import { schema, t } from "@colyseus/schema";
import { WebSocketTransport } from "@colyseus/ws-transport";

const [port, redis, hz] = process.argv.slice(2).map(Number);
const Car = schema({ x: t.int16(), distance: t.float32(), speed: t.float32(), score: t.int32(), seq: t.uint32() }, "Car");
const State = schema({ cars: t.map(Car) }, "State");

class RaceRoom extends Room {
  state = new State();
  maxClients = 8;

  onCreate() {
    this.patchRate = 1000 / hz;
    this.onMessage("input", (client, input) => {
      const car = this.state.cars.get(client.sessionId);
      car.x = (car.x + input.steer) % 800;
      car.speed = Math.min(90, car.speed + input.gas);
      car.seq = input.seq;
    });
    this.setSimulationInterval(() => {
      for (const car of this.state.cars.values()) {
        car.distance += car.speed / hz;
        car.score = Math.floor(car.distance / 10);
      }
    }, 1000 / hz);
  }

  onJoin(client) {
    this.state.cars.set(client.sessionId, new Car().assign({ x: 0, distance: 0, speed: 0, score: 0, seq: 0 }));
  }

  onLeave(client) {
    this.state.cars.delete(client.sessionId);
  }
}

const address = { host: "127.0.0.1", port: redis };
const server = new Server({
  transport: new WebSocketTransport({ pingInterval: 10000 }),
  presence: new RedisPresence(address),
  driver: new RedisDriver(address),
  greet: false,
});
server.define("race", RaceRoom).filterBy(["rid"]);
await server.listen(port, "127.0.0.1");
