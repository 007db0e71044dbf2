/*
 * Runs in the page before anything of it: times each frame's callback and each message, and, once the visitor is in the hall,
 * the parts of a frame. The page is cross-origin isolated, so that the clock's step is 5 microseconds.
 */
(() => {
  const laps = {};
  let measuring = false;
  const timed = (name, work) => {
    const begun = performance.now();
    try {
      return work();
    } finally {
      if (measuring) current[name] = (current[name] ?? 0) + performance.now() - begun;
    }
  };
  /** What the frame that runs, or comes next, has taken by part. */
  let current = {};
  const closeFrame = () => {
    for (const name of Object.keys(current)) (laps[name] ??= []);
    for (const name of Object.keys(laps)) laps[name].push(current[name] ?? 0);
    current = {};
  };

  const request = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (callback) => timed('request', () => request((time) => {
    timed('frame', () => callback(time));
    if (measuring) closeFrame();
  }));

  const wire = { messages: [], bytes: 0 };
  const replayPort = window.__replayPort;
  const Plain = window.WebSocket;
  window.WebSocket = class extends Plain {
    constructor(url, protocol) {
      super(replayPort ? `ws://127.0.0.1:${replayPort}/ws` : url, protocol);
    }
    set onmessage(handler) {
      super.onmessage = handler && ((event) => {
        const begun = performance.now();
        timed('message', () => handler(event));
        wire.messages.push([begun, performance.now() - begun, event.data.byteLength]);
      });
    }
  };

  const wrap = (object, method, name) => {
    const plain = object[method];
    object[method] = function (...words) {
      return timed(name, () => plain.apply(this, words));
    };
  };
  let render = { calls: 0, triangles: 0 };
  const wrapParts = ({ presence, stage, world }) => {
    const { avatars } = world;
    wrap(presence.crowd, 'ingest', 'ingest');
    wrap(presence.crowd, 'update', 'crowd');
    wrap(presence.names, 'wanted', 'who');
    wrap(presence, 'nearby', 'nearby');
    wrap(world.tags, 'update', 'tags');
    wrap(avatars, 'update', 'avatars');
    wrap(avatars.stage.classifier, 'run', 'classify');
    wrap(avatars.stage.motion, 'update', 'texture');
    wrap(world, 'updateHall', 'hall');
    wrap(stage, 'draw', 'submit');
    const { info } = stage.renderer;
    info.autoReset = false;
    const draw = stage.draw;
    stage.draw = function () {
      info.reset();
      draw.apply(this);
      render = { calls: info.render.calls, triangles: info.render.triangles };
    };
  };

  /** Every draw call is made, but for one triangle: a card takes the crowd as it comes, software for it would starve the page. */
  if (window.__lighten) {
    const gl = WebGL2RenderingContext.prototype;
    const { drawArrays, drawElements, drawArraysInstanced, drawElementsInstanced } = gl;
    gl.drawArrays = function (mode, first) { drawArrays.call(this, mode, first, 3); };
    gl.drawElements = function (mode, _, type, offset) { drawElements.call(this, mode, 3, type, offset); };
    gl.drawArraysInstanced = function (mode, first) { drawArraysInstanced.call(this, mode, first, 3, 1); };
    gl.drawElementsInstanced = function (mode, _, type, offset) { drawElementsInstanced.call(this, mode, 3, type, offset, 1); };
  }

  window.__meter = {
    begin() {
      wrapParts(window.yuanzhan.visit);
      measuring = true;
      this.begun = performance.now();
    },
    read() {
      const { presence, stage, world } = window.yuanzhan.visit;
      return {
        isolated: window.crossOriginIsolated,
        seconds: (performance.now() - this.begun) / 1000,
        laps, render, messages: wire.messages, begun_ms: this.begun,
        known: presence.crowd.count, named: presence.names.byId.size, avatars: { ...world.avatars.counts },
        pixelRatio: stage.pixelRatio, size: [stage.canvas.clientWidth, stage.canvas.clientHeight],
        here: window.yuanzhan.me(),
      };
    },
    render: () => render,
  };
})();
