// One subscription to ordersUpdated, over graphql-transport-ws:
// https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md

import { WebSocket } from 'k6/experimental/websockets';

const SUBSCRIPTION = `subscription Follow {
  ordersUpdated { cursor order { id status paymentState } event { type } }
}`;

export class Follower {
  /** `begun()` once nothing can be missed any more; `told(order, event)` for each message; `ended(problem)`. */
  constructor(url, token, { begun, told, ended }) {
    Object.assign(this, { begun, told, ended, watching: false });
    this.socket = new WebSocket(`${url.replace(/^http/, 'ws')}/graphql`, ['graphql-transport-ws']);
    this.socket.onopen = () => this.say('connection_init', { payload: { authorization: `Bearer ${token}` } });
    this.socket.onmessage = (message) => this.hear(JSON.parse(message.data));
    this.socket.onerror = (fault) => ended(`the socket failed: ${fault.error}`);
    this.socket.onclose = () => ended('the shop closed the socket');
  }

  close() {
    this.socket.close();
  }

  say(type, rest = {}) {
    this.socket.send(JSON.stringify({ type, ...rest }));
  }

  hear(message) {
    switch (message.type) {
      case 'connection_ack':
        return this.say('subscribe', { id: '1', payload: { query: SUBSCRIPTION } });
      case 'ping':
        return this.say('pong');
      case 'next':
        return this.next(message.payload);
      default:
        return this.ended(`the shop said ${JSON.stringify(message)}`);
    }
  }

  next({ data, errors }) {
    if (errors || !data || !data.ordersUpdated.cursor) return this.ended(JSON.stringify({ data, errors }));
    const { order, event } = data.ordersUpdated;
    if (this.watching) return order && this.told(order, event);
    if (order) return this.ended(`the first message is not only a cursor: ${JSON.stringify(data)}`);
    this.watching = true;
    return this.begun();
  }
}
