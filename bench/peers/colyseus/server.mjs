// One Colyseus room, as its guide has it: a schema state with a map of players, a patch every 100 ms.
import { defineRoom, defineServer, Room } from '@colyseus/core';
import { Encoder, schema, t } from '@colyseus/schema';
import { WebSocketTransport } from '@colyseus/ws-transport';

// The guide's advice for a large state: otherwise the buffer grows step by step, with a warning each time.
Encoder.BUFFER_SIZE = 4 * 1024 * 1024;

const Player = schema({ x: t.float32(), y: t.float32(), z: t.float32(), yaw: t.float32() }, 'Player');
const HallState = schema({ players: t.map(Player) }, 'HallState');

class Hall extends Room {
  state = new HallState();
  patchRate = 100;
  // A crowd that comes at once waits longer for its seat than the default of 15 s allows.
  seatReservationTimeout = 120;

  onCreate() {
    this.onMessage('move', (client, { x, y, z, yaw }) => {
      const player = this.state.players.get(client.sessionId);
      player.x = x;
      player.y = y;
      player.z = z;
      player.yaw = yaw;
    });
  }

  onJoin(client) {
    this.state.players.set(client.sessionId, new Player({ x: 0, y: 0, z: 0, yaw: 0 }));
  }

  onLeave(client) {
    this.state.players.delete(client.sessionId);
  }
}

const server = defineServer({
  transport: new WebSocketTransport(),
  rooms: { hall: defineRoom(Hall) },
  greet: false,
});
await server.listen(Number(process.argv[2]), '127.0.0.1');
