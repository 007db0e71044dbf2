// A relay as in networked-aframe's server/socketio-server.js (0.14), without its 50 visitors a room:
// what one visitor broadcasts goes to everybody else at once.
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const web = createServer();
const io = new Server(web);
const occupants = {};

io.on('connection', (socket) => {
  let room = null;

  socket.on('joinRoom', (data) => {
    room = data.room;
    const joinedTime = Date.now();
    occupants[socket.id] = joinedTime;
    socket.join(room);
    socket.emit('connectSuccess', { joinedTime });
    io.in(room).emit('occupantsChanged', { occupants });
  });

  socket.on('broadcast', (data) => {
    socket.to(room).emit('broadcast', data);
  });

  socket.on('disconnect', () => {
    delete occupants[socket.id];
    if (room !== null) socket.to(room).emit('occupantsChanged', { occupants });
  });
});

web.listen(Number(process.argv[2]), '127.0.0.1', 1024);
