// Who follows which orders in this process: an async iterator for each, and a map from an order's id to those of it.

const OPENING = { cursor: 'start', order: null };
const DONE = { value: undefined, done: true };

export class Followers {
  #ofAll = new Set();
  #byId = new Map();

  /** An async iterator over an opening message and all that comes from now on; of every order where `id` is undefined. */
  follow(id) {
    const follower = new Follower(() => this.#leave(id, follower));
    if (id === undefined) this.#ofAll.add(follower);
    else if (this.#byId.has(id)) this.#byId.get(id).add(follower);
    else this.#byId.set(id, new Set([follower]));
    follower.push(OPENING);
    return follower;
  }

  tell(message) {
    for (const follower of this.#ofAll) follower.push(message);
    for (const follower of this.#byId.get(message.order.id) ?? []) follower.push(message);
  }

  #leave(id, follower) {
    this.#ofAll.delete(follower);
    const others = this.#byId.get(id);
    others?.delete(follower);
    if (others?.size === 0) this.#byId.delete(id);
  }
}

/** What was pushed and not taken waits in a queue; who asks for more than there is waits for the next push. */
class Follower {
  #queue = [];
  #waiting = [];
  #left = false;
  #onLeave;

  constructor(onLeave) {
    this.#onLeave = onLeave;
  }

  push(value) {
    if (this.#waiting.length) this.#waiting.shift()({ value, done: false });
    else this.#queue.push(value);
  }

  next() {
    if (this.#queue.length) return Promise.resolve({ value: this.#queue.shift(), done: false });
    if (this.#left) return Promise.resolve(DONE);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  return() {
    this.#left = true;
    this.#queue = [];
    this.#onLeave();
    for (const resolve of this.#waiting.splice(0)) resolve(DONE);
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator]() {
    return this;
  }
}
