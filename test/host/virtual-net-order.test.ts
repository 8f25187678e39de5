import { describe, expect, test } from 'vitest';
import { packetOf } from './process-ground.ts';
import { onLoopback, onVirtualNetwork, type Talk } from './talks.ts';

const MEBIBYTE = 1_048_576;

const talks: Talk[] = [
  {
    title: 'a question is answered, and both sides end',
    serve(socket, { note }) {
      socket.on('data', (data) => {
        note(`data ${data}`);
        socket.end(`echo ${data}`);
      });
    },
    dial(socket, { note }) {
      note(`${socket.connecting} ${socket.pending} ${socket.readyState}`);
      socket.write('hello', () => note('written'));
      socket.on('data', (data) => note(`data ${data}`));
      socket.on('close', () => note(`${socket.readyState} ${socket.bytesRead} ${socket.bytesWritten}`));
    },
  },
  {
    title: 'what is written in corked pieces arrives as one',
    serve(socket, { note }) {
      socket.on('data', (data) => note(`data ${data}`));
    },
    dial(socket, { note }) {
      socket.on('connect', () => {
        socket.cork();
        socket.write('one ', () => note('first written'));
        socket.write(Buffer.from('two '));
        socket.write('746872656520', 'hex', () => note('third written'));
        note(`${socket.writableLength}`);
        socket.uncork();
        socket.end('four', () => note('finished'));
      });
    },
  },
  {
    title: 'the server ends first, and a client that allows half-open goes on to write',
    client: { allowHalfOpen: true },
    serve(socket, { note }) {
      socket.end('bye');
      socket.on('data', (data) => note(`data ${data}`));
    },
    dial(socket, { note, later }) {
      socket.on('data', (data) => note(`data ${data}`));
      socket.on('end', () => {
        note(socket.readyState);
        later(5, () => socket.end('late'));
      });
    },
  },
  {
    title: 'a socket that was ended by its peer cannot be written to',
    serve(socket, { later }) {
      later(20, () => socket.end());
    },
    dial(socket, { note, later }) {
      socket.resume();
      socket.on('end', () => {
        later(5, () => socket.write('late', (error) => note(`${(error as NodeJS.ErrnoException).code}`)));
      });
    },
  },
  {
    title: 'nobody listens',
    isRefused: true,
    serve() {},
    dial(socket, { note }) {
      socket.write('lost', (error) => note(`written: ${error?.message}`));
      socket.on('error', (error) => {
        const { code, syscall, errno } = error as NodeJS.ErrnoException;
        note(`${code} ${syscall} ${errno}`);
      });
    },
  },
  {
    title: 'the server resets',
    serve(socket, { later }) {
      later(20, () => socket.resetAndDestroy());
    },
    dial(socket, { note }) {
      socket.resume();
      socket.on('error', (error) => {
        const { code, syscall, errno } = error as NodeJS.ErrnoException;
        note(`${code} ${syscall} ${errno}`);
      });
    },
  },
  {
    title: 'the server is destroyed with an error of its own',
    serve(socket, { later }) {
      later(20, () => socket.destroy(new Error('enough')));
    },
    dial(socket) {
      socket.resume();
    },
  },
  {
    title: 'the server closes with unread data: the client is reset',
    server: { pauseOnConnect: true },
    serve(socket, { later }) {
      later(20, () => socket.destroy());
    },
    dial(socket) {
      socket.resume();
      socket.write('never read');
    },
  },
  {
    title: 'what arrived before a reset is read after it, and the reset is taken for an end',
    server: { pauseOnConnect: true },
    serve(socket, { later }) {
      socket.write('first');
      later(20, () => socket.destroy());
    },
    dial(socket, { note, later }) {
      socket.write('never read');
      socket.on('connect', () => socket.pause());
      later(60, () => socket.on('data', (data) => note(`data ${data}`)).resume());
    },
  },
  {
    title: 'a reset that was taken for an end is told to who writes',
    server: { pauseOnConnect: true },
    client: { allowHalfOpen: true },
    serve(socket, { later }) {
      socket.write('first');
      later(20, () => socket.destroy());
    },
    dial(socket, { note, later }) {
      socket.write('never read');
      socket.on('connect', () => socket.pause());
      socket.on('end', () => socket.write('late', (error) => note(`${error?.message}`)));
      later(60, () => socket.on('data', (data) => note(`data ${data}`)).resume());
    },
  },
  {
    title: 'the first write after the peer has gone succeeds, and the next one breaks',
    client: { allowHalfOpen: true },
    serve(socket, { later }) {
      later(10, () => socket.destroy());
    },
    dial(socket, { note, later }) {
      socket.resume();
      socket.on('end', () => {
        socket.write('one', (error) => note(`one ${error?.message}`));
        later(30, () => socket.write('two', (error) => note(`two ${error?.message}`)));
      });
    },
  },
  {
    title: 'a writer waits for a reader that pauses, and drains',
    server: { pauseOnConnect: true },
    serve(socket, { note, later }) {
      let bytes = 0;
      socket.on('data', (data) => {
        bytes += data.length;
      });
      socket.pause();
      socket.on('end', () => note(`${bytes} bytes`));
      later(100, () => socket.resume());
    },
    dial(socket, { note, later }) {
      socket.on('connect', () => {
        // More than the loopback of any machine takes.
        note(`${socket.write(packetOf(16 * MEBIBYTE), () => note('written'))}`);
        note(`${socket.writableLength} ${socket.writableNeedDrain}`);
        later(50, () => note(`${socket.writableNeedDrain}`));
      });
      socket.on('drain', () => {
        note(`${socket.writableLength}`);
        socket.end();
      });
    },
  },
  {
    title: 'a reader that pauses lets its buffer fill, and gets everything afterwards',
    serve(socket) {
      for (let i = 0; i < 40; i++) socket.write(Buffer.alloc(10_000, i));
      socket.end();
    },
    dial(socket, { note, later }) {
      let bytes = 0;
      let disorder = 0;
      socket.on('data', (data) => {
        for (const byte of data) if (byte !== Math.floor(bytes++ / 10_000)) disorder++;
        if (bytes < 200_000) return;
        socket.pause();
        later(20, () => socket.resume());
      });
      socket.on('end', () => note(`${bytes} bytes, ${disorder} out of order`));
    },
  },
  {
    title: 'a socket that is idle times out, again and again, until it is told not to',
    serve(socket, { later }) {
      socket.resume();
      later(50, () => socket.write('x'));
      later(150, () => socket.end());
    },
    dial(socket, { note }) {
      socket.resume();
      socket.on('connect', () => {
        note(`${socket.setTimeout(20) === socket} ${socket.timeout}`);
      });
      let times = 0;
      socket.on('timeout', () => {
        if (++times === 2) socket.setTimeout(0);
      });
    },
  },
  {
    title: 'a socket is destroyed before it is connected',
    isRefused: true,
    serve() {},
    dial(socket, { note }) {
      socket.write('lost', (error) => note(`${(error as NodeJS.ErrnoException).code}`));
      socket.destroy();
      note(`${socket.destroyed} ${socket.connecting} ${socket.readyState}`);
    },
  },
  {
    title: 'a socket is ended before it is connected',
    serve(socket, { note }) {
      socket.on('data', (data) => note(`data ${data}`));
    },
    dial(socket) {
      socket.end('all at once');
      socket.resume();
    },
  },
  {
    title: 'destroySoon lets what is written go first',
    serve(socket, { note }) {
      socket.on('data', (data) => note(`data ${data}`));
    },
    dial(socket) {
      socket.on('connect', () => {
        socket.write('last words');
        socket.destroySoon();
      });
    },
  },
  {
    title: 'a write after the end is refused',
    serve(socket) {
      socket.resume();
    },
    dial(socket, { note }) {
      socket.resume();
      socket.on('connect', () => {
        socket.end('end');
        socket.write('more', (error) => note(`${(error as NodeJS.ErrnoException).code}`));
      });
    },
  },
  {
    title: 'one socket is used again for a second connection',
    serve(socket) {
      socket.end('hello');
    },
    dial(socket, { note }) {
      let times = 0;
      const { remotePort, remoteAddress } = socket;
      socket.on('data', (data) => note(`data ${data}`));
      note(`${remotePort} ${remoteAddress}`);
      socket.on('connect', () => {
        const { remotePort: port, remoteAddress: host } = socket;
        if (++times === 1) socket.once('close', () => socket.connect(port!, host!));
      });
    },
  },
];

describe('a virtual socket tells in the order of a real one', () => {
  for (const talk of talks) {
    test(talk.title, async () => {
      const virtual = await onVirtualNetwork(talk);
      expect(virtual).toEqual(await onLoopback(talk));
      expect(virtual.client).not.toEqual([]);
    });
  }
});
